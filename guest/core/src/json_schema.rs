//! Whether an event's data are of the form that its topic's JSON Schema says (draft 2020-12).
//!
//! Decides by the keywords that catalogues use, and refuses a schema with one that would change the answer and is not
//! among them, so that nothing is passed over in silence. Knows nothing of topics; loads nothing from elsewhere.
//!
//! | | |
//! | --- | --- |
//! | any value | `type` `enum` `const` `allOf` `anyOf` `oneOf` `not` `if` `then` `else` `$ref` |
//! | objects | `properties` `required` `additionalProperties` `patternProperties` `propertyNames` |
//! | | `minProperties` `maxProperties` `dependentRequired` `dependentSchemas` |
//! | lists | `items` `prefixItems` `contains` `minContains` `maxContains` `minItems` `maxItems` `uniqueItems` |
//! | numbers | `minimum` `maximum` `exclusiveMinimum` `exclusiveMaximum` `multipleOf`, exact in decimals |
//! | text | `minLength` `maxLength` in code points, `pattern` (what of it: `pattern.rs`) |
//!
//! `$ref` leads into the same document: `#`, or `#/` and a JSON pointer. `format`, titles and the like only describe.

mod check;
mod keyword;
mod keywords;
mod numbers;
mod pattern;
#[cfg(test)]
mod tests;
mod unique;
mod validate;

use core::fmt;

use serde_json::Value;

/// A schema whose every keyword is understood.
#[derive(Clone, Debug)]
pub struct Schema {
    root: Value,
}

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    ///
    /// A [`SchemaError`] that names the first keyword that is malformed or not supported.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        let root = serde_json::from_str(text).map_err(|error| SchemaError {
            pointer: String::new(),
            message: format!("the schema is not JSON: {error}"),
        })?;
        check::check(&root)?;
        Ok(Self { root })
    }

    /// What is wrong with the data, at most so many; nothing when they are of the form.
    ///
    /// The work is bounded. Data that are too much to check against this schema count as wrong, and the violation
    /// says so.
    #[must_use]
    pub fn violations(&self, data: &Value, most: usize) -> Vec<Violation> {
        validate::violations(&self.root, data, most)
    }

    /// Which parts of the data a schema that applies to them marks as `deprecated`, as JSON pointers; at most 100.
    #[must_use]
    pub fn deprecated_fields(&self, data: &Value) -> Vec<String> {
        validate::deprecated(&self.root, data)
    }
}

/// One thing that is wrong with data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where in the data, as a JSON pointer; empty for the whole.
    pub pointer: String,
    /// What is expected there.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_located(out, &self.pointer, &self.message)
    }
}

/// Why a text is no schema, or not one that can be checked here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    /// Where in the schema, as a JSON pointer to the keyword; empty for the whole.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_located(out, &self.pointer, &self.message)
    }
}

impl core::error::Error for SchemaError {}

fn write_located(out: &mut fmt::Formatter<'_>, pointer: &str, message: &str) -> fmt::Result {
    if pointer.is_empty() { out.write_str(message) } else { write!(out, "{pointer}: {message}") }
}

/// Adds a step to a JSON pointer (RFC 6901).
fn push_step(pointer: &mut String, step: &str) {
    pointer.push('/');
    if step.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
        pointer.push_str(&step.replace("~", "~0").replace("/", "~1"));
    } else {
        pointer.push_str(step);
    }
}

/// The schema that a reference leads to, if it leads into the same document.
fn target<'s>(root: &'s Value, reference: &str) -> Option<&'s Value> {
    let id = root.get("$id").and_then(Value::as_str).unwrap_or_default().trim_end_matches('#');
    let fragment = reference.strip_prefix(id).unwrap_or(reference);
    // Percent escapes are never needed in a pointer of JSON, and nobody writes them.
    match fragment.strip_prefix('#') {
        Some(pointer) => root.pointer(pointer).filter(|_| !pointer.contains('%')),
        None => (fragment.is_empty() && !id.is_empty()).then_some(root),
    }
}
