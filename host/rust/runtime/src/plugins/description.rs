//! Decides whether what a plugin says of itself can be true, and turns it into values that need no further check.
//!
//! Whether a sample conforms to its schema, and whether a topic is taken already, is not decided here.

use std::collections::HashSet;

use serde::Serialize;
use serde::de::IgnoredAny;

pub use super::bindings::exports::hookwright::plugin::hooks::{FailurePolicy, Topic};

use super::bindings::exports::hookwright::plugin::hooks as wit;
use super::hook::Hook;
use super::topic_name;

const NAME_BYTES: usize = 64;
const TEXT_BYTES: usize = 2_000;
const URL_BYTES: usize = 2_000;
const INTERESTS: usize = 50;
const PATTERNS: usize = 100;
const TOPICS: usize = 1_000;
const ATTRIBUTES: usize = 100;

/// What a plugin is, checked.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Description {
    /// Letters, digits and `-`, 64 bytes at most; unique on a site.
    pub name: String,
    /// Semantic version of the plugin.
    pub version: String,
    /// What it does.
    pub summary: String,
    /// Who made it.
    pub author: String,
    /// Where to read more: an https URL.
    pub homepage: Option<String>,
    /// The hooks it wants, each at most once.
    pub interests: Vec<Interest>,
    /// The topics it adds, with schemas and samples that are JSON.
    pub topics: Vec<Topic>,
    /// JSON Schema of its settings.
    pub settings_schema: Option<String>,
    /// What a failure means for the event, unless the site owner says otherwise.
    pub on_failure: FailurePolicy,
    /// Anything else.
    pub attributes: Vec<(String, String)>,
}

/// That a plugin wants a hook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Interest {
    /// The hook.
    pub hook: Hook,
    /// Lower comes first.
    pub priority: i32,
    /// Topic patterns, well formed; empty means all.
    pub topics: Vec<String>,
}

/// What is wrong with a description.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct DescriptionError {
    /// The field, for example `topics[2].schema`.
    pub field: String,
    /// What is wrong with it, and what could stand there.
    pub message: String,
}

impl DescriptionError {
    /// The same about a field of what stands at `place`.
    pub(crate) fn within(mut self, place: &str) -> Self {
        self.field = format!("{place}.{}", self.field);
        self
    }
}

impl Description {
    pub(crate) fn check(raw: wit::Description) -> Result<Self, DescriptionError> {
        check_name(&raw.name)?;
        if let Err(error) = semver::Version::parse(&raw.version) {
            let message = format!("it is no semantic version such as `1.0.0`: {error}");
            return Err(wrong("version", message));
        }
        check_text("summary", &raw.summary)?;
        check_text("author", &raw.author)?;
        raw.homepage.as_deref().map_or(Ok(()), check_homepage)?;
        raw.settings_schema.as_deref().map_or(Ok(()), |schema| check_schema("settings-schema", schema))?;
        check_attributes("attributes", &raw.attributes)?;
        check_topics(&raw.topics)?;
        Ok(Self {
            name: raw.name,
            version: raw.version,
            summary: raw.summary,
            author: raw.author,
            homepage: raw.homepage,
            interests: interests(raw.interests)?,
            topics: raw.topics,
            settings_schema: raw.settings_schema,
            on_failure: raw.on_failure,
            attributes: raw.attributes,
        })
    }

    /// Its interest in a hook.
    #[must_use]
    pub fn interest(&self, hook: Hook) -> Option<&Interest> {
        self.interests.iter().find(|interest| interest.hook == hook)
    }
}

fn wrong(field: impl Into<String>, message: impl Into<String>) -> DescriptionError {
    DescriptionError { field: field.into(), message: message.into() }
}

fn check_name(name: &str) -> Result<(), DescriptionError> {
    let fine = (1..=NAME_BYTES).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fine {
        return Ok(());
    }
    Err(wrong("name", format!("it must have 1 to {NAME_BYTES} letters A-Z a-z, digits and `-`, such as `mask-emails`")))
}

fn check_text(field: &str, text: &str) -> Result<(), DescriptionError> {
    if text.len() > TEXT_BYTES {
        return Err(wrong(field, format!("it has {} bytes; {TEXT_BYTES} is the most", text.len())));
    }
    match text.chars().find(|c| c.is_control() && *c != '\n') {
        Some(found) => Err(wrong(field, format!("it has the control character {found:?}; take it out"))),
        None => Ok(()),
    }
}

