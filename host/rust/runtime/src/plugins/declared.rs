//! Decides what a plugin without code is: a JSON or TOML file with its name and its topics.
//!
//! Whatever its form, it ends as the description that a component would have given, under the same checks. Knows
//! nothing of catalogues and files.

mod fields;
mod toml_text;

use super::bindings::exports::hookwright::plugin::hooks as wit;
use super::description::{Description, DescriptionError, FailurePolicy, Topic};
use super::limits::DESCRIPTION_CAP_BYTES;
use fields::Fields;

/// Why a file of topics cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TopicsFileError {
    /// It has more than 4 MiB.
    #[error("it has {bytes} bytes; {} is the most for a file of topics", DESCRIPTION_CAP_BYTES)]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is not JSON, or not TOML.
    #[error("line {line}, column {column}: it is not {form}: {message}")]
    Syntax {
        /// `JSON` or `TOML`.
        form: &'static str,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the parser said.
        message: String,
    },
    /// What it says of itself cannot be.
    #[error(transparent)]
    Field(#[from] DescriptionError),
}

const ALL: [&str; 6] = ["name", "version", "summary", "author", "homepage", "topics"];
const OF_TOPIC: [&str; 6] = ["name", "title", "description", "group", "schema", "sample"];

/// Whether bytes that are no WebAssembly are meant as a file of topics: a JSON object, or TOML that sets one of its
/// fields.
pub(crate) fn is_meant(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let text = without_mark(text).trim_start();
    text.starts_with('{') || text.lines().any(sets_a_field)
}

/// The description that the file gives.
///
/// # Errors
///
/// A [`TopicsFileError`].
pub(crate) fn read(bytes: &[u8]) -> Result<Description, TopicsFileError> {
    if bytes.len() > DESCRIPTION_CAP_BYTES {
        return Err(TopicsFileError::TooLarge { bytes: bytes.len() });
    }
    let text = String::from_utf8_lossy(bytes);
    let text = without_mark(&text);
    let raw = if text.trim_start().starts_with('{') { of_json(text)? } else { of_json(&toml_text::to_json(text)?)? };
    let names: Vec<String> = raw.topics.iter().map(|topic| topic.name.clone()).collect();
    Description::check(raw).map_err(|error| named(error, &names).into())
}

/// Editors of some systems put it before a text.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn sets_a_field(line: &str) -> bool {
    let line = line.trim_start();
    let key = line.split(['=', ' ', '\t']).next().unwrap_or_default();
    line.starts_with("[[topics]]") || (ALL.contains(&key) && line[key.len()..].trim_start().starts_with('='))
}

fn of_json(text: &str) -> Result<wit::Description, TopicsFileError> {
    let mut file = Fields::read(text).map_err(|error| TopicsFileError::Syntax {
        form: "JSON",
        line: error.line(),
        column: error.column(),
        message: without_place(&error),
    })?;
    file.check_names("", &ALL)?;
    let topics: Vec<Topic> = file
        .list("topics")?
        .into_iter()
        .enumerate()
        .map(|(index, text)| topic(index, &text))
        .collect::<Result<_, _>>()?;
    if topics.is_empty() {
        return Err(wrong("topics", "write at least one topic: without one the plugin does nothing").into());
    }
    Ok(wit::Description {
        name: file.required("name")?,
        version: file.required("version")?,
        summary: file.text("summary")?.unwrap_or_default(),
        author: file.text("author")?.unwrap_or_default(),
        homepage: file.text("homepage")?,
        interests: Vec::new(),
        topics,
        settings_schema: None,
        on_failure: FailurePolicy::FailOpen,
        attributes: Vec::new(),
    })
}

fn topic(index: usize, text: &str) -> Result<Topic, DescriptionError> {
    let place = format!("topics[{index}]");
    let mut fields =
        Fields::read(text).map_err(|_| wrong(place.as_str(), "write an object with `name` and `title`"))?;
    let name = fields.text("name").map_err(|error| error.within(&place))?.unwrap_or_default();
    let place = if name.is_empty() { place } else { format!("{place} ({name})") };
    let read = |fields: &mut Fields| {
        fields.check_names("of a topic ", &OF_TOPIC)?;
        Ok(Topic {
            title: fields.required("title")?,
            description: fields.text("description")?.unwrap_or_default(),
            group: fields.text("group")?.unwrap_or_default(),
            schema: fields.value("schema"),
            sample: fields.value("sample"),
            attributes: Vec::new(),
            name: if name.is_empty() { fields.required("name")? } else { name },
        })
    };
    read(&mut fields).map_err(|error: DescriptionError| error.within(&place))
}

/// A field `topics[2].sample` with the topic's name behind its place.
fn named(mut error: DescriptionError, names: &[String]) -> DescriptionError {
    let split = error.field.strip_prefix("topics[").and_then(|rest| rest.split_once("]."));
    let found = split.and_then(|(index, field)| Some((index, names.get(index.parse::<usize>().ok()?)?, field)));
    if let Some((index, name, field)) = found.filter(|(_, name, _)| !name.is_empty()) {
        let name: String = name.chars().take(120).collect();
        error.field = format!("topics[{index}] ({name}).{field}");
    }
    error
}

fn wrong(field: impl Into<String>, message: impl Into<String>) -> DescriptionError {
    DescriptionError { field: field.into(), message: message.into() }
}

/// What serde says without the place, which is told before it.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message).to_owned()
}

#[cfg(test)]
mod tests;
