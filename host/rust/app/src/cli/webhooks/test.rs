//! `hookwright webhooks test`: one test event, sent now, and what came of it.

use std::process::ExitCode;

use super::send_now::{lease_ms, send_and_tell};
use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::failure::Failure;
use crate::input::Input;
use crate::installation::Database;

/// Options of `webhooks test`.
#[derive(clap::Args)]
pub(crate) struct TestArgs {
    /// Id, `wh_…`
    id: String,
    /// Topic of the test event [default: the first that the webhook names]
    #[arg(long)]
    topic: Option<String>,
    /// Data of the test event as JSON; `-` reads standard input [default: the topic's sample]
    #[arg(long, value_name = "FILE")]
    data: Option<Input>,
    #[command(flatten)]
    account: AccountArgs,
}

/// Runs `webhooks test`. Exit code 1 when the receiver did not take it.
pub(crate) fn run(args: TestArgs, context: &Context) -> Result<ExitCode, Failure> {
    let label = args.data.as_ref().map_or_else(|| "--data".to_owned(), |input| format!("--data ({input})"));
    let data = args.data.map(|input| input.text(&context.out)).transpose()?;
    let installation = context.open(Database::MustExist)?;
    let lease_ms = lease_ms(&installation.settings);
    let tested = installation.hookwright.test(args.account.scope(), args.id, args.topic, data, lease_ms).wait();
    let request = tested.map_err(|error| Failure::from(error).naming(&[("data", &label)]))?;
    send_and_tell(&installation, &request, "test", &context.out)
}
