//! What one receiver does to others, what many publishers cost, and what is taken from an answer.

use std::sync::mpsc;

use axum::body::Body;
use axum::response::Response;
use hookwright_dispatcher::Until;
use hookwright_runtime::deliveries::{Outcome, State};
use hookwright_storage::Mode;
use hookwright_tests::installation::event;

use super::receiver::{Answer, PATIENCE, Receiver};
use super::shop::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn bug_30_a_hanging_receiver_delays_no_other() {
    let shop = Shop::open(&[]);
    let receiver = Receiver::start(|path, _| if path == "/hangs" { Answer::Hang } else { Answer::Status(200) }).await;
    shop.hook(receiver.url("/hangs"), &[]).await;
    shop.hook(receiver.url("/fast"), &[]).await;
    shop.hookwright.publish(vec![event("order.created"); 100]).await.unwrap();
    let dispatcher = shop.dispatcher();
    let control = dispatcher.control();
    let running = tokio::spawn(dispatcher.run(Until::Stopped));
    receiver.wait_for("/fast", 100).await;
    // All of them while the other has not answered once.
    assert_eq!(receiver.count("/hangs"), 10, "no more at once than a webhook may have");
    receiver.release();
    receiver.wait_for("/hangs", 100).await;
    control.stop();
    running.await.unwrap();
    shop.assert_all_delivered(200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bug_04_a_receiver_never_gets_more_at_once_than_is_set() {
    let shop = Shop::open(&[("max-in-flight-per-webhook", "3")]);
    let receiver = Receiver::willing().await;
    shop.hook(receiver.url("/"), &[]).await;
    shop.hookwright.publish(vec![event("order.created"); 60]).await.unwrap();
    shop.deliver().await;
    assert_eq!(receiver.count("/"), 60);
    let most = receiver.most_at_once();
    assert!((1..=3).contains(&most), "{most} at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_publishers_share_two_commits() {
    let shop = Shop::open(&[]);
    let (all_wait, waiting) = mpsc::channel::<()>();
    drop(shop.site.recorder.take());
    // The first commit waits until all others have queued behind it.
    shop.site.recorder.before_next(Mode::Write, move || {
        let _ = waiting.recv_timeout(PATIENCE);
        Ok(())
    });
    let calls: Vec<_> = (0..200).map(|_| shop.hookwright.publish(vec![event("order.created")])).collect();
    all_wait.send(()).unwrap();
    for call in calls {
        call.await.unwrap().remove(0).unwrap();
    }
    let commits = shop.site.recorder.commits();
    assert!(commits <= 2, "200 publishers, {commits} commits");
    assert_eq!(shop.site.number("SELECT COUNT(*) FROM hookwright_events"), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_not_followed() {
    let shop = Shop::open(&[("retry-schedule-ms", "0")]);
    let receiver = Receiver::start(|path, _| match path {
        "/old" => {
            let moved = Response::builder().status(302).header("location", "/new").body(Body::empty());
            Answer::With(moved.unwrap())
        }
        _ => Answer::Status(200),
    })
    .await;
    shop.hook(receiver.url("/old"), &[]).await;
    shop.hookwright.publish(vec![event("order.created")]).await.unwrap();
    shop.deliver().await;
    assert_eq!((receiver.count("/old"), receiver.count("/new")), (1, 0));
    let delivery = shop.log().await.remove(0).delivery;
    assert_eq!(delivery.state, State::Exhausted);
    assert!(delivery.reason.unwrap().contains("redirects are not followed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_huge_answer_only_the_beginning_is_kept() {
    let shop = Shop::open(&[]);
    let receiver = Receiver::start(|_, _| {
        let body = Body::from(vec![0xff; 4 << 20]);
        Answer::With(Response::builder().status(200).body(body).unwrap())
    })
    .await;
    shop.hook(receiver.url("/"), &[]).await;
    shop.hookwright.publish(vec![event("order.created")]).await.unwrap();
    shop.deliver().await;
    let mut details = shop.log().await.remove(0);
    assert_eq!(details.delivery.state, State::Delivered);
    let Some(Outcome::Response(response)) = details.attempts.remove(0).outcome else { panic!("it was answered") };
    assert_eq!((response.body, response.truncated), (vec![0xff; 16 * 1024], true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_is_told_as_that() {
    let shop = Shop::open(&[("retry-schedule-ms", "0")]);
    // A port that was free a moment ago, and where nobody listens.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    shop.hook(format!("http://{free}/"), &[]).await;
    shop.hookwright.publish(vec![event("order.created")]).await.unwrap();
    shop.deliver().await;
    let delivery = shop.log().await.remove(0).delivery;
    assert_eq!(delivery.reason.as_deref(), Some("no connection to the receiver"));
}
