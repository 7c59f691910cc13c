//! The catalogue written down as one document, in the formats that receivers and their tools read.
//!
//! Decides what is in a document and what its parts are called, the same in every format: topics in the order of the
//! catalogue, and one name for each, which does not depend on what else was asked for. Topics with a schema of their
//! own keep it; for the others one is inferred from the sample. Knows nothing of webhooks and their dialects: what is
//! described is the Standard Webhooks form.

mod asyncapi;
mod infer;
mod json;
mod json_schema;
mod markdown;
mod names;
mod openapi;
mod schema;
pub(crate) mod tree;
mod typescript;

use std::collections::HashSet;

use crate::call::Call;
use crate::catalogue::{self, TopicInfo};
use crate::error::{Result, check_search};
use crate::topic::Topic;
use infer::Shape;
use tree::Tree;

/// In which form the catalogue is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentFormat {
    /// All that is known of each topic, as data.
    Json,
    /// A bundle of JSON Schema 2020-12.
    JsonSchema,
    /// AsyncAPI 3.0, as JSON.
    Asyncapi,
    /// OpenAPI 3.1 with `webhooks`, as JSON.
    Openapi,
    /// For people.
    Markdown,
    /// Types and a union that `type` discriminates.
    Typescript,
}

/// Which topics a document holds.
#[derive(Clone, Debug, Default)]
pub struct TopicFilter {
    /// Text in name, title or description.
    pub search: Option<String>,
    /// One of [`TopicInfo::sources`].
    pub source: Option<String>,
    /// Heading.
    pub group: Option<String>,
}

/// A topic in a document.
struct Entry {
    info: TopicInfo,
    /// What its parts are called in code: `OrderCreated`.
    id: String,
    /// Beginnings of the names of a family, of which `info.name` is one example.
    beginnings: Vec<String>,
}

/// The time of the examples: a document must not change with the clock.
const EXAMPLE_TIME: &str = "2026-01-01T00:00:00.000Z";
const EXAMPLE_SECONDS: &str = "1767225600";
const EXAMPLE_ID: &str = "evt_01kdvtcm0000000000000000";
const EXAMPLE_SIGNATURE: &str = "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=";
/// Part of the name of the union of all events.
const RESERVED: &str = "Hookwright";

const TITLE: &str = "Webhooks";
const ABOUT: &str = "The events that webhooks can be sent for. Each is one HTTP POST with a signed JSON body; the receiver answers 2xx within the time-out, and may get the same event twice, with the same webhook-id.";
const ABOUT_ID: &str = "Id of the event, the same on every attempt: remember it, and do nothing the second time.";
const ABOUT_TIMESTAMP: &str =
    "When this attempt was sent, in unix seconds: refuse what is older or newer than five minutes.";
const ABOUT_SIGNATURE: &str = "Standard Webhooks signatures, separated by spaces: `v1,` and base64 of the HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}` with the webhook's secret. One that is right is enough; there are several while a secret is changed.";
const INFERRED: &str = "inferred from the sample";

/// The JSON Schema that the documents have for data of which only a sample is known; it allows all where that is no
/// JSON.
pub(crate) fn inferred_schema(sample: &str) -> String {
    crate::json::compact(sample).map_or_else(
        |_| "true".to_owned(),
        |sample| tree::object(&schema::keywords(&infer::infer(&Tree::read(&sample)))),
    )
}

impl Call<'_> {
    /// The catalogue, or what the filter leaves of it, as one document.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`](crate::Error::Invalid) for a search text that no database takes.
    pub fn document(&mut self, format: DocumentFormat, filter: &TopicFilter) -> Result<String> {
        check_search(filter.search.as_deref())?;
        let search = filter.search.as_deref().map(str::to_lowercase);
        // All of them are named before the filter, so that a name never depends on it.
        let mut entries = entries(self.all_topics()?);
        entries
            .retain(|entry| entry.info.is_among(search.as_deref(), filter.source.as_deref(), filter.group.as_deref()));
        Ok(match format {
            DocumentFormat::Json => json::write(&entries),
            DocumentFormat::JsonSchema => json_schema::write(&entries),
            DocumentFormat::Asyncapi => asyncapi::write(&entries),
            DocumentFormat::Openapi => openapi::write(&entries),
            DocumentFormat::Markdown => markdown::write(&entries),
            DocumentFormat::Typescript => typescript::write(&entries),
        })
    }
}

/// Topics that can be published, each name once, and with no text that is not JSON: extensions are not checked before.
fn entries(topics: Vec<TopicInfo>) -> Vec<Entry> {
    let mut seen = HashSet::new();
    let mut names = names::Names::new(&[RESERVED]);
    let compact = |text: Option<String>| text.and_then(|text| crate::json::compact(&text).ok());
    topics
        .into_iter()
        .filter(|topic| Topic::parse(&topic.name).is_ok() && seen.insert(topic.name.clone()))
        .map(|info| Entry {
            id: names.unique(&info.name),
            beginnings: catalogue::family_beginnings(&info.name),
            info: TopicInfo {
                schema: compact(info.schema).filter(|schema| schema.starts_with(['{', 't', 'f'])),
                sample: compact(info.sample),
                ..info
            },
        })
        .collect()
}

