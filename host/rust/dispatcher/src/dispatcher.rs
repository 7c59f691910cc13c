//! The loop: claim, send, settle, each at its own speed.
//!
//! Decides how many requests are under way and when to return. A claim or settle that fails is tried again after a
//! pause; nothing is claimed while outcomes cannot be recorded, or their leases would end here and they would be sent
//! twice.

use std::error::Error;
use std::fmt;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::backoff::Backoff;
use crate::client::Client;
use crate::clock::{unix_ms, until};
use crate::control::{Control, Phase};
use crate::exchange::{Request, Settlement};
use crate::observer::{Deaf, Observer, Step};
use crate::options::{Options, Until};
use crate::outbox::{Claimed, Decision, Outbox};
use crate::pace::Pace;
use crate::sending::{Sending, Sent};
use crate::summary::Summary;
use crate::unsettled::{Batch, Unsettled};

/// Carries the deliveries of one outbox.
pub struct Dispatcher<O: Outbox> {
    outbox: O,
    options: Options,
    observer: Arc<dyn Observer>,
    control: Control,
    phases: watch::Receiver<Phase>,
    pace: Pace,
    sending: Sending,
    unsettled: Unsettled,
    settle_backoff: Backoff,
    settle_after: Instant,
    claiming: Option<BoxFuture<'static, Asked<O::Error>>>,
    settling: Option<BoxFuture<'static, Offered<O::Error>>>,
    /// The last claim was made with nothing under way and found nothing: all there is waits for a later time.
    quiet: Option<Claimed>,
    /// When requests under way are cut off, once stopping.
    cut_off_at: Option<Instant>,
    /// When settling is given up, once stopping and with nothing under way.
    give_up_at: Option<Instant>,
    summary: Summary,
}

/// A claim that returned.
struct Asked<E> {
    limit: usize,
    /// Nothing was under way when it was made.
    at_rest: bool,
    result: Result<Claimed, E>,
}

/// A settle that returned.
struct Offered<E> {
    batch: Batch,
    result: Result<Vec<Result<Decision, E>>, E>,
}

impl<O: Outbox> Dispatcher<O> {
    /// Make a dispatcher. It does nothing before [`run`](Self::run).
    pub fn new(outbox: O, client: Client, options: Options) -> Self {
        let control = Control::new();
        Self {
            outbox,
            observer: Arc::new(Deaf),
            phases: control.phases(),
            control,
            pace: Pace::new(options.poll),
            sending: Sending::new(client),
            unsettled: Unsettled::new(options.batch),
            settle_backoff: Backoff::default(),
            settle_after: Instant::now(),
            claiming: None,
            settling: None,
            quiet: None,
            cut_off_at: None,
            give_up_at: None,
            summary: Summary::default(),
            options,
        }
    }

