//! An outbox in memory with the component's rules in their simplest form: 2xx delivers, anything else is retried
//! after a fixed pause or given up; a receiver takes a fixed number at once. Fails and hangs on demand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hookwright_dispatcher::{Claimed, Decision, InFlight, Outbox, Outcome, Request, Settlement, State, UnixMs};
use tokio::sync::Notify;

use crate::{request, soon};

#[derive(Clone, Default)]
pub(crate) struct FakeOutbox {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    books: Mutex<Books>,
    changed: Notify,
}

/// All that the outbox knows and how it behaves.
#[derive(Default)]
pub(crate) struct Books {
    deliveries: Vec<Delivery>,
    /// Requests that one webhook may have at once. None: any number.
    pub(crate) per_webhook: Option<usize>,
    /// Pause after a failed attempt. None: given up.
    pub(crate) retry_after: Option<Duration>,
    /// Claims and settles that fail from now on.
    pub(crate) failing_claims: u32,
    pub(crate) failing_settles: u32,
    /// A settle with an outcome of this delivery fails.
    pub(crate) poison: Option<String>,
    /// Calls hang while these are set.
    pub(crate) hold_claims: bool,
    pub(crate) hold_settles: bool,
    /// Claims give everything that is due.
    pub(crate) ignore_limit: bool,
    /// Settles give no results.
    pub(crate) mute: bool,
    /// Calls, in the order of arrival.
    pub(crate) claims: Vec<Claim>,
    pub(crate) settles: u32,
    /// What was recorded, in order.
    pub(crate) settled: Vec<Settlement>,
    pub(crate) leased: usize,
    /// The most deliveries that were leased at once.
    pub(crate) most_leased: usize,
}

struct Delivery {
    request: Request,
    state: State,
    due: UnixMs,
}

#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) limit: u32,
    pub(crate) lease_ms: u32,
    pub(crate) busy: Vec<InFlight>,
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct FakeError(&'static str);

impl FakeOutbox {
    /// Add a due delivery and return its id.
    pub(crate) fn publish(&self, webhook_id: &str, url: &str) -> String {
        self.publish_request(Request { webhook_id: webhook_id.to_owned(), ..request(url) })
    }

    /// Add a due delivery for this request; its id is given anew.
    pub(crate) fn publish_request(&self, request: Request) -> String {
        let mut books = self.books();
        let delivery_id = format!("dlv_{}", books.deliveries.len());
        let request = Request { delivery_id: delivery_id.clone(), attempt: 0, ..request };
        books.deliveries.push(Delivery { request, state: State::Pending, due: 0 });
        delivery_id
    }

    /// Take a claim away, as if its lease had ended.
    pub(crate) fn revoke(&self, delivery_id: &str) {
        let mut books = self.books();
        let delivery = books.find(delivery_id);
        delivery.request.claim_token.clear();
        delivery.state = State::Exhausted;
    }

    pub(crate) fn state(&self, delivery_id: &str) -> State {
        self.books().find(delivery_id).state
    }

    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.shared.books.lock().expect("not poisoned")
    }

    /// Change how it behaves.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Books)) {
        change(&mut self.books());
        self.shared.changed.notify_waiters();
    }

    /// Wait until this holds.
    pub(crate) async fn wait(&self, holds: impl Fn(&Books) -> bool) {
        soon(self.wait_long(holds)).await;
    }

    async fn wait_long(&self, holds: impl Fn(&Books) -> bool) {
        loop {
            let changed = self.shared.changed.notified();
            if holds(&self.books()) {
                return;
            }
            changed.await;
        }
    }
}

impl Outbox for FakeOutbox {
    type Error = FakeError;

