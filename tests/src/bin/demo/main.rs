//! The main job, once, before the eyes of a stranger: webhooks are created, events are published, one receiver fails
//! twice and recovers, and all arrives.
//!
//! Everything is real: the `hookwright` program beside this one, a SQLite file, HTTP on loopback, and a receiver that
//! verifies with the crate `standardwebhooks`, which is not ours. Succeeds only if every delivery arrived as it was
//! published. Leaves nothing behind.

mod expectation;
mod receiver;
mod screen;
mod shell;
mod story;

use std::process::ExitCode;
use std::time::Duration;

use screen::{Look, Screen};

/// The whole demo takes a few seconds; with the first compilation of the component on a slow machine, some more.
const LIMIT: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> ExitCode {
    let screen = Screen::new();
    let outcome = tokio::select! {
        outcome = tokio::time::timeout(LIMIT, story::tell(screen)) => {
            outcome.unwrap_or_else(|_| Err(anyhow::anyhow!("the demo was not done after {} s", LIMIT.as_secs())))
        }
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            screen.line("");
            screen.line(format!("{} {error:#}", screen.look(Look::RED, "The demo failed:")));
            ExitCode::FAILURE
        }
    }
}
