//! Who is told what plugins do, so that it can be recorded.

use super::hook::{Hook, Pairs};
use super::log::LogLine;

/// For what a plugin was called.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Occasion {
    /// The hook.
    pub hook: Hook,
    /// `evt_…`.
    pub event_id: String,
    /// The event's topic.
    pub topic: String,
    /// `dlv_…`, for hooks that concern one delivery.
    pub delivery_id: Option<String>,
}

impl Occasion {
    pub(crate) fn new(hook: Hook, context: &Pairs) -> Self {
        let value = |name: &str| context.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
        Self {
            hook,
            event_id: value("event-id").unwrap_or_default(),
            topic: value("topic").unwrap_or_default(),
            delivery_id: value("delivery-id"),
        }
    }
}

/// What the host wants to know of its plugins. Every method has a default: to ignore it.
///
/// The methods are called on the thread on which the plugin was, after it has been left, and, in a publish, under the
/// core: an application's transaction may be open there. So an implementation only notes what it is told, and has
/// another thread write it down.
pub trait PluginObserver: Send + Sync {
    /// The plugin of that name has failed, `in_a_row` times in this process by now. Count it where all processes
    /// count, and deactivate the plugin when it has failed too often in all of them together.
    fn failed(&self, plugin: &str, occasion: &Occasion, failure: &str, in_a_row: u32) {
        let _ = (plugin, occasion, failure, in_a_row);
    }

    /// The plugin has worked, and had failed before: here, or by [`super::ActivePlugin::was_failing`]. Told once.
    fn recovered(&self, plugin: &str) {
        let _ = plugin;
    }

    /// The plugin has failed too often and is not called any more. Told once; record it, so that it stays so.
    fn deactivated(&self, plugin: &str, reason: &str) {
        let _ = (plugin, reason);
    }

    /// The plugin has said something.
    fn logged(&self, plugin: &str, occasion: &Occasion, line: &LogLine) {
        let _ = (plugin, occasion, line);
    }
}

/// Nobody is told.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObserver;

impl PluginObserver for NoObserver {}
