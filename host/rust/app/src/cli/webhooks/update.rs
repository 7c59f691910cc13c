//! `hookwright webhooks update`

use std::process::ExitCode;

use clap::ValueEnum;
use hookwright_runtime::registry::{Status, WebhookChanges};

use super::{record, refused};
use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::failure::{Failure, Kind};
use crate::installation::Database;
use crate::json::WebhookJson;

/// Options of `webhooks update`.
#[derive(clap::Args)]
pub(crate) struct UpdateArgs {
    /// Id, `wh_…`
    id: String,
    #[command(flatten)]
    changes: ChangesArgs,
    /// Change it only if it still has this revision (`webhooks show`)
    #[arg(long, value_name = "N")]
    revision: Option<i64>,
    #[command(flatten)]
    account: AccountArgs,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
struct ChangesArgs {
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
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ChosenStatus {
    Active,
    Paused,
}

/// Runs `webhooks update`.
pub(crate) fn run(args: UpdateArgs, context: &Context) -> Result<ExitCode, Failure> {
    let ChangesArgs { name, url, topics, all_topics, status } = args.changes;
    let changes = WebhookChanges {
        name,
        url: url.clone(),
        topics: (all_topics || !topics.is_empty()).then_some(topics),
        status: status.map(Status::from),
        revision: args.revision,
    };
    let hookwright = context.open(Database::MustExist)?.hookwright;
    let id = args.id.clone();
    let updated = hookwright.webhooks_update(args.account.scope(), args.id, changes).wait();
    let webhook = updated.map_err(|error| {
        let failure = refused(error, url.as_deref());
        match failure.kind() {
            Kind::Conflict => failure.hint(format!("`hookwright webhooks show {id}` shows it as it is now")),
            _ => failure,
        }
    })?;
    if context.out.is_json() {
        context.out.json(&WebhookJson::from(&webhook))?;
    } else {
        context.out.record(&record(&webhook))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl From<ChosenStatus> for Status {
    fn from(status: ChosenStatus) -> Self {
        match status {
            ChosenStatus::Active => Self::Active,
            ChosenStatus::Paused => Self::Paused,
        }
    }
}
