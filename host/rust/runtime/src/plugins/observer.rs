//! Who is told what plugins do, so that it can be recorded.

use super::log::LogLine;

/// What the host wants to know of its plugins. Every method has a default: to ignore it.
///
/// The methods are called on the thread on which the plugin was, after it has been left, and, in a publish, under the
/// core: an application's transaction may be open there. So an implementation only notes what it is told, and has
/// another thread write it down.
pub trait PluginObserver: Send + Sync {
    /// The plugin of that name has failed in a hook, `in_a_row` times by now.
    fn failed(&self, plugin: &str, failure: &str, in_a_row: u32) {
        let _ = (plugin, failure, in_a_row);
    }

    /// The plugin has failed too often and is not called any more. Told once; record it, so that it stays so.
    fn deactivated(&self, plugin: &str, reason: &str) {
        let _ = (plugin, reason);
    }

    /// The plugin has said something.
    fn logged(&self, plugin: &str, line: &LogLine) {
        let _ = (plugin, line);
    }
}

/// Nobody is told.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObserver;

impl PluginObserver for NoObserver {}
