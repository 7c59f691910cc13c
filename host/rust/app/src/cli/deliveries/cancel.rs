//! `hookwright deliveries cancel`

use std::process::ExitCode;

use hookwright_runtime::deliveries::Delivery;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::cli::each::in_parts;
use crate::failure::Failure;
use crate::installation::Database;
use crate::json::state_word;

/// Options of `deliveries cancel`.
#[derive(clap::Args)]
pub(crate) struct CancelArgs {
    /// Ids, `dlv_…`
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    account: AccountArgs,
}

#[derive(Debug, Serialize)]
struct CancelledJson {
    state: &'static str,
    finished_at: Option<i64>,
}

/// Runs `deliveries cancel`.
pub(crate) fn run(args: CancelArgs, context: &Context) -> Result<ExitCode, Failure> {
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let scope = args.account.scope();
    let results = in_parts(args.ids, |ids| hookwright.cancel(scope.clone(), ids).wait())?;
    let json =
        |delivery: Delivery| CancelledJson { state: state_word(delivery.state), finished_at: delivery.finished_at };
    results.tell(&context.out, |id, _| format!("{id} is cancelled"), json)
}
