//! What a run of the dispatcher came to, in numbers.

use crate::exchange::{Outcome, Settlement, UnixMs};
use crate::outbox::{Decision, State};

/// Counts of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Requests that were begun, whether or not their outcome could be recorded.
    pub attempts: u64,
    /// Deliveries that are done: a receiver took them.
    pub delivered: u64,
    /// Outcomes after which another attempt waits, at once or when the webhook is active again.
    pub retrying: u64,
    /// Deliveries that were given up.
    pub exhausted: u64,
    /// Outcomes of deliveries that were cancelled meanwhile.
    pub cancelled: u64,
    /// Claims given back without sending.
    pub released: u64,
    /// Outcomes that were refused because the claim was lost.
    pub lost: u64,
    /// Outcomes that could not be recorded before the end; their leases end by themselves.
    pub unsettled: u64,
    /// Webhooks that an outcome of this run disabled.
    pub webhooks_disabled: u64,
    /// Payload bytes of all requests.
    pub request_bytes: u64,
    /// Kept bytes of all response bodies.
    pub response_bytes: u64,
    /// The most requests that were under way at once.
    pub most_in_flight: usize,
    /// What the last claim said about the next due time, when the run ended by itself.
    pub next_due: Option<UnixMs>,
    /// Why the installation is stopped, when the run ended by that.
    pub stopped: Option<String>,
}

impl Summary {
    pub(crate) fn count_attempt(&mut self, request_bytes: usize, outcome: &Outcome) {
        self.attempts += 1;
        self.request_bytes += request_bytes as u64;
        if let Outcome::Response(response) = outcome {
            self.response_bytes += response.body.len() as u64;
        }
    }

    pub(crate) fn count_decision(&mut self, settlement: &Settlement, decision: &Decision) {
        self.webhooks_disabled += u64::from(decision.webhook_disabled);
        if settlement.outcome == Outcome::Released {
            self.released += 1;
            return;
        }
        match decision.state {
            State::Delivered => self.delivered += 1,
            State::Exhausted => self.exhausted += 1,
            State::Cancelled => self.cancelled += 1,
            State::Pending | State::Sending | State::Retrying | State::Held => self.retrying += 1,
        }
    }
}
