//! Decides how much time and memory a call of the core may use.
//!
//! Knows neither what the core computes nor who called it.

use std::time::{Duration, Instant};

use wasmtime::{ResourceLimiter, Result, UpdateDeadline, bail};

use crate::engine::ticks;

/// The core can never have more memory than this.
pub(crate) const MEMORY_CAP_BYTES: usize = 256 << 20;

/// An instance that has grown beyond this is replaced after the call, because WebAssembly memory never shrinks.
pub(crate) const MEMORY_WORN_BYTES: usize = 64 << 20;

/// Elements of all tables; the core needs some hundreds.
const TABLE_CAP: usize = 100_000;

/// The time that the core itself has used since it was last given control.
#[derive(Debug)]
pub(crate) struct OwnTime {
    limit: Duration,
    since: Instant,
}

impl OwnTime {
    pub(crate) fn new(limit: Duration) -> Self {
        Self { limit, since: Instant::now() }
    }

    /// Control goes (back) to the core: time spent in the host does not count.
    pub(crate) fn restart(&mut self) {
        self.since = Instant::now();
    }

    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }

    /// The clock has passed the deadline set at the start of the call: how much longer may the core go on?
    ///
    /// # Errors
    ///
    /// When its own time is used up; the call then traps.
    pub(crate) fn extend(&self) -> Result<UpdateDeadline> {
        match self.limit.checked_sub(self.since.elapsed()) {
            Some(left) if !left.is_zero() => Ok(UpdateDeadline::Continue(ticks(left))),
            _ => bail!("it used more than {} ms of its own time", self.limit.as_millis()),
        }
    }
}

/// The memory of one instance, all its linear memories together.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    used_bytes: usize,
    table_elements: usize,
}

impl Memory {
    pub(crate) fn is_worn(&self) -> bool {
        self.used_bytes > MEMORY_WORN_BYTES
    }
}

impl ResourceLimiter for Memory {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        let used = self.used_bytes.saturating_add(desired.saturating_sub(current));
        if used > MEMORY_CAP_BYTES {
            // An error names the reason; a refusal would only end in an unexplained `unreachable`.
            bail!("it wanted {} MiB of memory; {} MiB is the most", used >> 20, MEMORY_CAP_BYTES >> 20);
        }
        self.used_bytes = used;
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        self.table_elements = self.table_elements.saturating_add(desired.saturating_sub(current));
        Ok(self.table_elements <= TABLE_CAP)
    }
}
