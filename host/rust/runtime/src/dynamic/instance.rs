//! One instance at a time behind the dynamic door: made when first called, replaced after a failure or when it has
//! grown large.
//!
//! Decides nothing of the imports but that their failure ends the call.

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;
use wasmtime::Store;
use wasmtime::component::{Instance, Val};

use super::component::{DynamicComponent, Export, Signature};
use super::failure::DynamicError;
use super::json::{Misfit, Written, read};
use crate::engine::ticks;
use crate::limits::{Memory, OwnTime};

/// How long the core may compute between two calls of the host.
const CALL_DEADLINE: Duration = Duration::from_secs(10);

/// Bytes that one import or answer may take on the host's side. A byte of a `list<u8>` takes 40 here, and a claim gives
/// payloads of up to 32 MiB.
pub(super) const COPY_CAP_BYTES: usize = 2 << 30;

/// What answers the core's imports.
pub trait DynamicImports {
    /// Answers the import `name`, for example `storage.execute`. `arguments` is a JSON array; the answer is JSON too,
    /// and anything where the import gives nothing.
    ///
    /// # Errors
    ///
    /// Why there is no answer. The call of the core then fails with [`DynamicError::Import`].
    fn call(&self, name: &str, arguments: &str) -> Result<String, String>;
}

/// An instance of a [`DynamicComponent`]. Belongs to one thread at a time, and serves one call at a time.
pub struct DynamicInstance {
    component: DynamicComponent,
    imports: Rc<dyn DynamicImports>,
    running: Option<(Store<DynamicState>, Instance)>,
}

/// The host's side of an instance.
pub(super) struct DynamicState {
    pub(super) imports: Rc<dyn DynamicImports>,
    pub(super) own_time: OwnTime,
    pub(super) aside: Option<DynamicError>,
    memory: Memory,
}

impl DynamicInstance {
    /// Nothing runs before the first call.
    pub fn new(component: DynamicComponent, imports: Rc<dyn DynamicImports>) -> Self {
        Self { component, imports, running: None }
    }

    /// Calls an exported function, for example `events.publish`. `arguments` is a JSON array with one item for each
    /// parameter; the answer is the result in JSON, null for a function without one.
    ///
    /// # Errors
    ///
    /// A [`DynamicError`]. What is wrong with the arguments is found before anything runs.
    pub fn call(&mut self, name: &str, arguments: &[u8]) -> Result<String, DynamicError> {
        let component = self.component.clone();
        let export = component.exports().find(name)?;
        let values = parse(&export.shapes, arguments)?;
        let (mut store, instance) = match self.running.take() {
            Some(running) => running,
            None => self.instantiate(name)?,
        };
        let outcome = enter(&mut store, instance, export, &values);
        if outcome.is_ok() && !store.data().memory.is_worn() {
            self.running = Some((store, instance));
            return outcome.map_err(|error| trap(name, &error));
        }
        outcome.map_err(|error| store.data_mut().aside.take().unwrap_or_else(|| trap(name, &error)))
    }

    fn instantiate(&self, name: &str) -> Result<(Store<DynamicState>, Instance), DynamicError> {
        let state = DynamicState {
            imports: Rc::clone(&self.imports),
            own_time: OwnTime::new(CALL_DEADLINE),
            aside: None,
            memory: Memory::default(),
        };
        let mut store = Store::new(self.component.engine().wasmtime(), state);
        store.limiter(|state| &mut state.memory);
        store.epoch_deadline_callback(|context| context.data().own_time.extend());
        store.set_epoch_deadline(ticks(CALL_DEADLINE));
        store.set_hostcall_fuel(COPY_CAP_BYTES);
        match self.component.instantiator().instantiate(&mut store) {
            Ok(instance) => Ok((store, instance)),
            Err(error) => Err(store.data_mut().aside.take().unwrap_or_else(|| trap(name, &error))),
        }
    }
}

impl fmt::Debug for DynamicInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicInstance")
            .field("component", &self.component)
            .field("running", &self.running.is_some())
            .finish_non_exhaustive()
    }
}

/// The values that JSON arguments say.
///
/// # Errors
///
/// What is wrong with them.
pub(super) fn parse(shapes: &Signature, arguments: &[u8]) -> Result<Vec<Val>, DynamicError> {
    let text =
        std::str::from_utf8(arguments).map_err(|error| DynamicError::InvalidUtf8 { offset: error.valid_up_to() })?;
    let items: Vec<Value> =
        serde_json::from_str(text).map_err(|error| DynamicError::InvalidJson { message: error.to_string() })?;
    let params = &shapes.params;
    if items.len() != params.len() {
        let names: Vec<_> = params.iter().map(|(name, _)| name.as_str()).collect();
        let message = format!("must be {} ({}), are {}", params.len(), names.join(", "), items.len());
        return Err(DynamicError::Argument { at: "the arguments".to_owned(), message });
    }
    let read = |((name, shape), item): (&(String, _), Value)| {
        read(shape, item)
            .map_err(|Misfit { at, message }| DynamicError::Argument { at: format!("{name}{at}"), message })
    };
    params.iter().zip(items).map(read).collect()
}

fn enter(
    store: &mut Store<DynamicState>,
    instance: Instance,
    export: &Export,
    values: &[Val],
) -> wasmtime::Result<String> {
    let state = store.data_mut();
    state.own_time.restart();
    let deadline = ticks(state.own_time.limit());
    store.set_epoch_deadline(deadline);
    invoke(store, instance, export, values)
}

/// The answer of an exported function, in JSON.
pub(super) fn invoke<T: 'static>(
    store: &mut Store<T>,
    instance: Instance,
    export: &Export,
    values: &[Val],
) -> wasmtime::Result<String> {
    let function = instance
        .get_func(&mut *store, export.index)
        .ok_or_else(|| wasmtime::Error::msg("the instance lacks a function that the component exports"))?;
    match &export.shapes.result {
        None => {
            function.call(store, values, &mut [])?;
            Ok("null".to_owned())
        }
        Some(shape) => {
            let mut results = [Val::Bool(false)];
            function.call(store, values, &mut results)?;
            Ok(serde_json::to_string(&Written(shape, &results[0]))?)
        }
    }
}

fn trap(name: &str, error: &wasmtime::Error) -> DynamicError {
    tracing::error!(function = name, "the core component broke off: {error:?}");
    DynamicError::Trap { name: name.to_owned(), message: error.root_cause().to_string() }
}
