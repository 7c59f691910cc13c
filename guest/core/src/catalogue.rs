//! All known topics: built-in packs, families of names, topics registered at run time, topics of extensions.
//!
//! Decides which names exist and what is known of them; knows nothing of webhooks and events.

mod builtin;
mod settings;

use std::collections::HashSet;

use builtin::{builtin, builtin_topics, did_you_mean, is_builtin};

use crate::call::Call;
use crate::error::{Error, FieldErrors, Result, check_search};
use crate::json;
use crate::paging::Paging;
use crate::ports::StorageError;
use crate::sql::{IN_LIST_MAX, Row, TopicRow, rows};
use crate::topic::Topic;

pub(crate) use builtin::family_beginnings;
pub(crate) use settings::{DEDUPE_MAX_MS, deprecation, usable_schema};
pub use settings::{TopicSettings, Validation};

/// What is known of a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicInfo {
    /// Unique name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// When it fires.
    pub description: String,
    /// Heading.
    pub group: String,
    /// Names of built-in packs, `custom`, or `extension:` and a name.
    pub sources: Vec<String>,
    /// JSON Schema (draft 2020-12) of the data.
    pub schema: Option<String>,
    /// Realistic data as JSON.
    pub sample: Option<String>,
    /// Why nobody should use it any more, as its settings say.
    pub deprecated: Option<String>,
    /// The topic to use in its place.
    pub replaced_by: Option<String>,
}

/// A topic to register.
#[derive(Clone, Debug, Default)]
pub struct NewTopic {
    /// Unique name.
    pub name: String,
    /// Default: the name in words.
    pub title: Option<String>,
    /// When it fires.
    pub description: Option<String>,
    /// Default `custom`.
    pub group: Option<String>,
    /// JSON Schema (draft 2020-12) of the data.
    pub schema: Option<String>,
    /// Realistic data as JSON.
    pub sample: Option<String>,
}

/// Which topics to list.
#[derive(Clone, Debug)]
pub struct TopicQuery {
    /// Text in name, title or description.
    pub search: Option<String>,
    /// One of [`TopicInfo::sources`].
    pub source: Option<String>,
    /// Heading.
    pub group: Option<String>,
    /// Which page.
    pub paging: Paging,
}

const CUSTOM: &str = "custom";
const TITLE_MAX: usize = 200;
const GROUP_MAX: usize = 60;
const DESCRIPTION_MAX: usize = 2_000;
const DOCUMENT_MAX: usize = 262_144;
const SCHEMA_DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

