//! A topic.

use hookwright_runtime::catalogue::Topic;
use serde::Serialize;
use serde_json::value::RawValue;

/// As wit/webhooks/catalogue.wit has it.
#[derive(Debug, Serialize)]
pub(crate) struct TopicJson<'a> {
    name: &'a str,
    title: &'a str,
    description: &'a str,
    group: &'a str,
    sources: &'a [String],
    schema: Option<&'a RawValue>,
    sample: Option<&'a RawValue>,
    deprecated: Option<&'a str>,
    replaced_by: Option<&'a str>,
}

impl<'a> From<&'a Topic> for TopicJson<'a> {
    fn from(topic: &'a Topic) -> Self {
        Self {
            name: &topic.name,
            title: &topic.title,
            description: &topic.description,
            group: &topic.group,
            sources: &topic.sources,
            schema: topic.schema.as_deref().and_then(raw),
            sample: topic.sample.as_deref().and_then(raw),
            deprecated: topic.deprecated.as_deref(),
            replaced_by: topic.replaced_by.as_deref(),
        }
    }
}

/// None for what is not JSON, which the core never gives.
fn raw(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}