fn check_homepage(url: &str) -> Result<(), DescriptionError> {
    let visible = url.len() <= URL_BYTES && url.chars().all(|c| c.is_ascii_graphic());
    match url.strip_prefix("https://") {
        Some(rest) if visible && !rest.is_empty() => Ok(()),
        _ => Err(wrong("homepage", "it must be an https URL of visible ASCII characters, or be left out")),
    }
}

fn check_json(field: &str, text: &str) -> Result<(), DescriptionError> {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(wrong(field, format!("it is not JSON: {error}"))),
    }
}

fn check_schema(field: &str, text: &str) -> Result<(), DescriptionError> {
    check_json(field, text)?;
    match text.trim_start().as_bytes().first() {
        Some(b'{' | b't' | b'f') => Ok(()),
        _ => Err(wrong(field, "a JSON Schema is an object, `true` or `false`")),
    }
}

fn check_attributes(field: &str, attributes: &[(String, String)]) -> Result<(), DescriptionError> {
    if attributes.len() > ATTRIBUTES {
        return Err(wrong(field, format!("{} are too many; {ATTRIBUTES} is the most", attributes.len())));
    }
    attributes.iter().try_for_each(|(name, value)| check_text(field, name).and_then(|()| check_text(field, value)))
}

fn check_topics(topics: &[Topic]) -> Result<(), DescriptionError> {
    if topics.len() > TOPICS {
        return Err(wrong("topics", format!("{} are too many; {TOPICS} is the most", topics.len())));
    }
    let mut names = HashSet::new();
    for (index, topic) in topics.iter().enumerate() {
        let field = |name| format!("topics[{index}].{name}");
        topic_name::check_own(&topic.name).map_err(|message| wrong(field("name"), message))?;
        if !names.insert(&topic.name) {
            return Err(wrong(field("name"), format!("`{}` is in the list twice", topic.name)));
        }
        if topic.title.trim().is_empty() {
            return Err(wrong(field("title"), "it is empty; people see it in the catalogue"));
        }
        check_text(&field("title"), &topic.title)?;
        check_text(&field("description"), &topic.description)?;
        check_text(&field("group"), &topic.group)?;
        topic.schema.as_deref().map_or(Ok(()), |schema| check_schema(&field("schema"), schema))?;
        topic.sample.as_deref().map_or(Ok(()), |sample| check_json(&field("sample"), sample))?;
        check_attributes(&field("attributes"), &topic.attributes)?;
    }
    Ok(())
}

fn interests(raw: Vec<wit::Interest>) -> Result<Vec<Interest>, DescriptionError> {
    if raw.len() > INTERESTS {
        return Err(wrong("interests", format!("{} are too many; {INTERESTS} is the most", raw.len())));
    }
    let mut interests: Vec<Interest> = Vec::with_capacity(raw.len());
    for (index, wit::Interest { hook, priority, topics, attributes }) in raw.into_iter().enumerate() {
        let field = |name: &str| format!("interests[{index}].{name}");
        let Some(hook) = Hook::named(&hook) else {
            return Err(wrong(
                field("hook"),
                format!("this host has no hook `{}`; it has {}", clipped(&hook), Hook::names()),
            ));
        };
        if interests.iter().any(|other| other.hook == hook) {
            return Err(wrong(field("hook"), format!("`{hook}` is in the list twice; list all its topics in one")));
        }
        if topics.len() > PATTERNS {
            return Err(wrong(field("topics"), format!("{} are too many; {PATTERNS} is the most", topics.len())));
        }
        for (at, pattern) in topics.iter().enumerate() {
            topic_name::check_pattern(pattern).map_err(|message| wrong(field(&format!("topics[{at}]")), message))?;
        }
        check_attributes(&field("attributes"), &attributes)?;
        interests.push(Interest { hook, priority, topics });
    }
    Ok(interests)
}

/// The start of a text that may be of any length.
fn clipped(text: &str) -> String {
    text.chars().take(NAME_BYTES).collect()
}

#[cfg(test)]
mod tests;
