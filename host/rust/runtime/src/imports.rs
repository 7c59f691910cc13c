//! Decides what happens when the core calls the host: every import ends in a declared answer, or in a cause set
//! aside and the end of the instance.
//!
//! A panic of the host's parts never unwinds through the core's frames. Knows nothing of the exports.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::bindings::hookwright::webhooks::{environment, extensions, storage, types};
use crate::call_error::CallError;
use crate::database::Database;
use crate::environment::Environment;
use crate::extensions::{DeliveryContext, EventContext, ExtensionTopic, Extensions, Interest};
use crate::limits::{Memory, OwnTime};
use crate::types::{Error, StorageError};

/// Random bytes that one call of the import may ask for; an id or a secret needs some dozens.
const RANDOM_CAP_BYTES: u32 = 64 << 10;

/// Bytes of a log line; the rest is cut off.
const LOG_CAP_BYTES: usize = 8 << 10;

/// What an instance sees of the host.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) environment: Arc<dyn Environment>,
    pub(crate) extensions: Arc<dyn Extensions>,
    pub(crate) config: Arc<[(String, String)]>,
}

/// The host's side of one instance.
pub(crate) struct HostState {
    pub(crate) database: Database,
    surroundings: Surroundings,
    pub(crate) own_time: OwnTime,
    pub(crate) memory: Memory,
    /// Why an import ended the call.
    aside: Option<CallError>,
    /// Whether the running call has changed the database.
    pub(crate) committed: bool,
}

impl HostState {
    pub(crate) fn new(database: Database, surroundings: Surroundings, own_time: OwnTime) -> Self {
        Self { database, surroundings, own_time, memory: Memory::default(), aside: None, committed: false }
    }

    pub(crate) fn take_aside(&mut self) -> Option<CallError> {
        self.aside.take()
    }

    /// Runs the host's side of an import, and gives the core its full time again when it returns.
    fn import<T>(
        &mut self,
        part: &'static str,
        work: impl FnOnce(&mut Self) -> Result<T, CallError>,
    ) -> wasmtime::Result<T> {
        let outcome = catch_unwind(AssertUnwindSafe(|| work(self)));
        self.own_time.restart();
        let error = match outcome {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error,
            Err(panic) => {
                // Whatever it was doing with the connection is half done.
                self.database.forget();
                CallError::Host { part, message: panic_message(panic.as_ref()) }
            }
        };
        let message = error.to_string();
        self.aside = Some(error);
        Err(wasmtime::Error::msg(message))
    }
}

impl storage::Host for HostState {
    fn sql_dialect(&mut self) -> wasmtime::Result<storage::Dialect> {
        self.import("storage.sql-dialect", |state| match state.database.dialect() {
            Ok(dialect) => Ok(dialect.into()),
            // The import declares no error, but the caller is told what is the matter all the same.
            Err(error) => Err(CallError::Api(Error::Storage(error.into()))),
        })
    }

    fn execute(
        &mut self,
        mode: storage::Mode,
        statements: Vec<storage::Statement>,
    ) -> wasmtime::Result<Result<Vec<storage::ResultSet>, StorageError>> {
        self.import("storage.execute", |state| {
            let statements = statements.into_iter().map(Into::into).collect();
            let results = state.database.execute(mode.into(), statements);
            state.committed |= results.is_ok() && mode != storage::Mode::Read;
            Ok(match results {
                Ok(results) => Ok(results.into_iter().map(Into::into).collect()),
                Err(error) => Err(error.into()),
            })
        })
    }
}

impl environment::Host for HostState {
    fn now(&mut self) -> wasmtime::Result<i64> {
        self.import("environment.now", |state| Ok(state.surroundings.environment.now_ms()))
    }

    fn random_bytes(&mut self, len: u32) -> wasmtime::Result<Vec<u8>> {
        const PART: &str = "environment.random-bytes";
        self.import(PART, |state| {
            let failed = |message| CallError::Host { part: PART, message };
            if len > RANDOM_CAP_BYTES {
                return Err(failed(format!("{len} bytes were asked for; {RANDOM_CAP_BYTES} are the most")));
            }
            let mut bytes = vec![0; len as usize];
            match state.surroundings.environment.fill_random(&mut bytes) {
                Ok(()) => Ok(bytes),
                Err(error) => Err(failed(error.to_string())),
            }
        })
    }

    fn log(&mut self, level: environment::Level, message: String) -> wasmtime::Result<()> {
        self.import("environment.log", |state| {
            let end = message.floor_char_boundary(LOG_CAP_BYTES);
            state.surroundings.environment.log(level, &message[..end]);
            Ok(())
        })
    }

    fn config(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        self.import("environment.config", |state| Ok(state.surroundings.config.to_vec()))
    }
}

impl extensions::Host for HostState {
    fn topics(&mut self) -> wasmtime::Result<Vec<ExtensionTopic>> {
        self.import("extensions.topics", |state| Ok(state.surroundings.extensions.topics()))
    }

    fn interests(&mut self) -> wasmtime::Result<Vec<Interest>> {
        self.import("extensions.interests", |state| Ok(state.surroundings.extensions.interests()))
    }

    fn build_data(&mut self, event: EventContext, data: String) -> wasmtime::Result<Result<String, String>> {
        self.import("extensions.build-data", |state| Ok(state.surroundings.extensions.build_data(&event, data)))
    }

    fn filter_data(&mut self, event: EventContext, data: String) -> wasmtime::Result<Result<String, String>> {
        self.import("extensions.filter-data", |state| Ok(state.surroundings.extensions.filter_data(&event, data)))
    }

    fn should_deliver(
        &mut self,
        event: EventContext,
        webhook_id: String,
        data: String,
    ) -> wasmtime::Result<Result<bool, String>> {
        self.import("extensions.should-deliver", |state| {
            Ok(state.surroundings.extensions.should_deliver(&event, &webhook_id, &data))
        })
    }

    fn filter_request(
        &mut self,
        delivery: DeliveryContext,
        headers: Vec<(String, String)>,
    ) -> wasmtime::Result<Result<Vec<(String, String)>, String>> {
        self.import("extensions.filter-request", |state| {
            Ok(state.surroundings.extensions.filter_request(&delivery, &headers))
        })
    }

    fn after_delivery(&mut self, delivery: DeliveryContext, outcome: String) -> wasmtime::Result<Result<(), String>> {
        self.import("extensions.after-delivery", |state| {
            Ok(state.surroundings.extensions.after_delivery(&delivery, &outcome))
        })
    }
}

impl types::Host for HostState {}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("it panicked: {}", text.unwrap_or("no message"))
}
