//! Events about deliveries that were given up and webhooks that work again, for webhooks that name their topics.

use std::collections::BTreeSet;

use hookwright_runtime::deliveries::{FailureKind, Request};
use hookwright_runtime::registry::{NewWebhook, Status};
use hookwright_runtime::types::Scope;
use hookwright_storage::Mode;
use hookwright_tests::environment::MINUTE;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, failed, new_webhook, settlement};
use hookwright_tests::subject::Subject;
use serde_json::{Value, json};

everywhere! {
    a_delivery_that_is_given_up_is_told,
    a_crashed_delivery_is_told,
    the_first_success_after_four_failures_is_told_once,
    the_first_success_after_being_disabled_is_told,
    a_success_that_comes_too_late_does_not_recover,
    a_recovery_is_told_by_one_host_only,
    only_those_are_told_who_name_the_topic,
    tests_and_operational_deliveries_tell_of_nothing,
    what_is_sent_is_what_the_catalogue_shows,
    counters_count_what_was_delivered_and_what_failed,
    what_is_too_large_to_be_told_is_recorded_all_the_same,
}

const EXHAUSTED: &str = "delivery.exhausted";
const RECOVERED: &str = "webhook.recovered";

/// An installation whose deliveries have one attempt, with a webhook for orders and one that is told.
fn watched(kind: Kind, topic: &str) -> (Installation, String) {
    let mut site = Installation::with_config(kind, &[("retry-schedule-ms", "0"), ("max-in-flight-per-webhook", "100")]);
    let id = site.webhook_of(NewWebhook { name: Some("orders".to_owned()), ..new_webhook(&["order.*"]) }).id;
    site.webhook(&[topic]);
    (site, id)
}

/// Publishes an order and answers its only attempt.
fn order(site: &mut Installation, status: u16) -> Request {
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.settle_one(&request, answered(status, &[]));
    request
}

/// What was told: claimed, answered with success, and given as type and data.
fn told(site: &mut Installation) -> Vec<(String, Value)> {
    let requests = site.claim_all().requests;
    let bodies = requests.iter().map(|request| serde_json::from_slice::<Value>(&request.body).unwrap());
    let bodies = bodies.map(|body| (body["type"].as_str().unwrap().to_owned(), body["data"].clone())).collect();
    for request in &requests {
        site.settle_one(request, answered(200, &[]));
    }
    bodies
}

