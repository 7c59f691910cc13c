//! Where deliveries come from and outcomes go, as the dispatcher sees it.
//!
//! Mirrors `claim` and `settle` of `wit/webhooks/deliveries.wit`. The composition root implements it on the runtime.

use std::error::Error;

use crate::exchange::{Request, Settlement, UnixMs};

/// The outbox of one installation. Clones share it.
pub trait Outbox: Clone + Send + Sync + 'static {
    /// Why a call failed. Its text is shown to a person.
    type Error: Error + Send + Sync + 'static;

    /// Lease due deliveries, `limit` at most, for `lease_ms`. `busy` lists the requests under way, so that no
    /// receiver gets too many at once.
    ///
    /// # Errors
    ///
    /// Nothing was claimed. The dispatcher asks again after a pause.
    fn claim(
        &self,
        limit: u32,
        lease_ms: u32,
        busy: Vec<InFlight>,
    ) -> impl Future<Output = Result<Claimed, Self::Error>> + Send;

    /// Record outcomes and decide what is next: one result for each settlement, in order. An error of one item means
    /// that its claim was lost; it is not offered again.
    ///
    /// # Errors
    ///
    /// Nothing was recorded. The dispatcher keeps the settlements and offers them again after a pause.
    fn settle(
        &self,
        settlements: &[Settlement],
    ) -> impl Future<Output = Result<Vec<Result<Decision, Self::Error>>, Self::Error>> + Send;
}

/// How many requests are under way for a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InFlight {
    /// `wh_…`
    pub webhook_id: String,
    /// At least 1.
    pub requests: u32,
}

/// What a claim found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    /// To be sent now.
    pub requests: Vec<Request>,
    /// When the next delivery that was not claimed becomes due or a lease ends. None: nothing waits.
    pub next_due: Option<UnixMs>,
    /// Due time of the oldest delivery that is due and was not claimed.
    pub oldest_due: Option<UnixMs>,
    /// Why the installation is stopped; then nothing is claimed.
    pub stopped: Option<String>,
}

/// What was decided after an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The delivery's new state.
    pub state: State,
    /// When the next attempt is due, for `Retrying`.
    pub due_at: Option<UnixMs>,
    /// Why, for a person; none for a success.
    pub reason: Option<String>,
    /// True when this outcome disabled the webhook.
    pub webhook_disabled: bool,
}

/// State of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Waits for its first attempt.
    Pending,
    /// Claimed, under a lease.
    Sending,
    /// Waits for another attempt.
    Retrying,
    /// Its webhook is not active; waits until it is.
    Held,
    /// A receiver answered 2xx.
    Delivered,
    /// Given up.
    Exhausted,
    /// Its webhook was deleted, or a person cancelled it.
    Cancelled,
}
