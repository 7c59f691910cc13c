//! What a plugin says of itself: who it is, which hooks it wants, which topics and settings it brings.
//!
//! Knows no rules: what is wrong with a description is told by `testing::faults` and by the host.

use core::fmt;

/// A point at which a plugin takes part. One for each method of [`Plugin`](crate::Plugin) but `describe`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hook {
    /// Make the data of an event of the plugin's own topics.
    BuildPayload,
    /// Change the data of any event before it is frozen.
    FilterPayload,
    /// Veto one event for one webhook.
    ShouldDeliver,
    /// Add headers to one request.
    FilterRequest,
    /// Be told what became of one attempt.
    AfterDelivery,
}

impl Hook {
    /// The name in the contract, for example `filter-payload`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BuildPayload => "build-payload",
            Self::FilterPayload => "filter-payload",
            Self::ShouldDeliver => "should-deliver",
            Self::FilterRequest => "filter-request",
            Self::AfterDelivery => "after-delivery",
        }
    }
}

/// What becomes of an event where the plugin fails it: by an error, a trap, a time-out or an answer without sense.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailurePolicy {
    /// The event goes on as if the plugin were not there.
    #[default]
    FailOpen,
    /// The event is refused, or not sent to the webhook concerned: for plugins that keep something from being sent.
    FailClosed,
}

/// That the plugin wants a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interest {
    pub(crate) hook: Hook,
    pub(crate) priority: i32,
    pub(crate) topics: Vec<String>,
}

impl Interest {
    /// An interest of priority 10 in all topics, for [`Hook::BuildPayload`] in all of the plugin's own.
    #[must_use]
    pub fn new(hook: Hook) -> Self {
        Self { hook, priority: 10, topics: Vec::new() }
    }

    /// Lower comes first, as in WordPress.
    #[must_use]
    pub fn priority(mut self, priority: i32) -> Self {
        self.priority = priority;
        self
    }

    /// Only topics that one of the patterns matches: `order.created`, `order.*`, `*`.
    #[must_use]
    pub fn topics<'a>(mut self, patterns: impl IntoIterator<Item = &'a str>) -> Self {
        self.topics.extend(patterns.into_iter().map(str::to_owned));
        self
    }
}

/// A topic that the plugin adds to the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) group: String,
    pub(crate) schema: Option<String>,
    pub(crate) sample: Option<String>,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Topic {
    /// A topic by its name (letters, digits, `_`, `-`, parts separated by full stops; 120 bytes at most) and a short
    /// title for people. Its group is the part of the name before the first full stop.
    #[must_use]
    pub fn new(name: &str, title: &str) -> Self {
        let group = name.split('.').next().unwrap_or(name);
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            description: String::new(),
            group: group.to_owned(),
            schema: None,
            sample: None,
            attributes: Vec::new(),
        }
    }

    /// When it fires.
    #[must_use]
    pub fn description(mut self, text: &str) -> Self {
        text.clone_into(&mut self.description);
        self
    }

    /// The heading under which the catalogue shows it.
    #[must_use]
    pub fn group(mut self, group: &str) -> Self {
        group.clone_into(&mut self.group);
        self
    }

    /// JSON Schema (draft 2020-12) of the data: text (`include_str!`) or a [`serde_json::Value`].
    #[must_use]
    pub fn schema(mut self, json: impl fmt::Display) -> Self {
        self.schema = Some(json.to_string());
        self
    }

    /// Realistic data, valid under the schema: text (`include_str!`) or a [`serde_json::Value`].
    #[must_use]
    pub fn sample(mut self, json: impl fmt::Display) -> Self {
        self.sample = Some(json.to_string());
        self
    }

    /// Something that this version has no method for, for hosts that know the name.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The schema of its data as JSON text.
    #[must_use]
    pub fn schema_text(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// Its sample as JSON text.
    #[must_use]
    pub fn sample_text(&self) -> Option<&str> {
        self.sample.as_deref()
    }
}

/// What a plugin is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) summary: String,
    pub(crate) author: String,
    pub(crate) homepage: Option<String>,
    pub(crate) interests: Vec<Interest>,
    pub(crate) topics: Vec<Topic>,
    pub(crate) settings_schema: Option<String>,
    pub(crate) on_failure: FailurePolicy,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Description {
    /// A plugin by its name (letters, digits and `-`; 64 bytes at most; unique on a site) and semantic version, for
    /// which `env!("CARGO_PKG_VERSION")` is usual.
    #[must_use]
    pub fn new(name: &str, version: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            summary: String::new(),
            author: String::new(),
            homepage: None,
            interests: Vec::new(),
            topics: Vec::new(),
            settings_schema: None,
            on_failure: FailurePolicy::default(),
            attributes: Vec::new(),
        }
    }

    /// What it does, in one or two sentences.
    #[must_use]
    pub fn summary(mut self, text: &str) -> Self {
        text.clone_into(&mut self.summary);
        self
    }

    /// Who made it.
    #[must_use]
    pub fn author(mut self, name: &str) -> Self {
        name.clone_into(&mut self.author);
        self
    }

    /// Where to read more: an https URL.
    #[must_use]
    pub fn homepage(mut self, url: &str) -> Self {
        self.homepage = Some(url.to_owned());
        self
    }

    /// One more hook that it wants; each at most once.
    #[must_use]
    pub fn interest(mut self, interest: Interest) -> Self {
        self.interests.push(interest);
        self
    }

    /// One more topic that it adds.
    #[must_use]
    pub fn topic(mut self, topic: Topic) -> Self {
        self.topics.push(topic);
        self
    }

    /// JSON Schema (draft 2020-12) of its settings: text (`include_str!`) or a [`serde_json::Value`].
    #[must_use]
    pub fn settings_schema(mut self, json: impl fmt::Display) -> Self {
        self.settings_schema = Some(json.to_string());
        self
    }

    /// What a failure of the plugin means for the event; [`FailurePolicy::FailOpen`] unless it says otherwise.
    #[must_use]
    pub fn on_failure(mut self, policy: FailurePolicy) -> Self {
        self.on_failure = policy;
        self
    }

    /// Something that this version has no method for, for hosts that know the name.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The topics that it adds.
    #[must_use]
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The schema of its settings as JSON text.
    #[must_use]
    pub fn settings_schema_text(&self) -> Option<&str> {
        self.settings_schema.as_deref()
    }
}
