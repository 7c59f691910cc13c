//! Identical events inside a window are one event, and a changed one is never lost.

use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use hookwright_runtime::catalogue::TopicSettings;
use hookwright_runtime::events::{Event, Receipt};
use hookwright_storage::Mode;
use hookwright_tests::environment::{MINUTE, SECOND};
use hookwright_tests::installation::{Installation, Kind, event};
use hookwright_tests::subject::Subject;

use crate::topic_settings::defaults;

everywhere! {
    an_identical_event_inside_the_window_is_dropped,
    what_comes_back_after_a_change_is_not_dropped,
    subjects_and_accounts_are_apart,
    a_key_says_itself_what_is_the_same,
    the_same_rules_hold_within_a_batch,
    a_publish_that_came_between_is_seen,
    an_identical_race_stores_one_event,
}

const TOPIC: &str = "order.updated";

fn site(kind: Kind) -> Installation {
    let mut site = Installation::new(kind);
    let settings = TopicSettings { dedupe_window: 600_000, ..defaults() };
    site.topics_configure(TOPIC.to_owned(), settings).unwrap();
    site.webhook(&[]);
    site
}

fn order(id: u32, status: &str) -> Event {
    Event { data: format!(r#"{{"status":"{status}","id":{id}}}"#), ..event(TOPIC) }
}

fn keyed(key: &str, event: Event) -> Event {
    Event { idempotency_key: Some(key.to_owned()), ..event }
}

/// Which of the receipts are of events stored before.
fn replayed(receipts: &[Receipt]) -> Vec<bool> {
    receipts.iter().map(|receipt| receipt.replayed).collect()
}

fn an_identical_event_inside_the_window_is_dropped(kind: Kind) {
    let mut site = site(kind);
    let first = site.publish_one(order(1, "paid"));
    site.clock.advance(10 * MINUTE - 1);
    let spaced = Event { data: " { \"status\" : \"paid\", \"id\": 1 }".to_owned(), ..order(1, "") };
    let second = site.publish_one(spaced);
    assert_eq!(second, Receipt { replayed: true, ..first.clone() });
    site.clock.advance(1);
    let third = site.publish_one(order(1, "paid"));
    assert!(!third.replayed && third.event_id != first.event_id, "the window counts from the event that was stored");
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries"), 2);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_recent_events"), 1);
    site.publish_one(event("payment_received"));
    assert!(!site.publish_one(event("payment_received")).replayed, "only where it was asked for");
    // A clock that went back loses nothing but the window.
    site.clock.advance(-20 * MINUTE);
    assert!(!site.publish_one(order(1, "paid")).replayed);
}

