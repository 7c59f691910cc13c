//! `deliveries`

use serde_json::{Value, json};

use crate::place::{Place, text};
use crate::receiver::Receiver;

/// A place with one delivery that failed once, and its id.
fn failed_delivery() -> (Place, Receiver, String) {
    let place = Place::new();
    let receiver = Receiver::answering("500 Internal Server Error", "x-why: none\r\n", b"broken");
    place.webhook(&receiver.url(), &["order.created"]);
    place.run(&["publish", "order.created", "--sample"]).succeeded();
    place.run(&["--allow-local", "deliver"]);
    let id = text(&place.json(&["deliveries", "list"])["items"][0]["id"]);
    (place, receiver, id)
}

#[test]
fn the_list_filters() {
    let place = Place::new();
    let (one, other) = (place.webhook("https://a.example/", &[]), place.webhook("https://b.example/", &["order.*"]));
    let event = text(&place.json(&["publish", "order.created", "--sample"])["event_id"]);
    place.run(&["publish", "payment_received", "--sample"]).succeeded();
    let total = |arguments: &[&str]| place.json(&[&["deliveries", "list"], arguments].concat())["total"].clone();
    assert_eq!(total(&[]), 3);
    assert_eq!(total(&["--webhook", &one]), 2);
    assert_eq!(total(&["--webhook", &other]), 1);
    assert_eq!(total(&["--event", &event]), 2);
    assert_eq!(total(&["--topic", "payment_received"]), 1);
    assert_eq!(total(&["--state", "pending"]), 3);
    assert_eq!(total(&["--state", "delivered"]), 0);
    assert_eq!(total(&["--account", "x"]), 0);
    let human = place.run(&["deliveries", "list", "--per-page", "2"]).succeeded();
    human.prints(&["ID ", "pending", "payment_received"]).says(&["Page 1 of 2, 3 deliveries"]);
    place.run(&["deliveries", "list", "--page", "9"]).succeeded().says(&["Page 9 is empty; the last one is 1."]);
    place.run(&["deliveries", "list", "--state", "held"]).succeeded().says(&["No deliveries."]);
}

#[test]
fn a_delivery_is_shown_with_payload_and_attempts() {
    let (place, receiver, id) = failed_delivery();
    let human = place.run(&["deliveries", "show", &id]).succeeded();
    human.prints(&[
        &id,
        "retrying",
        "Payload\n  {\n    \"type\": \"order.created\"",
        "Attempt 1",
        "500",
        "webhook-signature: v1,",
        "x-why: none",
        "    broken",
        "UTC (",
    ]);
    let details = place.json(&["deliveries", "show", &id]);
    let attempt = &details["attempts"][0];
    assert_eq!(details["delivery"]["state"], "retrying");
    assert_eq!((&attempt["number"], &attempt["url"]), (&json!(1), &json!(receiver.url())));
    assert_eq!(attempt["outcome"]["response"]["body"], "broken");
    assert_eq!(attempt["outcome"]["response"]["headers"]["x-why"], "none");
    assert_eq!(attempt["request_headers"]["webhook-id"], details["delivery"]["event_id"]);
    // The payload is the very text that was sent.
    assert_eq!(text(&details["payload"]).into_bytes(), receiver.received().body);
    let payload: Value = serde_json::from_str(&text(&details["payload"])).unwrap();
    assert_eq!(payload["type"], "order.created");
}

#[test]
fn redeliver_makes_an_attempt_due_now() {
    let (place, _receiver, id) = failed_delivery();
    let redelivered = place.run(&["deliveries", "redeliver", &id, "dlv_nope"]).ended_with(1);
    redelivered
        .prints(&[&format!("{id} is due for attempt 2")])
        .says(&["there is no delivery dlv_nope", "hookwright deliver"]);
    let redelivered = place.run(&["--json", "deliveries", "redeliver", &id, "dlv_nope"]).ended_with(1).json();
    assert_eq!(redelivered["items"][0]["id"], json!(id));
    assert_eq!(redelivered["items"][1]["error"]["kind"], "not_found");
    place.run(&["--allow-local", "deliver"]);
    assert_eq!(place.json(&["deliveries", "show", &id])["delivery"]["attempts"], 2);
}

#[test]
fn cancel_ends_what_waits() {
    let (place, _receiver, id) = failed_delivery();
    let cancelled = place.run(&["deliveries", "cancel", &id, "dlv_nope"]).ended_with(1);
    cancelled.prints(&[&format!("{id} is cancelled")]).says(&["there is no delivery dlv_nope"]);
    let again = place.run(&["--json", "deliveries", "cancel", &id]).ended_with(1).json();
    assert_eq!(again["items"][0]["error"]["kind"], "conflict");
    let shown = place.json(&["deliveries", "show", &id]);
    assert_eq!((&shown["delivery"]["state"], &shown["delivery"]["attempts"]), (&json!("cancelled"), &json!(1)));
    let recovered = place.json(&["deliveries", "recover", "--since", "1h", "--state", "cancelled"]);
    assert_eq!(recovered, json!({"recovered": 1, "skipped": {}}));
}

#[test]
fn recover_sends_again_what_failed_since_a_time() {
    let place = Place::new();
    let receiver = Receiver::answering("500 Internal Server Error", "", b"");
    let webhook = place.webhook(&receiver.url(), &["order.*"]);
    let exhaust = || {
        place.run(&["publish", "order.created", "--sample"]).succeeded();
        place.run(&["--allow-local", "--set", "retry-schedule-ms=0", "deliver"]);
    };
    exhaust();
    exhaust();
    let nothing = place.run(&["deliveries", "recover", "--since", "2h", "--until", "1h"]).succeeded();
    nothing.prints(&["No delivery is to be sent again."]);
    let recovered = place.run(&["deliveries", "recover", "--since", "2h", "--webhook", &webhook]).succeeded();
    recovered.prints(&["2 deliveries are due again."]).says(&["`hookwright deliver` sends what is due."]);
    place.run(&["--allow-local", "--set", "retry-schedule-ms=0", "deliver"]);
    let listed = place.json(&["deliveries", "list"]);
    assert_eq!((&listed["items"][0]["attempts"], &listed["items"][1]["attempts"]), (&json!(2), &json!(2)));
    place.run(&["webhooks", "update", &webhook, "--status", "paused"]).succeeded();
    let recovered = place.run(&["deliveries", "recover", "--since", "2h", "--topic", "order.created"]).succeeded();
    recovered.says(&["2 left as they are: the webhook is paused; make it active first."]);
    place.run(&["deliveries", "recover", "--since", "yesterday"]).ended_with(2).says(&["2h or 7d"]);
    place.run(&["deliveries", "recover"]).ended_with(2).says(&["--since"]);
}

#[test]
fn stats_count_by_state() {
    let (place, _receiver, _) = failed_delivery();
    let stats = place.json(&["stats"]);
    assert_eq!((&stats["deliveries"]["retrying"], &stats["webhooks"]["active"]), (&json!(1), &json!(1)));
    place.run(&["stats"]).succeeded().prints(&["Webhooks\n  active    1", "  retrying   1"]);
}
