//! Decides what of the log is shown on stderr: nothing, more with `-v`, or what HOOKWRIGHT_LOG says.

use std::env;
use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::failure::Failure;

/// Starts to show the log.
///
/// # Errors
///
/// When HOOKWRIGHT_LOG is not a filter.
pub(crate) fn start(verbose: u8) -> Result<(), Failure> {
    let colours = io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(colours)
        .with_env_filter(filter(verbose)?)
        .with_target(verbose > 1)
        .init();
    Ok(())
}

fn filter(verbose: u8) -> Result<EnvFilter, Failure> {
    if let Ok(given) = env::var("HOOKWRIGHT_LOG")
        && verbose == 0
    {
        return EnvFilter::try_new(&given).map_err(|error| {
            Failure::option(
                "HOOKWRIGHT_LOG",
                format!("{error}; write for example `info` or `hookwright_dispatcher=debug`"),
            )
        });
    }
    Ok(EnvFilter::new(match verbose {
        // A command tells by itself why it failed.
        0 => "off",
        1 => "warn,hookwright=info,hookwright_dispatcher=info,hookwright_runtime=info",
        2 => "info,hookwright=debug,hookwright_dispatcher=debug,hookwright_runtime=debug",
        _ => "debug,hookwright=trace,hookwright_dispatcher=trace,hookwright_runtime=trace",
    }))
}
