//! Which events a webhook wants, by a condition on their data: a safe subset of CEL, the Common Expression Language.
//!
//! Decides what a condition may say, and whether an event meets it. Knows nothing of webhooks. It is CEL as its
//! language definition has it (<https://github.com/google/cel-spec>), and less of it:
//!
//! | what | |
//! | --- | --- |
//! | variables | `data`, `topic`, `account` (null where there is none), `event_id` |
//! | literals | `12`, `12u`, `1.5e3`, `"text"`, `'text'` with CEL's escapes, `true`, `false`, `null`, `[1, 'a']` |
//! | parts of the data | `data.order.total`, `data.items[0].sku`, `data["odd name"]` |
//! | comparisons | `==` `!=` `<` `<=` `>` `>=`, and `in` for lists and for the names of an object |
//! | logic | `&&` `\|\|` `!` and parentheses |
//! | functions | `has(data.a.b)`, `size(x)`, `x.startsWith("…")`, `x.endsWith("…")`, `x.contains("…")` |
//!
//! What is missing or of the wrong type is CEL's error: `&&` with something false is false and `||` with something true
//! is true all the same; otherwise the error stays, and an event whose condition ends in one is not wanted. So
//! `!(data.total > 5)` does not take in events without a total; `!has(data.total) || data.total <= 5` does.
//! `==` and `!=` compare any two types; numbers are compared by value, exactly.
//!
//! No loops, no arithmetic, no regular expressions: the work is bounded by the condition and the data, and beyond a
//! fixed amount the event is not wanted.

mod evaluate;
mod literal;
mod parse;
mod scan;
#[cfg(test)]
mod tests;

use core::fmt;
use core::str::FromStr;

use serde_json::Value;

/// A condition on events.
#[derive(Clone, Debug)]
pub struct Filter {
    text: String,
    condition: parse::Node,
}

impl Filter {
    /// Longest text, in bytes.
    pub const MAX_BYTES: usize = 2_000;

    /// Parses a condition.
    ///
    /// # Errors
    ///
    /// A [`FilterError`] with the place and what would be right.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Ok(Self { condition: parse::parse(text)?, text: text.to_owned() })
    }

    /// The text that was parsed, as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the condition is true of the event.
    #[must_use]
    pub fn matches(&self, input: &FilterInput<'_>) -> bool {
        evaluate::is_true(&self.condition, input)
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Filter {}

impl fmt::Display for Filter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        Self::parse(text)
    }
}

/// What a condition can ask about.
#[derive(Clone, Copy, Debug)]
pub struct FilterInput<'a> {
    /// The event's topic.
    pub topic: &'a str,
    /// The event's account; none is `null`.
    pub account: Option<&'a str>,
    /// The event's id.
    pub event_id: &'a str,
    /// The event's data.
    pub data: &'a Value,
}

/// Why a text is no condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// Where, in characters from 1.
    pub column: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for FilterError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "column {}: {}", self.column, self.message)
    }
}

impl core::error::Error for FilterError {}
