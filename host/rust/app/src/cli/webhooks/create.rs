//! `hookwright webhooks create`

use std::process::ExitCode;

use hookwright_runtime::registry::{NewWebhook, Secret, Status};

use super::{record, refused};
use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::Database;
use crate::json::CreatedJson;

/// Options of `webhooks create`.
#[derive(clap::Args)]
pub(crate) struct CreateArgs {
    /// Where requests go: an https URL
    #[arg(long)]
    url: String,
    /// Topic or pattern (`order.*`) that it wants; repeat for more [default: all]
    #[arg(long = "topic", value_name = "TOPIC", value_delimiter = ',')]
    topics: Vec<String>,
    /// Name for people [default: "Webhook created on" and the date]
    #[arg(long)]
    name: Option<String>,
    /// Account whose events it receives [default: those of the whole installation]
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Secret to sign with, `whsec_…` [default: a new one]
    #[arg(long)]
    secret: Option<String>,
    /// Create it without starting it
    #[arg(long)]
    paused: bool,
}

/// Runs `webhooks create`.
pub(crate) fn run(args: CreateArgs, context: &Context) -> Result<ExitCode, Failure> {
    let url = args.url.clone();
    let webhook = NewWebhook {
        name: args.name,
        url: args.url,
        topics: args.topics,
        account: args.account,
        status: args.paused.then_some(Status::Paused),
        secret: args.secret.map(Secret::from),
    };
    let hookwright = context.open(Database::Create)?.hookwright;
    let created = hookwright.webhooks_create(webhook).wait().map_err(|error| refused(error, Some(&url)))?;
    if context.out.is_json() {
        context.out.json(&CreatedJson::from(&created))?;
    } else {
        context.out.record(&record(&created.webhook).field("Secret", created.secret.expose()))?;
        context.out.note("Keep the secret now, it is shown only this once: the receiver checks signatures with it.");
    }
    Ok(ExitCode::SUCCESS)
}
