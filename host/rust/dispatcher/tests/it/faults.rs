//! The outbox fails, hangs or breaks its contract: nothing is lost and nothing is sent twice.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hookwright_dispatcher::{
    AddressGuard, Checking, Client, ClientOptions, Dispatcher, FailureKind, Observer, Options, Outcome, State, Until,
};

use crate::dispatch::{ALL, Recorder, dispatcher, drain};
use crate::exchange::failed;
use crate::fake_outbox::FakeOutbox;
use crate::receiver::{Receiver, raw_answering};
use crate::soon;

#[tokio::test]
async fn bug_03_claims_go_on_when_the_outbox_is_back() {
    let receiver = Receiver::answering(200).await;
    let outbox = FakeOutbox::default();
    outbox.change(|books| books.failing_claims = 3);
    outbox.publish("wh_a", &receiver.url("/"));
    assert_eq!(drain(&outbox, Options::default()).await.delivered, 1);
    assert_eq!(outbox.books().failing_claims, 0);
}

#[tokio::test]
async fn outcomes_that_cannot_be_recorded_are_kept_and_not_sent_again() {
    let receiver = Receiver::answering(200).await;
    let outbox = FakeOutbox::default();
    outbox.change(|books| books.failing_settles = 3);
    for n in 0..10 {
        outbox.publish("wh_a", &receiver.url(&format!("/{n}")));
    }
    let summary = drain(&outbox, Options { concurrency: 4, ..Options::default() }).await;
    assert_eq!((summary.attempts, summary.delivered, summary.unsettled), (10, 10, 0));
    assert_eq!(receiver.paths().len(), 10);
}

#[tokio::test]
async fn nothing_is_claimed_while_outcomes_cannot_be_recorded() {
    let receiver = Receiver::answering(200).await;
    let outbox = FakeOutbox::default();
    outbox.change(|books| books.failing_settles = 4);
    outbox.publish("wh_a", &receiver.url("/"));
    let dispatcher = dispatcher(&outbox, Options { poll: Duration::from_millis(10), ..Options::default() });
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    outbox.wait(|books| books.settles == 1).await;
    let before = outbox.books().claims.len();
    outbox.wait(|books| books.settles == 4).await;
    // One may have been on its way when the first settle failed.
    assert!(outbox.books().claims.len() <= before + 1);
    outbox.wait(|books| books.settled.len() == 1).await;
    control.stop();
    soon(running).await.unwrap();
}

#[tokio::test]
async fn no_more_is_claimed_than_can_be_kept() {
    let receiver = Receiver::answering(200).await;
    let outbox = FakeOutbox::default();
    outbox.change(|books| books.hold_settles = true);
    for _ in 0..30 {
        outbox.publish("wh_a", &receiver.url("/"));
    }
    let options = Options { concurrency: 2, unsettled: 5, ..Options::default() };
    let running = tokio::spawn(dispatcher(&outbox, options).run(ALL));
    outbox.wait(|books| books.leased == 5).await;
    outbox.change(|books| books.hold_settles = false);
    assert_eq!(soon(running).await.unwrap().delivered, 30);
    assert_eq!(outbox.books().most_leased, 5);
}

#[tokio::test]
async fn a_lost_claim_is_dropped_and_told() {
    let receiver = Receiver::answering(200).await;
    let outbox = FakeOutbox::default();
    outbox.change(|books| books.hold_settles = true);
    let lost = outbox.publish("wh_a", &receiver.url("/"));
    let recorder = Arc::new(Recorder::default());
    let observed = dispatcher(&outbox, Options::default()).observed_by(Arc::clone(&recorder) as Arc<dyn Observer>);
    let running = tokio::spawn(observed.run(ALL));
    outbox.wait(|books| books.settles == 1).await;
    outbox.revoke(&lost);
    outbox.change(|books| books.hold_settles = false);
    let summary = soon(running).await.unwrap();
    assert_eq!((summary.attempts, summary.lost, summary.delivered), (1, 1, 0));
    assert_eq!(receiver.paths().len(), 1);
    assert!(recorder.told.lock().unwrap().contains(&"lost dlv_0: the claim was lost".to_owned()));
}

#[tokio::test]
async fn one_outcome_that_cannot_be_recorded_does_not_hold_up_the_others() {
    let receiver = Receiver::answering(200).await;
    let outbox = FakeOutbox::default();
    for _ in 0..5 {
        outbox.publish("wh_a", &receiver.url("/"));
    }
    outbox.change(|books| books.poison = Some("dlv_2".to_owned()));
    let running = tokio::spawn(dispatcher(&outbox, Options::default()).run(ALL));
    outbox.wait(|books| books.settled.len() == 4).await;
    outbox.change(|books| books.poison = None);
    assert_eq!(soon(running).await.unwrap().delivered, 5);
    assert_eq!(receiver.paths().len(), 5);
}

#[tokio::test]
async fn a_settle_without_results_counts_as_lost() {
    let receiver = Receiver::answering(200).await;
    let outbox = FakeOutbox::default();
    outbox.change(|books| books.mute = true);
    outbox.publish("wh_a", &receiver.url("/"));
    assert_eq!(drain(&outbox, Options::default()).await.lost, 1);
}

#[tokio::test]
async fn what_was_claimed_beyond_the_limit_is_given_back() {
    let hanging = raw_answering("").await;
    let outbox = FakeOutbox::default();
    outbox.change(|books| books.ignore_limit = true);
    for _ in 0..6 {
        outbox.publish("wh_a", &hanging);
    }
    let dispatcher = dispatcher(&outbox, Options { concurrency: 2, ..Options::default() });
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    outbox.wait(|books| books.settled.len() == 4).await;
    assert!(outbox.books().settled.iter().all(|settlement| settlement.outcome == Outcome::Released));
    assert_eq!(outbox.state("dlv_5"), State::Pending);
    control.stop_now();
    let summary = soon(running).await.unwrap();
    assert_eq!((summary.most_in_flight, summary.released, summary.attempts), (2, 4, 2));
}

#[derive(Debug)]
struct Broken;

impl AddressGuard for Broken {
    fn check(&self, _: IpAddr) -> Checking<'_> {
        panic!("on purpose")
    }
}

#[tokio::test]
async fn a_panic_while_sending_is_a_failed_attempt() {
    let outbox = FakeOutbox::default();
    outbox.publish("wh_a", "http://127.0.0.1/");
    let client = Client::new(ClientOptions { guard: Some(Arc::new(Broken)), ..ClientOptions::default() }).unwrap();
    let summary = soon(Dispatcher::new(outbox.clone(), client, Options::default()).run(ALL)).await;
    assert_eq!((summary.attempts, summary.exhausted), (1, 1));
    failed(outbox.books().settled[0].outcome.clone(), FailureKind::Protocol);
}
