//! `hookwright webhooks update`

use std::process::ExitCode;

use clap::ValueEnum;
use hookwright_runtime::registry::{Status, Webhook, WebhookChanges};
use hookwright_runtime::types::Scope;
use hookwright_runtime::{CallError, Hookwright};

use super::options::OptionsArgs;
use super::{note_ping, record, refused};
use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::failure::{Failure, Kind};
use crate::installation::{Database, Installation};
use crate::json::WebhookJson;

/// Options of `webhooks update`.
#[derive(clap::Args)]
pub(crate) struct UpdateArgs {
    /// Id, `wh_…`
    id: String,
    /// New name
    #[arg(long)]
    name: Option<String>,
    /// New URL
    #[arg(long)]
    url: Option<String>,
    /// Topic or pattern that it wants from now on, in place of all earlier ones; repeat for more
    #[arg(long = "topic", value_name = "TOPIC", value_delimiter = ',', conflicts_with = "all_topics")]
    topics: Vec<String>,
    /// Receive all topics from now on
    #[arg(long)]
    all_topics: bool,
    /// Stop or start it; starting frees what was held
    #[arg(long)]
    status: Option<ChosenStatus>,
    /// Send no headers of its own from now on
    #[arg(long, conflicts_with_all = ["header", "headers"])]
    no_headers: bool,
    /// Change it only if it still has this revision (`webhooks show`)
    #[arg(long, value_name = "N")]
    revision: Option<i64>,
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    options: OptionsArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ChosenStatus {
    Active,
    Paused,
}

/// Runs `webhooks update`.
pub(crate) fn run(args: UpdateArgs, context: &Context) -> Result<ExitCode, Failure> {
    let mut options = args.options.into_options(&context.out)?;
    if args.no_headers {
        options.headers = Some(Vec::new());
    }
    let changes = WebhookChanges {
        name: args.name,
        url: args.url.clone(),
        topics: (args.all_topics || !args.topics.is_empty()).then_some(args.topics),
        status: args.status.map(Status::from),
        revision: None,
        options,
    };
    if changes == WebhookChanges::default() {
        return Err(Failure::new(Kind::Invalid, "nothing to change: name it with --name, --url, --topic, --status …")
            .hint("`hookwright webhooks update --help` lists all that can be changed"));
    }
    let changes = WebhookChanges { revision: args.revision, ..changes };
    let Installation { hookwright, settings, .. } = context.open(Database::MustExist)?;
    let updated = update(&hookwright, &args.account.scope(), &args.id, changes).map_err(|error| {
        let failure = refused(error, args.url.as_deref());
        match failure.kind() {
            Kind::Conflict => failure.hint(format!("`hookwright webhooks show {}` shows it as it is now", args.id)),
            _ => failure,
        }
    })?;
    if context.out.is_json() {
        context.out.json(&WebhookJson::from(&updated.webhook))?;
    } else {
        context.out.record(&record(&updated.webhook))?;
        if updated.moved {
            note_ping(&settings, &context.out);
        }
    }
    Ok(ExitCode::SUCCESS)
}

struct Updated {
    webhook: Webhook,
    /// It has become active, or is active and has another URL.
    moved: bool,
}

fn update(hookwright: &Hookwright, scope: &Scope, id: &str, changes: WebhookChanges) -> Result<Updated, CallError> {
    let before = match (&changes.url, changes.status) {
        (None, None) => None,
        _ => Some(hookwright.webhooks_get(scope.clone(), id.to_owned()).wait()?),
    };
    let webhook = hookwright.webhooks_update(scope.clone(), id.to_owned(), changes).wait()?;
    let moved = webhook.status == Status::Active
        && before.is_some_and(|before| before.url != webhook.url || before.status != Status::Active);
    Ok(Updated { webhook, moved })
}

impl From<ChosenStatus> for Status {
    fn from(status: ChosenStatus) -> Self {
        match status {
            ChosenStatus::Active => Self::Active,
            ChosenStatus::Paused => Self::Paused,
        }
    }
}
