//! From a file to functions that can be called by name.
//!
//! Decides which functions there are; refuses to know what they do.

use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use wasmtime::StoreContextMut;
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{ComponentExportIndex, InstancePre, Linker, Val};

use super::failure::DynamicError;
use super::instance::DynamicState;
use super::json::{Misfit, Written, read};
use super::shape::Shape;
use crate::code_cache::CodeCache;
use crate::component::{Checked, GIVEN, LoadError};
use crate::engine::Engine;
use crate::interface_name::InterfaceName;

/// A core component whose functions are called by name. Clones share it.
#[derive(Clone)]
pub struct DynamicComponent(Arc<Inner>);

struct Inner {
    // Before the engine, whose clock must run as long as there is code.
    instantiator: InstancePre<DynamicState>,
    exports: Exports,
    engine: Engine,
    origin: Arc<str>,
}

/// The functions of a component, by the names that they are called by.
pub(crate) struct Exports(HashMap<String, Export>);

/// An exported function.
#[derive(Clone)]
pub(super) struct Export {
    pub(super) index: ComponentExportIndex,
    pub(super) shapes: Arc<Signature>,
}

/// What a function takes and gives.
pub(super) struct Signature {
    pub(super) params: Vec<(String, Shape)>,
    pub(super) result: Option<Shape>,
}

impl DynamicComponent {
    /// Reads, checks and compiles a file, or takes its compiled code from the cache.
    ///
    /// # Errors
    ///
    /// A [`LoadError`] names the file, what it is, and what was expected.
    pub fn from_file(path: impl AsRef<Path>, cache: &CodeCache) -> Result<Self, LoadError> {
        Self::linked(Checked::from_file(path.as_ref(), cache)?)
    }

    /// As [`DynamicComponent::from_file`], for bytes that the caller has.
    ///
    /// # Errors
    ///
    /// A [`LoadError`].
    pub fn load(bytes: &[u8], cache: &CodeCache) -> Result<Self, LoadError> {
        Self::linked(Checked::load(GIVEN, bytes, cache)?)
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(super) fn instantiator(&self) -> &InstancePre<DynamicState> {
        &self.0.instantiator
    }

    pub(super) fn exports(&self) -> &Exports {
        &self.0.exports
    }

    fn linked(Checked { origin, engine, code }: Checked) -> Result<Self, LoadError> {
        let unusable = |message| LoadError::Unusable { origin: Arc::clone(&origin), message };
        let exports = Exports::of(&engine, &code).map_err(unusable)?;
        let linker = linker(&engine, &code).map_err(unusable)?;
        let instantiator = linker.instantiate_pre(&code).map_err(|error| unusable(format!("{error:#}")))?;
        Ok(Self(Arc::new(Inner { instantiator, exports, engine, origin })))
    }
}

impl fmt::Debug for DynamicComponent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DynamicComponent").field(&self.0.origin).finish()
    }
}

impl Signature {
    fn of(function: &ComponentFunc) -> Result<Self, &'static str> {
        let params = function.params().map(|(name, declared)| Ok((name.to_owned(), Shape::of(&declared)?)));
        let params = params.collect::<Result<_, &'static str>>()?;
        let result = function.results().next().as_ref().map(Shape::of).transpose()?;
        Ok(Self { params, result })
    }

    fn arguments(&self, values: &[Val]) -> serde_json::Result<String> {
        let written: Vec<_> = self.params.iter().zip(values).map(|((_, shape), value)| Written(shape, value)).collect();
        serde_json::to_string(&written)
    }

    fn answer(&self, json: &str) -> Result<Option<Val>, Misfit> {
        let Some(shape) = &self.result else { return Ok(None) };
        let json = serde_json::from_str(json).map_err(|error| Misfit::new(format!("is not JSON: {error}")))?;
        read(shape, json).map(Some)
    }
}

impl Exports {
    /// # Errors
    ///
    /// Which function has a type that JSON cannot carry.
    pub(crate) fn of(engine: &Engine, code: &wasmtime::component::Component) -> Result<Self, String> {
        let mut found = HashMap::new();
        for (full_name, item) in code.component_type().exports(engine.wasmtime()) {
            let (Some(name), ComponentItem::ComponentInstance(instance)) = (InterfaceName::parse(full_name), item.ty)
            else {
                continue;
            };
            let interface = code.get_export_index(None, full_name);
            for (function, item) in instance.exports(engine.wasmtime()) {
                let ComponentItem::ComponentFunc(declared) = item.ty else { continue };
                let called = format!("{}.{function}", name.interface);
                let shapes = Signature::of(&declared)
                    .map_err(|what| format!("{called} has a {what}, which JSON cannot carry"))?;
                if let Some(index) = code.get_export_index(interface.as_ref(), function) {
                    found.insert(called, Export { index, shapes: Arc::new(shapes) });
                }
            }
        }
        Ok(Self(found))
    }

    /// The function that is called, for example, `events.publish`.
    ///
    /// # Errors
    ///
    /// [`DynamicError::UnknownFunction`].
    pub(super) fn find(&self, name: &str) -> Result<&Export, DynamicError> {
        self.0.get(name).ok_or_else(|| DynamicError::UnknownFunction { name: name.to_owned() })
    }
}

fn linker(engine: &Engine, code: &wasmtime::component::Component) -> Result<Linker<DynamicState>, String> {
    let told = |error: wasmtime::Error| format!("{error:#}");
    let mut linker = Linker::new(engine.wasmtime());
    for (full_name, item) in code.component_type().imports(engine.wasmtime()) {
        let (Some(name), ComponentItem::ComponentInstance(instance)) = (InterfaceName::parse(full_name), item.ty)
        else {
            continue;
        };
        let mut offered = linker.instance(full_name).map_err(told)?;
        for (function, item) in instance.exports(engine.wasmtime()) {
            let ComponentItem::ComponentFunc(declared) = item.ty else { continue };
            let asked = format!("{}.{function}", name.interface);
            let signature =
                Signature::of(&declared).map_err(|what| format!("{asked} has a {what}, which JSON cannot carry"))?;
            let answer = move |mut store: StoreContextMut<'_, DynamicState>, _, values: &[Val], results: &mut [Val]| {
                import(store.data_mut(), &asked, &signature, values, results)
            };
            offered.func_new(function, answer).map_err(told)?;
        }
    }
    Ok(linker)
}

/// Asks the host, and gives the core its full time again. Nothing unwinds through the core's frames.
fn import(
    state: &mut DynamicState,
    name: &str,
    signature: &Signature,
    values: &[Val],
    results: &mut [Val],
) -> wasmtime::Result<()> {
    let arguments = signature.arguments(values)?;
    let outcome = catch_unwind(AssertUnwindSafe(|| state.imports.call(name, &arguments)));
    state.own_time.restart();
    let outcome = outcome.unwrap_or_else(|_| Err("it panicked".to_owned())).and_then(|json| {
        signature.answer(&json).map_err(|misfit| format!("its answer{} {}", misfit.at, misfit.message))
    });
    match outcome {
        Ok(answer) => {
            if let (Some(place), Some(value)) = (results.first_mut(), answer) {
                *place = value;
            }
            Ok(())
        }
        Err(message) => {
            let error = DynamicError::Import { name: name.to_owned(), message };
            let told = error.to_string();
            state.aside = Some(error);
            Err(wasmtime::Error::msg(told))
        }
    }
}
