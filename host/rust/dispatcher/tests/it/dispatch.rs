//! Claim, send and settle when everything works.

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hookwright_dispatcher::{
    Claimed, Decision, Dispatcher, Observer, Options, Outcome, Request, Settlement, State, Step, Summary, Until,
};
use tokio::sync::Semaphore;

use crate::fake_outbox::FakeOutbox;
use crate::receiver::{Receiver, raw_answering, respond};
use crate::{client, request, soon};

pub(crate) const ALL: Until = Until::Empty { wait_at_most: None };

pub(crate) fn dispatcher(outbox: &FakeOutbox, options: Options) -> Dispatcher<FakeOutbox> {
    Dispatcher::new(outbox.clone(), client(), options)
}

pub(crate) async fn drain(outbox: &FakeOutbox, options: Options) -> Summary {
    soon(dispatcher(outbox, options).run(ALL)).await
}

#[tokio::test]
async fn an_empty_outbox_is_done_at_once() {
    let outbox = FakeOutbox::default();
    assert_eq!(drain(&outbox, Options::default()).await, Summary::default());
    let claims = outbox.books().claims.clone();
    assert_eq!(claims.len(), 1);
    assert_eq!((claims[0].limit, claims[0].lease_ms), (64, 90_000), "all slots, longest time-out and 60 s");
}

#[tokio::test]
async fn everything_due_is_delivered_once_and_counted() {
    let receiver = Receiver::start(|_| async { respond(200, "thanks") }).await;
    let outbox = FakeOutbox::default();
    for n in 0..300 {
        outbox.publish(&format!("wh_{}", n % 7), &receiver.url(&format!("/{n}")));
    }
    let summary = drain(&outbox, Options::default()).await;
    assert_eq!((summary.attempts, summary.delivered), (300, 300));
    assert_eq!(summary.request_bytes, 300 * request("").body.len() as u64);
    assert_eq!(summary.response_bytes, 300 * 6);
    let paths = receiver.paths();
    assert_eq!(paths.len(), 300);
    assert_eq!(paths.iter().collect::<BTreeSet<_>>().len(), 300);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bug_04_no_more_requests_are_under_way_than_allowed() {
    const MOST: usize = 8;
    let full = Arc::new(Semaphore::new(0));
    let arrived = Arc::new(AtomicUsize::new(0));
    let receiver = Receiver::start({
        let (full, arrived) = (Arc::clone(&full), Arc::clone(&arrived));
        move |_| {
            let (full, arrived) = (Arc::clone(&full), Arc::clone(&arrived));
            async move {
                // The first answers wait until all slots are taken; from then on as fast as it goes.
                if arrived.fetch_add(1, Ordering::SeqCst) + 1 == MOST {
                    full.add_permits(Semaphore::MAX_PERMITS);
                }
                let _permit = full.acquire().await;
                tokio::task::yield_now().await;
                respond(200, "")
            }
        }
    })
    .await;
    let outbox = FakeOutbox::default();
    for n in 0..400 {
        outbox.publish(&format!("wh_{}", n % 5), &receiver.url("/"));
    }
    let summary = drain(&outbox, Options { concurrency: MOST, ..Options::default() }).await;
    assert_eq!(summary.delivered, 400);
    assert_eq!(summary.most_in_flight, MOST);
    assert_eq!(receiver.most_at_once(), MOST);
    for claim in &outbox.books().claims {
        let busy: u32 = claim.busy.iter().map(|busy| busy.requests).sum();
        assert!(claim.limit + busy <= MOST as u32, "{claim:?}");
    }
}

#[tokio::test]
async fn bug_30_a_hanging_receiver_delays_nobody_else() {
    let quick = Receiver::answering(200).await;
    let hanging = raw_answering("").await;
    let outbox = FakeOutbox::default();
    outbox.change(|books| books.per_webhook = Some(2));
    for _ in 0..4 {
        outbox.publish_request(Request {
            webhook_id: "wh_hanging".to_owned(),
            timeout: Duration::from_secs(60),
            ..request(&hanging)
        });
    }
    for _ in 0..50 {
        outbox.publish("wh_quick", &quick.url("/"));
    }
    let dispatcher = dispatcher(&outbox, Options { concurrency: 4, ..Options::default() });
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    outbox.wait(|books| books.settled.len() == 50).await;
    assert!(
        outbox
            .books()
            .claims
            .iter()
            .any(|claim| { claim.busy.iter().any(|busy| busy.webhook_id == "wh_hanging" && busy.requests == 2) })
    );
    control.stop_now();
    let summary = soon(running).await.unwrap();
    assert_eq!((summary.delivered, summary.attempts), (50, 52));
}

#[tokio::test]
async fn a_failed_attempt_is_sent_again_when_it_is_due() {
    let answers = Arc::new(AtomicUsize::new(0));
    let receiver = Receiver::start(move |_| {
        let first = answers.fetch_add(1, Ordering::SeqCst) == 0;
        async move { respond(if first { 503 } else { 200 }, "") }
    })
    .await;
    let outbox = FakeOutbox::default();
    outbox.change(|books| books.retry_after = Some(Duration::from_millis(100)));
    outbox.publish("wh_a", &receiver.url("/"));
    let summary = drain(&outbox, Options::default()).await;
    assert_eq!((summary.attempts, summary.retrying, summary.delivered), (2, 1, 1));
    let books = outbox.books();
    let pause = books.settled[1].started_at - books.settled[0].started_at;
    assert!((100..10_000).contains(&pause), "{pause} ms");
}

#[tokio::test]
async fn what_is_due_later_than_one_wants_to_wait_is_left_and_told() {
    let receiver = Receiver::answering(503).await;
    let outbox = FakeOutbox::default();
    outbox.change(|books| books.retry_after = Some(Duration::from_secs(3_600)));
    outbox.publish("wh_a", &receiver.url("/"));
    let until = Until::Empty { wait_at_most: Some(Duration::from_secs(5)) };
    let summary = soon(dispatcher(&outbox, Options::default()).run(until)).await;
    let begun = outbox.books().settled[0].started_at;
    let next_due = summary.next_due.expect("a retry waits");
    assert!((3_600_000..3_700_000).contains(&(next_due - begun)));
}

#[tokio::test]
async fn a_wake_is_faster_than_the_poll() {
    let receiver = Receiver::answering(200).await;
    let outbox = FakeOutbox::default();
    let dispatcher = dispatcher(&outbox, Options { poll: Duration::from_secs(3_600), ..Options::default() });
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    outbox.wait(|books| books.claims.len() == 1).await;
    outbox.publish("wh_a", &receiver.url("/"));
    control.wake();
    outbox.wait(|books| books.settled.len() == 1).await;
    control.stop();
    assert_eq!(soon(running).await.unwrap().delivered, 1);
}

#[tokio::test]
async fn a_wake_during_a_claim_is_not_lost() {
    let outbox = FakeOutbox::default();
    let dispatcher = dispatcher(&outbox, Options { poll: Duration::from_secs(3_600), ..Options::default() });
    let control = dispatcher.control();
    outbox.change(|books| books.hold_claims = true);
    let running = tokio::spawn(dispatcher.run(ALL));
    outbox.wait(|books| books.claims.len() == 1).await;
    control.wake();
    // Let it hear that, then let the claim, which may have been too early, find nothing.
    tokio::task::yield_now().await;
    outbox.change(|books| books.hold_claims = false);
    soon(running).await.unwrap();
    assert_eq!(outbox.books().claims.len(), 2);
}

#[tokio::test]
async fn what_is_due_without_a_wake_is_found_by_polling() {
    let receiver = Receiver::answering(200).await;
    let outbox = FakeOutbox::default();
    let dispatcher = dispatcher(&outbox, Options { poll: Duration::from_millis(20), ..Options::default() });
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    outbox.wait(|books| books.claims.len() == 2).await;
    outbox.publish("wh_a", &receiver.url("/"));
    outbox.wait(|books| books.settled.len() == 1).await;
    control.stop();
    assert_eq!(soon(running).await.unwrap().delivered, 1);
}

#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) told: Mutex<Vec<String>>,
}

