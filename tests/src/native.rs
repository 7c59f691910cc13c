//! The core without WebAssembly, behind the same options as the runtime's.
//!
//! Decides how the core's ports are served by a storage driver, an environment and extensions; knows no topic and no
//! webhook. What it answers must be what the component answers on the same database, clock and random bytes.

mod ports;
mod signing;
mod subject;
mod wire;

use std::fmt;
use std::sync::Arc;

use hookwright_core::{BadSetting, Call, Config, Error, FieldError, Result};
use hookwright_runtime::{Environment, Extensions, Options};
use hookwright_storage::{Connect, Executor, StorageError};

use ports::{EnvironmentPort, ExtensionsPort, StoragePort};

/// The core with its surroundings, on whatever connection a call is given.
#[derive(Clone)]
pub struct NativeCore {
    config: std::result::Result<Config, Vec<BadSetting>>,
    environment: Arc<dyn Environment>,
    extensions: Arc<dyn Extensions>,
}

impl NativeCore {
    /// The core as these options make it. The call deadline is the runtime's matter and does not hold here.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let Options { config, environment, extensions, .. } = options;
        Self { config: Config::parse(&config), environment, extensions }
    }

    /// Runs one call of the core on a connection, as the component runs each of its exported functions.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] that names every bad setting; what the call gives.
    pub fn call_on<T>(&self, executor: &mut dyn Executor, work: impl FnOnce(&mut Call<'_>) -> Result<T>) -> Result<T> {
        let config = self.config.as_ref().map_err(|bad| bad_config(bad))?;
        let mut storage = StoragePort(executor);
        let environment = EnvironmentPort(self.environment.as_ref());
        let extensions = ExtensionsPort(self.extensions.as_ref());
        work(&mut Call::new(config, &mut storage, &environment, &extensions))
    }
}

impl fmt::Debug for NativeCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NativeCore").field("config", &self.config).finish_non_exhaustive()
    }
}

/// The core on a connection of its own.
pub struct NativeHost {
    core: NativeCore,
    executor: Box<dyn Executor + Send>,
}

impl NativeHost {
    /// Opens a connection for the core.
    ///
    /// # Errors
    ///
    /// The driver's, when it cannot connect.
    pub fn start(connect: &dyn Connect, options: Options) -> std::result::Result<Self, StorageError> {
        Ok(Self { core: NativeCore::new(options), executor: connect.connect()? })
    }

    /// Runs one call of the core.
    ///
    /// # Errors
    ///
    /// As [`NativeCore::call_on`].
    pub fn call<T>(&mut self, work: impl FnOnce(&mut Call<'_>) -> Result<T>) -> Result<T> {
        self.core.call_on(self.executor.as_mut(), work)
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.core.environment.fill_random(bytes).expect(ports::RANDOM_NEVER_FAILS);
    }
}

impl fmt::Debug for NativeHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NativeHost").field("core", &self.core).finish_non_exhaustive()
    }
}

/// What the component answers to every call while its configuration is wrong.
fn bad_config(bad: &[BadSetting]) -> Error {
    let field = |bad: &BadSetting| FieldError { field: format!("config.{}", bad.key), message: bad.message.clone() };
    Error::Invalid(bad.iter().map(field).collect())
}
