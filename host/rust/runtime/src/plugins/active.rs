//! Decides what an active plugin is: which instance serves a call, and when its failures end its activity.
//!
//! Knows neither the other plugins nor what its answers are for.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::description::FailurePolicy;
use super::hook::{Failure, Hook, HookInput, HookOutput, Pairs};
use super::instance::Instance;
use super::limits::PluginLimits;
use super::log::{Level, Log, LogLine};
use super::observer::{Occasion, PluginObserver};
use super::plugin::Plugin;
use crate::environment::{Environment, printable};

/// Instances that wait for calls; one for each of the core's threads, and one for an application's own.
const SPARE_INSTANCES: usize = 4;

/// A plugin as the site owner has activated it.
#[derive(Clone, Debug)]
pub struct ActivePlugin {
    /// The plugin.
    pub plugin: Plugin,
    /// Its settings: a JSON object that conforms to its schema, which is not checked here; `{}` for none.
    pub settings: String,
    /// What its failures mean for an event; none: what the plugin itself says.
    pub policy: Option<FailurePolicy>,
    /// Grows with each activation on the site: decides between plugins of one priority, and tells an activation from
    /// the next of the same plugin, whose failures count from zero.
    pub activation: i64,
    /// Whether the calls before, in whichever process, have failed: the first that does not is told to the observer.
    pub was_failing: bool,
    /// Why it must not be called although it is in the list: it has been deactivated for its failures. Where it fails
    /// closed, its events are then refused, until a person activates it again or takes it out.
    pub suspended: Option<String>,
}

impl ActivePlugin {
    /// A plugin without settings, under its own policy.
    #[must_use]
    pub fn new(plugin: Plugin, activation: i64) -> Self {
        Self { plugin, settings: "{}".to_owned(), policy: None, activation, was_failing: false, suspended: None }
    }

    fn policy(&self) -> FailurePolicy {
        self.policy.unwrap_or(self.plugin.description().on_failure)
    }
}

/// How an active plugin does.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct PluginStatus {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes.
    pub hash: String,
    /// Calls since it was activated in this process.
    pub calls: u64,
    /// Those that failed.
    pub failures: u64,
    /// Those that failed since the last that did not.
    pub failures_in_a_row: u32,
    /// Those that worked: failures and bad input not counted.
    pub successes: u64,
    /// Calls that were left out because the time of all plugins was used up.
    pub skipped: u64,
    /// The last failure.
    pub last_failure: Option<String>,
    /// Why it is not called any more.
    pub suspended: Option<String>,
}

/// What an active plugin is made with.
pub(crate) struct Surroundings {
    pub(crate) environment: Arc<dyn Environment>,
    pub(crate) observer: Arc<dyn PluginObserver>,
    pub(crate) limits: PluginLimits,
}

/// An active plugin with its instances and its record.
pub(crate) struct Active {
    given: ActivePlugin,
    settings: Arc<str>,
    surroundings: Arc<Surroundings>,
    instances: Mutex<Vec<Instance>>,
    log: Log,
    calls: AtomicU64,
    failures: AtomicU64,
    successes: AtomicU64,
    skipped: AtomicU64,
    /// Whether a call that works is news.
    is_failing: AtomicBool,
    in_a_row: AtomicU32,
    is_suspended: AtomicBool,
    last_failure: Mutex<Option<String>>,
    suspended: Mutex<Option<String>>,
}

impl Active {
    pub(crate) fn new(given: ActivePlugin, surroundings: Arc<Surroundings>) -> Self {
        Self {
            settings: given.settings.as_str().into(),
            is_suspended: given.suspended.is_some().into(),
            is_failing: given.was_failing.into(),
            suspended: Mutex::new(given.suspended.clone()),
            given,
            surroundings,
            instances: Mutex::default(),
            log: Log::default(),
            calls: AtomicU64::default(),
            failures: AtomicU64::default(),
            successes: AtomicU64::default(),
            skipped: AtomicU64::default(),
            in_a_row: AtomicU32::default(),
            last_failure: Mutex::default(),
        }
    }

    /// Whether this is the same activation of the same plugin, so that its instances and its record go on.
    pub(crate) fn is(&self, given: &ActivePlugin) -> bool {
        let ActivePlugin { plugin, settings, policy, activation, suspended, was_failing: _ } = given;
        self.given.plugin.hash() == plugin.hash()
            && self.given.settings == *settings
            && self.given.policy == *policy
            && self.given.activation == *activation
            // Who has suspended it here will soon be told so by the site's own record.
            && (suspended.is_none() || self.is_suspended())
    }

    pub(crate) fn plugin(&self) -> &Plugin {
        &self.given.plugin
    }

    pub(crate) fn name(&self) -> &str {
        &self.given.plugin.description().name
    }

