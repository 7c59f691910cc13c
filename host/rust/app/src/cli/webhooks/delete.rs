//! `hookwright webhooks delete`

use std::process::ExitCode;

use serde::Serialize;

use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::cli::each::in_parts;
use crate::failure::Failure;
use crate::installation::Database;

/// Options of `webhooks delete`.
#[derive(clap::Args)]
pub(crate) struct DeleteArgs {
    /// Ids, `wh_…`
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    account: AccountArgs,
}

#[derive(Debug, Serialize)]
struct DeletedJson {
    deleted: bool,
}

/// Runs `webhooks delete`.
pub(crate) fn run(args: DeleteArgs, context: &Context) -> Result<ExitCode, Failure> {
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let scope = args.account.scope();
    let results = in_parts(args.ids, |ids| hookwright.webhooks_delete(scope.clone(), ids).wait())?;
    results.tell(&context.out, |id, ()| format!("{id} deleted"), |()| DeletedJson { deleted: true })
}
