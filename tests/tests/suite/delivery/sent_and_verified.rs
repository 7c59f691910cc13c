//! What was published arrives, signed as the standard says, also when the receiver fails first.

use std::collections::BTreeSet;

use hookwright_dispatcher::Until;
use hookwright_outbox::{to_dispatcher, to_runtime};
use hookwright_runtime::deliveries::{Outcome, State};
use hookwright_runtime::types::Scope;
use hookwright_storage::{Mode, StorageError};
use hookwright_tests::installation::{LEASE_MS, event};

use super::receiver::{Answer, Receiver};
use super::shop::{Shop, client};

#[tokio::test(flavor = "multi_thread")]
async fn every_event_arrives_and_the_official_library_verifies_it() {
    let (shop, receiver) = (Shop::open(&[]), Receiver::willing().await);
    let all = shop.hook(receiver.url("/all"), &[]).await;
    let orders = shop.hook(receiver.url("/orders"), &["order.*"]).await;
    let mut published = BTreeSet::new();
    for topic in ["order.created", "payment_received"] {
        let receipts = shop.hookwright.publish(vec![event(topic); 10]).await.unwrap();
        published.extend(receipts.into_iter().map(|receipt| receipt.unwrap().event_id));
    }
    let summary = shop.deliver().await;
    assert_eq!((summary.delivered, summary.attempts), (30, 30));
    for (path, own, other, count) in [("/all", &all, &orders, 20), ("/orders", &orders, &all, 10)] {
        let arrivals = receiver.arrivals(path);
        assert_eq!(arrivals.len(), count);
        let mut ids = BTreeSet::new();
        for arrival in arrivals {
            arrival.verify(&own.secret).unwrap();
            arrival.verify(&other.secret).unwrap_err();
            assert_eq!(arrival.header("content-type"), "application/json");
            assert!(published.contains(arrival.header("webhook-id")));
            ids.insert(arrival.header("webhook-id").to_owned());
        }
        assert_eq!(ids.len(), count, "each event once");
    }
    for details in shop.log().await {
        assert_eq!((details.delivery.state, details.attempts.len()), (State::Delivered, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_recovers_gets_its_event() {
    let shop = Shop::open(&[("retry-schedule-ms", "0,50,50,50")]);
    let receiver = Receiver::start(|_, before| Answer::Status([500, 404, 503, 200][before.min(3)])).await;
    let hook = shop.hook(receiver.url("/"), &[]).await;
    let receipt = shop.hookwright.publish(vec![event("order.created")]).await.unwrap().remove(0).unwrap();
    let summary = shop.deliver().await;
    assert_eq!((summary.attempts, summary.retrying, summary.delivered), (4, 3, 1));
    let arrivals = receiver.arrivals("/");
    for arrival in &arrivals {
        arrival.verify(&hook.secret).unwrap();
        assert_eq!(arrival.header("webhook-id"), receipt.event_id);
        assert_eq!(arrival.body, arrivals[0].body);
    }
    let details = shop.log().await.remove(0);
    let statuses: Vec<u16> = details
        .attempts
        .iter()
        .map(|attempt| match &attempt.outcome {
            Some(Outcome::Response(response)) => response.status,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(statuses, [500, 404, 503, 200]);
    let webhook = shop.hookwright.webhooks_get(Scope::All, hook.id).await.unwrap();
    assert_eq!(webhook.health.consecutive_failures, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_never_recovers_is_given_up() {
    let shop = Shop::open(&[("retry-schedule-ms", "0,20,20")]);
    let receiver = Receiver::start(|_, _| Answer::Status(500)).await;
    shop.hook(receiver.url("/"), &[]).await;
    shop.hookwright.publish(vec![event("order.created")]).await.unwrap();
    let summary = shop.deliver().await;
    assert_eq!((summary.attempts, summary.exhausted), (3, 1));
    assert_eq!(receiver.count("/"), 3);
    assert_eq!(shop.log().await[0].delivery.state, State::Exhausted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_event_goes_the_same_way() {
    let (shop, receiver) = (Shop::open(&[]), Receiver::willing().await);
    let hook = shop.hook(receiver.url("/"), &["payment_received"]).await;
    let test = shop.hookwright.test(Scope::All, hook.id, None, None, LEASE_MS).await.unwrap();
    let outcome = client().send(&to_dispatcher(test)).await;
    let decision = shop.hookwright.settle(vec![to_runtime(&outcome)]).await.unwrap().remove(0).unwrap();
    assert_eq!(decision.state, State::Delivered);
    receiver.arrivals("/")[0].verify(&hook.secret).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn delivery_goes_on_by_itself_when_the_database_is_back() {
    let (shop, receiver) = (Shop::open(&[]), Receiver::willing().await);
    shop.hook(receiver.url("/"), &[]).await;
    shop.hookwright.publish(vec![event("order.created"); 3]).await.unwrap();
    let gone = || Err(StorageError::Unavailable("hooks.db cannot be reached".to_owned()));
    // Twice the claim fails, then the settle: its outcomes must not be lost, nor sent again.
    shop.site.recorder.before_next(Mode::Read, gone);
    shop.site.recorder.before_next(Mode::Own, gone);
    let settle = shop.site.recorder.clone();
    shop.site.recorder.before_next(Mode::Own, move || {
        settle.before_next(Mode::Own, gone);
        Ok(())
    });
    shop.deliver().await;
    assert!(shop.site.recorder.is_done());
    assert_eq!(receiver.count("/"), 3, "each once");
    shop.assert_all_delivered(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_while_it_runs_is_sent_at_once() {
    let (shop, receiver) = (Shop::open(&[]), Receiver::willing().await);
    shop.hook(receiver.url("/"), &[]).await;
    let dispatcher = shop.dispatcher();
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    for count in 1..=5 {
        shop.hookwright.publish(vec![event("order.created")]).await.unwrap();
        control.wake();
        receiver.wait_for("/", count).await;
    }
    control.stop();
    assert_eq!(running.await.unwrap().delivered, 5);
    shop.assert_all_delivered(5).await;
}
