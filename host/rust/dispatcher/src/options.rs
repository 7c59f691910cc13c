//! How much at once, for how long, and until when.

use std::time::Duration;

/// Settings of a dispatcher.
#[derive(Clone, Debug)]
pub struct Options {
    /// Requests under way at once, over all receivers. At least 1. Default: 64.
    pub concurrency: usize,
    /// The longest time-out that a request may have. Default: 30 s.
    pub longest_timeout: Duration,
    /// What a lease has beyond that, for claiming and settling. The component wants 60 s or more. Default: 60 s.
    pub lease_margin: Duration,
    /// The longest pause between two claims. Publishes inside an application's own transaction wake nobody.
    /// Default: 1 s.
    pub poll: Duration,
    /// Settlements offered to the outbox at once. At least 1. Default: 256.
    pub batch: usize,
    /// Outcomes kept in memory, with the requests under way. No more is claimed while that many wait to be settled.
    /// At least 1. Default: 1,024.
    pub unsettled: usize,
    /// How long requests under way may go on after a stop. Default: none, until their own time-outs.
    pub grace: Option<Duration>,
    /// How long settling is tried after the last request of a stop. Then the leases are left to end. Default: 10 s.
    pub settle_grace: Duration,
}

impl Options {
    /// The lease to ask for, in milliseconds.
    pub(crate) fn lease_ms(&self) -> u32 {
        let lease = self.longest_timeout.saturating_add(self.lease_margin);
        u32::try_from(lease.as_millis()).unwrap_or(u32::MAX)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            concurrency: 64,
            longest_timeout: Duration::from_secs(30),
            lease_margin: Duration::from_secs(60),
            poll: Duration::from_secs(1),
            batch: 256,
            unsettled: 1_024,
            grace: None,
            settle_grace: Duration::from_secs(10),
        }
    }
}

/// When a dispatcher returns by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Only when it is stopped.
    Stopped,
    /// When nothing is under way and nothing waits, or what waits is due later than `wait_at_most` from now. None
    /// waits for every retry, however late.
    Empty {
        /// The longest wait for the next due time. Zero: what is due now and no more.
        wait_at_most: Option<Duration>,
    },
}
