//! `hookwright rekey`: seals stored secrets under the first of the encryption keys.

use std::process::ExitCode;

use serde::Serialize;

use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::Database;

/// Options of `rekey`: none.
#[derive(clap::Args)]
pub(crate) struct RekeyArgs {}

#[derive(Debug, Serialize)]
struct RekeyedJson {
    changed: u64,
    remaining: u64,
}

/// The most webhooks that the core takes at once.
const STEP: u32 = 1_000;

/// Runs `rekey`.
pub(crate) fn run(_: &RekeyArgs, context: &Context) -> Result<ExitCode, Failure> {
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let mut changed = 0;
    let remaining = loop {
        let step = hookwright.rekey(STEP).wait()?;
        changed += u64::from(step.changed);
        if step.changed == 0 || step.remaining == 0 {
            break step.remaining;
        }
    };
    if context.out.is_json() {
        context.out.json(&RekeyedJson { changed, remaining })?;
    } else {
        context.out.line(format_args!("{changed} sealed under the first key, {remaining} not."))?;
    }
    if remaining == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    context.out.note("Run it again with --verbose to see which, and why.");
    Ok(ExitCode::FAILURE)
}