impl Call<'_> {
    /// One topic.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], with a similar name where there is one
    pub fn topic(&mut self, name: &str) -> Result<TopicInfo> {
        let mut found = self.found_topic(name)?;
        self.with_settings(core::slice::from_mut(&mut found))?;
        Ok(found)
    }

    /// One topic, without what its settings say.
    pub(crate) fn found_topic(&mut self, name: &str) -> Result<TopicInfo> {
        if let Some(found) = builtin(name) {
            return Ok(found);
        }
        if let Some(found) = self.extension_topics().into_iter().find(|topic| topic.name == name) {
            return Ok(found);
        }
        let not_found = || Error::NotFound(format!("topic {name}{}", did_you_mean(name)));
        if Topic::parse(name).is_err() {
            return Err(not_found());
        }
        let result = self.read(vec![self.sql.topic(name)])?.into_iter().next().unwrap_or_default();
        let found = rows(result, TopicRow::WIDTH, TopicRow::read)?.into_iter().next();
        found.map(custom).ok_or_else(not_found)
    }

    /// One page of topics, and the number on all pages.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]
    pub fn find_topics(&mut self, query: &TopicQuery) -> Result<(Vec<TopicInfo>, u64)> {
        query.paging.check()?;
        check_search(query.search.as_deref())?;
        let search = query.search.as_deref().filter(|text| !text.is_empty());
        let mut all = self.all_topics()?;
        let search = search.map(str::to_lowercase);
        all.retain(|topic| topic.is_among(search.as_deref(), query.source.as_deref(), query.group.as_deref()));
        let total = all.len() as u64;
        Ok((query.paging.slice(all), total))
    }

    /// The whole catalogue in its order. Searched here and not by the database, which may know the case of ASCII only.
    pub(crate) fn all_topics(&mut self) -> Result<Vec<TopicInfo>> {
        let mut all: Vec<TopicInfo> = builtin_topics().collect();
        all.extend(self.extension_topics());
        let result = self.read(vec![self.sql.find_topics()])?.into_iter().next().unwrap_or_default();
        all.extend(rows(result, TopicRow::WIDTH, TopicRow::read)?.into_iter().map(custom));
        self.with_settings(&mut all)?;
        Ok(all)
    }

    /// Registers a topic, or replaces one that was registered before.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`], [`Error::Conflict`] when the name is built in or an extension's
    pub fn register_topic(&mut self, new: NewTopic) -> Result<TopicInfo> {
        let mut errors = FieldErrors::default();
        let name = errors.check("name", Topic::parse(&new.name));
        for (field, text) in [("title", &new.title), ("description", &new.description), ("group", &new.group)] {
            if text.as_ref().is_some_and(|text| text.contains('\0')) {
                errors.add(field, "the text holds a NUL character");
            }
        }
        if new.group.as_ref().is_some_and(|group| group.is_empty() || group.chars().count() > GROUP_MAX) {
            errors.add("group", format!("a group has 1 to {GROUP_MAX} characters"));
        }
        if new.title.as_ref().is_some_and(|title| title.chars().count() > TITLE_MAX) {
            errors.add("title", format!("the title has more than {TITLE_MAX} characters"));
        }
        if new.description.as_ref().is_some_and(|text| text.chars().count() > DESCRIPTION_MAX) {
            errors.add("description", format!("the description has more than {DESCRIPTION_MAX} characters"));
        }
        let schema = new.schema.as_ref().and_then(|text| errors.check("schema", parse_schema(text)));
        let sample = new.sample.as_ref().and_then(|text| errors.check("sample", parse_document(text)));
        errors.into_result()?;
        let Some(name) = name else { return Err(Error::field("name", "the name is not valid")) };
        let name = name.as_str().to_owned();
        if builtin(&name).is_some() {
            return Err(Error::Conflict(format!("topic {name} is built in; choose another name")));
        }
        if let Some(other) = self.extension_topics().into_iter().find(|topic| topic.name == name) {
            return Err(Error::Conflict(format!("topic {name} belongs to {}", other.sources.join(", "))));
        }
        let row = TopicRow {
            title: new.title.unwrap_or_else(|| name.replace(['.', '_', '-'], " ")),
            description: new.description.unwrap_or_default(),
            group: new.group.unwrap_or_else(|| CUSTOM.to_owned()),
            schema: schema.map(String::into_bytes),
            sample: sample.map(String::into_bytes),
            name,
        };
        let mut topic = custom(row.clone());
        self.check_validated(&topic)?;
        self.write(self.sql.replace_topic(&row, self.now).into())?;
        self.with_settings(core::slice::from_mut(&mut topic))?;
        Ok(topic)
    }

    /// Removes a registered topic.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Conflict`] when the name is built in
    pub fn unregister_topic(&mut self, name: &str) -> Result<()> {
        if builtin(name).is_some() {
            return Err(Error::Conflict(format!("topic {name} is built in and cannot be removed")));
        }
        if Topic::parse(name).is_err() {
            return Err(Error::NotFound(format!("topic {name}")));
        }
        match self.write(vec![self.sql.delete_topic(name), self.sql.delete_topic_settings(name)]) {
            Ok(_) => Ok(()),
            Err(Error::Storage(StorageError::ExpectationFailed(_))) => Err(Error::NotFound(format!("topic {name}"))),
            Err(error) => Err(error),
        }
    }

    /// Which of the topics are in no part of the catalogue. Asks outside only for names that are not built in.
    pub(crate) fn unknown_topics<'t>(&mut self, topics: impl Iterator<Item = &'t Topic>) -> Result<HashSet<String>> {
        let mut unknown: HashSet<String> =
            topics.map(Topic::as_str).filter(|name| !is_builtin(name)).map(str::to_owned).collect();
        if unknown.is_empty() {
            return Ok(unknown);
        }
        for topic in self.extensions.topics() {
            unknown.remove(&topic.name);
        }
        let names: Vec<String> = unknown.iter().cloned().collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for part in names.chunks(IN_LIST_MAX) {
            let result = self.read(vec![self.sql.known_topics(part)])?.into_iter().next().unwrap_or_default();
            for name in rows(result, 1, Row::text)? {
                unknown.remove(&name);
            }
        }
        Ok(unknown)
    }

    /// The first of these topics that somebody else than the extension `but` owns, and who.
    pub(crate) fn owner_of_any(&mut self, names: &[String], but: &str) -> Result<Option<(String, String)>> {
        if let Some(name) = names.iter().find(|name| is_builtin(name)) {
            return Ok(Some((name.clone(), "Hookwright: it is built in".to_owned())));
        }
        let others = self.extensions.topics().into_iter();
        if let Some(topic) = others.filter(|topic| topic.extension != but).find(|topic| names.contains(&topic.name)) {
            return Ok(Some((topic.name, format!("extension {}", topic.extension))));
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for part in names.chunks(IN_LIST_MAX) {
            let result = self.read(vec![self.sql.known_topics(part)])?.pop().unwrap_or_default();
            if let Some(name) = rows(result, 1, Row::text)?.into_iter().next() {
                return Ok(Some((name, "this site, which has registered it".to_owned())));
            }
        }
        Ok(None)
    }

    fn extension_topics(&self) -> Vec<TopicInfo> {
        let topics = self.extensions.topics().into_iter();
        topics
            .map(|topic| TopicInfo {
                name: topic.name,
                title: topic.title,
                description: topic.description,
                group: topic.group,
                sources: vec![format!("extension:{}", topic.extension)],
                schema: topic.schema,
                sample: topic.sample,
                ..TopicInfo::default()
            })
            .collect()
    }
}

