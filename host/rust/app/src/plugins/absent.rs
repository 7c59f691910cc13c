//! Decides which events are refused because a plugin that fails closed cannot be had.
//!
//! Its topics and interests are those of its description in the database, since its file tells nothing.

use hookwright_runtime::installed::{self, FailurePolicy};
use hookwright_runtime::plugins::{Hook, is_wanted};
use hookwright_runtime::{EventContext, Hook as CoreHook, Interest};
use serde::Deserialize;

/// A plugin without which its events must not be sent.
#[derive(Debug)]
pub(super) struct Absent {
    name: String,
    /// Topic patterns of the hooks by which it could hold events back; empty means all.
    topics: Vec<String>,
    reason: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Described {
    interests: Vec<Wanted>,
}

#[derive(Deserialize)]
struct Wanted {
    hook: String,
    topics: Vec<String>,
}

impl Absent {
    /// None where events go on without the plugin.
    pub(super) fn of(plugin: &installed::Plugin, reason: &str) -> Option<Self> {
        if plugin.policy == FailurePolicy::FailOpen {
            return None;
        }
        let Described { interests } = serde_json::from_str(&plugin.description).unwrap_or_default();
        let holding = [Hook::FilterPayload, Hook::ShouldDeliver].map(Hook::name);
        let mut holding: Vec<Wanted> =
            interests.into_iter().filter(|wanted| holding.contains(&wanted.hook.as_str())).collect();
        if holding.is_empty() {
            return None;
        }
        let all = holding.iter().any(|wanted| wanted.topics.is_empty());
        let topics = if all { Vec::new() } else { holding.drain(..).flat_map(|wanted| wanted.topics).collect() };
        Some(Self { name: plugin.name.clone(), topics, reason: reason.to_owned() })
    }

    /// What the core has to ask for.
    pub(super) fn interest(&self) -> Interest {
        Interest { hook: CoreHook::FilterData, topics: self.topics.clone() }
    }

    /// # Errors
    ///
    /// Why the event is refused, in words for a person.
    pub(super) fn check(&self, event: &EventContext) -> Result<(), String> {
        let Self { name, topics, reason } = self;
        if !is_wanted(topics, &event.topic) {
            return Ok(());
        }
        Err(format!(
            "nothing is sent without plugin `{name}`, and {reason}; install it again, or deactivate it with \
             `hookwright plugins deactivate {name}`"
        ))
    }
}