impl Entry {
    fn sample(&self) -> Option<Tree<'_>> {
        self.info.sample.as_deref().map(Tree::read)
    }

    fn shape(&self) -> Shape {
        match (&self.info.schema, self.sample()) {
            (Some(schema), _) => schema::read(&Tree::read(schema)),
            (None, Some(sample)) => infer::infer(&sample),
            (None, None) => Shape::Any,
        }
    }

    /// A request body with the sample.
    fn example(&self) -> Option<String> {
        let name = &self.info.name;
        let sample = self.info.sample.as_ref()?;
        Some(format!(r#"{{"type":"{name}","timestamp":"{EXAMPLE_TIME}","data":{sample}}}"#))
    }

    /// Why nobody should use the topic any more.
    fn deprecation(&self) -> Option<String> {
        let note = self.info.deprecated.as_ref()?;
        Some(match &self.info.replaced_by {
            Some(other) => format!("Deprecated: {note}. Use {other}."),
            None => format!("Deprecated: {note}."),
        })
    }

    /// The description, after what deprecates the topic.
    fn description(&self) -> String {
        let description = &self.info.description;
        match self.deprecation() {
            Some(note) if description.is_empty() => note,
            Some(note) => format!("{note} {description}"),
            None => description.clone(),
        }
    }

    /// Title and description in one text.
    fn title_and_description(&self) -> String {
        let TopicInfo { title, description, .. } = &self.info;
        if description.is_empty() { title.clone() } else { format!("{title}. {description}") }
    }

    /// The same, after what deprecates the topic.
    fn about(&self) -> String {
        let about = self.title_and_description();
        self.deprecation().map_or(about.clone(), |note| format!("{note} {about}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(name: &str, schema: Option<&str>, sample: Option<&str>) -> TopicInfo {
        TopicInfo {
            name: name.to_owned(),
            title: "A `title` | with */ and \"quotes\"".to_owned(),
            description: "<b>@see</b> [x](y)\n# not a heading".to_owned(),
            group: "Group *one*".to_owned(),
            sources: vec!["custom".to_owned()],
            schema: schema.map(str::to_owned),
            sample: sample.map(str::to_owned),
            deprecated: Some("*since* | 2 @all".to_owned()),
            replaced_by: Some("other.topic".to_owned()),
        }
    }

    #[test]
    fn only_what_can_be_published_is_in_a_document() {
        let topics = vec![
            topic("a.b", Some("[]"), Some("{ \"a\" : 1 }")),
            topic("not a topic", None, None),
            topic("a.b", None, None),
            topic("a_b", Some("{"), Some("nothing")),
        ];
        let entries = entries(topics);
        let told: Vec<_> =
            entries.iter().map(|e| (e.id.as_str(), e.info.schema.as_deref(), e.info.sample.as_deref())).collect();
        assert_eq!(told, [("AB", None, Some("{\"a\":1}")), ("AB2", None, None)]);
    }

    #[test]
    fn json_documents_are_json_whatever_the_texts() {
        let schema = r##"{"$id":"urn:a","properties":{"a\"b":{"$ref":"#/properties/c"},"c":{"type":"integer"}}}"##;
        let entries = entries(vec![topic("a.b", Some(schema), Some(r#"{"a\"b":1}"#)), topic("c", None, None)]);
        for write in [json::write, json_schema::write, asyncapi::write, openapi::write] {
            let text = write(&entries);
            let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}:\n{text}"));
            assert!(value.is_object() && text.ends_with("}\n"));
            assert!(serde_json::from_str::<serde_json::Value>(&write(&[])).is_ok());
        }
    }

    #[test]
    fn no_text_of_a_topic_breaks_out() {
        let entries = entries(vec![topic("a.b", None, Some(r#"{"*/":"a|`b`"}"#))]);
        let code = typescript::write(&entries);
        assert_eq!(code.matches("/**").count(), code.matches("*/").count() - 1, "one `*/` is a key:\n{code}");
        let text = markdown::write(&entries);
        assert!(text.contains("`` \"a\\|`b`\" ``"), "{text}");
        assert!(text.contains("\\<b\\>@see"), "{text}");
        assert!(text.contains("> Deprecated: \\*since\\* \\| 2 @all. Use other.topic."), "{text}");
        assert!(code.contains("@deprecated *since* | 2 \\@all. Use other.topic. */"), "{code}");
        for write in [asyncapi::write, openapi::write, json_schema::write] {
            let text = write(&entries);
            assert!(text.contains("\"deprecated\": true") && text.contains("Use other.topic."), "{text}");
        }
    }
}
