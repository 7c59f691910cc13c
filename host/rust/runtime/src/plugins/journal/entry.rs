//! Decides what a line of a plugin's log holds.

use serde::{Deserialize, Serialize};

use super::super::log::Level;
use super::super::observer::Occasion;

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JournalKind {
    /// The plugin has said it.
    Log,
    /// The plugin has failed.
    Failure,
    /// The plugin was deactivated for its failures.
    Deactivated,
}

/// A line of a plugin's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// When, in Unix milliseconds.
    pub at: i64,
    /// The plugin's name.
    pub plugin: String,
    /// `debug`, `info`, `warn` or `error`.
    pub level: String,
    /// What it is about.
    pub kind: JournalKind,
    /// The hook that the plugin was called for, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hook: Option<String>,
    /// The event, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// Its topic, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// The delivery, for hooks that concern one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_id: Option<String>,
    /// The process in which it happened.
    pub process: u32,
    /// The text; it may have several lines, and has no other control characters.
    pub message: String,
}

impl JournalEntry {
    /// An entry of this process.
    #[must_use]
    pub fn new(at: i64, plugin: &str, kind: JournalKind, level: Level, message: &str) -> Self {
        Self {
            at,
            plugin: plugin.to_owned(),
            level: word(level).to_owned(),
            kind,
            hook: None,
            event_id: None,
            topic: None,
            delivery_id: None,
            process: std::process::id(),
            message: message.to_owned(),
        }
    }

    /// The same with what the plugin was called for.
    #[must_use]
    pub fn on(self, occasion: &Occasion) -> Self {
        let Occasion { hook, event_id, topic, delivery_id } = occasion.clone();
        Self { hook: Some(hook.to_string()), event_id: Some(event_id), topic: Some(topic), delivery_id, ..self }
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}
