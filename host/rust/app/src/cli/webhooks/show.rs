//! `hookwright webhooks show`

use std::process::ExitCode;

use super::record;
use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::failure::Failure;
use crate::installation::Database;
use crate::json::WebhookJson;

/// Options of `webhooks show`.
#[derive(clap::Args)]
pub(crate) struct ShowArgs {
    /// Id, `wh_…`
    id: String,
    #[command(flatten)]
    account: AccountArgs,
}

/// Runs `webhooks show`.
pub(crate) fn run(args: ShowArgs, context: &Context) -> Result<ExitCode, Failure> {
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let webhook = hookwright.webhooks_get(args.account.scope(), args.id).wait()?;
    if context.out.is_json() {
        context.out.json(&WebhookJson::from(&webhook))?;
    } else {
        context.out.record(&record(&webhook))?;
    }
    Ok(ExitCode::SUCCESS)
}
