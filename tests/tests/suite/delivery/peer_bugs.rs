//! Bugs that other senders had in their running workers (tests/README.md), on the whole of ours.

use hookwright_dispatcher::{Dispatcher, Options as Pace, Until};
use hookwright_outbox::RuntimeOutbox;
use hookwright_runtime::registry::WebhookChanges;
use hookwright_runtime::types::Scope;
use hookwright_storage::{Mode, StorageError};
use hookwright_tests::installation::{event, no_changes};
use hookwright_tests::subject::Subject;

use super::receiver::{Answer, Receiver};
use super::shop::{Shop, client};

/// Workers stood still after their queue had been away, until somebody started them again.
#[tokio::test(flavor = "multi_thread")]
async fn bug_03_delivery_resumes_alone_when_the_database_is_back() {
    let shop = Shop::open(&[]);
    let receiver = Receiver::willing().await;
    shop.hook(receiver.url("/"), &[]).await;
    shop.hookwright.publish(vec![event("order.created"); 5]).await.unwrap();
    // Claims and settles alike: they are the batches of this mode.
    for _ in 0..4 {
        shop.site.recorder.before_next(Mode::Own, || Err(StorageError::Unavailable("the disk is away".to_owned())));
    }
    let summary = shop.deliver().await;
    assert!(shop.site.recorder.is_done(), "the database was away");
    assert_eq!((summary.delivered, summary.unsettled), (5, 0));
    assert_eq!(receiver.count("/"), 5, "and nothing was sent twice");
    shop.assert_all_delivered(5).await;
}

/// What was configured anew never reached the worker that was running.
#[tokio::test(flavor = "multi_thread")]
async fn bug_23_a_change_reaches_a_running_dispatcher() {
    let mut shop = Shop::open(&[]);
    let receiver = Receiver::willing().await;
    let hook = shop.hook(receiver.url("/old"), &["order.created"]).await;
    let dispatcher = shop.dispatcher();
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    shop.hookwright.publish(vec![event("order.created")]).await.unwrap();
    receiver.wait_for("/old", 1).await;

    // By another process, which wakes nobody.
    let mut other = shop.site.another();
    let moved = WebhookChanges {
        url: Some(receiver.url("/new")),
        topics: Some(vec!["payment_received".to_owned()]),
        ..no_changes()
    };
    other.webhooks_update(Scope::All, hook.id, moved).unwrap();
    for topic in ["order.created", "payment_received"] {
        other.publish(vec![event(topic)]).unwrap().remove(0).unwrap();
    }
    receiver.wait_for("/new", 1).await;
    control.stop();
    running.await.unwrap();
    assert_eq!((receiver.count("/old"), receiver.count("/new")), (1, 1));
    let body: serde_json::Value = serde_json::from_slice(&receiver.arrivals("/new")[0].body).unwrap();
    assert_eq!(body["type"], "payment_received");
}

/// One slow receiver made all others wait.
#[tokio::test(flavor = "multi_thread")]
async fn bug_30_one_hanging_receiver_of_a_hundred_holds_up_nobody() {
    const EVENTS: usize = 12;
    let shop = Shop::open(&[]);
    let receiver = Receiver::start(|path, _| if path == "/0" { Answer::Hang } else { Answer::Status(200) }).await;
    for n in 0..100 {
        shop.hook(receiver.url(&format!("/{n}")), &[]).await;
    }
    shop.hookwright.publish(vec![event("order.created"); EVENTS]).await.unwrap();
    // Fewer slots than the hanging receiver has deliveries, and yet more than it may take.
    let outbox = RuntimeOutbox(shop.hookwright.clone());
    let dispatcher = Dispatcher::new(outbox, client(), Pace { concurrency: EVENTS - 1, ..Pace::default() });
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    for n in 1..100 {
        receiver.wait_for(&format!("/{n}"), EVENTS).await;
    }
    assert_eq!(receiver.count("/0"), 10, "no more at once than a webhook may have");
    receiver.release();
    receiver.wait_for("/0", EVENTS).await;
    control.stop();
    running.await.unwrap();
    shop.assert_all_delivered(100 * EVENTS).await;
}
