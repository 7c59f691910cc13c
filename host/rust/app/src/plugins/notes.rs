//! What plugins do leaves something to be written down, by another thread than the one that it happened on.
//!
//! Decides how much may wait. Lines of their logs go to the log of this program at once. Knows nothing of the database.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hookwright_runtime::plugins::{JournalEntry, JournalKind, Level, LogLine, Occasion, PluginObserver};

use crate::output::moment::now_ms;

/// Failures that wait to be counted; more are in the log alone.
const WAITING: usize = 200;

/// Lines that wait to be written; more are only counted.
const LINES: usize = 2_000;

/// Something to write into the database.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// The plugin has failed, so often in a row in this process.
    Failed { plugin: String, failure: String, in_a_row: u32 },
    /// It has worked after it had failed.
    Recovered { plugin: String },
    /// It is not called any more.
    Deactivated { plugin: String, reason: String },
}

impl Note {
    fn plugin(&self) -> &str {
        match self {
            Self::Failed { plugin, .. } | Self::Recovered { plugin } | Self::Deactivated { plugin, .. } => plugin,
        }
    }
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
    lines: Vec<JournalEntry>,
    /// How many lines of which plugins there was no room for.
    dropped: BTreeMap<String, u64>,
    ended: bool,
}

/// What there is to write down.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) notes: Vec<Note>,
    /// In the order of time.
    pub(super) lines: Vec<JournalEntry>,
    /// Whether they are the last.
    pub(super) ended: bool,
}

impl Notes {
    /// Waits for notes, at most so long.
    pub(super) fn take(&self, time: Duration) -> Taken {
        let idle = |state: &mut Waiting| state.notes.is_empty() && state.lines.is_empty() && !state.ended;
        let waited = self.changed.wait_timeout_while(self.state(), time, idle);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let mut lines = std::mem::take(&mut state.lines);
        for (plugin, count) in std::mem::take(&mut state.dropped) {
            let message = format!("{count} more lines were dropped: they came too fast to be written down");
            lines.push(JournalEntry::new(now_ms(), &plugin, JournalKind::Log, Level::Warn, &message));
        }
        Taken { notes: state.notes.drain(..).collect(), lines, ended: state.ended }
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

    fn write(&self, line: JournalEntry) {
        let mut state = self.state();
        if state.lines.len() < LINES {
            state.lines.push(line);
        } else {
            *state.dropped.entry(line.plugin).or_default() += 1;
        }
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PluginObserver for Notes {
    fn failed(&self, plugin: &str, occasion: &Occasion, failure: &str, in_a_row: u32) {
        self.write(JournalEntry::new(now_ms(), plugin, JournalKind::Failure, Level::Error, failure).on(occasion));
        if self.state().notes.len() < WAITING {
            let failure = format!("{}: {}", occasion.hook, failure.replace('\n', " "));
            self.add(Note::Failed { plugin: plugin.to_owned(), failure, in_a_row });
        }
    }

    fn recovered(&self, plugin: &str) {
        let is_told = |note: &Note| matches!(note, Note::Recovered { .. });
        let last = self.state().notes.iter().rfind(|note| note.plugin() == plugin).is_some_and(is_told);
        // The failures between found no room.
        if !last {
            self.add(Note::Recovered { plugin: plugin.to_owned() });
        }
    }

    fn deactivated(&self, plugin: &str, reason: &str) {
        self.add(Note::Deactivated { plugin: plugin.to_owned(), reason: reason.to_owned() });
    }

    fn logged(&self, plugin: &str, occasion: &Occasion, line: &LogLine) {
        let LogLine { at, level, message, .. } = line;
        self.write(JournalEntry::new(*at, plugin, JournalKind::Log, *level, message).on(occasion));
        let message = message.replace('\n', " ");
        match level {
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
    fn a_deactivation_and_a_recovery_are_never_left_out() {
        let notes = Notes::default();
        let failed = |note: &Notes| note.add(Note::Failed { plugin: "a".into(), failure: "x".into(), in_a_row: 1 });
        (0..WAITING).for_each(|_| failed(&notes));
        (0..10).for_each(|_| notes.recovered("a"));
        notes.recovered("b");
        notes.deactivated("a", "too often");
        let taken = notes.take(Duration::ZERO);
        assert_eq!((taken.notes.len(), taken.ended), (WAITING + 3, false));
        assert!(matches!(taken.notes.last(), Some(Note::Deactivated { .. })), "{:?}", taken.notes.last());
        notes.end();
        assert_eq!(notes.take(Duration::from_secs(60)), Taken { ended: true, ..Taken::default() });
    }

    #[test]
    fn lines_that_found_no_room_are_counted() {
        let notes = Notes::default();
        let line = |at| JournalEntry::new(at, "a", JournalKind::Log, Level::Info, "x");
        (0..LINES as i64 + 7).for_each(|at| notes.write(line(at)));
        let lines = notes.take(Duration::ZERO).lines;
        assert_eq!(lines.len(), LINES + 1);
        assert!(lines[LINES].message.starts_with("7 more lines were dropped"), "{:?}", lines[LINES]);
    }
}
