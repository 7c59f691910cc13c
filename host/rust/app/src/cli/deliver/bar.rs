//! A progress bar in the place of thousands of lines.

use std::fmt;
use std::time::Duration;

use hookwright_dispatcher::State;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::output::moment::now_ms;
use crate::progress::Attempt;

const TEMPLATE: &str = "{bar:32} {human_pos} of {human_len} sent, {rate} per second, {eta} left{msg}";

/// How far a run is, on stderr.
#[derive(Debug)]
pub(super) struct Bar {
    bar: ProgressBar,
    /// Retries that are due in this time are waited for, so they count as work ahead.
    wait: Duration,
    to_retry: u64,
    given_up: u64,
}

impl Bar {
    /// A bar for so many deliveries.
    pub(super) fn new(deliveries: u64, wait: Duration) -> Self {
        let bar = ProgressBar::new(deliveries);
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style.with_key("rate", |state: &ProgressState, text: &mut dyn fmt::Write| {
                // A piece of the bar that cannot be written is no reason to fail.
                let _ = write!(text, "{:.0}", state.per_sec());
            }));
        }
        Self { bar, wait, to_retry: 0, given_up: 0 }
    }

    /// Takes note of an attempt.
    pub(super) fn advance(&mut self, attempt: &Attempt) {
        match (attempt.decision.state, attempt.decision.due_at) {
            (State::Retrying, Some(due)) => {
                self.to_retry += 1;
                let ahead = u64::try_from(due.saturating_sub(now_ms())).unwrap_or(0);
                if u128::from(ahead) <= self.wait.as_millis() {
                    self.bar.inc_length(1);
                }
            }
            (State::Exhausted, _) => self.given_up += 1,
            _ => {}
        }
        self.bar.inc(1);
        // More may have been published since the start.
        if self.bar.length().is_some_and(|length| length < self.bar.position()) {
            self.bar.set_length(self.bar.position());
        }
        if self.to_retry + self.given_up > 0 {
            self.bar.set_message(format!("; {} put off, {} given up", self.to_retry, self.given_up));
        }
    }

    /// Writes something else without a mess.
    pub(super) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
