//! `hookwright webhooks create`

use std::process::ExitCode;

use hookwright_runtime::registry::{NewWebhook, Secret, Status};

use super::options::OptionsArgs;
use super::{KEEP_THE_SECRET, note_ping, record, refused};
use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::{Database, Installation};
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
    /// Secret to sign with, of the kind that its receiver expects [default: a new one]
    #[arg(long)]
    secret: Option<String>,
    /// Create it without starting it
    #[arg(long)]
    paused: bool,
    #[command(flatten)]
    options: OptionsArgs,
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
        options: args.options.into_options(&context.out)?,
    };
    let Installation { hookwright, settings, .. } = context.open(Database::Create)?;
    let created = hookwright.webhooks_create(webhook).wait().map_err(|error| refused(error, Some(&url)))?;
    if context.out.is_json() {
        context.out.json(&CreatedJson::from(&created))?;
    } else {
        context.out.record(&record(&created.webhook).field("Secret", created.secret.expose()))?;
        context.out.note(KEEP_THE_SECRET);
        if !args.paused {
            note_ping(&settings, &context.out);
        }
    }
    Ok(ExitCode::SUCCESS)
}
