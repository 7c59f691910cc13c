//! Decides what the answers of all active plugins come to.
//!
//! One plugin's failure is its own: the event goes on without it or is refused, as the plugin's policy says, and the
//! next plugin is asked. Knows neither WebAssembly nor what the core does with the result.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::active::{Active, ActivePlugin, PluginStatus, Surroundings};
use super::budget::Budget;
use super::header_rules;
use super::hook::{Failure, Headers, Hook, HookContext, HookInput, HookOutput, Pairs};
use super::limits::PluginLimits;
use super::log::LogLine;
use super::observer::PluginObserver;
use super::set::{ActivationError, Set};
use crate::environment::{Environment, printable};

/// The active plugins, as [`crate::Extensions`] for the core.
///
/// All calls may be made from any thread at any time. No plugin can call the core: nothing that it imports leads there.
pub struct Plugins {
    surroundings: Arc<Surroundings>,
    budget: Budget,
    set: RwLock<Arc<Set>>,
}

impl Plugins {
    /// No plugin is active yet; see [`Plugins::replace`].
    #[must_use]
    pub fn new(environment: Arc<dyn Environment>, observer: Arc<dyn PluginObserver>, limits: PluginLimits) -> Self {
        let surroundings = Arc::new(Surroundings { environment, observer, limits });
        Self { surroundings, budget: Budget::new(limits.budget), set: RwLock::default() }
    }

    /// From now on these plugins are active, and no others; calls under way end with those that they began with.
    ///
    /// A plugin of the same bytes, settings, policy and activation as before goes on with its instances and its
    /// record. One that has been suspended for its failures stays so until it comes with another activation.
    ///
    /// # Errors
    ///
    /// An [`ActivationError`], and nothing has changed.
    pub fn replace(&self, plugins: Vec<ActivePlugin>) -> Result<(), ActivationError> {
        let mut set = self.set.write().unwrap_or_else(PoisonError::into_inner);
        *set = Arc::new(Set::new(plugins, &set, &self.surroundings)?);
        Ok(())
    }

    /// How each active plugin does, in the order of activation.
    #[must_use]
    pub fn status(&self) -> Vec<PluginStatus> {
        self.set().active.iter().map(|active| active.status()).collect()
    }

    /// The newest lines that the plugin has said in this process, oldest first; none of a plugin that is not active.
    #[must_use]
    pub fn log(&self, plugin: &str) -> Vec<LogLine> {
        let set = self.set();
        set.active.iter().find(|active| active.name() == plugin).map(|active| active.log_lines()).unwrap_or_default()
    }

    /// A publish, a claim or a settle begins on this thread: the plugins have their whole budget of time again.
    ///
    /// [`crate::Extensions::interests`] does it too, and the core asks for those first in each. Whoever calls another
    /// method of [`crate::Extensions`] without the core calls this first.
    pub fn begin(&self) {
        self.budget.begin();
    }

    /// The data as each plugin that is asked at the hook wants it, each seeing what the former returned.
    ///
    /// # Errors
    ///
    /// Why the event is refused, in words for a person.
    pub(crate) fn data(
        &self,
        context: &HookContext,
        data: String,
        input: for<'a> fn(&'a str) -> HookInput<'a>,
    ) -> Result<String, String> {
        let set = self.set();
        let pairs = context.pairs();
        set.routes_of(input("").hook(), &context.topic).try_fold(data, |data, active| {
            match self.ask(active, &pairs, input(&data))? {
                Some(HookOutput::Data(changed)) => Ok(changed),
                _ => Ok(data),
            }
        })
    }

    /// Whether the event may go to the webhook; the first plugin that says no decides.
    ///
    /// # Errors
    ///
    /// Why the event is refused, in words for a person.
    pub(crate) fn may_deliver(&self, context: &HookContext, data: &str) -> Result<bool, String> {
        let set = self.set();
        let pairs = context.pairs();
        for active in set.routes_of(Hook::ShouldDeliver, &context.topic) {
            if let Some(HookOutput::Deliver(false)) = self.ask(active, &pairs, HookInput::ShouldDeliver(data))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The headers that plugins add to a request that so far has `headers`; each sees those of the former too. A plugin
    /// whose addition does not fit behind the others' costs only its own.
    ///
    /// # Errors
    ///
    /// Why nothing may be added, in words for a person.
    pub(crate) fn added_headers(&self, context: &HookContext, headers: Headers) -> Result<Headers, String> {
        let set = self.set();
        let pairs = context.pairs();
        let (given, mut all) = (headers.len(), headers);
        for active in set.routes_of(Hook::FilterRequest, &context.topic) {
            if let Some(HookOutput::Headers(added)) = self.ask(active, &pairs, HookInput::FilterRequest(&all))? {
                match fitting(&all, given, added) {
                    Ok(more) => all = more,
                    Err(why) => active.note(Hook::FilterRequest, &pairs, &format!("its headers are left out: {why}")),
                }
            }
        }
        Ok(all.split_off(given))
    }

    /// Tells plugins what became of an attempt. Whatever they answer changes nothing.
    pub(crate) fn tell(&self, context: &HookContext, outcome: &str) {
        let set = self.set();
        let pairs = context.pairs();
        for active in set.routes_of(Hook::AfterDelivery, &context.topic) {
            // There is nothing left to refuse.
            let _ = self.ask(active, &pairs, HookInput::AfterDelivery(outcome));
        }
    }

    pub(crate) fn set(&self) -> Arc<Set> {
        Arc::clone(&self.set.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// One plugin's answer; none where the event goes on without it.
    fn ask(&self, active: &Active, context: &Pairs, input: HookInput<'_>) -> Result<Option<HookOutput>, String> {
        let name = active.name();
        if active.is_suspended() {
            let reason = "it is not called any more after too many failures; activate it again, or deactivate it";
            return without(active, reason);
        }
        if self.budget.is_spent() {
            active.count_skipped();
            tracing::warn!(plugin = name, hook = input.hook().name(), "a plugin was skipped: no time was left");
            return without(active, &format!("the {} ms of all plugins were used up", self.budget.limit().as_millis()));
        }
        match self.budget.spend(|| active.call(context, input)) {
            Ok(output) => Ok(Some(output)),
            Err(Failure::Refused(why)) => Err(printable(&format!("plugin `{name}` refuses the event: {why}"))),
            Err(failure) => without(active, &printable(&failure.to_string())),
        }
    }
}

impl fmt::Debug for Plugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugins").field("active", &self.set().active).finish_non_exhaustive()
    }
}

/// All headers with those that one plugin adds, where those before `given` stood there before any plugin.
///
/// # Errors
///
/// Why they cannot be added.
fn fitting(all: &Headers, given: usize, added: Headers) -> Result<Headers, String> {
    let stands = |name: &str| all.iter().take(given).any(|(other, _)| other.eq_ignore_ascii_case(name));
    if let Some((name, _)) = added.iter().find(|(name, _)| stands(name)) {
        return Err(format!("the request has a header {name} already"));
    }
    let more: Headers = all.iter().cloned().chain(added).collect();
    header_rules::check(&more[given..]).map(|()| more)
}

/// What becomes of an event without the plugin's answer.
fn without(active: &Active, reason: &str) -> Result<Option<HookOutput>, String> {
    match active.fails_closed() {
        false => Ok(None),
        true => Err(format!("nothing is sent without plugin `{}`, and {reason}", active.name())),
    }
}