    /// Tell `observer` of every step.
    #[must_use]
    pub fn observed_by(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer, ..self }
    }

    /// A handle to wake and stop it.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Claim, send and settle until there is nothing to do or it is stopped. Dropping the future instead cuts off
    /// what is under way; those deliveries are sent again when their leases end.
    pub async fn run(mut self, until: Until) -> Summary {
        loop {
            self.seek_the_end(until);
            self.start_claim();
            self.start_settle();
            if self.is_done(until) {
                return self.summarize();
            }
            let timer = self.next_timer();
            tokio::select! {
                asked = wait_for(&mut self.claiming) => self.take_claim(asked),
                Some(sent) = self.sending.next() => self.take_sent(sent),
                offered = wait_for(&mut self.settling) => self.take_settled(offered),
                () = self.control.woken() => self.pace.woken(),
                Ok(()) = self.phases.changed() => self.take_phase(),
                () = sleep_until(timer) => self.take_time(),
            }
        }
    }

    /// Only a claim can tell that nothing is left, so it need not wait for the poll.
    fn seek_the_end(&mut self, until: Until) {
        if until != Until::Stopped && self.is_at_rest() && self.claiming.is_none() && self.quiet.is_none() {
            self.pace.woken();
        }
    }

    fn start_claim(&mut self) {
        let limit = self.free_slots();
        if limit == 0 || !self.may_claim() || Instant::now() < self.pace.next() {
            return;
        }
        let at_rest = self.is_at_rest();
        let busy = self.sending.busy();
        let outbox = self.outbox.clone();
        let lease_ms = self.options.lease_ms();
        self.quiet = None;
        self.pace.claiming();
        let claim = async move {
            let result = outbox.claim(u32::try_from(limit).unwrap_or(u32::MAX), lease_ms, busy).await;
            Asked { limit, at_rest, result }
        };
        self.claiming = Some(claim.boxed());
    }

    fn take_claim(&mut self, asked: Asked<O::Error>) {
        self.claiming = None;
        let mut claimed = match asked.result {
            Ok(claimed) => claimed,
            Err(error) => {
                let retry_in = self.pace.failed();
                return self.report(Step::Claim, &error, retry_in);
            }
        };
        self.observer.claimed(&claimed);
        self.pace.claimed(&claimed, asked.limit);
        let wanted = if self.is_running() { asked.limit } else { 0 };
        if claimed.requests.len() > asked.limit {
            tracing::warn!(limit = asked.limit, got = claimed.requests.len(), "claim gave too many requests");
        }
        for request in claimed.requests.split_off(wanted.min(claimed.requests.len())) {
            let settlement = request.released(unix_ms());
            self.unsettled.push(Sent { request: Arc::new(request), settlement });
        }
        for request in claimed.requests.drain(..) {
            self.sending.begin(request);
        }
        let found_nothing = asked.at_rest && self.is_at_rest();
        self.quiet = found_nothing.then_some(claimed);
        self.summary.most_in_flight = self.summary.most_in_flight.max(self.sending.count());
    }

    fn take_sent(&mut self, sent: Sent) {
        // Those that are ready too go into the same batch.
        let ready: Vec<_> = std::iter::from_fn(|| self.sending.try_next()).collect();
        for sent in std::iter::once(sent).chain(ready) {
            self.keep(sent);
        }
        self.pace.slot_freed();
    }

    fn keep(&mut self, sent: Sent) {
        self.summary.count_attempt(sent.request.body.len(), &sent.settlement.outcome);
        self.observer.sent(&sent.request, &sent.settlement);
        self.unsettled.push(sent);
    }

    fn start_settle(&mut self) {
        if self.settling.is_some() || Instant::now() < self.settle_after {
            return;
        }
        let Some(batch) = self.unsettled.offer() else {
            return;
        };
        let outbox = self.outbox.clone();
        let settle = async move {
            let result = outbox.settle(&batch.settlements).await;
            Offered { batch, result }
        };
        self.settling = Some(settle.boxed());
    }

    fn take_settled(&mut self, offered: Offered<O::Error>) {
        self.settling = None;
        let results = match offered.result {
            Ok(results) => results,
            Err(error) => {
                self.unsettled.refused(offered.batch);
                let retry_in = self.settle_backoff.failed();
                self.settle_after = Instant::now() + retry_in;
                return self.report(Step::Settle, &error, retry_in);
            }
        };
        self.settle_backoff.succeeded();
        self.unsettled.accepted();
        let mut results = results.into_iter();
        for (request, settlement) in offered.batch.requests.iter().zip(&offered.batch.settlements) {
            match results.next() {
                Some(Ok(decision)) => self.take_decision(request, settlement, &decision),
                Some(Err(error)) => self.take_loss(request, settlement, &error),
                None => self.take_loss(request, settlement, &NoResult),
            }
        }
    }

    fn take_decision(&mut self, request: &Request, settlement: &Settlement, decision: &Decision) {
        self.summary.count_decision(settlement, decision);
        if let Some(due_at) = decision.due_at {
            self.pace.due(due_at);
        }
        self.observer.settled(request, settlement, decision);
    }

    fn take_loss(&mut self, request: &Request, settlement: &Settlement, error: &(dyn Error + 'static)) {
        self.summary.lost += 1;
        tracing::warn!(delivery = request.delivery_id, error, "outcome not recorded: the claim was lost");
        self.observer.lost(request, settlement, error);
    }

    fn take_phase(&mut self) {
        let phase = *self.phases.borrow_and_update();
        match phase {
            Phase::Running => {}
            Phase::Stopping => self.cut_off_at = self.options.grace.map(|grace| Instant::now() + grace),
            Phase::Now => self.cut_off(),
        }
    }

    fn take_time(&mut self) {
        if self.cut_off_at.is_some_and(|at| at <= Instant::now()) {
            self.cut_off();
        }
    }

    fn cut_off(&mut self) {
        self.cut_off_at = None;
        for sent in self.sending.cut_off() {
            self.keep(sent);
        }
    }

    fn is_done(&mut self, until: Until) -> bool {
        if self.is_running() {
            return self.has_run_dry(until);
        }
        if self.sending.count() > 0 {
            return false;
        }
        let give_up_at = *self.give_up_at.get_or_insert_with(|| Instant::now() + self.options.settle_grace);
        let nothing_open = self.claiming.is_none() && self.unsettled.count() == 0;
        nothing_open || give_up_at <= Instant::now()
    }

    fn has_run_dry(&self, until_when: Until) -> bool {
        let Until::Empty { wait_at_most } = until_when else {
            return false;
        };
        let Some(quiet) = &self.quiet else {
            return false;
        };
        if quiet.stopped.is_some() {
            return true;
        }
        match quiet.next_due {
            Some(due) => wait_at_most.is_some_and(|longest| until(due) > longest),
            None => quiet.oldest_due.is_none(),
        }
    }

    /// How many more requests may be begun, now and with all outcomes still to be recorded.
    fn free_slots(&self) -> usize {
        let in_flight = self.sending.count();
        let free = self.options.concurrency.max(1).saturating_sub(in_flight);
        let room = self.options.unsettled.max(1).saturating_sub(in_flight + self.unsettled.count());
        free.min(room)
    }

    fn may_claim(&self) -> bool {
        self.is_running() && self.claiming.is_none() && !self.settle_backoff.is_failing()
    }

    fn is_running(&self) -> bool {
        *self.phases.borrow() == Phase::Running
    }

    fn is_at_rest(&self) -> bool {
        self.sending.count() == 0 && self.unsettled.count() == 0
    }

    fn next_timer(&self) -> Instant {
        let claim = (self.may_claim() && self.free_slots() > 0).then(|| self.pace.next());
        let settle = (self.settling.is_none() && self.unsettled.count() > 0).then_some(self.settle_after);
        let timers = [claim, settle, self.cut_off_at, self.give_up_at];
        timers.into_iter().flatten().min().unwrap_or_else(|| Instant::now() + NOTHING_PLANNED)
    }

    fn report(&self, step: Step, error: &O::Error, retry_in: Duration) {
        tracing::warn!(step = step.name(), error = error as &(dyn Error + 'static), ?retry_in, "the outbox failed");
        self.observer.error(step, error, retry_in);
    }

    fn summarize(self) -> Summary {
        let quiet = self.quiet.unwrap_or_default();
        Summary {
            unsettled: self.unsettled.count() as u64,
            next_due: quiet.next_due,
            stopped: quiet.stopped,
            ..self.summary
        }
    }
}

impl<O: Outbox> fmt::Debug for Dispatcher<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatcher")
            .field("options", &self.options)
            .field("in_flight", &self.sending.count())
            .field("unsettled", &self.unsettled.count())
            .finish_non_exhaustive()
    }
}

/// With nothing to wait for but events, any long time will do.
const NOTHING_PLANNED: Duration = Duration::from_secs(3_600);

/// The outbox broke its contract.
#[derive(Debug, thiserror::Error)]
#[error("settle gave no result for this settlement; it must give one for each")]
struct NoResult;

/// The output of the call in progress. Never, when there is none.
async fn wait_for<T>(call: &mut Option<BoxFuture<'static, T>>) -> T {
    match call {
        Some(call) => call.await,
        None => pending().await,
    }
}
