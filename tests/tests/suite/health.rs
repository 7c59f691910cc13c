//! How a webhook fares: counted, slowed, disabled, and the event that tells of it.

use hookwright_runtime::deliveries::{FailureKind, Request, State};
use hookwright_runtime::registry::{NewWebhook, Status};
use hookwright_tests::environment::{DAY, HOUR, MINUTE, SECOND, START_MS};
use hookwright_tests::installation::{Installation, Kind, answered, event, failed, new_webhook, settlement};
use hookwright_tests::subject::Subject;

use crate::expect::says;

everywhere! {
    a_run_of_failures_is_counted,
    a_batch_of_outcomes_follows_their_times,
    gone_disables_at_once,
    a_disabled_webhook_is_told_to_those_who_name_the_topic,
    deliveries_of_operational_events_tell_of_nothing,
    bug_29_five_days_and_ten_failures_disable_over_restarts,
    neither_limit_disables_alone,
    one_success_forgives,
    activating_forgives,
    a_clock_set_back_disables_nothing,
    an_overloaded_receiver_gets_a_pause,
    retry_after_is_bounded,
    what_is_decided_is_what_is_stored,
}

/// An installation whose deliveries have one attempt, so that nothing but new events is due.
fn without_retries(kind: Kind) -> Installation {
    Installation::with_config(kind, &[("retry-schedule-ms", "0")])
}

/// Publishes an event and fails its only attempt with a time-out.
fn fail_once(site: &mut Installation) -> bool {
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.settle_one(&request, failed(FailureKind::Timeout)).webhook_disabled
}

fn a_run_of_failures_is_counted(kind: Kind) {
    let mut site = without_retries(kind);
    let id = site.webhook(&[]).id;
    fail_once(&mut site);
    site.clock.advance(MINUTE);
    fail_once(&mut site);
    let health = site.webhook_now(&id).health;
    assert_eq!((health.consecutive_failures, health.failing_since), (2, Some(START_MS)));
    assert_eq!((health.last_failure_at, health.last_success_at), (Some(START_MS + MINUTE), None));
    site.clock.advance(MINUTE);
    site.publish_one(event("order.created"));
    site.attempt(200);
    let health = site.webhook_now(&id).health;
    assert_eq!((health.consecutive_failures, health.failing_since), (0, None));
    assert_eq!(health.last_success_at, Some(START_MS + 2 * MINUTE));
    assert_eq!(health.last_failure_at, Some(START_MS + MINUTE));
    assert_eq!(site.webhook_now(&id).revision, 1, "health is no change of the registry");
}

fn a_batch_of_outcomes_follows_their_times(kind: Kind) {
    let mut site = without_retries(kind);
    let id = site.webhook(&[]).id;
    fail_once(&mut site);
    site.publish(vec![event("order.created"); 4]).unwrap();
    let requests: Vec<Request> = site.claim_all().requests;
    site.clock.advance(HOUR);
    let at = |minutes: i64| START_MS + minutes * MINUTE;
    // In the order of the answers: failure, success, failure, failure.
    let told = [(30, 500), (10, 500), (40, 500), (20, 200)];
    let batch = requests
        .iter()
        .zip(told)
        .map(|(request, (minute, status))| settlement(request, answered(status, &[]), at(minute)));
    let batch = batch.collect();
    site.settle(batch).unwrap();
    let health = site.webhook_now(&id).health;
    assert_eq!((health.consecutive_failures, health.failing_since), (2, Some(at(30))));
    assert_eq!((health.last_success_at, health.last_failure_at), (Some(at(20)), Some(at(40))));
}

fn gone_disables_at_once(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish(vec![event("order.created"); 3]).unwrap();
    let requests = site.claim_all().requests;
    site.settle_one(&requests[0], answered(500, &[]));
    let decision = site.settle_one(&requests[1], answered(410, &[]));
    assert_eq!((decision.state, decision.webhook_disabled), (State::Exhausted, true));
    let webhook = site.webhook_now(&id);
    assert_eq!((webhook.status, webhook.status_at, webhook.revision), (Status::Disabled, START_MS, 2));
    assert_eq!(webhook.status_reason.as_deref(), Some("receiver answered 410 Gone"));
    let later = site.settle_one(&requests[2], answered(410, &[]));
    assert_eq!((later.state, later.webhook_disabled), (State::Exhausted, false), "it is disabled once");
    assert_eq!(site.details(&requests[0].delivery_id).delivery.state, State::Held);
    assert_eq!(site.publish_one(event("order.created")).deliveries, 0);
    let logged = site.environment.log_lines();
    assert!(logged.iter().any(|(_, line)| line.contains("is disabled: receiver answered 410 Gone")), "{logged:?}");

    let active = site.set_status(&id, Status::Active);
    assert_eq!((active.status, active.status_reason), (Status::Active, None));
    assert_eq!(site.claim_one().delivery_id, requests[0].delivery_id);
}

