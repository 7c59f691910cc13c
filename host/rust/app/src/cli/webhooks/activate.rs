//! `hookwright webhooks activate` and `hookwright webhooks pause`

use std::process::ExitCode;

use hookwright_runtime::registry::{Status, Webhook};
use serde::Serialize;

use super::note_ping;
use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::cli::each::in_parts;
use crate::failure::Failure;
use crate::installation::{Database, Installation};
use crate::json::status_word;

/// Options of `webhooks activate` and `webhooks pause`.
#[derive(clap::Args)]
pub(crate) struct StatusArgs {
    /// Ids, `wh_…`
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    account: AccountArgs,
}

#[derive(Debug, Serialize)]
struct StatusJson {
    status: &'static str,
    status_at: i64,
    revision: i64,
}

/// Runs `webhooks activate`.
pub(crate) fn activate(args: StatusArgs, context: &Context) -> Result<ExitCode, Failure> {
    run(args, Status::Active, context)
}

/// Runs `webhooks pause`.
pub(crate) fn pause(args: StatusArgs, context: &Context) -> Result<ExitCode, Failure> {
    run(args, Status::Paused, context)
}

fn run(args: StatusArgs, status: Status, context: &Context) -> Result<ExitCode, Failure> {
    let Installation { hookwright, settings, .. } = context.open_without_plugins(Database::MustExist)?;
    let scope = args.account.scope();
    let results = in_parts(args.ids, |ids| hookwright.webhooks_set_status(scope.clone(), ids, status).wait())?;
    // One that was active before is not pinged.
    let pinged = status == Status::Active && results.done().any(|webhook| webhook.status_at == webhook.updated_at);
    let code = results.tell(&context.out, |id, webhook| format!("{id} is {}", status_word(webhook.status)), json)?;
    if pinged {
        note_ping(&settings, &context.out);
    }
    Ok(code)
}

fn json(webhook: Webhook) -> StatusJson {
    let Webhook { status, status_at, revision, .. } = webhook;
    StatusJson { status: status_word(status), status_at, revision }
}
