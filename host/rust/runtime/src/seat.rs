//! Decides when an instance lives: made when first needed, replaced after a trap or when it has grown large.
//!
//! Knows neither threads nor queues, and no function by name.

use std::sync::Arc;
use std::time::Duration;

use hookwright_storage::Connect;
use wasmtime::Store;

use crate::bindings::Webhooks;
use crate::call_error::CallError;
use crate::component::Component;
use crate::database::Database;
use crate::imports::{HostState, Surroundings};
use crate::instance::Instance;
use crate::types::Error;

/// What every instance of a host is made from.
pub(crate) struct Parts {
    pub(crate) component: Component,
    pub(crate) connect: Arc<dyn Connect>,
    pub(crate) surroundings: Surroundings,
    pub(crate) call_deadline: Duration,
}

/// A place for one instance at a time, and for its connection, which outlives it.
pub(crate) struct Seat {
    parts: Arc<Parts>,
    surroundings: Surroundings,
    occupant: Occupant,
    /// The same database, not connected: for the next instance, should a connection be lost with its instance.
    spare: Database,
    committed: bool,
}

enum Occupant {
    Nobody(Database),
    Instance(Box<Instance>),
    /// While a call runs; it stays so when there was no instance, or the call panicked.
    Away,
}

impl Seat {
    /// A place with a connection of its own.
    pub(crate) fn new(parts: &Arc<Parts>) -> Self {
        let database = Database::own(Arc::clone(&parts.connect));
        Self::with(parts, database, parts.surroundings.clone())
    }

    pub(crate) fn with(parts: &Arc<Parts>, database: Database, surroundings: Surroundings) -> Self {
        let spare = database.again();
        Self { parts: Arc::clone(parts), surroundings, occupant: Occupant::Nobody(database), spare, committed: false }
    }

    /// Runs `work`, which calls the exported `function`, on a sound instance.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    pub(crate) fn call<T>(
        &mut self,
        function: &'static str,
        work: impl FnOnce(&Webhooks, &mut Store<HostState>) -> wasmtime::Result<Result<T, Error>>,
    ) -> Result<T, CallError> {
        self.occupied(|instance| instance.call(function, work))
    }

    /// Runs `work` on a sound instance, and judges the instance after it.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    pub(crate) fn occupied<T>(
        &mut self,
        work: impl FnOnce(&mut Instance) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        self.committed = false;
        let mut instance = match std::mem::replace(&mut self.occupant, Occupant::Away) {
            Occupant::Instance(instance) => instance,
            Occupant::Nobody(database) => self.instantiate(database)?,
            Occupant::Away => self.instantiate(self.spare.again())?,
        };
        let result = work(&mut instance);
        self.committed = instance.committed();
        self.occupant = match instance.is_sound() {
            true => Occupant::Instance(instance),
            false => Occupant::Nobody(instance.into_database()),
        };
        result
    }

    /// Whether the last call, though it failed, has changed the database.
    pub(crate) fn committed(&self) -> bool {
        self.committed
    }

    fn instantiate(&self, database: Database) -> Result<Box<Instance>, CallError> {
        let Parts { component, call_deadline, .. } = self.parts.as_ref();
        Instance::new(component, database, self.surroundings.clone(), *call_deadline).map(Box::new)
    }
}