    pub(crate) fn activation(&self) -> i64 {
        self.given.activation
    }

    pub(crate) fn fails_closed(&self) -> bool {
        self.given.policy() == FailurePolicy::FailClosed
    }

    pub(crate) fn is_suspended(&self) -> bool {
        self.is_suspended.load(Ordering::Acquire)
    }

    pub(crate) fn count_skipped(&self) {
        self.skipped.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn log_lines(&self) -> Vec<LogLine> {
        self.log.lines()
    }

    pub(crate) fn status(&self) -> PluginStatus {
        PluginStatus {
            name: self.name().to_owned(),
            hash: self.plugin().hash().to_owned(),
            calls: self.calls.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
            successes: self.successes.load(Ordering::Relaxed),
            failures_in_a_row: self.in_a_row.load(Ordering::Relaxed),
            skipped: self.skipped.load(Ordering::Relaxed),
            last_failure: locked(&self.last_failure).clone(),
            suspended: locked(&self.suspended).clone(),
        }
    }

    /// Calls a hook on a sound instance, and records how it went.
    ///
    /// # Errors
    ///
    /// A [`Failure`].
    pub(crate) fn call(&self, context: &Pairs, input: HookInput<'_>) -> Result<HookOutput, Failure> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let result = self.call_instance(context, input);
        match &result {
            Ok(_) | Err(Failure::Refused(_)) => self.succeeded(),
            // Whoever published it may be to blame.
            Err(Failure::InvalidInput(_)) => {}
            Err(failure) => self.record(&Occasion::new(input.hook(), context), failure),
        }
        result
    }

    fn succeeded(&self) {
        self.successes.fetch_add(1, Ordering::Relaxed);
        self.in_a_row.store(0, Ordering::Relaxed);
        // Read first: nearly always it is false, and all threads share it.
        if self.is_failing.load(Ordering::Relaxed) && self.is_failing.swap(false, Ordering::Relaxed) {
            self.surroundings.observer.recovered(self.name());
        }
    }

    fn call_instance(&self, context: &Pairs, input: HookInput<'_>) -> Result<HookOutput, Failure> {
        let waiting = locked(&self.instances).pop();
        let Surroundings { environment, limits, .. } = self.surroundings.as_ref();
        let mut instance = match waiting {
            Some(instance) => instance,
            None => self.given.plugin.instantiate(environment, &self.settings, *limits)?,
        };
        let result = instance.call(context, input);
        let lines = instance.take_lines();
        if !lines.is_empty() {
            self.keep(&Occasion::new(input.hook(), context), &lines);
        }
        if instance.is_sound() {
            let mut instances = locked(&self.instances);
            if instances.len() < SPARE_INSTANCES {
                instances.push(instance);
            }
        }
        result
    }

    /// Says in its log what became of an answer.
    pub(crate) fn note(&self, hook: Hook, context: &Pairs, message: &str) {
        let line = LogLine::new(self.surroundings.environment.now_ms(), Level::Warn, message);
        self.keep(&Occasion::new(hook, context), &[line]);
    }

    fn keep(&self, occasion: &Occasion, lines: &[LogLine]) {
        self.log.add(lines);
        lines.iter().for_each(|line| self.surroundings.observer.logged(self.name(), occasion, line));
    }

    fn record(&self, occasion: &Occasion, failure: &Failure) {
        let Surroundings { environment, observer, limits } = self.surroundings.as_ref();
        let message = printable(&format!("{}: {failure}", occasion.hook));
        self.log.add(&[LogLine::new(environment.now_ms(), Level::Error, &message)]);
        tracing::warn!(plugin = self.name(), "a plugin failed in {message}");
        self.failures.fetch_add(1, Ordering::Relaxed);
        let in_a_row = self.in_a_row.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        self.is_failing.store(true, Ordering::Relaxed);
        observer.failed(self.name(), occasion, &failure.to_string(), in_a_row);
        *locked(&self.last_failure) = Some(message.clone());
        if in_a_row >= limits.failures_in_a_row {
            self.suspend(in_a_row, &message);
        }
    }

    fn suspend(&self, in_a_row: u32, last: &str) {
        let reason = format!("it failed {in_a_row} times in a row, at last in {last}");
        {
            let mut suspended = locked(&self.suspended);
            if suspended.is_some() {
                return;
            }
            *suspended = Some(reason.clone());
        }
        self.is_suspended.store(true, Ordering::Release);
        locked(&self.instances).clear();
        tracing::error!(plugin = self.name(), "a plugin is not called any more: {reason}");
        self.surroundings.observer.deactivated(self.name(), &reason);
    }
}

impl fmt::Debug for Active {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Active").field(&self.given.plugin).finish()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
