//! Which plugins take part in an installation: those that its database calls active, from the files in its folder.
//!
//! Decides what becomes of one that cannot be had, or whose failures have ended its activity: its events go on without
//! it or are refused, by its policy. Knows neither what plugins do nor how they are called.

mod absent;
mod folder;
mod keeper;
mod notes;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use hookwright_runtime::installed::{self, FailurePolicy, State};
use hookwright_runtime::plugins::{self as runtime, ActivePlugin, Plugin, PluginLimits, Plugins};
use hookwright_runtime::{
    CodeCache, DeliveryContext, EventContext, ExtensionTopic, Extensions, Hookwright, Interest, SystemEnvironment,
};

use crate::failure::{Failure, Kind};
use absent::Absent;
pub(crate) use folder::PluginFolder;
pub(crate) use keeper::Keeper;
use notes::Notes;

/// The plugins of one installation, for its core. None takes part before [`SitePlugins::load`].
pub(crate) struct SitePlugins {
    running: Plugins,
    /// Those without which some events must not be sent.
    absent: RwLock<Vec<Absent>>,
    notes: Arc<Notes>,
    limits: PluginLimits,
}

impl SitePlugins {
    pub(crate) fn new(limits: PluginLimits) -> Arc<Self> {
        let notes = Arc::new(Notes::default());
        let running = Plugins::new(Arc::new(SystemEnvironment), Arc::<Notes>::clone(&notes), limits);
        Arc::new(Self { running, absent: RwLock::default(), notes, limits })
    }

    /// From now on those take part that the installation calls active. Gives what a person should know: one sentence
    /// for each plugin that cannot be had.
    ///
    /// # Errors
    ///
    /// When the database cannot be read, or the plugins exclude each other; then nothing has changed.
    fn load(&self, hookwright: &Hookwright, folder: &PluginFolder) -> Result<Vec<String>, Failure> {
        let (mut active, mut absent, mut troubles) = (Vec::new(), Vec::new(), Vec::new());
        for plugin in hookwright.plugins_installed().wait()?.into_iter().filter(takes_part) {
            match activated(&plugin, hookwright, folder) {
                Ok(plugin) => active.push(plugin),
                Err(failure) => {
                    let reason = failure.lines().join("; ");
                    troubles.push(format!("Plugin {} does not take part: {reason}.", plugin.name));
                    absent.extend(Absent::of(&plugin, &reason));
                }
            }
        }
        self.running.replace(active).map_err(|error| {
            Failure::new(Kind::Extension, error.to_string())
                .hint("`hookwright plugins deactivate NAME` takes one of them out")
        })?;
        *self.absent.write().unwrap_or_else(PoisonError::into_inner) = absent;
        Ok(troubles)
    }
}

impl fmt::Debug for SitePlugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SitePlugins").field("running", &self.running).finish_non_exhaustive()
    }
}

impl Extensions for SitePlugins {
    fn topics(&self) -> Vec<ExtensionTopic> {
        self.running.topics()
    }

    fn interests(&self) -> Vec<Interest> {
        let absent = self.absent.read().unwrap_or_else(PoisonError::into_inner);
        absent.iter().map(Absent::interest).chain(self.running.interests()).collect()
    }

    fn build_data(&self, event: &EventContext, data: String) -> Result<String, String> {
        self.running.build_data(event, data)
    }

    fn filter_data(&self, event: &EventContext, data: String) -> Result<String, String> {
        self.absent.read().unwrap_or_else(PoisonError::into_inner).iter().try_for_each(|absent| absent.check(event))?;
        self.running.filter_data(event, data)
    }

    fn should_deliver(&self, event: &EventContext, webhook_id: &str, data: &str) -> Result<bool, String> {
        self.running.should_deliver(event, webhook_id, data)
    }

    fn filter_request(
        &self,
        delivery: &DeliveryContext,
        headers: &[(String, String)],
    ) -> Result<Vec<(String, String)>, String> {
        self.running.filter_request(delivery, headers)
    }

