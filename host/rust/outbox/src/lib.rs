//! The running core as the dispatcher's outbox: what joins the two crates that do not know each other.
//!
//! Decides nothing: it says the same thing in the words of the one and of the other. Refuses to know what a request
//! or an outcome means.

use std::time::Duration;

use hookwright_dispatcher as dispatcher;
use hookwright_dispatcher::Outbox;
use hookwright_runtime::{CallError, Hookwright, deliveries};

/// Claims and settles through a running core.
#[derive(Clone, Debug)]
pub struct RuntimeOutbox(pub Hookwright);

impl Outbox for RuntimeOutbox {
    type Error = CallError;

    async fn claim(
        &self,
        limit: u32,
        lease_ms: u32,
        busy: Vec<dispatcher::InFlight>,
    ) -> Result<dispatcher::Claimed, CallError> {
        let busy = busy
            .into_iter()
            .map(|entry| deliveries::InFlight { webhook_id: entry.webhook_id, requests: entry.requests })
            .collect();
        let claimed = self.0.claim(limit, lease_ms, busy).await?;
        Ok(dispatcher::Claimed {
            requests: claimed.requests.into_iter().map(to_dispatcher).collect(),
            next_due: claimed.next_due,
            oldest_due: claimed.oldest_due,
            stopped: claimed.stopped,
        })
    }

    async fn settle(
        &self,
        settlements: &[dispatcher::Settlement],
    ) -> Result<Vec<Result<dispatcher::Decision, CallError>>, CallError> {
        let settlements = settlements.iter().map(to_runtime).collect();
        let results = self.0.settle(settlements).await?;
        Ok(results.into_iter().map(|result| result.map(decision).map_err(CallError::Api)).collect())
    }
}

/// A request of the core, as the dispatcher sends it.
#[must_use]
pub fn to_dispatcher(request: deliveries::Request) -> dispatcher::Request {
    dispatcher::Request {
        delivery_id: request.delivery_id,
        webhook_id: request.webhook_id,
        event_id: request.event_id,
        topic: request.topic,
        attempt: request.attempt,
        claim_token: request.claim_token,
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: request.body.into(),
        timeout: Duration::from_millis(request.timeout.into()),
        response_cap_bytes: request.response_cap_bytes,
    }
}

/// What the dispatcher found, as the core settles it.
#[must_use]
pub fn to_runtime(settlement: &dispatcher::Settlement) -> deliveries::Settlement {
    deliveries::Settlement {
        delivery_id: settlement.delivery_id.clone(),
        claim_token: settlement.claim_token.clone(),
        started_at: settlement.started_at,
        duration: u32::try_from(settlement.duration.as_millis()).unwrap_or(u32::MAX),
        request_headers: settlement.request_headers.clone(),
        outcome: outcome(&settlement.outcome),
    }
}

fn outcome(outcome: &dispatcher::Outcome) -> deliveries::Outcome {
    match outcome {
        dispatcher::Outcome::Response(response) => deliveries::Outcome::Response(deliveries::Response {
            status: response.status,
            headers: response.headers.clone(),
            body: response.body.to_vec(),
            truncated: response.truncated,
        }),
        dispatcher::Outcome::Failure(failure) => deliveries::Outcome::Failure(deliveries::Failure {
            kind: failure_kind(failure.kind),
            message: failure.message.clone(),
        }),
        dispatcher::Outcome::Released => deliveries::Outcome::Released,
    }
}

fn failure_kind(kind: dispatcher::FailureKind) -> deliveries::FailureKind {
    match kind {
        dispatcher::FailureKind::Dns => deliveries::FailureKind::Dns,
        dispatcher::FailureKind::Connect => deliveries::FailureKind::Connect,
        dispatcher::FailureKind::Tls => deliveries::FailureKind::Tls,
        dispatcher::FailureKind::Timeout => deliveries::FailureKind::Timeout,
        dispatcher::FailureKind::Blocked => deliveries::FailureKind::Blocked,
        dispatcher::FailureKind::Protocol => deliveries::FailureKind::Protocol,
    }
}

fn decision(decision: deliveries::Decision) -> dispatcher::Decision {
    dispatcher::Decision {
        state: state(decision.state),
        due_at: decision.due_at,
        reason: decision.reason,
        webhook_disabled: decision.webhook_disabled,
    }
}

fn state(state: deliveries::State) -> dispatcher::State {
    match state {
        deliveries::State::Pending => dispatcher::State::Pending,
        deliveries::State::Sending => dispatcher::State::Sending,
        deliveries::State::Retrying => dispatcher::State::Retrying,
        deliveries::State::Held => dispatcher::State::Held,
        deliveries::State::Delivered => dispatcher::State::Delivered,
        deliveries::State::Exhausted => dispatcher::State::Exhausted,
        deliveries::State::Cancelled => dispatcher::State::Cancelled,
    }
}
