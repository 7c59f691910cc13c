//! What a dispatcher tells while it runs, for progress bars, logs and tests.

use std::error::Error;
use std::time::Duration;

use crate::exchange::{Request, Settlement};
use crate::outbox::{Claimed, Decision};

/// Told of every step. Called on the dispatcher's own task: must return at once.
pub trait Observer: Send + Sync {
    /// A claim returned, also an empty one.
    fn claimed(&self, _claimed: &Claimed) {}

    /// A request has an outcome, which is not yet recorded.
    fn sent(&self, _request: &Request, _settlement: &Settlement) {}

    /// An outcome is recorded.
    fn settled(&self, _request: &Request, _settlement: &Settlement, _decision: &Decision) {}

    /// An outcome was refused because the claim was lost. Whoever has it now sends again.
    fn lost(&self, _request: &Request, _settlement: &Settlement, _error: &(dyn Error + 'static)) {}

    /// The outbox failed. The step is tried again after `retry_in`.
    fn error(&self, _step: Step, _error: &(dyn Error + 'static), _retry_in: Duration) {}
}

/// A call of the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing new is sent meanwhile.
    Claim,
    /// Outcomes are kept, and nothing new is claimed meanwhile.
    Settle,
}

impl Step {
    /// The word for logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Settle => "settle",
        }
    }
}

/// Hears nothing.
pub(crate) struct Deaf;

impl Observer for Deaf {}
