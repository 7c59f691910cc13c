//! Decides how xtask speaks: on standard error, so that a child's standard output stays clean, and never failing
//! because nobody listens.

use std::fmt::Display;
use std::io::{IsTerminal, Write, stderr};

/// Columns of the transient line; longer text is cut, because a wrapped line cannot be taken back.
const TRANSIENT_COLUMNS: usize = 78;

/// Prints one line.
pub(crate) fn line(text: impl Display) {
    line_to(&mut stderr(), text);
}

/// Prints one line somewhere else than [`line()`] does.
pub(crate) fn line_to(out: &mut impl Write, text: impl Display) {
    // A closed terminal is no reason to stop a build.
    let _ = writeln!(out, "{text}");
}

/// The last word of a running step, shown in place on a terminal and nowhere else.
#[derive(Debug)]
pub(crate) struct Progress {
    step: String,
    on_terminal: bool,
    shown: bool,
}

impl Progress {
    /// Nothing is shown before the first [`Progress::show`].
    pub(crate) fn of(step: &str) -> Self {
        Self { step: step.to_owned(), on_terminal: stderr().is_terminal(), shown: false }
    }

    /// Replaces what is shown.
    pub(crate) fn show(&mut self, text: &str) {
        if self.on_terminal {
            let text: String = format!("{}: {}", self.step, text.trim()).chars().take(TRANSIENT_COLUMNS).collect();
            let _ = write!(stderr(), "\r\x1b[2K{text}");
            self.shown = true;
        }
    }

    /// Takes back what is shown, so that a lasting line can stand there.
    pub(crate) fn clear(&mut self) {
        if self.shown {
            let _ = write!(stderr(), "\r\x1b[2K");
            self.shown = false;
        }
    }
}

/// A number with commas between the thousands.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_from_the_right() {
        let texts = [0, 999, 1_000, 86_012, 1_000_000].map(grouped);
        assert_eq!(texts, ["0", "999", "1,000", "86,012", "1,000,000"]);
    }
}
