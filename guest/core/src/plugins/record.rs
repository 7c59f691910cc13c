//! A plugin as callers give it and as they see it.
//!
//! Decides that settings are never shown, only their names.

use crate::sql::PluginRow;

/// Whether a plugin is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PluginState {
    /// It is.
    Active,
    /// It is not.
    Inactive,
}

/// What a plugin's failure means for an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailurePolicy {
    /// The event goes on without the plugin.
    FailOpen,
    /// The event is refused.
    FailClosed,
}

/// A version of a plugin to install; the fields are explained in wit/webhooks/plugins.wit.
#[derive(Clone, Debug)]
pub struct PluginPackage {
    /// Unique.
    pub name: String,
    /// For people.
    pub version: String,
    /// SHA-256 of its bytes, in lower-case hex.
    pub hash: String,
    /// What its failures mean.
    pub policy: FailurePolicy,
    /// A JSON object.
    pub description: String,
}

/// A plugin as it is stored, without its settings. Times are unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// Unique.
    pub name: String,
    /// Of the present bytes.
    pub version: String,
    /// Of the present bytes.
    pub hash: String,
    /// Whether it is asked.
    pub state: PluginState,
    /// What its failures mean.
    pub policy: FailurePolicy,
    /// Place in the order of activation, from 1; 0 while inactive.
    pub position: u32,
    /// Names of the settings that are set.
    pub setting_names: Vec<String>,
    /// Since it was activated, upgraded or rolled back.
    pub failures: u32,
    /// Since the last call that did not fail, in all processes.
    pub failures_in_a_row: u32,
    /// The last of them.
    pub last_error: Option<String>,
    /// Why it was deactivated.
    pub deactivated_reason: Option<String>,
    /// First installation.
    pub installed_at: i64,
    /// Last change.
    pub updated_at: i64,
    /// A JSON object.
    pub description: String,
    /// What a roll-back leads to.
    pub previous_hash: Option<String>,
    /// What a roll-back leads to.
    pub previous_version: Option<String>,
}

pub(super) fn plugin(row: PluginRow) -> Plugin {
    Plugin {
        name: row.name,
        version: row.version,
        hash: row.hash,
        state: if row.active { PluginState::Active } else { PluginState::Inactive },
        policy: if row.fails_closed { FailurePolicy::FailClosed } else { FailurePolicy::FailOpen },
        position: row.place,
        setting_names: serde_json::from_str(&row.setting_names).unwrap_or_default(),
        failures: row.failures,
        failures_in_a_row: row.failures_in_a_row,
        last_error: row.last_error,
        deactivated_reason: row.deactivated_reason,
        installed_at: row.installed_at,
        updated_at: row.updated_at,
        description: String::from_utf8_lossy(&row.description).into_owned(),
        previous_hash: row.previous_hash,
        previous_version: row.previous_version,
    }
}
