//! What the database keeps of a plugin's description: all that can be told of it without its file.
//!
//! Schemas and samples of topics are left in the file, which gives them to the catalogue.

use hookwright_runtime::installed;
use hookwright_runtime::plugins::{FailurePolicy, Hook, Plugin};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

const TOPICS: &str = "topics";

/// A description as it is stored. Fields may be absent that another host has not written.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Described {
    /// `component` or `topics`.
    pub(super) kind: String,
    pub(super) summary: String,
    pub(super) author: String,
    pub(super) homepage: Option<String>,
    /// What the plugin itself says of its failures.
    pub(super) on_failure: String,
    pub(super) interests: Vec<Wanted>,
    pub(super) topics: Vec<Added>,
    /// JSON Schema.
    pub(super) settings_schema: Option<Box<RawValue>>,
    pub(super) size_bytes: usize,
}

/// That it wants a hook.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Wanted {
    pub(super) hook: String,
    pub(super) priority: i32,
    pub(super) topics: Vec<String>,
}

/// A topic that it adds.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Added {
    pub(super) name: String,
    pub(super) title: String,
}

impl Described {
    pub(super) fn of(plugin: &Plugin, size_bytes: usize) -> Self {
        let description = plugin.description();
        let wanted = |hook: Hook| {
            let interest = description.interest(hook)?;
            Some(Wanted { hook: hook.to_string(), priority: interest.priority, topics: interest.topics.clone() })
        };
        let added = description.topics.iter();
        Self {
            kind: if plugin.has_code() { "component" } else { TOPICS }.to_owned(),
            summary: description.summary.clone(),
            author: description.author.clone(),
            homepage: description.homepage.clone(),
            on_failure: own_policy(description.on_failure).to_owned(),
            interests: Hook::ALL.into_iter().filter_map(wanted).collect(),
            topics: added.map(|topic| Added { name: topic.name.clone(), title: topic.title.clone() }).collect(),
            settings_schema: description.settings_schema.clone().and_then(|text| RawValue::from_string(text).ok()),
            size_bytes,
        }
    }

    /// Whether it is a file of topics, which has no code.
    pub(super) fn is_topics(&self) -> bool {
        self.kind == TOPICS
    }

    /// What was stored of an installed plugin.
    pub(super) fn stored(plugin: &installed::Plugin) -> Self {
        serde_json::from_str(&plugin.description).unwrap_or_default()
    }

    /// The hooks that it wants, as `filter-payload (order.*), after-delivery`.
    pub(super) fn hooks(&self) -> String {
        let hooks = self.interests.iter().map(|Wanted { hook, topics, .. }| match topics.as_slice() {
            [] => hook.clone(),
            topics => format!("{hook} ({})", topics.join(", ")),
        });
        hooks.collect::<Vec<_>>().join(", ")
    }
}

/// As `--policy` takes it.
pub(super) fn own_policy(policy: FailurePolicy) -> &'static str {
    match policy {
        FailurePolicy::FailOpen => "fail-open",
        FailurePolicy::FailClosed => "fail-closed",
    }
}
