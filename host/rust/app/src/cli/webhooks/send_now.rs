//! One request to one webhook, sent now and recorded, and what came of it: a test or a ping.

use std::process::ExitCode;

use hookwright_dispatcher::ClientOptions;
use hookwright_outbox::{to_dispatcher, to_runtime};
use hookwright_runtime::deliveries::{Decision, Outcome, Request, Settlement, State};
use serde::Serialize;

use crate::address_guard;
use crate::cli::deliveries::tell_outcome;
use crate::failure::{Failure, Kind};
use crate::installation::Installation;
use crate::json::{self, OutcomeJson, state_word};
use crate::output::moment::duration;
use crate::output::record::Record;
use crate::output::{Output, Tone};
use crate::settings::Settings;

#[derive(Serialize)]
struct SentJson<'a> {
    delivered: bool,
    state: &'static str,
    reason: Option<&'a str>,
    delivery_id: &'a str,
    event_id: &'a str,
    webhook_id: &'a str,
    url: &'a str,
    started_at: i64,
    duration_ms: u32,
    outcome: OutcomeJson<'a>,
}

/// For how long the one request is leased.
pub(super) fn lease_ms(settings: &Settings) -> u32 {
    let lease = settings.longest_timeout() + settings.lease_margin();
    u32::try_from(lease.as_millis()).unwrap_or(u32::MAX)
}

/// Sends a request that was leased alone, records what came of it and tells it. `what` names it: a test, a ping. Exit
/// code 1 when the receiver did not take it.
///
/// # Errors
///
/// When it cannot be sent at all, or its outcome cannot be recorded.
pub(super) fn send_and_tell(
    installation: &Installation,
    request: &Request,
    what: &str,
    out: &Output,
) -> Result<ExitCode, Failure> {
    let (settlement, decision) = send(installation, request, what)?;
    tell(request, &settlement, &decision, out)?;
    Ok(if decision.state == State::Delivered { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn send(installation: &Installation, request: &Request, what: &str) -> Result<(Settlement, Decision), Failure> {
    let no_client = |why: String| Failure::new(Kind::Io, why);
    let client = address_guard::client(&installation.hookwright, ClientOptions::default())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| no_client(format!("cannot start to send: {error}")))?;
    let sent = runtime.block_on(client.send(&to_dispatcher(request.clone())));
    let settlement = to_runtime(&sent);
    let unsettled =
        |failure: Failure| failure.about(&format!("the {what} was sent, but what came of it is not stored"));
    let decided = installation.hookwright.settle(vec![settlement.clone()]).wait();
    let decided = decided.map_err(|error| unsettled(error.into()))?.pop();
    let lost = || Failure::new(Kind::Component, format!("the core component gave no decision on the {what}"));
    let decision = decided.ok_or_else(lost)?.map_err(|error| unsettled(error.into()))?;
    Ok((settlement, decision))
}

fn tell(request: &Request, settlement: &Settlement, decision: &Decision, out: &Output) -> Result<(), Failure> {
    let delivered = decision.state == State::Delivered;
    if out.is_json() {
        return out.json(&SentJson {
            delivered,
            state: state_word(decision.state),
            reason: decision.reason.as_deref(),
            delivery_id: &request.delivery_id,
            event_id: &request.event_id,
            webhook_id: &request.webhook_id,
            url: &request.url,
            started_at: settlement.started_at,
            duration_ms: settlement.duration,
            outcome: json::outcome(&settlement.outcome),
        });
    }
    let (tone, verdict) = match &decision.reason {
        _ if delivered => (Tone::Good, "delivered: the receiver took it".to_owned()),
        Some(reason) => (Tone::Bad, format!("failed: {reason}")),
        None => (Tone::Bad, "failed".to_owned()),
    };
    let record = Record::default()
        .toned("Verdict", tone, verdict)
        .field("URL", format_args!("{} {}", request.method, request.url))
        .maybe(
            "Status",
            match &settlement.outcome {
                Outcome::Response(response) => Some(response.status),
                Outcome::Failure(_) | Outcome::Released => None,
            },
        )
        .field("Time", duration(settlement.duration))
        .field("Delivery", &request.delivery_id)
        .field("Event", &request.event_id);
    out.record(&record)?;
    tell_outcome("", &settlement.outcome, out)
}
