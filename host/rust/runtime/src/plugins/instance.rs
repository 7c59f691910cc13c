//! Decides what a call of a plugin is: limits set, one function entered, its answer judged, and a verdict on the
//! instance.
//!
//! Knows neither what the answer is for nor who asked. A plugin imports nothing that leads back into the host's own
//! calls, so a call of a plugin never nests.

use std::sync::Arc;
use std::time::Duration;

use wasmtime::Store;

use super::bindings::exports::hookwright::plugin::hooks::{self as wit, HookError};
use super::bindings::{Plugin as Bindings, PluginPre};
use super::hook::{Failure, HookInput, HookOutput, Pairs};
use super::imports::State;
use super::limits::{DESCRIBE_DEADLINE, DESCRIPTION_CAP_BYTES, Memory, PluginLimits};
use super::log::LogLine;
use crate::engine::{Engine, ticks};
use crate::environment::{Environment, printable_lines};

/// Bytes of what a plugin says about its failure; a stack has room.
const MESSAGE_CAP_BYTES: usize = 4_096;

/// One instance of a plugin, with the host's side of it.
pub(crate) struct Instance {
    // Before the engine's handle, so that the clock runs as long as there is something to interrupt.
    store: Store<State>,
    bindings: Bindings,
    limits: PluginLimits,
    broken: bool,
    _engine: Engine,
}

impl Instance {
    /// # Errors
    ///
    /// A [`Failure`] when the plugin does not even start.
    pub(crate) fn new(
        instantiator: &PluginPre<State>,
        engine: &Engine,
        environment: &Arc<dyn Environment>,
        settings: &Arc<str>,
        limits: PluginLimits,
    ) -> Result<Self, Failure> {
        let memory = Memory::new(limits.memory_bytes);
        let state = State::new(Arc::clone(environment), Arc::clone(settings), memory);
        let mut store = Store::new(engine.wasmtime(), state);
        store.limiter(|state| &mut state.memory);
        store.epoch_deadline_callback(|mut context| {
            context.data_mut().timed_out = true;
            wasmtime::bail!("its time was over")
        });
        begin(&mut store, limits.call_deadline, limits.output_bytes);
        match instantiator.instantiate(&mut store) {
            Ok(bindings) => Ok(Self { store, bindings, limits, broken: false, _engine: engine.clone() }),
            Err(error) => Err(failure(&store, limits.call_deadline, limits.output_bytes, &error)),
        }
    }

    /// Asks the plugin what it is.
    ///
    /// # Errors
    ///
    /// A [`Failure`].
    pub(crate) fn describe(&mut self) -> Result<wit::Description, Failure> {
        self.run(DESCRIBE_DEADLINE, DESCRIPTION_CAP_BYTES, |bindings, store| {
            bindings.hookwright_plugin_hooks().call_describe(store).map(Ok)
        })
    }

    /// Calls a hook, and judges its answer.
    ///
    /// # Errors
    ///
    /// A [`Failure`].
    pub(crate) fn call(&mut self, context: &Pairs, input: HookInput<'_>) -> Result<HookOutput, Failure> {
        let PluginLimits { call_deadline, output_bytes, .. } = self.limits;
        let output = self.run(call_deadline, output_bytes, |bindings, store| {
            let hooks = bindings.hookwright_plugin_hooks();
            Ok(match input {
                HookInput::BuildPayload(data) => hooks.call_build_payload(store, context, data)?.map(HookOutput::Data),
                HookInput::FilterPayload(data) => {
                    hooks.call_filter_payload(store, context, data)?.map(HookOutput::Data)
                }
                HookInput::ShouldDeliver(data) => {
                    hooks.call_should_deliver(store, context, data)?.map(HookOutput::Deliver)
                }
                HookInput::FilterRequest(headers) => {
                    hooks.call_filter_request(store, context, headers)?.map(HookOutput::Headers)
                }
                HookInput::AfterDelivery(outcome) => {
                    hooks.call_after_delivery(store, context, outcome)?.map(|()| HookOutput::Told)
                }
            })
        })?;
        output.check().map_err(Failure::BadAnswer)
    }

    /// Whether it may be called again: not after a trap, and not when it has grown large.
    pub(crate) fn is_sound(&self) -> bool {
        !self.broken && !self.store.data().memory.is_worn()
    }

    pub(crate) fn peak_memory_bytes(&self) -> usize {
        self.store.data().memory.peak_bytes()
    }

    /// What it has said since it was last asked for it.
    pub(crate) fn take_lines(&mut self) -> Vec<LogLine> {
        self.store.data_mut().take_lines()
    }

    fn run<T>(
        &mut self,
        deadline: Duration,
        output_bytes: usize,
        work: impl FnOnce(&Bindings, &mut Store<State>) -> wasmtime::Result<Result<T, HookError>>,
    ) -> Result<T, Failure> {
        begin(&mut self.store, deadline, output_bytes);
        match work(&self.bindings, &mut self.store) {
            Ok(answer) => answer.map_err(told),
            Err(error) => {
                self.broken = true;
                Err(failure(&self.store, deadline, output_bytes, &error))
            }
        }
    }
}

fn begin(store: &mut Store<State>, deadline: Duration, output_bytes: usize) {
    store.data_mut().begin();
    store.set_epoch_deadline(ticks(deadline));
    store.set_hostcall_fuel(output_bytes);
}

fn told(error: HookError) -> Failure {
    match error {
        HookError::InvalidInput(message) => Failure::InvalidInput(shown(&message)),
        HookError::Refused(message) => Failure::Refused(shown(&message)),
        HookError::Other(message) => Failure::Other(shown(&message)),
    }
}

fn failure(store: &Store<State>, deadline: Duration, output_bytes: usize, error: &wasmtime::Error) -> Failure {
    if store.data().timed_out {
        return Failure::TimedOut { ms: deadline.as_millis() };
    }
    let message = error.root_cause().to_string();
    // wasmtime has no type for it that could be asked for.
    if message.contains("fuel allocated for hostcalls has been exhausted") {
        return Failure::TooLarge(output_bytes);
    }
    // The frames help the plugin's author; the rest is told in one line.
    tracing::debug!("a plugin broke off: {error:?}");
    Failure::Broke(shown(&message))
}

/// What a stranger said, fit for a log and a terminal; a stack keeps its lines.
fn shown(message: &str) -> String {
    let end = message.floor_char_boundary(MESSAGE_CAP_BYTES);
    printable_lines(&message[..end])
}
