//! Decides how much time, memory and room a plugin may use.
//!
//! Knows neither what a plugin computes nor why it was called.

use std::time::Duration;

use wasmtime::{ResourceLimiter, Result, bail};

/// The largest file that is accepted; plugins with a whole Python have 18 MB.
pub const FILE_CAP_BYTES: u64 = 64 << 20;

/// Bytes that `describe` may answer: a description has room for many topics with schemas.
pub(crate) const DESCRIPTION_CAP_BYTES: usize = 4 << 20;

/// How long a plugin may take to start and describe itself, once, when it is loaded.
pub(crate) const DESCRIBE_DEADLINE: Duration = Duration::from_secs(1);

/// Elements of all tables; runtimes of languages need some ten thousands.
const TABLE_CAP: usize = 200_000;

/// Instances, tables and memories: a Python plugin is some dozen modules linked together.
const PARTS_CAP: usize = 256;

/// What each plugin may use. All are caps: a plugin that needs less costs less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PluginLimits {
    /// For one call of one plugin, and once more for the start of an instance. Default: 50 ms.
    pub call_deadline: Duration,
    /// For all plugins together in one publish, and in one claim; the call under way ends by its own deadline.
    /// Default: 250 ms.
    pub budget: Duration,
    /// Linear memory of one instance. Default: 64 MiB.
    pub memory_bytes: usize,
    /// What one call answers, and what it gives the host in one call of an import. Default: 1,000,000.
    pub output_bytes: usize,
    /// So many failures in a row end the plugin's activity. Default: 10.
    pub failures_in_a_row: u32,
}

impl Default for PluginLimits {
    fn default() -> Self {
        Self {
            call_deadline: Duration::from_millis(50),
            budget: Duration::from_millis(250),
            memory_bytes: 64 << 20,
            output_bytes: 1_000_000,
            failures_in_a_row: 10,
        }
    }
}

/// The memory of one instance, all its linear memories together.
#[derive(Debug)]
pub(crate) struct Memory {
    cap_bytes: usize,
    used_bytes: usize,
    table_elements: usize,
}

impl Memory {
    pub(crate) fn new(cap_bytes: usize) -> Self {
        Self { cap_bytes, used_bytes: 0, table_elements: 0 }
    }

    /// The most that the instance has had: WebAssembly memory never shrinks.
    pub(crate) fn peak_bytes(&self) -> usize {
        self.used_bytes
    }

    /// Whether the instance should make way for a new one before it meets its cap.
    pub(crate) fn is_worn(&self) -> bool {
        self.used_bytes > self.cap_bytes / 4 * 3
    }
}

impl ResourceLimiter for Memory {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        let used = self.used_bytes.saturating_add(desired.saturating_sub(current));
        if used > self.cap_bytes {
            // An error names the reason; a refusal would only end in an unexplained `unreachable`.
            bail!("it wanted {} MiB of memory; {} MiB is the most", used >> 20, self.cap_bytes >> 20);
        }
        self.used_bytes = used;
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        self.table_elements = self.table_elements.saturating_add(desired.saturating_sub(current));
        Ok(self.table_elements <= TABLE_CAP)
    }

    fn instances(&self) -> usize {
        PARTS_CAP
    }

    fn tables(&self) -> usize {
        PARTS_CAP
    }

    fn memories(&self) -> usize {
        PARTS_CAP
    }
}
