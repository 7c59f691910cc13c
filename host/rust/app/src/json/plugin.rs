//! An installed plugin.

use hookwright_runtime::installed::{FailurePolicy, Plugin, State};
use serde::Serialize;
use serde_json::value::RawValue;

/// As wit/webhooks/plugins.wit has it.
#[derive(Debug, Serialize)]
pub(crate) struct PluginJson<'a> {
    name: &'a str,
    version: &'a str,
    hash: &'a str,
    state: &'static str,
    policy: &'static str,
    position: u32,
    setting_names: &'a [String],
    failures: u32,
    failures_in_a_row: u32,
    last_error: Option<&'a str>,
    deactivated_reason: Option<&'a str>,
    installed_at: i64,
    updated_at: i64,
    description: Option<&'a RawValue>,
    previous_hash: Option<&'a str>,
    previous_version: Option<&'a str>,
}

impl<'a> From<&'a Plugin> for PluginJson<'a> {
    fn from(plugin: &'a Plugin) -> Self {
        Self {
            name: &plugin.name,
            version: &plugin.version,
            hash: &plugin.hash,
            state: state_word(plugin.state),
            policy: policy_word(plugin.policy),
            position: plugin.position,
            setting_names: &plugin.setting_names,
            failures: plugin.failures,
            failures_in_a_row: plugin.failures_in_a_row,
            last_error: plugin.last_error.as_deref(),
            deactivated_reason: plugin.deactivated_reason.as_deref(),
            installed_at: plugin.installed_at,
            updated_at: plugin.updated_at,
            description: serde_json::from_str(&plugin.description).ok(),
            previous_hash: plugin.previous_hash.as_deref(),
            previous_version: plugin.previous_version.as_deref(),
        }
    }
}

pub(crate) fn state_word(state: State) -> &'static str {
    match state {
        State::Active => "active",
        State::Inactive => "inactive",
    }
}

pub(crate) fn policy_word(policy: FailurePolicy) -> &'static str {
    match policy {
        FailurePolicy::FailOpen => "fail-open",
        FailurePolicy::FailClosed => "fail-closed",
    }
}
