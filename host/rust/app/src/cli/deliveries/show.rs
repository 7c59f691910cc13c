//! `hookwright deliveries show`

use std::process::ExitCode;

use hookwright_runtime::deliveries::{Attempt, Details, Outcome};

use super::{tell_headers, tell_outcome, tone};
use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::failure::Failure;
use crate::installation::Database;
use crate::json::{DetailsJson, state_word};
use crate::output::json_text::pretty;
use crate::output::moment::{duration, exact, now_ms};
use crate::output::printable::text_of;
use crate::output::record::Record;
use crate::output::{Output, Tone};

/// Options of `deliveries show`.
#[derive(clap::Args)]
pub(crate) struct ShowArgs {
    /// Id, `dlv_…`
    id: String,
    #[command(flatten)]
    account: AccountArgs,
}

/// Runs `deliveries show`.
pub(crate) fn run(args: ShowArgs, context: &Context) -> Result<ExitCode, Failure> {
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let details = hookwright.deliveries_get(args.account.scope(), args.id).wait()?;
    if context.out.is_json() {
        context.out.json(&DetailsJson::from(&details))?;
    } else {
        tell(&details, &context.out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(details: &Details, out: &Output) -> Result<(), Failure> {
    let (delivery, now) = (&details.delivery, now_ms());
    let record = Record::default()
        .toned("Id", Tone::Strong, &delivery.id)
        .toned("State", tone(delivery.state), state_word(delivery.state))
        .maybe("Reason", delivery.reason.as_ref())
        .field("Topic", &delivery.topic)
        .field("Event", &delivery.event_id)
        .field("Webhook", &delivery.webhook_id)
        .maybe("Account", delivery.account.as_ref())
        .maybe("Test", Some("yes: one attempt, and no effect on the webhook's health").filter(|_| delivery.test))
        .field("Attempts", delivery.attempts)
        .field("Created", exact(delivery.created_at, now))
        .maybe("Due", delivery.due_at.map(|due| exact(due, now)))
        .maybe("Finished", delivery.finished_at.map(|finished| exact(finished, now)));
    out.record(&record)?;
    out.line("")?;
    out.toned(Tone::Strong, "Payload")?;
    out.block(&pretty(&text_of(&details.payload)))?;
    details.attempts.iter().try_for_each(|attempt| tell_attempt(attempt, now, out))
}

fn tell_attempt(attempt: &Attempt, now: i64, out: &Output) -> Result<(), Failure> {
    out.line("")?;
    out.toned(Tone::Strong, format_args!("Attempt {}", attempt.number))?;
    let (tone, result) = result(attempt);
    let record = Record::default()
        .toned("  Result", tone, result)
        .field("  URL", &attempt.url)
        .field("  Started", exact(attempt.started_at, now))
        .field("  Took", duration(attempt.duration));
    out.record(&record)?;
    tell_headers("  ", "Request headers", &attempt.request_headers, out)?;
    match &attempt.outcome {
        Some(outcome) => tell_outcome("  ", outcome, out),
        None => Ok(()),
    }
}

fn result(attempt: &Attempt) -> (Tone, String) {
    let status = match &attempt.outcome {
        Some(Outcome::Response(response)) => Some(response.status),
        Some(Outcome::Failure(_) | Outcome::Released) | None => None,
    };
    match (&attempt.reason, status) {
        (Some(reason), _) => (Tone::Bad, reason.clone()),
        (None, Some(status)) => (Tone::Good, format!("status {status}")),
        (None, None) => (Tone::Quiet, "not sent".to_owned()),
    }
}
