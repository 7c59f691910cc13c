//! Stopping: nothing new, what is under way is finished or cut off, all of it is settled.

use std::sync::Arc;
use std::time::Duration;

use hookwright_dispatcher::{Failure, FailureKind, Options, Outcome, State, Until};
use tokio::sync::Semaphore;

use crate::dispatch::dispatcher;
use crate::fake_outbox::FakeOutbox;
use crate::receiver::{Receiver, raw_answering, respond};
use crate::soon;

#[tokio::test]
async fn requests_under_way_are_finished_and_nothing_new_is_begun() {
    let gate = Arc::new(Semaphore::new(0));
    let receiver = Receiver::start({
        let gate = Arc::clone(&gate);
        move |_| {
            let gate = Arc::clone(&gate);
            async move {
                let _permit = gate.acquire().await;
                respond(200, "")
            }
        }
    })
    .await;
    let outbox = FakeOutbox::default();
    for _ in 0..5 {
        outbox.publish("wh_a", &receiver.url("/"));
    }
    let dispatcher = dispatcher(&outbox, Options { concurrency: 2, ..Options::default() });
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    outbox.wait(|books| books.leased == 2).await;
    control.stop();
    gate.add_permits(5);
    let summary = soon(running).await.unwrap();
    assert_eq!((summary.attempts, summary.delivered, summary.released), (2, 2, 0));
    assert_eq!(receiver.paths().len(), 2);
    assert_eq!(outbox.state("dlv_2"), State::Pending);
}

#[tokio::test]
async fn what_a_claim_brings_after_the_stop_is_given_back() {
    let receiver = Receiver::answering(200).await;
    let outbox = FakeOutbox::default();
    outbox.change(|books| books.hold_claims = true);
    for _ in 0..3 {
        outbox.publish("wh_a", &receiver.url("/"));
    }
    let dispatcher = dispatcher(&outbox, Options::default());
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    outbox.wait(|books| books.claims.len() == 1).await;
    control.stop();
    outbox.change(|books| books.hold_claims = false);
    let summary = soon(running).await.unwrap();
    assert_eq!((summary.released, summary.attempts, summary.unsettled), (3, 0, 0));
    assert_eq!(outbox.state("dlv_0"), State::Pending);
    assert_eq!(receiver.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn a_second_stop_cuts_off_what_is_under_way() {
    let outbox = FakeOutbox::default();
    outbox.publish("wh_a", &raw_answering("").await);
    let dispatcher = dispatcher(&outbox, Options::default());
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    outbox.wait(|books| books.leased == 1).await;
    control.stop();
    control.stop_now();
    assert_eq!(soon(running).await.unwrap().attempts, 1);
    assert_cut_off(&outbox);
}

#[tokio::test]
async fn the_end_of_the_grace_cuts_off_what_is_under_way() {
    let outbox = FakeOutbox::default();
    outbox.publish("wh_a", &raw_answering("").await);
    let grace = Duration::from_millis(100);
    let dispatcher = dispatcher(&outbox, Options { grace: Some(grace), ..Options::default() });
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    outbox.wait(|books| books.leased == 1).await;
    control.stop();
    assert_eq!(soon(running).await.unwrap().exhausted, 1);
    assert!(outbox.books().settled[0].duration >= grace);
    assert_cut_off(&outbox);
}

#[tokio::test]
async fn an_outbox_that_stays_away_does_not_prevent_the_end() {
    let receiver = Receiver::answering(200).await;
    let outbox = FakeOutbox::default();
    outbox.change(|books| books.failing_settles = u32::MAX);
    outbox.publish("wh_a", &receiver.url("/"));
    let settle_grace = Duration::from_millis(250);
    let dispatcher = dispatcher(&outbox, Options { settle_grace, ..Options::default() });
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    outbox.wait(|books| books.settles == 1).await;
    control.stop();
    let summary = soon(running).await.unwrap();
    assert_eq!((summary.attempts, summary.unsettled, summary.delivered), (1, 1, 0));
    assert!(outbox.books().settles > 1, "it was tried again before giving up");
}

/// It may have arrived, so it counts as an attempt.
fn assert_cut_off(outbox: &FakeOutbox) {
    let books = outbox.books();
    let Outcome::Failure(Failure { kind: FailureKind::Timeout, message }) = &books.settled[0].outcome else {
        panic!("not a time-out: {:?}", books.settled[0]);
    };
    assert!(message.contains("the host stopped"), "{message}");
    assert!(!books.settled[0].request_headers.is_empty());
}
