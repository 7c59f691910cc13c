//! Decides what clock, randomness and log the core gets.
//!
//! Knows nothing of WebAssembly. With an [`Environment`] of their own, tests replay every behaviour.

use std::time::{SystemTime, UNIX_EPOCH};

pub use crate::bindings::hookwright::webhooks::environment::Level;

/// Clock, randomness and log.
pub trait Environment: Send + Sync {
    /// The time now, in milliseconds since 1970-01-01T00:00:00Z.
    fn now_ms(&self) -> i64;

    /// Fills `bytes` from a cryptographically secure source.
    ///
    /// # Errors
    ///
    /// When the source fails; the call of the core then fails with [`crate::CallError::Host`].
    fn fill_random(&self, bytes: &mut [u8]) -> std::io::Result<()>;

    /// Takes a line for the operator's log. It never holds a secret or a payload.
    fn log(&self, level: Level, message: &str);
}

/// The system's clock and randomness; log lines become `tracing` events of target `hookwright::core`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEnvironment;

impl Environment for SystemEnvironment {
    fn now_ms(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        }
    }

    fn fill_random(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        getrandom::fill(bytes).map_err(|error| std::io::Error::other(error.to_string()))
    }

    fn log(&self, level: Level, message: &str) {
        let message = printable(message);
        match level {
            Level::Debug => tracing::debug!(target: "hookwright::core", "{message}"),
            Level::Info => tracing::info!(target: "hookwright::core", "{message}"),
            Level::Warn => tracing::warn!(target: "hookwright::core", "{message}"),
            Level::Error => tracing::error!(target: "hookwright::core", "{message}"),
        }
    }
}

/// The line without control characters: names and answers of strangers can be in it, and a terminal obeys them.
pub(crate) fn printable(message: &str) -> String {
    message.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// As [`printable`], with its line breaks: for what is shown as a block, such as a stack.
pub(crate) fn printable_lines(message: &str) -> String {
    message.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_command_the_terminal() {
        assert_eq!(printable("name \u{1b}[31mred\u{7}\nnext"), "name  [31mred  next");
    }

    #[test]
    fn random_bytes_are_filled() {
        let (mut one, mut other) = ([0; 32], [0; 32]);
        SystemEnvironment.fill_random(&mut one).unwrap();
        SystemEnvironment.fill_random(&mut other).unwrap();
        assert_ne!(one, other);
    }

    #[test]
    fn the_clock_is_past_the_day_this_was_written() {
        assert!(SystemEnvironment.now_ms() > 1_760_000_000_000);
    }
}
