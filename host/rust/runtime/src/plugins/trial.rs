//! Decides how a plugin is tried by hand: one call on a fresh instance, and what it took.
//!
//! Knows nothing of active plugins; nothing here is counted or recorded.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::hook::{Failure, HookContext, HookInput, HookOutput};
use super::limits::PluginLimits;
use super::log::LogLine;
use super::plugin::Plugin;
use crate::environment::Environment;

/// What one call came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Trial {
    /// What it answered.
    pub result: Result<HookOutput, Failure>,
    /// How long the start of the instance took.
    pub start: Duration,
    /// How long the call took.
    pub call: Duration,
    /// The most linear memory that the instance has had, in bytes.
    pub peak_memory_bytes: usize,
    /// What it said.
    pub log: Vec<LogLine>,
}

impl Plugin {
    /// Calls one hook on a fresh instance, with these settings (a JSON object), whether the plugin wants it or not.
    #[must_use]
    pub fn try_hook(
        &self,
        environment: &Arc<dyn Environment>,
        settings: &str,
        limits: PluginLimits,
        context: &HookContext,
        input: HookInput<'_>,
    ) -> Trial {
        let began = Instant::now();
        let started = self.instantiate(environment, &settings.into(), limits);
        let start = began.elapsed();
        let mut instance = match started {
            Ok(instance) => instance,
            Err(failure) => {
                let (call, log) = (Duration::ZERO, Vec::new());
                return Trial { result: Err(failure), start, call, peak_memory_bytes: 0, log };
            }
        };
        let began = Instant::now();
        let result = instance.call(&context.pairs(), input);
        let call = began.elapsed();
        let (peak_memory_bytes, log) = (instance.peak_memory_bytes(), instance.take_lines());
        Trial { result, start, call, peak_memory_bytes, log }
    }
}
