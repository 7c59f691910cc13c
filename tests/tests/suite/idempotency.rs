//! The same idempotency key gives the same receipt, whoever else is publishing.

use std::sync::Barrier;
use std::thread;

use hookwright_runtime::events::Event;
use hookwright_storage::Mode;
use hookwright_tests::environment::DAY;
use hookwright_tests::installation::{Installation, Kind, event};
use hookwright_tests::subject::Subject;

use crate::expect::{conflict, invalid, says};

everywhere! {
    the_same_key_gives_the_same_receipt,
    a_key_belongs_to_one_event,
    keys_are_compared_byte_for_byte_in_their_account,
    the_same_key_twice_in_one_batch_is_one_event,
    a_refused_event_does_not_use_its_key_up,
    a_publish_that_came_between_wins,
    bug_17_a_race_stores_one_event,
}

fn keyed(key: &str) -> Event {
    Event { idempotency_key: Some(key.to_owned()), ..event("order.created") }
}

fn the_same_key_gives_the_same_receipt(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let first = site.publish_one(keyed("order-1"));
    assert!(!first.replayed && first.deliveries == 1);
    site.webhook(&[]);
    site.clock.advance(30 * DAY);
    site.restart();
    let mut again = site.publish_one(Event { data: " {\"id\" : 1} ".to_owned(), ..keyed("order-1") });
    assert!(again.replayed);
    again.replayed = false;
    assert_eq!(again, first, "also after the webhooks have changed");
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 1);
    assert_eq!(site.claim_all().requests.len(), 1);
}

fn a_key_belongs_to_one_event(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let first = site.publish_one(keyed("order-1"));
    let other_data = Event { data: "{\"id\":2}".to_owned(), ..keyed("order-1") };
    says(&conflict(site.publish_answer(other_data)), "idempotency-key: the key was used for an event with another");
    let other_topic = Event { topic: "order.updated".to_owned(), ..keyed("order-1") };
    conflict(site.publish_answer(other_topic));
    assert_eq!(site.publish_one(keyed("order-1")).event_id, first.event_id);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_payloads"), 1);
}

fn keys_are_compared_byte_for_byte_in_their_account(kind: Kind) {
    let mut site = Installation::new(kind);
    let mut events: Vec<Event> = ["order-1", "Order-1", "order-1 ", "ordér-1", "orde\u{301}r-1"].map(keyed).to_vec();
    for account in ["a", "A", "b"] {
        events.push(Event { account: Some(account.to_owned()), ..keyed("order-1") });
    }
    let mut ids: Vec<String> =
        site.publish(events.clone()).unwrap().into_iter().map(|answer| answer.unwrap().event_id).collect();
    let again: Vec<String> = site.publish(events).unwrap().into_iter().map(|answer| answer.unwrap().event_id).collect();
    assert_eq!(again, ids);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 8);
    site.publish_one(keyed(&"k".repeat(200)));
    says(&invalid(site.publish_answer(keyed(&"é".repeat(101)))), "idempotency-key: 202 bytes; 1 to 200");
    says(&invalid(site.publish_answer(keyed(""))), "idempotency-key: 0 bytes");
}

fn the_same_key_twice_in_one_batch_is_one_event(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let other = Event { data: "2".to_owned(), ..keyed("k") };
    let answers = site.publish(vec![keyed("k"), event("order.created"), keyed("k"), other, keyed("k")]).unwrap();
    let receipt = |place: usize| answers[place].clone().unwrap();
    assert_eq!([0, 2, 4].map(|place| receipt(place).replayed), [false, true, true]);
    assert_eq!([2, 4].map(|place| receipt(place).event_id), [receipt(0).event_id, receipt(0).event_id]);
    conflict(answers[3].clone());
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries"), 2);
}

fn a_refused_event_does_not_use_its_key_up(kind: Kind) {
    let mut site = Installation::new(kind);
    let misspelt = Event { topic: "order.create".to_owned(), ..keyed("k") };
    site.publish_answer(misspelt).unwrap_err();
    assert!(!site.publish_one(keyed("k")).replayed);
}

fn a_publish_that_came_between_wins(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let mut other = site.another();
    let winner = std::sync::Arc::new(std::sync::Mutex::new(None));
    let told = std::sync::Arc::clone(&winner);
    site.recorder.before_next(Mode::Write, move || {
        *told.lock().unwrap() = Some(other.publish(vec![keyed("k")]).unwrap().remove(0).unwrap());
        Ok(())
    });
    let loser = site.publish_one(keyed("k"));
    let winner = winner.lock().unwrap().clone().unwrap();
    assert!(loser.replayed && !winner.replayed);
    assert_eq!(loser.event_id, winner.event_id);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries"), 1);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_payloads"), 1);
}

fn bug_17_a_race_stores_one_event(kind: Kind) {
    const RACERS: usize = 4;
    const ROUNDS: usize = 10;
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let racers: Vec<_> = (0..RACERS).map(|_| site.another()).collect();
    let barrier = Barrier::new(RACERS);
    let receipts: Vec<_> = thread::scope(|scope| {
        let start = |mut racer: hookwright_tests::subject::Watched| {
            let barrier = &barrier;
            scope.spawn(move || {
                let publish = |round: usize| {
                    barrier.wait();
                    racer.publish(vec![keyed(&format!("round {round}"))]).unwrap().remove(0).unwrap()
                };
                (0..ROUNDS).map(publish).collect::<Vec<_>>()
            })
        };
        let threads: Vec<_> = racers.into_iter().map(start).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for round in 0..ROUNDS {
        let of_round: Vec<_> = receipts.iter().map(|receipts| &receipts[round]).collect();
        assert_eq!(of_round.iter().filter(|receipt| !receipt.replayed).count(), 1, "{of_round:?}");
        assert!(of_round.iter().all(|receipt| receipt.event_id == of_round[0].event_id));
    }
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), ROUNDS as i64);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries"), ROUNDS as i64);
}
