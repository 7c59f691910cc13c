//! `hookwright deliveries redeliver`

use std::process::ExitCode;

use hookwright_runtime::deliveries::Delivery;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::cli::each::in_parts;
use crate::failure::Failure;
use crate::installation::Database;
use crate::json::state_word;

/// Options of `deliveries redeliver`.
#[derive(clap::Args)]
pub(crate) struct RedeliverArgs {
    /// Ids, `dlv_…`
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    account: AccountArgs,
}

#[derive(Debug, Serialize)]
struct RedeliveredJson {
    state: &'static str,
    due_at: Option<i64>,
}

/// Runs `deliveries redeliver`.
pub(crate) fn run(args: RedeliverArgs, context: &Context) -> Result<ExitCode, Failure> {
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let scope = args.account.scope();
    let results = in_parts(args.ids, |ids| hookwright.redeliver(scope.clone(), ids).wait())?;
    let some_due = results.any_done();
    let json = |delivery: Delivery| RedeliveredJson { state: state_word(delivery.state), due_at: delivery.due_at };
    let line =
        |id: &str, delivery: Delivery| format!("{id} is due for attempt {}", delivery.attempts.saturating_add(1));
    let code = results.tell(&context.out, line, json)?;
    if some_due {
        context.out.note("`hookwright deliver` sends what is due.");
    }
    Ok(code)
}
