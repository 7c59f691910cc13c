//! `hookwright secret`: new secrets. Needs no database.

use std::process::ExitCode;

use clap::Subcommand;

use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::Database;

/// Commands of `secret`.
#[derive(Subcommand)]
pub(crate) enum SecretCommand {
    /// Print a new secret, stored nowhere
    New {
        /// Random bytes in it, 24 to 64
        #[arg(long, value_name = "N", default_value_t = 32)]
        bytes: u32,
    },
}

/// Runs `secret`.
pub(crate) fn run(command: &SecretCommand, context: &Context) -> Result<ExitCode, Failure> {
    let SecretCommand::New { bytes } = command;
    let made = context.open(Database::Unused)?.hookwright.generate_secret(*bytes).wait();
    let secret = made.map_err(|error| Failure::from(error).naming(&[("len", "--bytes")]))?;
    if context.out.is_json() {
        context.out.json(&serde_json::json!({ "secret": secret }))?;
    } else {
        context.out.line(secret)?;
    }
    Ok(ExitCode::SUCCESS)
}
