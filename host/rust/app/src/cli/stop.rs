//! `hookwright stop` and `hookwright resume`: nothing is delivered between them.

use std::process::ExitCode;

use serde::Serialize;

use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::Database;

/// Options of `stop`.
#[derive(clap::Args)]
pub(crate) struct StopArgs {
    /// Why, for whoever wonders
    #[arg(long, value_name = "TEXT", default_value = "stopped by hand")]
    reason: String,
}

/// Options of `resume`: none.
#[derive(clap::Args)]
pub(crate) struct ResumeArgs {}

#[derive(Debug, Serialize)]
struct StoppedJson {
    held: u64,
}

#[derive(Debug, Serialize)]
struct ResumedJson {
    freed: u64,
}

/// Runs `stop`.
pub(crate) fn stop(args: StopArgs, context: &Context) -> Result<ExitCode, Failure> {
    let held = context.open_without_plugins(Database::MustExist)?.hookwright.stop(args.reason).wait()?;
    if context.out.is_json() {
        context.out.json(&StoppedJson { held })?;
    } else {
        context.out.line(format_args!("Stopped: nothing is sent, {held} held. Events are still taken, and wait."))?;
        context.out.note("`hookwright resume` delivers again. Requests under way are not recalled.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs `resume`.
pub(crate) fn resume(_: &ResumeArgs, context: &Context) -> Result<ExitCode, Failure> {
    let freed = context.open_without_plugins(Database::MustExist)?.hookwright.resume().wait()?;
    if context.out.is_json() {
        context.out.json(&ResumedJson { freed })?;
    } else {
        context.out.line(format_args!("Not stopped: {freed} freed, and due now."))?;
    }
    Ok(ExitCode::SUCCESS)
}
