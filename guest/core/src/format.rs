//! In which notation a body is written: JSON as it stands, PHP's form pairs, or XML.
//!
//! Decides how each kind of JSON value looks in the other two; knows nothing of what the data mean or who reads them.

mod form;
mod xml;

use core::fmt;

/// The notation of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    /// JSON, without space between tokens.
    Json,
    /// `application/x-www-form-urlencoded` with the names that PHP reads back as arrays. Loses nulls, empty lists and
    /// empty objects, and whether a value was a text, a number or a boolean.
    Form,
    /// XML 1.0 in UTF-8. Loses whether a value was a text, a number or a boolean, and which of text, list and object
    /// an empty element was.
    Xml,
}

impl Format {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Json, Self::Form, Self::Xml];

    /// `json`, `form` or `xml`.
    #[must_use]
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Form => "form",
            Self::Xml => "xml",
        }
    }

    /// The format of a word.
    #[must_use]
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// The value of the `content-type` header.
    #[must_use]
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Xml => "application/xml",
        }
    }

    /// Writes compact JSON (see [`crate::json::compact`]) in this format. `xml_root` names the outermost element.
    ///
    /// # Errors
    ///
    /// [`TooLarge`], never for JSON.
    pub(crate) fn write(self, compact: String, xml_root: &str) -> Result<Vec<u8>, TooLarge> {
        Ok(match self {
            Self::Json => compact,
            Self::Form => form::write(&compact)?,
            Self::Xml => xml::write(&compact, xml_root)?,
        }
        .into_bytes())
    }
}

/// The largest body that is made of JSON, in bytes: as much as `max-payload-bytes` may allow. A form repeats the whole
/// path with each value, so that small data could become a body of any size.
const MAX_BYTES: usize = 1_000_000;

/// A body in another format than JSON would have more than 1,000,000 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl TooLarge {
    /// Whether a body of this length may be.
    const fn check(bytes: usize) -> Result<(), Self> {
        if bytes > MAX_BYTES { Err(Self) } else { Ok(()) }
    }
}

impl fmt::Display for TooLarge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the data have more than {MAX_BYTES} bytes in the webhook's format; send less, or set it to `json`")
    }
}

impl core::error::Error for TooLarge {}

#[cfg(test)]
mod tests;
