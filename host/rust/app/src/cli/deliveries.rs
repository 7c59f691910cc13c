//! `hookwright deliveries`: what was sent, what came of it, sending it again, and ending it.

mod cancel;
mod list;
mod recover;
mod redeliver;
mod show;

use std::process::ExitCode;

use clap::Subcommand;
use hookwright_runtime::deliveries::{Outcome, State};

use crate::cli::Context;
use crate::failure::Failure;
use crate::output::printable::text_of;
use crate::output::{Output, Tone};

/// Commands of `deliveries`.
#[derive(Subcommand)]
pub(crate) enum DeliveriesCommand {
    /// List deliveries, newest first
    List(list::ListArgs),
    /// Show one delivery with its payload and all attempts
    Show(show::ShowArgs),
    /// Make one more attempt due now, also after a delivery succeeded
    Redeliver(redeliver::RedeliverArgs),
    /// Send all again that failed since a time, with a whole schedule of attempts
    Recover(recover::RecoverArgs),
    /// End deliveries that wait
    Cancel(cancel::CancelArgs),
}

/// Runs `deliveries`.
pub(crate) fn run(command: DeliveriesCommand, context: &Context) -> Result<ExitCode, Failure> {
    match command {
        DeliveriesCommand::List(args) => list::run(args, context),
        DeliveriesCommand::Show(args) => show::run(args, context),
        DeliveriesCommand::Redeliver(args) => redeliver::run(args, context),
        DeliveriesCommand::Recover(args) => recover::run(args, context),
        DeliveriesCommand::Cancel(args) => cancel::run(args, context),
    }
}

/// Headers and body of an answer, each line behind `indent`; nothing where there was none.
pub(super) fn tell_outcome(indent: &str, outcome: &Outcome, out: &Output) -> Result<(), Failure> {
    let Outcome::Response(response) = outcome else {
        return Ok(());
    };
    tell_headers(indent, "Response headers", &response.headers, out)?;
    if response.body.is_empty() {
        return Ok(());
    }
    out.line("")?;
    let heading = if response.truncated { "Response body (the beginning)" } else { "Response body" };
    out.toned(Tone::Strong, format_args!("{indent}{heading}"))?;
    text_of(&response.body).lines().try_for_each(|line| out.line(format_args!("{indent}  {line}")))
}

fn tell_headers(indent: &str, heading: &str, headers: &[(String, String)], out: &Output) -> Result<(), Failure> {
    if headers.is_empty() {
        return Ok(());
    }
    out.line("")?;
    out.toned(Tone::Strong, format_args!("{indent}{heading}"))?;
    headers.iter().try_for_each(|(name, value)| out.line(format_args!("{indent}  {name}: {value}")))
}

fn tone(state: State) -> Tone {
    match state {
        State::Delivered => Tone::Good,
        State::Pending | State::Sending | State::Retrying | State::Held => Tone::Waiting,
        State::Exhausted => Tone::Bad,
        State::Cancelled => Tone::Quiet,
    }
}
