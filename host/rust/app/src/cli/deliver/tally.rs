//! What a run leaves behind: which of its deliveries still wait, and why.
//!
//! The dispatcher counts outcomes; one delivery can have several of them.

use std::collections::HashSet;

use hookwright_dispatcher::State;

use crate::progress::Attempt;

/// Deliveries of the run that are not final.
#[derive(Debug, Default)]
pub(super) struct Tally {
    waiting: HashSet<String>,
    held: HashSet<String>,
}

impl Tally {
    /// Takes note of an outcome.
    pub(super) fn note(&mut self, attempt: &Attempt) {
        let id = &attempt.delivery_id;
        self.waiting.remove(id);
        self.held.remove(id);
        match attempt.decision.state {
            State::Pending | State::Sending | State::Retrying => drop(self.waiting.insert(id.clone())),
            State::Held => drop(self.held.insert(id.clone())),
            State::Delivered | State::Exhausted | State::Cancelled => {}
        }
    }

    /// How many wait for another attempt.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many wait until their webhook is active again.
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }
}
