//! A process that ends between any two of its host calls: nothing that it acknowledged is lost, and nothing is left
//! without a future.
//!
//! Decides where the process ends, one batch of statements after the other; delivery/kill.rs ends real processes, at
//! points that nobody chose.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use hookwright_runtime::deliveries::State;
use hookwright_runtime::events::Event;
use hookwright_runtime::types::Scope;
use hookwright_storage::{Connect, Dialect, Executor, Mode, ResultSet, Statement, StorageError};
use hookwright_tests::component;
use hookwright_tests::environment::DAY;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, settlement};
use hookwright_tests::native::NativeHost;
use hookwright_tests::subject::{Component, Subject};

everywhere! { bug_01_a_crash_between_any_two_host_calls_loses_nothing }

/// Whether the last batch of a process was still committed.
#[derive(Clone, Copy, Debug)]
enum End {
    BeforeTheBatch,
    AfterTheBatch,
}

/// A message was committed and its task never queued. Here both are one row; each place for a crash is tried.
fn bug_01_a_crash_between_any_two_host_calls_loses_nothing(kind: Kind) {
    for end in [End::BeforeTheBatch, End::AfterTheBatch] {
        let mut places = 0;
        while crashed_at(kind, places, end) {
            places += 1;
        }
        assert!(places >= 6, "publish, claim and settle, twice, are more batches than {places}");
    }
}

/// Runs until the crash, then delivers in a new process. False when the run ended before the place was reached.
fn crashed_at(kind: Kind, place: i64, end: End) -> bool {
    let mut site = Installation::new(kind);
    let webhooks: Vec<String> = (0..2).map(|_| site.webhook(&[]).id).collect();
    let left = Arc::new(AtomicI64::new(place));
    let connect = Arc::new(Mortal { connect: site.connect(), left: Arc::clone(&left), end });
    let options = site.options();
    let mut process: Box<dyn Subject> = match kind {
        Kind::Native | Kind::Postgres | Kind::Mariadb => {
            Box::new(NativeHost::start(connect.as_ref(), options).expect("it starts"))
        }
        Kind::Component => Box::new(Component(component::start(connect, options))),
    };
    let acknowledged = work(process.as_mut(), &site);
    drop(process);

    // A publisher that got no answer asks again with the same key.
    for key in ["1", "2"] {
        site.publish_one(keyed(key));
    }
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 2, "place {place}, {end:?}");
    site.clock.advance(DAY);
    loop {
        let claimed = site.claim_all();
        for request in &claimed.requests {
            assert_eq!(site.settle_one(request, answered(200, &[])).state, State::Delivered);
        }
        match claimed.next_due {
            Some(due) => site.clock.set(site.clock.now().max(due)),
            None if claimed.requests.is_empty() => break,
            None => {}
        }
    }
    let delivered = "SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'delivered'";
    assert_eq!(site.number(delivered), 2 * webhooks.len() as i64, "place {place}, {end:?}");
    for id in acknowledged {
        let sql = format!("SELECT COUNT(*) FROM hookwright_deliveries WHERE event_id = '{id}' AND state = 'delivered'");
        assert_eq!(site.number(&sql), webhooks.len() as i64, "place {place}, {end:?}");
    }
    left.load(Ordering::SeqCst) < 0
}

/// What a process does, up to its end: two events, to a receiver that takes them and to one that fails first. Gives the
/// ids that were acknowledged.
fn work(process: &mut dyn Subject, site: &Installation) -> BTreeSet<String> {
    let mut acknowledged = BTreeSet::new();
    for key in ["1", "2"] {
        let Ok(mut receipts) = process.publish(vec![keyed(key)]) else { return acknowledged };
        acknowledged.insert(receipts.remove(0).expect("the event is valid").event_id);
        let Ok(claimed) = process.claim(10, LEASE_MS, vec![]) else { return acknowledged };
        let now = site.clock.now();
        let told = claimed.requests.iter().enumerate();
        let told = told.map(|(n, request)| settlement(request, answered([200, 503][n % 2], &[]), now)).collect();
        if process.settle(told).is_err() {
            return acknowledged;
        }
    }
    if let Some(id) = acknowledged.first() {
        let query = hookwright_runtime::deliveries::Query {
            scope: Scope::All,
            webhook_id: None,
            event_id: Some(id.clone()),
            topic: None,
            state: None,
            paging: hookwright_runtime::types::Paging { page: 1, per_page: 10 },
        };
        let ids = process.deliveries_find(query).map(|page| page.items.into_iter().map(|item| item.id).collect());
        // A person redelivers; the answer is of no interest, for the process may end in it.
        let _ = ids.map(|ids| process.redeliver(Scope::All, ids));
    }
    acknowledged
}

fn keyed(key: &str) -> Event {
    Event { idempotency_key: Some(key.to_owned()), ..event("order.created") }
}

/// Connections of one process that comes to its end.
struct Mortal {
    connect: Arc<dyn Connect>,
    /// Batches until the end; less than none after it.
    left: Arc<AtomicI64>,
    end: End,
}

impl Connect for Mortal {
    fn connect(&self) -> Result<Box<dyn Executor + Send>, StorageError> {
        Ok(Box::new(MortalExecutor { inner: self.connect.connect()?, left: Arc::clone(&self.left), end: self.end }))
    }
}

struct MortalExecutor {
    inner: Box<dyn Executor + Send>,
    left: Arc<AtomicI64>,
    end: End,
}

impl Executor for MortalExecutor {
    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }

    fn execute(&mut self, mode: Mode, statements: &[Statement]) -> Result<Vec<ResultSet>, StorageError> {
        let left = self.left.fetch_sub(1, Ordering::SeqCst);
        if left == 0 && matches!(self.end, End::AfterTheBatch) {
            // Whether it succeeds, nobody is left to hear.
            let _ = self.inner.execute(mode, statements);
        }
        if left <= 0 {
            return Err(StorageError::Unavailable("the process has ended".to_owned()));
        }
        self.inner.execute(mode, statements)
    }
}
