//! `hookwright webhooks ping`: one ping, sent now, and what came of it.

use std::process::ExitCode;

use super::send_now::{lease_ms, send_and_tell};
use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::failure::Failure;
use crate::installation::Database;

/// Options of `webhooks ping`.
#[derive(clap::Args)]
pub(crate) struct PingArgs {
    /// Id, `wh_…`
    id: String,
    #[command(flatten)]
    account: AccountArgs,
}

/// Runs `webhooks ping`. Exit code 1 when the receiver did not take it.
pub(crate) fn run(args: PingArgs, context: &Context) -> Result<ExitCode, Failure> {
    let installation = context.open(Database::MustExist)?;
    let lease_ms = lease_ms(&installation.settings);
    let request = installation.hookwright.ping(args.account.scope(), args.id, lease_ms).wait()?;
    send_and_tell(&installation, &request, "ping", &context.out)
}