impl Recorder {
    fn tell(&self, what: String) {
        self.told.lock().expect("not poisoned").push(what);
    }
}

impl Observer for Recorder {
    fn claimed(&self, claimed: &Claimed) {
        self.tell(format!("claimed {}", claimed.requests.len()));
    }

    fn sent(&self, request: &Request, settlement: &Settlement) {
        let status = match &settlement.outcome {
            Outcome::Response(response) => response.status,
            _ => 0,
        };
        self.tell(format!("sent {} {status}", request.delivery_id));
    }

    fn settled(&self, request: &Request, _: &Settlement, decision: &Decision) {
        self.tell(format!("settled {} {:?}", request.delivery_id, decision.state));
    }

    fn lost(&self, request: &Request, _: &Settlement, error: &(dyn Error + 'static)) {
        self.tell(format!("lost {}: {error}", request.delivery_id));
    }

    fn error(&self, step: Step, error: &(dyn Error + 'static), retry_in: Duration) {
        self.tell(format!("{}: {error}, again in {} ms", step.name(), retry_in.as_millis()));
    }
}

#[tokio::test]
async fn an_observer_hears_every_step() {
    let outbox = FakeOutbox::default();
    outbox.change(|books| (books.failing_claims, books.failing_settles) = (1, 1));
    let delivered = outbox.publish("wh_a", &Receiver::answering(201).await.url("/"));
    let recorder = Arc::new(Recorder::default());
    let observed = dispatcher(&outbox, Options::default()).observed_by(Arc::clone(&recorder) as Arc<dyn Observer>);
    soon(observed.run(ALL)).await;
    assert_eq!(outbox.state(&delivered), State::Delivered);
    let told = recorder.told.lock().unwrap();
    assert_eq!(
        *told,
        [
            "claim: claims fail, again in 100 ms",
            "claimed 1",
            "sent dlv_0 201",
            "settle: settles fail, again in 100 ms",
            "settled dlv_0 Delivered",
            "claimed 0",
        ]
    );
}
