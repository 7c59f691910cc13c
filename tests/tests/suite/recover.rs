//! All that failed since a time is sent again.

use hookwright_runtime::deliveries::{RecoverQuery, Recovered, State};
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::{NewWebhook, Status};
use hookwright_runtime::types::Scope;
use hookwright_storage::Mode;
use hookwright_tests::environment::{HOUR, MINUTE, START_MS};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, new_webhook};
use hookwright_tests::subject::Subject;

use crate::expect::{account, fields, not_found};

everywhere! {
    bug_20_a_recovered_delivery_has_a_whole_schedule,
    only_what_ended_in_the_time_is_sent_again,
    a_query_narrows,
    webhooks_that_are_not_active_are_skipped_with_the_reason,
    bug_10_two_recoveries_make_two_runs,
    many_are_recovered_in_steps,
    what_fails_again_is_not_looked_at_twice,
    what_cannot_be_recovered_is_named,
    a_test_is_not_recovered,
}

both! { a_change_that_came_between_is_counted }

fn since(since: i64) -> RecoverQuery {
    RecoverQuery { scope: Scope::All, webhook_id: None, topic: None, states: vec![], since, until: None }
}

fn skipped(done: &Recovered) -> Vec<(&str, u32)> {
    done.skipped.iter().map(|skipped| (skipped.reason.as_str(), skipped.deliveries)).collect()
}

/// An installation whose deliveries are exhausted after one attempt.
fn without_retries(kind: Kind) -> Installation {
    Installation::with_config(kind, &[("retry-schedule-ms", "0"), ("max-in-flight-per-webhook", "1000")])
}

/// Publishes an event, and fails its attempts at once.
fn exhaust(site: &mut Installation, topic: &str) -> String {
    site.publish_one(event(topic));
    let request = site.claim_one();
    assert_eq!(site.settle_one(&request, answered(500, &[])).state, State::Exhausted);
    request.delivery_id
}

fn bug_20_a_recovered_delivery_has_a_whole_schedule(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("retry-schedule-ms", "0,1000,60000")]);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let run = |site: &mut Installation, first: u32| {
        for attempt in first..first + 3 {
            let request = site.claim_one();
            assert_eq!(request.attempt, attempt, "the numbers go on");
            let decision = site.settle_one(&request, answered(500, &[]));
            let last = attempt == first + 2;
            assert_eq!(decision.state, if last { State::Exhausted } else { State::Retrying });
            if !last {
                let wait = decision.due_at.unwrap() - site.clock.now();
                let delay = if attempt == first { 1_000 } else { 60_000 };
                assert!((delay * 4 / 5..=delay * 6 / 5).contains(&wait), "attempt {attempt} waits {wait}");
                site.wait_for(&decision);
            }
        }
    };
    run(&mut site, 1);
    for first in [4, 7] {
        let done = site.recover(since(START_MS), 100, None).unwrap();
        assert_eq!((done.recovered, done.skipped.len(), &done.next), (1, 0, &None));
        run(&mut site, first);
    }
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_attempts"), 9);
}

fn only_what_ended_in_the_time_is_sent_again(kind: Kind) {
    let mut site = without_retries(kind);
    site.webhook(&[]);
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(exhaust(&mut site, "order.created"));
        site.clock.advance(HOUR);
    }
    let query = RecoverQuery { until: Some(START_MS + 2 * HOUR), ..since(START_MS + HOUR) };
    assert_eq!(site.recover(query, 100, None).unwrap().recovered, 2);
    let states: Vec<State> = ids.iter().map(|id| site.details(id).delivery.state).collect();
    assert_eq!(states, [State::Exhausted, State::Retrying, State::Retrying, State::Exhausted]);
    let delivery = site.details(&ids[1]).delivery;
    assert_eq!((delivery.due_at, delivery.finished_at), (Some(site.clock.now()), None));
    assert_eq!(site.claim_all().requests.len(), 2);
}

fn a_query_narrows(kind: Kind) {
    let mut site = without_retries(kind);
    let of_a = NewWebhook { account: Some("a".to_owned()), ..new_webhook(&["order.*"]) };
    let a = site.webhook_of(of_a).id;
    let all = site.webhook(&["payment_received"]).id;
    site.publish_one(Event { account: Some("a".to_owned()), ..event("order.created") });
    site.publish_one(Event { account: Some("a".to_owned()), ..event("order.updated") });
    site.publish_one(event("payment_received"));
    for request in site.claim_all().requests {
        site.settle_one(&request, answered(500, &[]));
    }
    let mut recovered = |query: RecoverQuery| {
        let count = site.recover(query, 100, None).unwrap().recovered;
        for request in site.claim_all().requests {
            site.settle_one(&request, answered(500, &[]));
        }
        count
    };
    assert_eq!(recovered(since(0)), 3);
    assert_eq!(recovered(RecoverQuery { webhook_id: Some(a.clone()), ..since(0) }), 2);
    assert_eq!(recovered(RecoverQuery { webhook_id: Some(all), ..since(0) }), 1);
    assert_eq!(recovered(RecoverQuery { topic: Some("order.updated".to_owned()), ..since(0) }), 1);
    assert_eq!(recovered(RecoverQuery { scope: account("a"), ..since(0) }), 2);
    assert_eq!(recovered(RecoverQuery { scope: account("b"), ..since(0) }), 0);
    assert_eq!(recovered(RecoverQuery { scope: Scope::Installation, ..since(0) }), 1);
    assert_eq!(recovered(RecoverQuery { states: vec![State::Cancelled], ..since(0) }), 0);
    assert_eq!(recovered(RecoverQuery { states: vec![State::Exhausted, State::Cancelled], ..since(0) }), 3);
    not_found(site.recover(RecoverQuery { webhook_id: Some(a), scope: account("b"), ..since(0) }, 100, None));
}

