//! `deliveries`

use hookwright_core as core;
use hookwright_core::retry::FailureKind;

use crate::Component;
use crate::bindings::exports::hookwright::webhooks::deliveries as wit;
use crate::imports::with_call;

impl wit::Guest for Component {
    fn claim(limit: u32, lease: u32, busy: Vec<wit::InFlight>) -> Result<wit::Claimed, wit::Error> {
        let busy: Vec<core::InFlight> = busy
            .into_iter()
            .map(|busy| core::InFlight { webhook_id: busy.webhook_id, requests: busy.requests })
            .collect();
        let claimed = with_call(|call| call.claim(limit, lease, &busy))?;
        Ok(wit::Claimed {
            requests: claimed.requests.into_iter().map(Into::into).collect(),
            next_due: claimed.next_due,
            oldest_due: claimed.oldest_due,
            stopped: claimed.stopped,
        })
    }

    fn settle(settlements: Vec<wit::Settlement>) -> Result<Vec<Result<wit::Decision, wit::Error>>, wit::Error> {
        let settlements: Vec<core::Settlement> = settlements.into_iter().map(Into::into).collect();
        with_call(|call| call.settle(&settlements)).map(super::each)
    }

    fn test(
        scope: wit::Scope,
        webhook_id: String,
        topic: Option<String>,
        data: Option<String>,
        lease: u32,
    ) -> Result<wit::Request, wit::Error> {
        let test = core::TestEvent { topic, data };
        with_call(|call| call.test(&scope.into(), &webhook_id, test, lease)).map(Into::into)
    }

    fn ping(scope: wit::Scope, webhook_id: String, lease: u32) -> Result<wit::Request, wit::Error> {
        with_call(|call| call.ping(&scope.into(), &webhook_id, lease)).map(Into::into)
    }

    fn redeliver(scope: wit::Scope, ids: Vec<String>) -> Result<Vec<Result<wit::Delivery, wit::Error>>, wit::Error> {
        with_call(|call| call.redeliver(&scope.into(), &ids)).map(super::each)
    }

    fn cancel(scope: wit::Scope, ids: Vec<String>) -> Result<Vec<Result<wit::Delivery, wit::Error>>, wit::Error> {
        with_call(|call| call.cancel(&scope.into(), &ids)).map(super::each)
    }

    fn recover(query: wit::RecoverQuery, limit: u32, cursor: Option<String>) -> Result<wit::Recovered, wit::Error> {
        let query = core::RecoverQuery {
            scope: query.scope.into(),
            webhook_id: query.webhook_id,
            topic: query.topic,
            states: query.states.into_iter().map(Into::into).collect(),
            since: query.since,
            until: query.until,
        };
        let done = with_call(|call| call.recover(&query, limit, cursor.as_deref()))?;
        let skipped = |(reason, deliveries)| wit::Skipped { reason, deliveries };
        Ok(wit::Recovered {
            recovered: done.recovered,
            skipped: done.skipped.into_iter().map(skipped).collect(),
            next: done.next,
        })
    }

    fn get(scope: wit::Scope, id: String) -> Result<wit::Details, wit::Error> {
        let details = with_call(|call| call.delivery(&scope.into(), &id))?;
        Ok(wit::Details {
            delivery: details.delivery.into(),
            payload: details.payload,
            attempts: details.attempts.into_iter().map(Into::into).collect(),
        })
    }

    fn find(query: wit::Query) -> Result<wit::Page, wit::Error> {
        let query = core::DeliveryQuery {
            scope: query.scope.into(),
            webhook_id: query.webhook_id,
            event_id: query.event_id,
            topic: query.topic,
            state: query.state.map(Into::into),
            paging: query.paging.into(),
        };
        let (items, total) = with_call(|call| call.find_deliveries(&query))?;
        Ok(wit::Page { items: items.into_iter().map(Into::into).collect(), total })
    }
}

impl From<core::Request> for wit::Request {
    fn from(request: core::Request) -> Self {
        Self {
            delivery_id: request.delivery_id,
            webhook_id: request.webhook_id,
            event_id: request.event_id,
            topic: request.topic,
            attempt: request.attempt,
            claim_token: request.claim_token,
            method: request.method,
            url: request.url,
            headers: request.headers,
            body: request.body,
            timeout: request.timeout_ms,
            response_cap_bytes: request.response_cap_bytes,
        }
    }
}

impl From<wit::Settlement> for core::Settlement {
    fn from(settlement: wit::Settlement) -> Self {
        Self {
            delivery_id: settlement.delivery_id,
            claim_token: settlement.claim_token,
            started_at: settlement.started_at,
            duration_ms: settlement.duration,
            request_headers: settlement.request_headers,
            outcome: settlement.outcome.into(),
        }
    }
}

impl From<wit::Outcome> for core::Outcome {
    fn from(outcome: wit::Outcome) -> Self {
        match outcome {
            wit::Outcome::Response(response) => Self::Response(core::Response {
                status: response.status,
                headers: response.headers,
                body: response.body,
                truncated: response.truncated,
            }),
            wit::Outcome::Failure(failure) => Self::Failure { kind: failure.kind.into(), message: failure.message },
            wit::Outcome::Released => Self::Released,
        }
    }
}

impl From<core::Outcome> for wit::Outcome {
    fn from(outcome: core::Outcome) -> Self {
        match outcome {
            core::Outcome::Response(response) => Self::Response(wit::Response {
                status: response.status,
                headers: response.headers,
                body: response.body,
                truncated: response.truncated,
            }),
            core::Outcome::Failure { kind, message } => Self::Failure(wit::Failure { kind: kind.into(), message }),
            core::Outcome::Released => Self::Released,
        }
    }
}

impl From<core::Decision> for wit::Decision {
    fn from(decision: core::Decision) -> Self {
        Self {
            state: decision.state.into(),
            due_at: decision.due_at,
            reason: decision.reason,
            webhook_disabled: decision.webhook_disabled,
        }
    }
}

impl From<core::Delivery> for wit::Delivery {
    fn from(delivery: core::Delivery) -> Self {
        Self {
            id: delivery.id,
            event_id: delivery.event_id,
            webhook_id: delivery.webhook_id,
            topic: delivery.topic,
            account: delivery.account,
            state: delivery.state.into(),
            attempts: delivery.attempts,
            due_at: delivery.due_at,
            reason: delivery.reason,
            test: delivery.test,
            created_at: delivery.created_at,
            finished_at: delivery.finished_at,
        }
    }
}

impl From<core::Attempt> for wit::Attempt {
    fn from(attempt: core::Attempt) -> Self {
        Self {
            number: attempt.number,
            started_at: attempt.started_at,
            duration: attempt.duration_ms,
            url: attempt.url,
            request_headers: attempt.request_headers,
            outcome: attempt.outcome.map(Into::into),
            reason: attempt.reason,
        }
    }
}

/// Maps an enumeration both ways; a case that is missing on one side does not compile.
macro_rules! same_cases {
    ($wit:ty, $core:ty, $($case:ident),+) => {
        impl From<$wit> for $core {
            fn from(value: $wit) -> Self {
                match value { $(<$wit>::$case => Self::$case),+ }
            }
        }

        impl From<$core> for $wit {
            fn from(value: $core) -> Self {
                match value { $(<$core>::$case => Self::$case),+ }
            }
        }
    };
}

same_cases!(wit::State, core::State, Pending, Sending, Retrying, Held, Delivered, Exhausted, Cancelled);
same_cases!(wit::FailureKind, FailureKind, Dns, Connect, Tls, Timeout, Blocked, Protocol);
