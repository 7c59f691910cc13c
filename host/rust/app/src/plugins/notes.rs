//! What plugins' failures leave to be written down, by another thread than the one that they happened on.
//!
//! Decides how much may wait. Lines of their logs go to the log at once. Knows nothing of the database.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hookwright_runtime::plugins::{Level, LogLine, PluginObserver};

/// Failures that wait to be counted; more are in the log alone.
const WAITING: usize = 200;

/// Something to write down.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// The plugin has failed.
    Failed { plugin: String, failure: String },
    /// It is not called any more.
    Deactivated { plugin: String, reason: String },
}

/// Notes on their way.
#[derive(Debug, Default)]
pub(super) struct Notes {
    state: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    notes: VecDeque<Note>,
    ended: bool,
}

impl Notes {
    /// Waits for notes, at most so long. Gives those that there are, and whether they are the last.
    pub(super) fn take(&self, time: Duration) -> (Vec<Note>, bool) {
        let idle = |state: &mut Waiting| state.notes.is_empty() && !state.ended;
        let waited = self.changed.wait_timeout_while(self.state(), time, idle);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (state.notes.drain(..).collect(), state.ended)
    }

    /// No more notes are coming.
    pub(super) fn end(&self) {
        self.state().ended = true;
        self.changed.notify_all();
    }

    fn add(&self, note: Note) {
        self.state().notes.push_back(note);
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PluginObserver for Notes {
    fn failed(&self, plugin: &str, failure: &str, _in_a_row: u32) {
        if self.state().notes.len() < WAITING {
            self.add(Note::Failed { plugin: plugin.to_owned(), failure: failure.to_owned() });
        }
    }

    fn deactivated(&self, plugin: &str, reason: &str) {
        self.add(Note::Deactivated { plugin: plugin.to_owned(), reason: reason.to_owned() });
    }

    fn logged(&self, plugin: &str, line: &LogLine) {
        let message = &line.message;
        match line.level {
            Level::Debug => tracing::debug!(plugin, "{message}"),
            Level::Info => tracing::info!(plugin, "{message}"),
            Level::Warn => tracing::warn!(plugin, "{message}"),
            Level::Error => tracing::error!(plugin, "{message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deactivation_is_never_left_out() {
        let notes = Notes::default();
        (0..WAITING + 10).for_each(|_| notes.failed("a", "it broke off", 1));
        notes.deactivated("a", "too often");
        let (taken, ended) = notes.take(Duration::ZERO);
        assert_eq!((taken.len(), ended), (WAITING + 1, false));
        assert!(matches!(taken.last(), Some(Note::Deactivated { .. })), "{:?}", taken.last());
        notes.end();
        assert_eq!(notes.take(Duration::from_secs(60)), (Vec::new(), true));
    }
}