    fn after_delivery(&self, delivery: &DeliveryContext, outcome: &str) -> Result<(), String> {
        self.running.after_delivery(delivery, outcome)
    }
}

/// Whether a plugin is asked, or missed: one that fails closed and was deactivated for its failures, not by a person,
/// still holds its events back.
fn takes_part(plugin: &installed::Plugin) -> bool {
    plugin.state == State::Active || plugin.deactivated_reason.is_some() && plugin.policy == FailurePolicy::FailClosed
}

fn activated(
    plugin: &installed::Plugin,
    hookwright: &Hookwright,
    folder: &PluginFolder,
) -> Result<ActivePlugin, Failure> {
    let settings = hookwright.plugins_settings(plugin.name.clone()).wait()?;
    Ok(ActivePlugin {
        plugin: load_from(folder, &plugin.hash)?,
        settings,
        policy: Some(policy(plugin.policy)),
        activation: activation(plugin),
        was_failing: plugin.failures_in_a_row > 0,
        suspended: plugin.deactivated_reason.clone(),
    })
}

/// A plugin from its file in the folder.
///
/// # Errors
///
/// When it is not there, was changed, or cannot be used by this version.
pub(crate) fn load_from(folder: &PluginFolder, hash: &str) -> Result<Plugin, Failure> {
    let bytes = folder.read(hash)?;
    Plugin::load(&bytes, &CodeCache::of_user()).map_err(|error| {
        Failure::new(Kind::Extension, error.to_string()).hint("install a version that this host takes")
    })
}

pub(crate) fn policy(policy: FailurePolicy) -> runtime::FailurePolicy {
    match policy {
        FailurePolicy::FailOpen => runtime::FailurePolicy::FailOpen,
        FailurePolicy::FailClosed => runtime::FailurePolicy::FailClosed,
    }
}

/// Orders plugins by their activation, and is another number after each change that a person made.
fn activation(plugin: &installed::Plugin) -> i64 {
    /// Enough for unix milliseconds until the year 2109.
    const TIME_BITS: u32 = 42;
    let place = i64::from(plugin.position.min(1 << 20));
    place << TIME_BITS | plugin.updated_at & ((1 << TIME_BITS) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plugin(position: u32, updated_at: i64) -> installed::Plugin {
        installed::Plugin {
            name: "a".to_owned(),
            version: "1.0.0".to_owned(),
            hash: "0".repeat(64),
            state: State::Active,
            policy: FailurePolicy::FailOpen,
            position,
            setting_names: Vec::new(),
            failures: 0,
            failures_in_a_row: 0,
            last_error: None,
            deactivated_reason: None,
            installed_at: 0,
            updated_at,
            description: "{}".to_owned(),
            previous_hash: None,
            previous_version: None,
        }
    }

    #[test]
    fn the_place_counts_before_the_time_and_both_are_seen() {
        let numbers =
            [(0, 9_000), (1, 0), (1, 1_800_000_000_000), (1, 1_800_000_000_001), (2, 0), (u32::MAX, i64::MAX)]
                .map(|(position, at)| activation(&plugin(position, at)));
        assert!(numbers.is_sorted_by(|a, b| a < b) && numbers[0] >= 0, "{numbers:?}");
    }

    #[test]
    fn who_was_deactivated_by_a_person_is_not_missed() {
        let inactive = |policy, reason: Option<&str>| installed::Plugin {
            state: State::Inactive,
            policy,
            deactivated_reason: reason.map(str::to_owned),
            ..plugin(0, 1)
        };
        assert!(takes_part(&plugin(1, 1)));
        assert!(takes_part(&inactive(FailurePolicy::FailClosed, Some("it failed"))));
        assert!(!takes_part(&inactive(FailurePolicy::FailClosed, None)));
        assert!(!takes_part(&inactive(FailurePolicy::FailOpen, Some("it failed"))));
    }
}
