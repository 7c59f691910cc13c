//! `hookwright webhooks`: the registry.

mod create;
mod delete;
mod list;
mod show;
mod test;
mod update;

use std::process::ExitCode;

use clap::Subcommand;
use hookwright_runtime::registry::{Status, Webhook};

use crate::cli::Context;
use crate::failure::Failure;
use crate::json::status_word;
use crate::output::Tone;
use crate::output::moment::{exact, now_ms};
use crate::output::record::Record;

/// Commands of `webhooks`.
#[derive(Subcommand)]
pub(crate) enum WebhooksCommand {
    /// Create a webhook; prints its secret, this once
    Create(create::CreateArgs),
    /// List webhooks
    List(list::ListArgs),
    /// Show one webhook
    Show(show::ShowArgs),
    /// Change, pause or activate a webhook
    Update(update::UpdateArgs),
    /// Delete webhooks; their unfinished deliveries are cancelled
    Delete(delete::DeleteArgs),
    /// Send a test event to one webhook now, whatever its status and topics
    Test(test::TestArgs),
}

/// Runs `webhooks`.
pub(crate) fn run(command: WebhooksCommand, context: &Context) -> Result<ExitCode, Failure> {
    match command {
        WebhooksCommand::Create(args) => create::run(args, context),
        WebhooksCommand::List(args) => list::run(args, context),
        WebhooksCommand::Show(args) => show::run(args, context),
        WebhooksCommand::Update(args) => update::run(args, context),
        WebhooksCommand::Delete(args) => delete::run(args, context),
        WebhooksCommand::Test(args) => test::run(args, context),
    }
}

/// What was typed for fields of a webhook.
const NAMES: [(&str, &str); 1] = [("topics", "--topic")];

/// The core's refusal of a webhook that was typed.
fn refused(error: impl Into<Failure>, url: Option<&str>) -> Failure {
    let failure = error.into().naming(&NAMES).hint_on("topics", "`hookwright topics` shows all topics");
    match url {
        Some(url) if url.to_ascii_lowercase().starts_with("http://") => failure.hint_on(
            "url",
            "for a receiver on a network that you trust, --allow-http allows http, --allow-local also its \
                 addresses",
        ),
        _ => failure,
    }
}

/// A webhook, for a person.
fn record(webhook: &Webhook) -> Record {
    let now = now_ms();
    let time = |at: Option<i64>| at.map(|at| exact(at, now));
    let health = &webhook.health;
    Record::default()
        .toned("Id", Tone::Strong, &webhook.id)
        .field("Name", &webhook.name)
        .field("URL", &webhook.url)
        .field("Topics", topics(&webhook.topics))
        .maybe("Account", webhook.account.as_ref())
        .toned("Status", tone(webhook.status), status_word(webhook.status))
        .maybe("Reason", webhook.status_reason.as_ref())
        .maybe("Status since", Some(exact(webhook.status_at, now)).filter(|_| webhook.status_at != webhook.created_at))
        .field("Created", exact(webhook.created_at, now))
        .maybe("Updated", Some(exact(webhook.updated_at, now)).filter(|_| webhook.revision > 1))
        .field("Revision", webhook.revision)
        .maybe("Last success", time(health.last_success_at))
        .maybe("Last failure", time(health.last_failure_at))
        .maybe("Failures since", Some(health.consecutive_failures).filter(|failures| *failures > 0))
        .maybe("Failing since", time(health.failing_since))
        .maybe("Slowed until", time(health.slowed_until.filter(|until| *until > now)))
}

fn topics(topics: &[String]) -> String {
    if topics.is_empty() { "all".to_owned() } else { topics.join(", ") }
}

fn tone(status: Status) -> Tone {
    match status {
        Status::Active => Tone::Good,
        Status::Paused => Tone::Waiting,
        Status::Disabled => Tone::Bad,
    }
}