/// The refusal of a name that is not in the catalogue, with what to do.
pub(crate) fn unknown_topic(topic: &Topic) -> String {
    let name = topic.as_str();
    format!("topic {name} is not in the catalogue{}; list topics to see all, or register it first", did_you_mean(name))
}

impl TopicInfo {
    /// Whether a list with these restrictions shows it. `search` is in lower case.
    pub(crate) fn is_among(&self, search: Option<&str>, source: Option<&str>, group: Option<&str>) -> bool {
        search.is_none_or(|text| self.holds(text))
            && source.is_none_or(|source| self.sources.iter().any(|known| known == source))
            && group.is_none_or(|group| self.group == group)
    }

    fn holds(&self, lower_case: &str) -> bool {
        [&self.name, &self.title, &self.description].iter().any(|text| text.to_lowercase().contains(lower_case))
    }
}

fn custom(row: TopicRow) -> TopicInfo {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    TopicInfo {
        name: row.name,
        title: row.title,
        description: row.description,
        group: row.group,
        sources: vec![CUSTOM.to_owned()],
        schema: row.schema.map(text),
        sample: row.sample.map(text),
        ..TopicInfo::default()
    }
}

fn parse_document(text: &str) -> core::result::Result<String, String> {
    if text.len() > DOCUMENT_MAX {
        return Err(format!("{} bytes; at most {DOCUMENT_MAX} are allowed", text.len()));
    }
    json::compact(text).map_err(|error| error.to_string())
}

/// A schema is an object or a boolean, of the one draft that is supported (JSON Schema Core 2020-12, §4.3).
fn parse_schema(text: &str) -> core::result::Result<String, String> {
    let compact = parse_document(text)?;
    let value: serde_json::Value = serde_json::from_str(&compact).map_err(|error| error.to_string())?;
    match &value {
        serde_json::Value::Bool(_) => Ok(compact),
        serde_json::Value::Object(fields) => match fields.get("$schema") {
            None => Ok(compact),
            Some(draft) if draft.as_str().is_some_and(|draft| draft.trim_end_matches('#') == SCHEMA_DRAFT) => {
                Ok(compact)
            }
            Some(draft) => Err(format!("`$schema` is {draft}; only draft 2020-12 is supported, \"{SCHEMA_DRAFT}\"")),
        },
        _ => Err("a JSON Schema is an object, true or false".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_are_of_one_draft() {
        assert!(parse_schema(r#"{"type":"object"}"#).is_ok());
        assert!(parse_schema(r#"{"$schema":"https://json-schema.org/draft/2020-12/schema"}"#).is_ok());
        assert!(parse_schema(r#"{"$schema":"http://json-schema.org/draft-07/schema#"}"#).is_err());
        assert!(parse_schema("[]").is_err());
    }
}
