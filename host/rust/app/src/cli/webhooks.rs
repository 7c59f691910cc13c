//! `hookwright webhooks`: the registry.

mod activate;
mod create;
mod delete;
mod list;
mod options;
mod ping;
mod rotate_secret;
mod send_now;
mod show;
mod shown;
mod test;
mod update;

use std::process::ExitCode;

use clap::Subcommand;

use crate::cli::Context;
use crate::failure::Failure;
use crate::output::Output;
use crate::settings::Settings;
use shown::{record, tone, topics};

/// Commands of `webhooks`.
#[derive(Subcommand)]
pub(crate) enum WebhooksCommand {
    /// Create a webhook; prints its secret, this once
    Create(create::CreateArgs),
    /// List webhooks
    List(list::ListArgs),
    /// Show one webhook
    Show(show::ShowArgs),
    /// Change a webhook
    Update(update::UpdateArgs),
    /// Start webhooks; what was held is due now, and past failures are forgiven
    Activate(activate::StatusArgs),
    /// Stop webhooks; what is due is held until they are active
    Pause(activate::StatusArgs),
    /// Give a webhook another secret; prints it, this once
    RotateSecret(rotate_secret::RotateArgs),
    /// Delete webhooks; their unfinished deliveries are cancelled
    Delete(delete::DeleteArgs),
    /// Send a test event to one webhook now, whatever its status and topics
    Test(test::TestArgs),
    /// Send a ping to one webhook now, whatever its status
    Ping(ping::PingArgs),
}

/// Runs `webhooks`.
pub(crate) fn run(command: WebhooksCommand, context: &Context) -> Result<ExitCode, Failure> {
    match command {
        WebhooksCommand::Create(args) => create::run(args, context),
        WebhooksCommand::List(args) => list::run(args, context),
        WebhooksCommand::Show(args) => show::run(args, context),
        WebhooksCommand::Update(args) => update::run(args, context),
        WebhooksCommand::Activate(args) => activate::activate(args, context),
        WebhooksCommand::Pause(args) => activate::pause(args, context),
        WebhooksCommand::RotateSecret(args) => rotate_secret::run(args, context),
        WebhooksCommand::Delete(args) => delete::run(args, context),
        WebhooksCommand::Test(args) => test::run(args, context),
        WebhooksCommand::Ping(args) => ping::run(args, context),
    }
}

/// What was typed for fields of a webhook.
const NAMES: [(&str, &str); 3] = [("topics", "--topic"), ("headers", "--header"), ("requests-per-second", "--rate")];

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

const KEEP_THE_SECRET: &str =
    "Keep the secret now, it is shown only this once: the receiver checks signatures with it.";

/// Tells what becomes of a webhook that is active now, or has another URL.
fn note_ping(settings: &Settings, out: &Output) {
    if settings.pings() {
        out.note("The next `hookwright deliver` also sends a ping, to show that the receiver works.");
    }
}
