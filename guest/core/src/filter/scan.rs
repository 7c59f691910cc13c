//! Walks through the text of a condition, and says what is wrong where. Knows the words, not the grammar.

use core::fmt;

use super::FilterError;
use super::parse::Node;

/// Its functions give nothing where they have put down an error.
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// Parts so far.
    pub(super) nodes: usize,
    /// Nesting here.
    pub(super) depth: usize,
    error: Option<FilterError>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, nodes: 0, depth: 0, error: None }
    }

    /// The condition, or what was wrong last.
    pub(super) fn finish(self, node: Option<Node>) -> Result<Node, FilterError> {
        match (node, self.error) {
            (Some(node), None) => Ok(node),
            (_, error) => Err(error.unwrap_or(FilterError { column: 1, message: String::new() })),
        }
    }

    /// The byte at this place of the text; 0 past its end.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    pub(super) fn skip_space(&mut self) {
        while matches!(self.byte(self.at), b' ' | b'\t' | b'\n' | b'\r' | b'\x0c') {
            self.at += 1;
        }
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next character that is no space.
    pub(super) fn peek(&mut self) -> Option<char> {
        self.skip_space();
        self.rest().chars().next()
    }

    pub(super) fn peek_is(&mut self, text: &str) -> bool {
        self.skip_space();
        self.rest().starts_with(text)
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.peek_is(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Goes past what is given in backticks.
    pub(super) fn expect(&mut self, quoted: &str) -> Option<()> {
        if self.eat(quoted.trim_matches('`')) { Some(()) } else { self.expected(quoted) }
    }

    /// The word that comes next; empty if there is none.
    pub(super) fn word(&mut self) -> &'t str {
        self.skip_space();
        let mut end = self.at;
        while self.byte(end).is_ascii_alphanumeric() || self.byte(end) == b'_' {
            end += 1;
        }
        let word = self.text.get(self.at..end).unwrap_or_default();
        if self.byte(self.at).is_ascii_digit() { "" } else { word }
    }

    pub(super) fn expected<T>(&mut self, what: &str) -> Option<T> {
        self.note_expected(what);
        None
    }

    /// That something else should stand here, with what may have been meant.
    fn note_expected(&mut self, what: &str) {
        let word = self.word();
        let next = self.peek();
        let length = if word.is_empty() { next.map_or(0, char::len_utf8) } else { word.len() };
        let found = self.rest().get(..length).unwrap_or_default();
        let hint = match found {
            "and" | "AND" | "&" => "; write `&&`",
            "or" | "OR" | "|" => "; write `||`",
            "not" | "NOT" => "; write `!`",
            "True" | "TRUE" | "False" | "FALSE" => "; write true and false in lower case",
            "None" | "nil" | "NULL" | "undefined" => "; write null",
            "=" => "; write `==`",
            "+" | "-" | "*" | "/" | "%" => "; there is no arithmetic",
            "?" | ":" => "; there is no `? :`, use `&&` and `||`",
            "{" => "; there are no maps",
            "“" | "”" | "‘" | "’" | "`" => "; text stands in straight quotes, \"…\" or '…'",
            _ if what.starts_with("data,") && !word.is_empty() => {
                "; a field of the data is written `data.name`, text in quotes"
            }
            _ => "",
        };
        let (quote, found) = if found.is_empty() { ("", "the end") } else { ("`", found) };
        self.note(self.at, format_args!("expected {what}, found {quote}{found}{quote}{hint}"));
    }

    pub(super) fn fail<T>(&mut self, at: usize, message: fmt::Arguments<'_>) -> Option<T> {
        self.note(at, message);
        None
    }

    fn note(&mut self, at: usize, message: fmt::Arguments<'_>) {
        let column = self.text.get(..at).unwrap_or_default().chars().count() + 1;
        self.error = Some(FilterError { column, message: message.to_string() });
    }
}
