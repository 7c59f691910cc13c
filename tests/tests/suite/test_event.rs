//! A test event: one webhook, one attempt, and no mark left on it.

use hookwright_runtime::deliveries::{Outcome, State};
use hookwright_runtime::registry::Status;
use hookwright_runtime::types::Scope;
use hookwright_tests::environment::DAY;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event};
use hookwright_tests::subject::Subject;

use crate::expect::{invalid, not_found, says};

everywhere! {
    it_is_sent_whatever_the_status_and_topics,
    one_failure_is_its_end,
    it_leaves_the_webhook_s_health_alone,
    its_topic_and_data_have_defaults,
    what_is_wrong_is_named,
    a_claim_never_takes_it,
    a_released_one_is_cancelled,
}

fn it_is_sent_whatever_the_status_and_topics(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&["order.created"]).id;
    site.set_status(&id, Status::Paused);
    let data = Some("{ \"a\" : 1 }".to_owned());
    let request = site.test(Scope::All, id.clone(), Some("payment_received".to_owned()), data, LEASE_MS).unwrap();
    assert_eq!((request.webhook_id.as_str(), request.attempt), (id.as_str(), 1));
    let body = r#"{"type":"payment_received","timestamp":"2026-11-21T19:22:28.123Z","data":{"a":1}}"#;
    assert_eq!(String::from_utf8(request.body.clone()).unwrap(), body);
    assert_eq!(request.headers.len(), 5);
    let decision = site.settle_one(&request, answered(200, &[]));
    assert_eq!(decision.state, State::Delivered);
    let details = site.details(&request.delivery_id);
    assert!(details.delivery.test);
    assert_eq!((details.payload, details.attempts.len()), (request.body, 1));
}

fn one_failure_is_its_end(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    let request = site.test(Scope::All, id, None, None, LEASE_MS).unwrap();
    let decision = site.settle_one(&request, answered(500, &[]));
    assert_eq!((decision.state, decision.due_at), (State::Exhausted, None));
    assert_eq!(decision.reason.as_deref(), Some("receiver answered 500 Internal Server Error"));
    assert_eq!(site.claim_all().next_due, None);
}

fn it_leaves_the_webhook_s_health_alone(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    site.attempt(500);
    site.clock.advance(30 * DAY);
    let before = site.webhook_now(&id);
    for status in [200, 500, 429, 410] {
        let request = site.test(Scope::All, id.clone(), None, None, LEASE_MS).unwrap();
        assert!(!site.settle_one(&request, answered(status, &[])).webhook_disabled);
        assert_eq!(site.webhook_now(&id), before, "{status}");
    }
}

fn its_topic_and_data_have_defaults(kind: Kind) {
    let mut site = Installation::new(kind);
    let patterns = site.webhook(&["order.*", "booking.*", "order.updated"]).id;
    let all = site.webhook(&[]).id;
    for (id, topic) in [(patterns, "order.updated"), (all, "payment_received")] {
        let sample = site.topics_get(topic.to_owned()).unwrap().sample.unwrap();
        let request = site.test(Scope::All, id, None, None, LEASE_MS).unwrap();
        let body = format!(r#"{{"type":"{topic}","timestamp":"2026-11-21T19:22:28.123Z","data":{sample}}}"#);
        assert_eq!(String::from_utf8(request.body).unwrap(), body);
    }
}

fn what_is_wrong_is_named(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("max-payload-bytes", "1024")]);
    let id = site.webhook(&[]).id;
    let mut test = |topic: Option<&str>, data: Option<&str>| {
        let (topic, data) = (topic.map(str::to_owned), data.map(str::to_owned));
        site.test(Scope::All, id.clone(), topic, data, LEASE_MS)
    };
    says(&invalid(test(Some("order.*"), None)), "topic: ");
    says(&invalid(test(Some("no.such"), None)), "topic: topic no.such is not in the catalogue");
    says(&invalid(test(None, Some("{"))), "data: not JSON at line 1");
    says(&invalid(test(None, Some(&format!("\"{}\"", "x".repeat(1_024))))), "at most 1024");
    not_found(site.test(Scope::All, "wh_unknown".to_owned(), None, None, LEASE_MS));
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 0);
}

fn a_claim_never_takes_it(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    let request = site.test(Scope::All, id, None, None, LEASE_MS).unwrap();
    assert!(site.claim_all().requests.is_empty());
    assert_eq!(site.settle_one(&request, answered(200, &[])).state, State::Delivered);
}

fn a_released_one_is_cancelled(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    let request = site.test(Scope::All, id, None, None, LEASE_MS).unwrap();
    assert_eq!(site.settle_one(&request, Outcome::Released).state, State::Cancelled);
    assert_eq!(site.details(&request.delivery_id).attempts.len(), 0);
}