fn a_disabled_webhook_is_told_to_those_who_name_the_topic(kind: Kind) {
    let mut site = Installation::new(kind);
    let account = |account: &str, topics: &[&str]| NewWebhook {
        account: Some(account.to_owned()),
        name: Some(format!("of {account}")),
        ..new_webhook(topics)
    };
    let failing = site.webhook_of(account("a", &["order.created", "webhook.disabled"]));
    site.webhook(&[]);
    site.webhook(&["*"]);
    let watcher = site.webhook(&["webhook.disabled"]).id;
    let own = site.webhook_of(account("a", &["webhook.disabled"])).id;
    site.webhook_of(account("b", &["webhook.disabled"]));
    let of_a = hookwright_runtime::events::Event { account: Some("a".to_owned()), ..event("order.created") };
    site.publish_one(of_a);
    let requests = site.claim_all().requests;
    assert_eq!(requests.len(), 3);
    for request in requests {
        let status = if request.webhook_id == failing.id { 410 } else { 200 };
        site.settle_one(&request, answered(status, &[]));
    }
    let told = site.claim_all().requests;
    let mut receivers: Vec<&str> = told.iter().map(|request| request.webhook_id.as_str()).collect();
    receivers.sort_unstable();
    let mut expected = [watcher.as_str(), own.as_str()];
    expected.sort_unstable();
    assert_eq!(receivers, expected);
    let body: serde_json::Value = serde_json::from_slice(&told[0].body).unwrap();
    assert_eq!(body["type"], "webhook.disabled");
    let data = serde_json::json!({
        "webhook_id": failing.id,
        "name": "of a",
        "url": failing.url,
        "reason": "receiver answered 410 Gone",
        "disabled_at": "2026-11-21T19:22:28.123Z",
    });
    assert_eq!(body["data"], data);
}

fn deliveries_of_operational_events_tell_of_nothing(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&["order.created"]);
    let [first, second] = [site.webhook(&["webhook.disabled"]).id, site.webhook(&["webhook.disabled"]).id];
    site.publish_one(event("order.created"));
    assert!(site.attempt(410).webhook_disabled);
    let told = site.claim_all().requests;
    assert_eq!(told.len(), 2);
    let events = site.number("SELECT COUNT(*) FROM hookwright_events");
    let request = told.iter().find(|request| request.webhook_id == first).unwrap();
    assert!(site.settle_one(request, answered(410, &[])).webhook_disabled);
    assert_eq!(site.webhook_now(&first).status, Status::Disabled);
    assert_eq!(site.webhook_now(&second).status, Status::Active);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), events, "no event about an operational delivery");
}

fn bug_29_five_days_and_ten_failures_disable_over_restarts(kind: Kind) {
    let mut site = without_retries(kind);
    let id = site.webhook(&[]).id;
    for _ in 0..9 {
        assert!(!fail_once(&mut site));
        site.clock.advance(HOUR);
        site.restart();
    }
    site.clock.set(START_MS + 5 * DAY);
    assert!(fail_once(&mut site), "the run is remembered over restarts");
    let webhook = site.webhook_now(&id);
    assert_eq!(webhook.status, Status::Disabled);
    says(webhook.status_reason.as_deref().unwrap(), "no success for 5 days: 10 failed attempts in a row");
    assert_eq!(webhook.health.failing_since, Some(START_MS));
}

fn neither_limit_disables_alone(kind: Kind) {
    let mut site = without_retries(kind);
    let id = site.webhook(&[]).id;
    for _ in 0..30 {
        assert!(!fail_once(&mut site), "many failures in a short time");
    }
    site.clock.set(START_MS + 5 * DAY - 1);
    assert!(!fail_once(&mut site));
    assert_eq!(site.webhook_now(&id).status, Status::Active);
    let mut rare = without_retries(kind);
    rare.webhook(&[]);
    for _ in 0..9 {
        assert!(!fail_once(&mut rare), "few failures in a long time");
        rare.clock.advance(30 * DAY);
    }
}