fn a_delivery_that_is_given_up_is_told(kind: Kind) {
    let (mut site, id) = watched(kind, EXHAUSTED);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.settle_one(&request, answered(503, &[]));
    let expected = json!({
        "webhook_id": id,
        "name": "orders",
        "url": "https://receiver.example/hook",
        "delivery_id": request.delivery_id,
        "event_id": request.event_id,
        "topic": "order.created",
        "attempts": 1,
        "reason": "receiver answered 503 Service Unavailable",
        "status": 503,
        "exhausted_at": "2026-11-21T19:22:28.123Z",
    });
    assert_eq!(told(&mut site), [(EXHAUSTED.to_owned(), expected)]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.settle_one(&request, failed(FailureKind::Dns));
    let [(_, data)] = &told(&mut site)[..] else { panic!("one event") };
    assert_eq!((&data["status"], &data["reason"]), (&Value::Null, &json!("the receiver's host name has no address")));
    order(&mut site, 200);
    assert_eq!(told(&mut site), []);
}

fn a_crashed_delivery_is_told(kind: Kind) {
    let (mut site, id) = watched(kind, EXHAUSTED);
    site.publish(vec![event("order.created"); 2]).unwrap();
    let mut delivery_ids = BTreeSet::new();
    for _ in 0..3 {
        delivery_ids = site.claim_all().requests.into_iter().map(|request| request.delivery_id).collect();
        assert_eq!(delivery_ids.len(), 2);
        site.clock.advance(i64::from(LEASE_MS));
    }
    let events = told(&mut site);
    let named: BTreeSet<String> =
        events.iter().map(|(_, data)| data["delivery_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!((events.len(), named), (2, delivery_ids));
    let data = &events[0].1;
    assert_eq!(data["reason"], "crashed: the host stopped before it recorded an outcome");
    assert_eq!((&data["webhook_id"], &data["attempts"], &data["status"]), (&json!(id), &json!(1), &Value::Null));
    let health = site.webhook_now(&id).health;
    assert_eq!((health.failed, health.consecutive_failures), (2, 0), "a crash here is no failure there");
}

fn the_first_success_after_four_failures_is_told_once(kind: Kind) {
    let (mut site, id) = watched(kind, RECOVERED);
    for (failures, expected) in [(3, 0), (4, 1), (7, 1)] {
        for _ in 0..failures {
            order(&mut site, 500);
        }
        site.clock.advance(MINUTE);
        site.publish(vec![event("order.created"); 2]).unwrap();
        let now = site.clock.now();
        let requests = site.claim_all().requests;
        let batch = requests.iter().map(|request| settlement(request, answered(200, &[]), now)).collect();
        site.settle(batch).unwrap();
        let events = told(&mut site);
        assert_eq!(events.len(), expected, "after {failures} failures: {events:?}");
        if let Some((topic, data)) = events.first() {
            assert_eq!((topic.as_str(), &data["failures"]), (RECOVERED, &json!(failures)));
            assert_eq!((&data["webhook_id"], &data["name"]), (&json!(id), &json!("orders")));
        }
        order(&mut site, 200);
        assert_eq!(told(&mut site), []);
    }
    // All of it in one batch.
    site.publish(vec![event("order.created"); 5]).unwrap();
    let requests = site.claim_all().requests;
    let now = site.clock.now();
    let outcome = |place| answered(if place < 4 { 500 } else { 200 }, &[]);
    let batch = requests.iter().zip(0..).map(|(request, place)| settlement(request, outcome(place), now + place));
    site.clock.advance(MINUTE);
    let batch = batch.collect();
    site.settle(batch).unwrap();
    assert_eq!(told(&mut site).len(), 1);
}

fn the_first_success_after_being_disabled_is_told(kind: Kind) {
    let (mut site, id) = watched(kind, RECOVERED);
    order(&mut site, 410);
    assert_eq!(site.webhook_now(&id).status, Status::Disabled);
    site.set_status(&id, Status::Active);
    order(&mut site, 500);
    assert_eq!(told(&mut site), []);
    order(&mut site, 200);
    let [(topic, data)] = &told(&mut site)[..] else { panic!("one event") };
    assert_eq!((topic.as_str(), &data["failures"]), (RECOVERED, &json!(1)));
    order(&mut site, 200);
    assert_eq!(told(&mut site), []);
    site.set_status(&id, Status::Paused);
    site.set_status(&id, Status::Active);
    order(&mut site, 200);
    assert_eq!(told(&mut site), [], "a pause is no failure");
}

/// A request that was under way when its webhook was disabled succeeds: the webhook is disabled all the same.
fn a_success_that_comes_too_late_does_not_recover(kind: Kind) {
    let (mut site, id) = watched(kind, RECOVERED);
    site.publish(vec![event("order.created"); 2]).unwrap();
    let requests = site.claim_all().requests;
    site.settle_one(&requests[0], answered(410, &[]));
    site.settle_one(&requests[1], answered(200, &[]));
    assert_eq!(told(&mut site), []);
    site.set_status(&id, Status::Active);
    order(&mut site, 200);
    assert_eq!(told(&mut site).len(), 1);
}

fn a_recovery_is_told_by_one_host_only(kind: Kind) {
    let (mut site, _) = watched(kind, RECOVERED);
    for _ in 0..4 {
        order(&mut site, 500);
    }
    site.publish(vec![event("order.created"); 2]).unwrap();
    let requests = site.claim_all().requests;
    let now = site.clock.now();
    let mut other = site.another();
    let theirs = vec![settlement(&requests[0], answered(200, &[]), now)];
    site.recorder.before_next(Mode::Own, move || {
        other.settle(theirs).unwrap().remove(0).unwrap();
        Ok(())
    });
    site.settle_one(&requests[1], answered(200, &[]));
    assert_eq!(told(&mut site).len(), 1);
}

fn only_those_are_told_who_name_the_topic(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("retry-schedule-ms", "0")]);
    let account =
        |account: &str, topics: &[&str]| NewWebhook { account: Some(account.to_owned()), ..new_webhook(topics) };
    let failing = site.webhook_of(account("a", &["order.created", EXHAUSTED])).id;
    for topics in [&["*"] as &[&str], &[], &["delivery.*"], &["webhook.*"], &[RECOVERED, "webhook.disabled"]] {
        site.webhook(topics);
    }
    let watcher = site.webhook(&[EXHAUSTED]).id;
    let own = site.webhook_of(account("a", &[EXHAUSTED])).id;
    site.webhook_of(account("b", &[EXHAUSTED]));
    let of_a = hookwright_runtime::events::Event { account: Some("a".to_owned()), ..event("order.created") };
    site.publish_one(of_a);
    for request in site.claim_all().requests {
        site.settle_one(&request, answered(if request.webhook_id == failing { 500 } else { 200 }, &[]));
    }
    let receivers: BTreeSet<String> = site.claim_all().requests.into_iter().map(|request| request.webhook_id).collect();
    assert_eq!(receivers, BTreeSet::from([failing, watcher, own]), "a webhook may be told of its own deliveries");
}

fn tests_and_operational_deliveries_tell_of_nothing(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("retry-schedule-ms", "0")]);
    let id = site.webhook(&["order.created"]).id;
    site.webhook(&[EXHAUSTED, RECOVERED]);
    site.webhook(&[EXHAUSTED, RECOVERED]);
    let request = site.test(Scope::All, id, None, None, LEASE_MS).unwrap();
    site.settle_one(&request, answered(500, &[]));
    assert_eq!(told(&mut site), []);
    for _ in 0..5 {
        order(&mut site, 500);
        for request in site.claim_all().requests {
            site.settle_one(&request, answered(500, &[]));
        }
    }
    assert_eq!(site.claim_all().requests.len(), 0, "a failed telling is not told");
    let operational = "SELECT COUNT(*) FROM hookwright_events WHERE topic <> 'order.created'";
    assert_eq!(site.number(operational), 5, "one for each order");
}

