//! `hookwright policy`: what the retry policy does, without doing it.

mod answers;
mod simulate;

use std::process::ExitCode;

use clap::Subcommand;

use crate::cli::Context;
use crate::failure::Failure;

/// Subcommands of `policy`.
#[derive(Subcommand)]
pub(crate) enum PolicyCommand {
    /// Tell what would happen to a delivery and its webhook, when and why
    Simulate(simulate::SimulateArgs),
}

/// Runs `policy`.
pub(crate) fn run(command: PolicyCommand, context: &Context) -> Result<ExitCode, Failure> {
    match command {
        PolicyCommand::Simulate(args) => simulate::run(&args, context),
    }
}
