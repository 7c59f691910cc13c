//! Decides what a hook is called with and what counts as an answer.
//!
//! Knows neither which plugin answers nor what becomes of its answer.

use std::fmt::{self, Display, Formatter};

use serde::de::IgnoredAny;
use serde::{Serialize, Serializer};

use super::header_rules;

/// A point at which plugins take part; wit/plugin says what each is.
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
    /// All hooks, in the order in which an event meets them.
    pub const ALL: [Self; 5] =
        [Self::BuildPayload, Self::FilterPayload, Self::ShouldDeliver, Self::FilterRequest, Self::AfterDelivery];

    /// The name of its function in wit/plugin.
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

    /// The hook of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hook| hook.name() == name)
    }

    pub(crate) fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

impl Display for Hook {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Hook {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What a hook is called for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HookContext {
    /// `evt_…`.
    pub event_id: String,
    /// The event's topic.
    pub topic: String,
    /// The tenant that it concerns.
    pub account: Option<String>,
    /// When it happened, in Unix milliseconds; where the caller knows.
    pub occurred_at: Option<i64>,
    /// The webhook, for hooks that concern one.
    pub webhook_id: Option<String>,
    /// The delivery, likewise.
    pub delivery_id: Option<String>,
    /// The number of the attempt, from 1, likewise.
    pub attempt: Option<u32>,
}

impl HookContext {
    /// The open list that plugins see.
    pub(crate) fn pairs(&self) -> Pairs {
        let always = [("event-id", Some(self.event_id.clone())), ("topic", Some(self.topic.clone()))];
        let sometimes = [
            ("account", self.account.clone()),
            ("occurred-at", self.occurred_at.map(|at| at.to_string())),
            ("webhook-id", self.webhook_id.clone()),
            ("delivery-id", self.delivery_id.clone()),
            ("attempt", self.attempt.map(|attempt| attempt.to_string())),
        ];
        let pairs = always.into_iter().chain(sometimes);
        pairs.filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

/// Names and values that tell what a hook is called for.
pub(crate) type Pairs = Vec<(String, String)>;

/// Names and values of headers, in order.
pub type Headers = Vec<(String, String)>;

/// What a hook works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookInput<'a> {
    /// What was published, as JSON.
    BuildPayload(&'a str),
    /// The data so far, as JSON.
    FilterPayload(&'a str),
    /// The data as it is frozen, as JSON.
    ShouldDeliver(&'a str),
    /// The headers so far.
    FilterRequest(&'a Headers),
    /// What became of the attempt: a JSON object.
    AfterDelivery(&'a str),
}

impl HookInput<'_> {
    /// The hook that this is for.
    #[must_use]
    pub fn hook(&self) -> Hook {
        match self {
            Self::BuildPayload(_) => Hook::BuildPayload,
            Self::FilterPayload(_) => Hook::FilterPayload,
            Self::ShouldDeliver(_) => Hook::ShouldDeliver,
            Self::FilterRequest(_) => Hook::FilterRequest,
            Self::AfterDelivery(_) => Hook::AfterDelivery,
        }
    }
}

/// What a hook answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookOutput {
    /// The data, valid JSON.
    Data(String),
    /// Whether the event may go to the webhook.
    Deliver(bool),
    /// Headers to add, by the rules for a webhook's own.
    Headers(Headers),
    /// Nothing: it was told.
    Told,
}

impl HookOutput {
    /// Judges what the types of the interface leave open.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn check(self) -> Result<Self, String> {
        match &self {
            Self::Data(data) => {
                serde_json::from_str::<IgnoredAny>(data).map_err(|error| format!("it answered no JSON: {error}"))?;
            }
            Self::Headers(headers) => {
                header_rules::check(headers).map_err(|why| format!("it answered headers against the rules: {why}"))?;
            }
            Self::Deliver(_) | Self::Told => {}
        }
        Ok(self)
    }
}

/// Why a plugin did not do its work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It ran longer than it may.
    #[error("it ran longer than {ms} ms")]
    TimedOut {
        /// The limit, in milliseconds.
        ms: u128,
    },
    /// It trapped: a bug in it, or a limit of memory or stack.
    #[error("it broke off: {0}")]
    Broke(String),
    /// It answered more than it may.
    #[error("it answered more than {0} bytes, or gave the host so much at once")]
    TooLarge(usize),
    /// Its answer makes no sense.
    #[error("{0}")]
    BadAnswer(String),
    /// It says that it cannot work with the input. Not counted against it.
    #[error("it cannot work with its input: {0}")]
    InvalidInput(String),
    /// It says that it failed.
    #[error("it failed: {0}")]
    Other(String),
    /// It says that the event must not be sent. No failure, but an answer.
    #[error("it refuses the event: {0}")]
    Refused(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_leaves_out_what_is_not_known() {
        let context =
            HookContext { event_id: "evt_1".into(), topic: "a.b".into(), attempt: Some(2), ..HookContext::default() };
        let pairs = context.pairs();
        let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["event-id", "topic", "attempt"]);
    }

    #[test]
    fn an_answer_that_would_split_a_request_is_refused() {
        let answer = |name: &str, value: &str| HookOutput::Headers(vec![(name.to_owned(), value.to_owned())]).check();
        assert!(answer("x-tenant", "a b").is_ok());
        for (name, value) in [("", "a"), ("x", "a\r\nb: c"), ("host", "a")] {
            assert!(answer(name, value).unwrap_err().starts_with("it answered headers against the rules: "), "{name}");
        }
    }

    #[test]
    fn data_is_json() {
        for (data, fine) in
            [("{}", true), (" [1] ", true), ("\"x\"", true), ("", false), ("{} {}", false), ("{a:1}", false)]
        {
            assert_eq!(HookOutput::Data(data.to_owned()).check().is_ok(), fine, "{data}");
        }
    }

    #[test]
    fn every_hook_is_found_by_its_name() {
        for hook in Hook::ALL {
            assert_eq!(Hook::named(hook.name()), Some(hook));
        }
        assert_eq!(Hook::named("describe"), None);
    }
}
