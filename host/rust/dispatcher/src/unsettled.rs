//! Outcomes that are not recorded yet. None is forgotten while the outbox fails.
//!
//! A batch that fails goes to the back and the next one is half as large, so that one outcome which the outbox cannot
//! take does not hold up the others.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::exchange::{Request, Settlement};
use crate::sending::Sent;

/// Outcomes in memory, and how many are offered at once.
#[derive(Debug)]
pub(crate) struct Unsettled {
    waiting: VecDeque<Sent>,
    offered: usize,
    largest: usize,
    batch: usize,
}

/// What is offered to the outbox in one call.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) requests: Vec<Arc<Request>>,
    pub(crate) settlements: Vec<Settlement>,
}

/// Response bodies are up to 64 KiB each; the component's memory is limited.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

impl Unsettled {
    pub(crate) fn new(largest_batch: usize) -> Self {
        let largest = largest_batch.max(1);
        Self { waiting: VecDeque::new(), offered: 0, largest, batch: largest }
    }

    /// All that is in memory, offered or waiting.
    pub(crate) fn count(&self) -> usize {
        self.waiting.len() + self.offered
    }

    pub(crate) fn push(&mut self, sent: Sent) {
        self.waiting.push_back(sent);
    }

    /// The next batch, in the order of arrival. None when nothing waits.
    pub(crate) fn offer(&mut self) -> Option<Batch> {
        let mut batch = Batch { requests: Vec::new(), settlements: Vec::new() };
        let mut bytes = 0;
        while batch.settlements.len() < self.batch
            && bytes < BATCH_BYTES
            && let Some(sent) = self.waiting.pop_front()
        {
            bytes += sent.settlement.size_bytes();
            batch.requests.push(sent.request);
            batch.settlements.push(sent.settlement);
        }
        self.offered = batch.settlements.len();
        (self.offered > 0).then_some(batch)
    }

    /// The outbox answered for the whole batch.
    pub(crate) fn accepted(&mut self) {
        self.offered = 0;
        self.batch = self.batch.saturating_mul(2).min(self.largest);
    }

    /// The outbox recorded nothing of the batch.
    pub(crate) fn refused(&mut self, batch: Batch) {
        self.batch = (self.offered / 2).max(1);
        self.offered = 0;
        let returned = batch.requests.into_iter().zip(batch.settlements);
        self.waiting.extend(returned.map(|(request, settlement)| Sent { request, settlement }));
    }
}
