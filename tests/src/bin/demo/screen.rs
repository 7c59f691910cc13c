//! How the demo looks: steps, commands and what they printed.
//!
//! Decides colour and space. Knows nothing of the story.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

/// Lines of a program are cut there: a wrapped table cannot be read.
const COLUMNS: usize = 116;

/// What is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    colour: bool,
}

/// How a piece of text stands out. The text is an ANSI code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look(&'static str);

impl Look {
    /// Headings.
    pub(crate) const BOLD: Self = Self("1");
    /// What a program printed.
    pub(crate) const FAINT: Self = Self("2");
    /// What is well.
    pub(crate) const GREEN: Self = Self("32");
    /// What failed, as it was meant to.
    pub(crate) const YELLOW: Self = Self("33");
    /// What failed.
    pub(crate) const RED: Self = Self("1;31");
}

impl Screen {
    /// Coloured on a terminal, unless `NO_COLOR` is set.
    pub(crate) fn new() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { colour: wanted && io::stdout().is_terminal() }
    }

    /// The title.
    pub(crate) fn title(self, text: &str) {
        self.line(self.look(Look::BOLD, text));
    }

    /// A heading with a number.
    pub(crate) fn step(self, number: usize, text: &str) {
        self.line("");
        self.line(self.look(Look::BOLD, &format!("{number}. {text}")));
    }

    /// What is typed at the prompt.
    pub(crate) fn typed(self, command: &str) {
        self.line(format!("   {} {command}", self.look(Look::GREEN, "$")));
    }

    /// A line that the command printed; a very long one is cut.
    pub(crate) fn printed(self, line: &str) {
        let mut text = format!("     {line}").trim_end().to_owned();
        if let Some((end, _)) = text.char_indices().nth(COLUMNS) {
            text.truncate(end);
            text.push('…');
        }
        self.line(self.look(Look::FAINT, &text));
    }

    /// A line of the story.
    pub(crate) fn told(self, line: &str) {
        self.line(format!("   {line}").trim_end());
    }

    /// Text with a look, for use in a line.
    pub(crate) fn look(self, look: Look, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("\u{1b}[{}m{text}\u{1b}[0m", look.0) } else { text.to_owned() }
    }

    /// A line as it is. A reader that has gone away is no reason to fail.
    pub(crate) fn line(self, text: impl Display) {
        let _ = writeln!(io::stdout(), "{text}");
    }
}
