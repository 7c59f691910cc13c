//! Decides what a plugin gets when it calls the host, and how much of it in one call.
//!
//! Knows nothing of hooks. Nothing here waits, locks, or calls the core.

use std::sync::Arc;

use wasmtime::bail;

use super::bindings::hookwright::plugin::{environment, settings};
use super::limits::Memory;
use super::log::{Level, LogLine};
use crate::environment::Environment;

/// Random bytes that one call of the import may ask for; wit/plugin says so.
const RANDOM_CAP_BYTES: u32 = 64 << 10;

/// Random bytes in one call of a hook.
const RANDOM_BYTES: usize = 1 << 20;

/// Calls of the host in one call of a hook.
const HOST_CALLS: u32 = 10_000;

/// Log lines in one call of a hook; further ones are counted only.
const LINES: u32 = 100;

/// The host's side of one instance.
pub(crate) struct State {
    environment: Arc<dyn Environment>,
    settings: Arc<str>,
    pub(crate) memory: Memory,
    pub(crate) timed_out: bool,
    host_calls: u32,
    random_bytes: usize,
    lines: Vec<LogLine>,
    lines_dropped: u32,
}

impl State {
    pub(crate) fn new(environment: Arc<dyn Environment>, settings: Arc<str>, memory: Memory) -> Self {
        Self {
            environment,
            settings,
            memory,
            timed_out: false,
            host_calls: 0,
            random_bytes: 0,
            lines: Vec::new(),
            lines_dropped: 0,
        }
    }

    /// The counts of one call begin anew.
    pub(crate) fn begin(&mut self) {
        self.host_calls = 0;
        self.random_bytes = 0;
        self.timed_out = false;
    }

    /// What the call said, with a last line about what was too much.
    pub(crate) fn take_lines(&mut self) -> Vec<LogLine> {
        let mut lines = std::mem::take(&mut self.lines);
        let dropped = std::mem::take(&mut self.lines_dropped);
        if dropped > 0 {
            let message = format!("{dropped} more lines of this call were dropped; {LINES} is the most");
            lines.push(LogLine::new(self.environment.now_ms(), Level::Warn, &message));
        }
        lines
    }

    fn count(&mut self) -> wasmtime::Result<()> {
        self.host_calls += 1;
        if self.host_calls > HOST_CALLS {
            bail!("it called the host more than {HOST_CALLS} times in one call");
        }
        Ok(())
    }
}

impl environment::Host for State {
    fn now(&mut self) -> wasmtime::Result<i64> {
        self.count()?;
        Ok(self.environment.now_ms())
    }

    fn random_bytes(&mut self, len: u32) -> wasmtime::Result<Vec<u8>> {
        self.count()?;
        if len > RANDOM_CAP_BYTES {
            bail!("it asked for {len} random bytes; {RANDOM_CAP_BYTES} are the most at once");
        }
        let mut bytes = vec![0; len as usize];
        self.random_bytes += bytes.len();
        if self.random_bytes > RANDOM_BYTES {
            bail!("it asked for more than {RANDOM_BYTES} random bytes in one call");
        }
        match self.environment.fill_random(&mut bytes) {
            Ok(()) => Ok(bytes),
            Err(error) => bail!("the host has no random bytes: {error}"),
        }
    }

    fn log(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        self.count()?;
        if self.lines.len() < LINES as usize {
            self.lines.push(LogLine::new(self.environment.now_ms(), level, &message));
        } else {
            self.lines_dropped += 1;
        }
        Ok(())
    }
}

impl settings::Host for State {
    fn all(&mut self) -> wasmtime::Result<String> {
        self.count()?;
        Ok(self.settings.to_string())
    }
}
