//! `plugins`

use hookwright_core as core;

use crate::Component;
use crate::bindings::exports::hookwright::webhooks::plugins as wit;
use crate::imports::with_call;

impl wit::Guest for Component {
    fn installed() -> Result<Vec<wit::Plugin>, wit::Error> {
        let plugins = with_call(|call| call.plugins())?;
        Ok(plugins.into_iter().map(Into::into).collect())
    }

    fn get(name: String) -> Result<wit::Plugin, wit::Error> {
        with_call(|call| call.plugin(&name)).map(Into::into)
    }

    fn put(package: wit::Package) -> Result<wit::Plugin, wit::Error> {
        let package = core::PluginPackage {
            name: package.name,
            version: package.version,
            hash: package.hash,
            policy: match package.policy {
                wit::FailurePolicy::FailOpen => core::FailurePolicy::FailOpen,
                wit::FailurePolicy::FailClosed => core::FailurePolicy::FailClosed,
            },
            description: package.description,
        };
        with_call(|call| call.put_plugin(&package)).map(Into::into)
    }

    fn set_state(name: String, state: wit::State, reason: Option<String>) -> Result<wit::Plugin, wit::Error> {
        let state = match state {
            wit::State::Active => core::PluginState::Active,
            wit::State::Inactive => core::PluginState::Inactive,
        };
        with_call(|call| call.set_plugin_state(&name, state, reason.as_deref())).map(Into::into)
    }

    fn set_settings(name: String, settings: String) -> Result<wit::Plugin, wit::Error> {
        with_call(|call| call.set_plugin_settings(&name, &settings)).map(Into::into)
    }

    fn settings(name: String) -> Result<String, wit::Error> {
        with_call(|call| call.plugin_settings(&name))
    }

    fn roll_back(name: String) -> Result<wit::Plugin, wit::Error> {
        with_call(|call| call.roll_back_plugin(&name)).map(Into::into)
    }

    fn remove(name: String) -> Result<(), wit::Error> {
        with_call(|call| call.remove_plugin(&name))
    }

    fn note_failure(name: String, message: String) -> Result<u32, wit::Error> {
        with_call(|call| call.note_plugin_failure(&name, &message))
    }

    fn note_success(name: String) -> Result<(), wit::Error> {
        with_call(|call| call.note_plugin_success(&name))
    }

    fn generation() -> Result<i64, wit::Error> {
        with_call(|call| call.plugins_generation())
    }
}

impl From<core::Plugin> for wit::Plugin {
    fn from(plugin: core::Plugin) -> Self {
        Self {
            name: plugin.name,
            version: plugin.version,
            hash: plugin.hash,
            state: match plugin.state {
                core::PluginState::Active => wit::State::Active,
                core::PluginState::Inactive => wit::State::Inactive,
            },
            policy: match plugin.policy {
                core::FailurePolicy::FailOpen => wit::FailurePolicy::FailOpen,
                core::FailurePolicy::FailClosed => wit::FailurePolicy::FailClosed,
            },
            position: plugin.position,
            setting_names: plugin.setting_names,
            failures: plugin.failures,
            failures_in_a_row: plugin.failures_in_a_row,
            last_error: plugin.last_error,
            deactivated_reason: plugin.deactivated_reason,
            installed_at: plugin.installed_at,
            updated_at: plugin.updated_at,
            description: plugin.description,
            previous_hash: plugin.previous_hash,
            previous_version: plugin.previous_version,
        }
    }
}
