//! `hookwright webhooks test`: one test event, sent now, and what came of it.

use std::process::ExitCode;

use hookwright_dispatcher::ClientOptions;
use hookwright_runtime::deliveries::{Decision, Outcome, Request, Settlement, State};
use serde::Serialize;

use crate::address_guard;
use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::cli::deliveries::tell_outcome;
use crate::failure::{Failure, Kind};
use crate::input::Input;
use crate::installation::{Database, Installation};
use crate::json::{self, OutcomeJson, state_word};
use crate::outbox::{to_dispatcher, to_runtime};
use crate::output::moment::duration;
use crate::output::record::Record;
use crate::output::{Output, Tone};

/// Options of `webhooks test`.
#[derive(clap::Args)]
pub(crate) struct TestArgs {
    /// Id, `wh_…`
    id: String,
    /// Topic of the test event [default: the first that the webhook names]
    #[arg(long)]
    topic: Option<String>,
    /// Data of the test event as JSON; `-` reads standard input [default: the topic's sample]
    #[arg(long, value_name = "FILE")]
    data: Option<Input>,
    #[command(flatten)]
    account: AccountArgs,
}

#[derive(Serialize)]
struct TestedJson<'a> {
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

/// Runs `webhooks test`. Exit code 1 when the receiver did not take it.
pub(crate) fn run(args: TestArgs, context: &Context) -> Result<ExitCode, Failure> {
    let label = args.data.as_ref().map_or_else(|| "--data".to_owned(), |input| format!("--data ({input})"));
    let data = args.data.map(|input| input.text(&context.out)).transpose()?;
    let installation = context.open(Database::MustExist)?;
    let lease = installation.settings.longest_timeout() + installation.settings.lease_margin();
    let lease_ms = u32::try_from(lease.as_millis()).unwrap_or(u32::MAX);
    let tested = installation.hookwright.test(args.account.scope(), args.id, args.topic, data, lease_ms).wait();
    let request = tested.map_err(|error| Failure::from(error).naming(&[("data", &label)]))?;
    let (settlement, decision) = send(&installation, &request)?;
    tell(&request, &settlement, &decision, &context.out)?;
    Ok(if decision.state == State::Delivered { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn send(installation: &Installation, request: &Request) -> Result<(Settlement, Decision), Failure> {
    let no_client = |why: String| Failure::new(Kind::Io, why);
    let client = address_guard::client(&installation.hookwright, ClientOptions::default())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| no_client(format!("cannot start to send: {error}")))?;
    let sent = runtime.block_on(client.send(&to_dispatcher(request.clone())));
    let settlement = to_runtime(&sent);
    let unsettled = |failure: Failure| failure.about("the test was sent, but what came of it is not stored");
    let decided = installation.hookwright.settle(vec![settlement.clone()]).wait();
    let decided = decided.map_err(|error| unsettled(error.into()))?.pop();
    let lost = || Failure::new(Kind::Component, "the core component gave no decision on the test");
    let decision = decided.ok_or_else(lost)?.map_err(|error| unsettled(error.into()))?;
    Ok((settlement, decision))
}

fn tell(request: &Request, settlement: &Settlement, decision: &Decision, out: &Output) -> Result<(), Failure> {
    let delivered = decision.state == State::Delivered;
    if out.is_json() {
        return out.json(&TestedJson {
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