fn webhooks_that_are_not_active_are_skipped_with_the_reason(kind: Kind) {
    let mut site = without_retries(kind);
    let ids: Vec<String> = (0..4).map(|_| site.webhook(&[]).id).collect();
    site.publish(vec![event("order.created"); 2]).unwrap();
    for request in site.claim_all().requests {
        let gone = request.webhook_id == ids[1];
        site.settle_one(&request, answered(if gone { 410 } else { 500 }, &[]));
    }
    site.set_status(&ids[0], Status::Paused);
    site.webhooks_delete(Scope::All, vec![ids[2].clone()]).unwrap();
    let done = site.recover(since(0), 100, None).unwrap();
    assert_eq!((done.recovered, &done.next), (2, &None));
    assert_eq!(skipped(&done), [("deleted", 2), ("disabled", 2), ("paused", 2)]);
    let requests = site.claim_all().requests;
    assert!(requests.len() == 2 && requests.iter().all(|request| request.webhook_id == ids[3]));
}

fn bug_10_two_recoveries_make_two_runs(kind: Kind) {
    let mut site = without_retries(kind);
    site.webhook(&[]);
    let id = exhaust(&mut site, "order.created");
    for attempts in 2..=3 {
        assert_eq!(site.recover(since(0), 100, None).unwrap().recovered, 1);
        assert_eq!(site.recover(since(0), 100, None).unwrap().recovered, 0, "it waits already");
        site.attempt(500);
        assert_eq!(site.details(&id).attempts.len(), attempts);
    }
}

fn many_are_recovered_in_steps(kind: Kind) {
    let mut site = without_retries(kind);
    site.webhook(&[]);
    let paused = site.webhook(&[]).id;
    for _ in 0..3 {
        site.publish(vec![event("order.created"); 100]).unwrap();
        loop {
            let requests = site.claim(1_000, LEASE_MS, vec![]).unwrap().requests;
            if requests.is_empty() {
                break;
            }
            for request in requests {
                site.settle_one(&request, answered(500, &[]));
            }
        }
        site.clock.advance(MINUTE);
    }
    site.set_status(&paused, Status::Paused);
    let (mut cursor, mut recovered, mut left, mut steps) = (None, 0, 0, 0);
    loop {
        let done = site.recover(since(0), 70, cursor).unwrap();
        steps += 1;
        recovered += done.recovered;
        left += skipped(&done).iter().map(|skipped| skipped.1).sum::<u32>();
        cursor = done.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((recovered, left, steps), (300, 300, 9));
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'pending'"), 300);
}

/// A host that repeats the step must come to an end, also when the receiver fails faster than it recovers.
fn what_fails_again_is_not_looked_at_twice(kind: Kind) {
    let mut site = without_retries(kind);
    site.webhook(&[]);
    for _ in 0..5 {
        exhaust(&mut site, "order.created");
        site.clock.advance(1);
    }
    let (mut cursor, mut recovered) = (None, 0);
    for _ in 0..5 {
        let done = site.recover(since(0), 1, cursor).unwrap();
        recovered += done.recovered;
        cursor = done.next;
        site.clock.advance(1);
        site.attempt(500);
    }
    assert_eq!(recovered, 5);
    let last = site.recover(since(0), 1, cursor).unwrap();
    assert_eq!((last.recovered, last.next), (0, None));
}

fn a_change_that_came_between_is_counted(kind: Kind) {
    let mut site = without_retries(kind);
    site.webhook(&[]);
    exhaust(&mut site, "order.created");
    let database = site.database();
    site.recorder.before_next(Mode::Write, move || {
        database.execute("UPDATE hookwright_webhooks SET status = 'paused'", []).unwrap();
        Ok(())
    });
    let done = site.recover(since(0), 100, None).unwrap();
    assert_eq!((done.recovered, skipped(&done)), (0, vec![("changed", 1)]));
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'exhausted'"), 1);
}

fn what_cannot_be_recovered_is_named(kind: Kind) {
    let mut site = Installation::new(kind);
    let wrong = RecoverQuery {
        scope: Scope::All,
        webhook_id: Some("x".to_owned()),
        topic: Some("a b".to_owned()),
        states: vec![State::Exhausted, State::Held],
        since: 2,
        until: Some(1),
    };
    let named = ["webhook-id", "topic", "states[1]", "since", "limit", "cursor"];
    assert_eq!(fields(site.recover(wrong, 0, Some("1/2/3".to_owned()))), named);
    assert_eq!(fields(site.recover(since(0), 1_001, None)), ["limit"]);
    assert_eq!(fields(site.recover(since(i64::MAX), 1, None)), ["since"]);
    let states = vec![State::Exhausted; 300];
    assert_eq!(fields(site.recover(RecoverQuery { states, ..since(0) }, 1, None)), ["states"]);
    not_found(site.recover(RecoverQuery { webhook_id: Some(format!("wh_{}", "0".repeat(26))), ..since(0) }, 1, None));
}

fn a_test_is_not_recovered(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    let request = site.test(Scope::All, id, None, None, LEASE_MS).unwrap();
    assert_eq!(site.settle_one(&request, answered(500, &[])).state, State::Exhausted);
    assert_eq!(site.recover(since(0), 100, None).unwrap().recovered, 0);
}
