//! Decides what is kept of what a plugin says: the newest lines, each cut to a length.
//!
//! Knows nothing of hooks.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

pub use super::bindings::hookwright::plugin::environment::Level;

use crate::environment::printable_lines;

/// Bytes of a line; the rest is cut off. wit/plugin promises so many.
pub(crate) const LINE_CAP_BYTES: usize = 4_096;

/// Lines that are kept of a plugin.
const LINES: usize = 500;

/// A line of a plugin's log.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct LogLine {
    /// When it was said, in Unix milliseconds.
    pub at: i64,
    /// How much it matters.
    pub level: Level,
    /// The text, without control characters but line breaks.
    pub message: String,
}

impl LogLine {
    pub(crate) fn new(at: i64, level: Level, message: &str) -> Self {
        let end = message.floor_char_boundary(LINE_CAP_BYTES);
        Self { at, level, message: printable_lines(&message[..end]) }
    }
}

/// The newest lines of one plugin.
#[derive(Debug, Default)]
pub(crate) struct Log(Mutex<VecDeque<LogLine>>);

impl Log {
    pub(crate) fn add(&self, lines: &[LogLine]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(lines.iter().cloned());
        let surplus = kept.len().saturating_sub(LINES);
        kept.drain(..surplus);
    }

    /// All that is kept, oldest first.
    pub(crate) fn lines(&self) -> Vec<LogLine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_lines_are_kept() {
        let log = Log::default();
        for at in 0..LINES as i64 + 7 {
            log.add(&[LogLine::new(at, Level::Info, "x")]);
        }
        let lines = log.lines();
        assert_eq!((lines.len(), lines[0].at), (LINES, 7));
    }

    #[test]
    fn a_line_is_cut_between_characters_and_cannot_command_a_terminal() {
        let line = LogLine::new(0, Level::Warn, &format!("a\u{1b}{}", "ä".repeat(4_000)));
        assert_eq!(line.message.len(), LINE_CAP_BYTES);
        assert!(line.message.starts_with("a ä"));
    }
}