fn what_comes_back_after_a_change_is_not_dropped(kind: Kind) {
    let mut site = site(kind);
    let told = ["paid", "open", "paid", "paid", "open"].map(|status| site.publish_one(order(1, status)).replayed);
    assert_eq!(told, [false, false, false, true, false]);
    // An id of another type is another subject; without one there is one subject for all.
    let mut data = |data: &str| site.publish_one(Event { data: data.to_owned(), ..event(TOPIC) }).replayed;
    assert_eq!(["7", "8", "7", "[1]", "[1]"].map(&mut data), [false, false, false, false, true]);
    assert_eq!([r#"{"id":"1"}"#, r#"{"id":"2"}"#, r#"{"id":"1"}"#].map(&mut data), [false, false, true]);
}

fn subjects_and_accounts_are_apart(kind: Kind) {
    let mut site = site(kind);
    let of = |account: &str, event: Event| Event { account: Some(account.to_owned()), ..event };
    let batch = vec![order(1, "a"), order(2, "a"), of("x", order(1, "a")), of("y", order(1, "a"))];
    let first: Vec<_> = site.publish(batch.clone()).unwrap().into_iter().map(Result::unwrap).collect();
    assert_eq!(replayed(&first), [false; 4]);
    let second: Vec<_> = site.publish(batch).unwrap().into_iter().map(Result::unwrap).collect();
    assert_eq!(replayed(&second), [true; 4]);
    let ids = |receipts: &[Receipt]| receipts.iter().map(|receipt| receipt.event_id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&first), ids(&second));
    assert!(!site.publish_one(of("x", order(1, "b"))).replayed);
    assert!(site.publish_one(order(1, "a")).replayed);
}

fn a_key_says_itself_what_is_the_same(kind: Kind) {
    let mut site = site(kind);
    let first = site.publish_one(keyed("k1", order(1, "a")));
    let second = site.publish_one(keyed("k2", order(1, "a")));
    assert!(!second.replayed, "another key is another event");
    assert_eq!(site.publish_one(order(1, "a")).event_id, second.event_id, "it is the last one all the same");
    site.publish_one(order(1, "b"));
    let replay = site.publish_one(keyed("k1", order(1, "a")));
    assert_eq!((replay.replayed, replay.event_id), (true, first.event_id));
    assert!(!site.publish_one(order(1, "a")).replayed, "a replay is not the last event");
}

fn the_same_rules_hold_within_a_batch(kind: Kind) {
    let mut site = site(kind);
    let batch = vec![
        order(1, "a"),
        order(1, "a"),
        order(1, "b"),
        order(1, "a"),
        keyed("k", order(1, "a")),
        order(1, "a"),
        event("order.created"),
    ];
    let receipts: Vec<_> = site.publish(batch).unwrap().into_iter().map(Result::unwrap).collect();
    assert_eq!(replayed(&receipts), [false, true, false, false, false, true, false]);
    assert_eq!(receipts[1].event_id, receipts[0].event_id);
    assert_eq!(receipts[5].event_id, receipts[4].event_id);
    assert!(site.publish_one(order(1, "a")).replayed);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 5);
}

fn a_publish_that_came_between_is_seen(kind: Kind) {
    let mut site = site(kind);
    for round in 0..2 {
        let mut other = site.another();
        let winner = Arc::new(Mutex::new(None));
        let told = Arc::clone(&winner);
        site.recorder.before_next(Mode::Write, move || {
            *told.lock().unwrap() = Some(other.publish(vec![order(1, "a")]).unwrap().remove(0).unwrap());
            Ok(())
        });
        let loser = site.publish_one(order(1, "a"));
        let winner = winner.lock().unwrap().clone().unwrap();
        assert_eq!((winner.replayed, loser.replayed), (false, true), "with no row and with an old one: {round}");
        assert_eq!(loser.event_id, winner.event_id);
        site.clock.advance(11 * MINUTE);
    }
    // A keyed event that another publish has stored meanwhile is a replay, and not the last of its subject.
    site.publish_one(keyed("k", order(2, "a")));
    let mut other = site.another();
    site.recorder.before_next(Mode::Write, move || {
        other.publish(vec![keyed("k2", order(2, "a")), order(2, "b")]).unwrap();
        Ok(())
    });
    assert!(site.publish_one(keyed("k2", order(2, "a"))).replayed);
    assert!(site.publish_one(order(2, "b")).replayed);
}

fn an_identical_race_stores_one_event(kind: Kind) {
    const RACERS: usize = 4;
    const ROUNDS: usize = 8;
    let mut site = site(kind);
    let racers: Vec<_> = (0..RACERS).map(|_| site.another()).collect();
    let barrier = Barrier::new(RACERS);
    let stored: usize = thread::scope(|scope| {
        let threads: Vec<_> = racers
            .into_iter()
            .map(|mut racer| {
                let barrier = &barrier;
                scope.spawn(move || {
                    let publish = |round: usize| {
                        barrier.wait();
                        let round = u32::try_from(round).unwrap();
                        racer.publish(vec![order(round, "a")]).unwrap().remove(0).unwrap()
                    };
                    (0..ROUNDS).map(publish).filter(|receipt| !receipt.replayed).count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(stored, ROUNDS);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), ROUNDS as i64);
    site.clock.advance(SECOND);
    assert!(site.publish_one(order(0, "a")).replayed);
}
