//! Decides what TOML means as JSON: a date or time is its text, and a number that JSON does not have is refused.

use toml::{Table, Value};

use super::super::description::DescriptionError;
use super::{TopicsFileError, named, wrong};

/// The same as JSON, keys in their order.
///
/// # Errors
///
/// [`TopicsFileError::Syntax`] with its place; [`TopicsFileError::Field`] of `inf` and `nan`.
pub(super) fn to_json(text: &str) -> Result<String, TopicsFileError> {
    let mut table: Table = toml::from_str(text).map_err(|error| syntax(text, &error))?;
    let names = topic_names(&table);
    for (name, value) in &mut table {
        fit(value, name).map_err(|error| named(error, &names))?;
    }
    serde_json::to_string(&table).map_err(|error| wrong("topics", error.to_string()).into())
}

fn syntax(text: &str, error: &toml::de::Error) -> TopicsFileError {
    let start = error.span().map_or(0, |span| text.floor_char_boundary(span.start.min(text.len())));
    let before = &text[..start];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    TopicsFileError::Syntax {
        form: "TOML",
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        message: error.message().replace('\n', ", "),
    }
}

fn topic_names(table: &Table) -> Vec<String> {
    let topics = table.get("topics").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    topics.iter().map(|topic| topic.get("name").and_then(Value::as_str).unwrap_or_default().to_owned()).collect()
}

fn fit(value: &mut Value, place: &str) -> Result<(), DescriptionError> {
    match value {
        Value::Datetime(moment) => *value = Value::String(moment.to_string()),
        Value::Float(number) if !number.is_finite() => {
            return Err(wrong(place, format!("JSON has no number {number}; write another, or a text")));
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                fit(item, &format!("{place}[{index}]"))?;
            }
        }
        Value::Table(fields) => {
            for (name, field) in fields {
                fit(field, &format!("{place}.{name}"))?;
            }
        }
        Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => {}
    }
    Ok(())
}
