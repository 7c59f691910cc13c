//! Decides what a call of the core is: limits set, one function entered, and after it a verdict on the instance.
//!
//! Knows neither threads nor queues, and no function by name.

use std::time::Duration;

use wasmtime::Store;

use crate::bindings::Webhooks;
use crate::call_error::CallError;
use crate::component::Component;
use crate::database::Database;
use crate::depth;
use crate::engine::{Engine, ticks};
use crate::imports::{HostState, Surroundings};
use crate::limits::OwnTime;
use crate::types::Error;

/// One instance of the core component, with the host's side of it.
pub(crate) struct Instance {
    // Before the engine's handle, so that the clock runs as long as there is something to interrupt.
    store: Store<HostState>,
    bindings: Webhooks,
    /// The same without types.
    exported: wasmtime::component::Instance,
    trapped: bool,
    _engine: Engine,
}

impl Instance {
    /// # Errors
    ///
    /// [`CallError::Trap`] when the component does not even start.
    pub(crate) fn new(
        component: &Component,
        database: Database,
        surroundings: Surroundings,
        deadline: Duration,
    ) -> Result<Self, CallError> {
        let engine = component.engine().clone();
        let state = HostState::new(database, surroundings, OwnTime::new(deadline));
        let mut store = Store::new(engine.wasmtime(), state);
        store.limiter(|state| &mut state.memory);
        store.epoch_deadline_callback(|context| context.data().own_time.extend());
        store.set_epoch_deadline(ticks(deadline));
        match component.instantiate(&mut store) {
            Ok((exported, bindings)) => Ok(Self { store, bindings, exported, trapped: false, _engine: engine }),
            Err(error) => Err(failure("instantiation", &mut store, &error)),
        }
    }

    /// Runs `work`, which calls the exported `function`.
    ///
    /// # Errors
    ///
    /// A [`CallError`]; [`CallError::TooDeep`] before anything has run.
    pub(crate) fn call<T>(
        &mut self,
        function: &'static str,
        work: impl FnOnce(&Webhooks, &mut Store<HostState>) -> wasmtime::Result<Result<T, Error>>,
    ) -> Result<T, CallError> {
        let _entered = depth::enter(function)?;
        self.begin();
        let outcome = work(&self.bindings, &mut self.store);
        self.end(function, outcome)?.map_err(CallError::Api)
    }

    /// As [`Instance::call`], for work that finds its function by itself. `function` says what it is in errors.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    pub(crate) fn call_untyped<T>(
        &mut self,
        function: &'static str,
        work: impl FnOnce(wasmtime::component::Instance, &mut Store<HostState>) -> wasmtime::Result<T>,
    ) -> Result<T, CallError> {
        let _entered = depth::enter(function)?;
        self.begin();
        let outcome = work(self.exported, &mut self.store);
        self.end(function, outcome)
    }

    /// Whether it may be called again: not after a trap, and not when it has grown large.
    pub(crate) fn is_sound(&self) -> bool {
        !self.trapped && !self.store.data().memory.is_worn()
    }

    /// Whether the last call has changed the database.
    pub(crate) fn committed(&self) -> bool {
        self.store.data().committed
    }

    /// Ends the instance and keeps its connection.
    pub(crate) fn into_database(self) -> Database {
        self.store.into_data().database
    }

    fn begin(&mut self) {
        let state = self.store.data_mut();
        state.committed = false;
        state.own_time.restart();
        let deadline = ticks(state.own_time.limit());
        self.store.set_epoch_deadline(deadline);
    }

    fn end<T>(&mut self, function: &'static str, outcome: wasmtime::Result<T>) -> Result<T, CallError> {
        outcome.map_err(|error| {
            self.trapped = true;
            failure(function, &mut self.store, &error)
        })
    }
}

fn failure(function: &'static str, store: &mut Store<HostState>, error: &wasmtime::Error) -> CallError {
    let state = store.data_mut();
    let committed = state.committed;
    state.take_aside().unwrap_or_else(|| {
        // The frames help whoever repairs the core; the caller gets the cause in one line.
        tracing::error!(function, committed, "the core component broke off: {error:?}");
        CallError::Trap { function, message: error.root_cause().to_string(), committed }
    })
}