fn what_is_sent_is_what_the_catalogue_shows(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("retry-schedule-ms", "0")]);
    let id = site.webhook(&["order.*"]).id;
    site.webhook(&[EXHAUSTED, RECOVERED, "webhook.disabled"]);
    for status in [500, 500, 500, 500, 200, 410] {
        order_of(&mut site, &id, status);
    }
    let mut shown = BTreeSet::new();
    for (topic, data) in told(&mut site) {
        let sample: Value = serde_json::from_str(&site.topics_get(topic.clone()).unwrap().sample.unwrap()).unwrap();
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(&data), keys(&sample), "{topic}");
        shown.insert(topic);
    }
    assert_eq!(shown.len(), 3);
}

/// Publishes an order and answers it, whatever else is due.
fn order_of(site: &mut Installation, webhook: &str, status: u16) {
    let receipt = site.publish_one(event("order.created"));
    let requests = site.claim_all().requests;
    for request in requests {
        let wanted = request.webhook_id == webhook && request.event_id == receipt.event_id;
        let outcome = if wanted { answered(status, &[]) } else { hookwright_runtime::deliveries::Outcome::Released };
        site.settle_one(&request, outcome);
    }
}

fn counters_count_what_was_delivered_and_what_failed(kind: Kind) {
    let (mut site, id) = watched(kind, RECOVERED);
    site.publish(vec![event("order.created"); 5]).unwrap();
    let requests = site.claim_all().requests;
    let now = site.clock.now();
    let batch = requests.iter().zip([200, 500, 200, 500, 500]);
    let batch = batch.map(|(request, status)| settlement(request, answered(status, &[]), now)).collect();
    site.settle(batch).unwrap();
    order(&mut site, 503);
    order(&mut site, 204);
    let test = site.test(Scope::All, id.clone(), None, None, LEASE_MS).unwrap();
    site.settle_one(&test, answered(500, &[]));
    let health = site.webhook_now(&id).health;
    assert_eq!((health.delivered, health.failed), (3, 4));
    site.set_status(&id, Status::Paused);
    let health = site.set_status(&id, Status::Active).health;
    assert_eq!((health.delivered, health.failed), (3, 4), "they count from the beginning");
}

/// Else one tenant's long URL would keep the outcomes of all from being recorded.
fn what_is_too_large_to_be_told_is_recorded_all_the_same(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("max-payload-bytes", "1024")]);
    let url = format!("https://receiver.example/{}", "x".repeat(1_500));
    let id = site.webhook_of(NewWebhook { url, ..new_webhook(&["order.*"]) }).id;
    site.webhook(&["webhook.disabled"]);
    let request = order(&mut site, 410);
    assert_eq!(site.webhook_now(&id).status, Status::Disabled);
    assert_eq!(site.details(&request.delivery_id).attempts.len(), 1);
    assert_eq!(told(&mut site), []);
}