    async fn claim(&self, limit: u32, lease_ms: u32, busy: Vec<InFlight>) -> Result<Claimed, FakeError> {
        self.change(|books| books.claims.push(Claim { limit, lease_ms, busy: busy.clone() }));
        self.wait_long(|books| !books.hold_claims).await;
        self.books().claim(limit, &busy)
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Result<Decision, FakeError>>, FakeError> {
        self.change(|books| books.settles += 1);
        self.wait_long(|books| !books.hold_settles).await;
        let answer = self.books().settle(settlements);
        self.shared.changed.notify_waiters();
        answer
    }
}

impl Books {
    fn claim(&mut self, limit: u32, busy: &[InFlight]) -> Result<Claimed, FakeError> {
        if self.failing_claims > 0 {
            self.failing_claims -= 1;
            return Err(FakeError("claims fail"));
        }
        let now = unix_ms();
        let limit = if self.ignore_limit { usize::MAX } else { limit as usize };
        let mut at_once: HashMap<String, usize> =
            busy.iter().map(|busy| (busy.webhook_id.clone(), busy.requests as usize)).collect();
        let mut claimed = Claimed::default();
        for delivery in &mut self.deliveries {
            if !matches!(delivery.state, State::Pending | State::Retrying) {
                continue;
            }
            let at_once = at_once.entry(delivery.request.webhook_id.clone()).or_default();
            let has_room = self.per_webhook.is_none_or(|most| *at_once < most) && claimed.requests.len() < limit;
            if delivery.due <= now && has_room {
                *at_once += 1;
                delivery.state = State::Sending;
                delivery.request.attempt += 1;
                delivery.request.claim_token = format!("claim_{}", delivery.request.attempt);
                claimed.requests.push(delivery.request.clone());
            } else {
                claimed.next_due = Some(claimed.next_due.unwrap_or(UnixMs::MAX).min(delivery.due));
                if delivery.due <= now {
                    claimed.oldest_due = Some(claimed.oldest_due.unwrap_or(UnixMs::MAX).min(delivery.due));
                }
            }
        }
        self.leased += claimed.requests.len();
        self.most_leased = self.most_leased.max(self.leased);
        Ok(claimed)
    }

    fn settle(&mut self, settlements: &[Settlement]) -> Result<Vec<Result<Decision, FakeError>>, FakeError> {
        if self.failing_settles > 0 {
            self.failing_settles -= 1;
            return Err(FakeError("settles fail"));
        }
        if settlements.iter().any(|settlement| Some(&settlement.delivery_id) == self.poison.as_ref()) {
            return Err(FakeError("cannot take that one"));
        }
        if self.mute {
            return Ok(Vec::new());
        }
        Ok(settlements.iter().map(|settlement| self.record(settlement)).collect())
    }

    fn record(&mut self, settlement: &Settlement) -> Result<Decision, FakeError> {
        let retry_after = self.retry_after;
        let delivery = self.find(&settlement.delivery_id);
        if delivery.request.claim_token != settlement.claim_token {
            return Err(FakeError("the claim was lost"));
        }
        delivery.request.claim_token = String::new();
        let delivered = matches!(&settlement.outcome, Outcome::Response(answer) if answer.status / 100 == 2);
        let (state, due) = match (&settlement.outcome, retry_after) {
            (Outcome::Released, _) => (State::Pending, 0),
            _ if delivered => (State::Delivered, 0),
            (_, None) => (State::Exhausted, 0),
            (_, Some(pause)) => (State::Retrying, unix_ms() + pause.as_millis() as UnixMs),
        };
        (delivery.state, delivery.due) = (state, due);
        self.leased -= 1;
        self.settled.push(settlement.clone());
        Ok(Decision { state, due_at: (state == State::Retrying).then_some(due), reason: None, webhook_disabled: false })
    }

    fn find(&mut self, delivery_id: &str) -> &mut Delivery {
        let mut deliveries = self.deliveries.iter_mut();
        deliveries.find(|delivery| delivery.request.delivery_id == delivery_id).expect("a published delivery")
    }
}

fn unix_ms() -> UnixMs {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    since.as_millis() as UnixMs
}
