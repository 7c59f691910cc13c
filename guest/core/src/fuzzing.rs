//! Private parsers, for the targets in `fuzz/`, which are a crate of their own. No part of the API.

use crate::format::Format;
use crate::json;

/// JSON without space between its tokens.
///
/// # Errors
///
/// What is wrong, for a person.
pub fn compact(text: &str) -> Result<String, String> {
    json::compact(text).map_err(|error| error.to_string())
}

/// Compact JSON as form pairs and as XML; none when one of them would be too large.
#[must_use]
pub fn bodies(compact: &str) -> Option<(String, String)> {
    let [form, xml] = [Format::Form, Format::Xml]
        .map(|format| String::from_utf8(format.write(compact.to_owned(), "event").ok()?).ok());
    form.zip(xml)
}