fn one_success_forgives(kind: Kind) {
    let mut site = without_retries(kind);
    let id = site.webhook(&[]).id;
    for _ in 0..9 {
        fail_once(&mut site);
    }
    site.publish_one(event("order.created"));
    site.attempt(204);
    site.clock.advance(6 * DAY);
    assert!(!fail_once(&mut site));
    assert_eq!(site.webhook_now(&id).health.failing_since, Some(START_MS + 6 * DAY));
}

fn activating_forgives(kind: Kind) {
    let mut site = without_retries(kind);
    let id = site.webhook(&[]).id;
    for _ in 0..9 {
        fail_once(&mut site);
    }
    site.set_status(&id, Status::Paused);
    assert_eq!(site.webhook_now(&id).health.consecutive_failures, 9);
    site.clock.advance(6 * DAY);
    let health = site.set_status(&id, Status::Active).health;
    assert_eq!((health.consecutive_failures, health.failing_since, health.slowed_until), (0, None, None));
    assert!(!fail_once(&mut site));
}

fn a_clock_set_back_disables_nothing(kind: Kind) {
    let mut site = without_retries(kind);
    let id = site.webhook(&[]).id;
    for _ in 0..15 {
        fail_once(&mut site);
    }
    site.clock.set(START_MS - 30 * DAY);
    assert!(!fail_once(&mut site));
    let webhook = site.webhook_now(&id);
    assert_eq!((webhook.status, webhook.health.consecutive_failures), (Status::Active, 16));
    site.publish_one(event("order.created"));
    assert_eq!(site.attempt(200).state, State::Delivered, "delivery goes on");
    assert_eq!(site.webhook_now(&id).health.failing_since, None);
}

fn an_overloaded_receiver_gets_a_pause(kind: Kind) {
    for status in [429, 502, 504] {
        let mut site = Installation::new(kind);
        let id = site.webhook(&[]).id;
        site.publish_one(event("order.created"));
        assert_eq!(site.attempt(status).state, State::Retrying);
        assert_eq!(site.webhook_now(&id).health.slowed_until, Some(START_MS + 30 * SECOND), "{status}");
    }
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    site.attempt(503);
    assert_eq!(site.webhook_now(&id).health.slowed_until, None);
}

fn retry_after_is_bounded(kind: Kind) {
    // Wait of the delivery and pause of the webhook, in seconds. The second attempt's plain delay is 5 s.
    for (value, wait, pause) in [
        ("0", None, 5),
        ("60", Some(60), 60),
        ("999999999999", Some(3_600), 3_600),
        ("Sat, 21 Nov 2026 19:32:28 GMT", Some(600), 600),
        ("Sat, 21 Nov 2020 19:32:28 GMT", None, 30),
        ("soon", None, 30),
    ] {
        let mut site = Installation::new(kind);
        let id = site.webhook(&[]).id;
        site.clock.set(START_MS - START_MS % SECOND);
        let now = site.clock.now();
        site.publish_one(event("order.created"));
        let request = site.claim_one();
        let decision = site.settle_one(&request, answered(429, &[("Retry-After", value)]));
        let waited = decision.due_at.unwrap() - now;
        match wait {
            Some(seconds) => assert_eq!(waited, seconds * SECOND, "{value}"),
            None => assert!((4 * SECOND..=6 * SECOND).contains(&waited), "{value}: {waited}"),
        }
        assert_eq!(site.webhook_now(&id).health.slowed_until, Some(now + pause * SECOND), "{value}");
    }
}

fn what_is_decided_is_what_is_stored(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish(vec![event("order.created"); 3]).unwrap();
    let requests = site.claim_all().requests;
    let batch = requests.iter().zip([500, 410, 500]);
    let batch = batch.map(|(request, status)| settlement(request, answered(status, &[]), START_MS)).collect();
    let decisions: Vec<_> = site.settle(batch).unwrap().into_iter().map(Result::unwrap).collect();
    for (request, decision) in requests.iter().zip(decisions) {
        let delivery = site.details(&request.delivery_id).delivery;
        assert_eq!((delivery.state, delivery.due_at), (decision.state, decision.due_at));
    }
}
