//! What may be set of a webhook beside URL and topics: how it is typed, shown, and what it does.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::place::{Place, text};
use crate::receiver::Receiver;

const CREATE: [&str; 5] = ["--allow-local", "webhooks", "create", "--url", "https://a.example/"];

fn expect(webhook: &Value, expected: &Value) {
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&webhook[field], value, "{field} of {webhook}");
    }
}

#[test]
fn nothing_is_set_by_default_and_nothing_of_it_is_shown() {
    let place = Place::new();
    let id = place.webhook("https://a.example/", &[]);
    let defaults = json!({
        "description": null, "integration": "manual", "owner": null, "header_names": [], "dialect": "standard",
        "format": "json", "payload_version": 1, "standard_headers": true, "retry_schedule_ms": null,
        "timeout_ms": null, "requests_per_second": null, "filter": null, "former_secrets_until": [],
    });
    expect(&place.json(&["webhooks", "show", &id]), &defaults);
    let shown = place.run(&["webhooks", "show", &id]).succeeded().stdout;
    for field in ["Integration", "Dialect", "Standard headers", "Time-out", "Rate", "Filter", "Former", "Delivered"] {
        assert!(!shown.contains(field), "{field} in {shown}");
    }
}

#[test]
fn all_that_can_be_set_is_shown_and_can_be_removed() {
    let place = Place::new();
    let create = [
        &CREATE[..],
        &["--description", "Orders to the warehouse", "--integration", "Zapier", "--owner", "shop@a.example"],
        &["--header", "X-Api-Key: hunter2", "--header", "x-shop: 7", "--dialect", "woocommerce", "--format", "xml"],
        &["--payload-version", "2", "--standard-headers", "true", "--retry-schedule", "0s,30s,1h 30m"],
        &["--timeout", "45s", "--rate", "5", "--filter", "data.total >= 100"],
    ];
    let created = place.run(&create.concat()).succeeded();
    assert!(!created.stdout.contains("hunter2"), "{created}");
    let created = created.prints(&[
        "Filter            data.total >= 100",
        "Description       Orders to the warehouse",
        "Integration       zapier",
        "Owner             shop@a.example",
        "Dialect           woocommerce, version 2, as xml",
        "Standard headers  sent",
        "Headers           x-api-key, x-shop",
        "Retry schedule    0s, 30s, 1h 30m",
        "Time-out          45s",
        "Rate              5 a second at most",
    ]);
    let id = created.stdout.split_whitespace().nth(1).unwrap();
    let set = json!({
        "description": "Orders to the warehouse", "integration": "zapier", "owner": "shop@a.example",
        "header_names": ["x-api-key", "x-shop"], "dialect": "woocommerce", "format": "xml", "payload_version": 2,
        "standard_headers": true, "retry_schedule_ms": [0, 30_000, 5_400_000], "timeout_ms": 45_000,
        "requests_per_second": 5, "filter": "data.total >= 100",
    });
    expect(&place.json(&["webhooks", "show", id]), &set);
    expect(&place.json(&["webhooks", "update", id, "--name", "b"]), &set);
    place.run(&["webhooks", "list", "--search", "zapier"]).succeeded().prints(&["INTEGRATION", "zapier", "DELIVERED"]);

    let removed = [
        &["webhooks", "update", id, "--description", "", "--owner", "", "--no-headers", "--filter", ""][..],
        &["--retry-schedule", "default", "--timeout", "default", "--rate", "0", "--dialect", "standard"],
    ];
    let removed = place.json(&removed.concat());
    let gone = json!({
        "description": null, "owner": null, "header_names": [], "filter": null, "retry_schedule_ms": null,
        "timeout_ms": null, "requests_per_second": null, "dialect": "standard", "format": "json",
        "payload_version": 1, "integration": "zapier",
    });
    expect(&removed, &gone);
}

#[test]
fn what_is_wrong_is_named_as_it_was_typed() {
    let place = Place::new();
    let refused = |options: &[&str], words: &[&str]| place.run(&[&CREATE[..], options].concat()).failed(words);
    refused(&["--header", "Host: a"], &["--header: Host is set by the sender itself"]);
    refused(&["--header", "no colon"], &["--header: write `no colon` as `Name: value`"]);
    refused(&["--headers", "nowhere"], &["cannot read nowhere"]);
    refused(&["--filter", "data.total >"], &["--filter: "]);
    refused(&["--timeout", "3m"], &["--timeout: 180000 ms"]);
    refused(&["--rate", "1001"], &["--rate: 1001; 1 to 1000"]);
    refused(&["--retry-schedule", "0s,999h"], &["--retry-schedule: "]);
    refused(&["--integration", ""], &["--integration: "]);
    let mistyped = |options: &[&str], words: &[&str]| {
        place.run(&[&CREATE[..], options].concat()).ended_with(2).says(words);
    };
    mistyped(&["--timeout", "45"], &["--timeout", "write a length of time", "`default`"]);
    mistyped(&["--retry-schedule", "0s,soon"], &["--retry-schedule", "`soon`"]);
    let update = ["webhooks", "update", "wh_1", "--no-headers", "--header", "X-A: 1"];
    place.run(&update).ended_with(2).says(&["--no-headers"]);
}

#[test]
fn headers_of_a_file_arrive_with_each_request() {
    let place = Place::new();
    let receiver = Receiver::answering("200 OK", "", b"");
    place.write("headers", "Authorization: Bearer hunter2\nX-Shop: 7\n");
    let create = ["--allow-local", "webhooks", "create", "--url", &receiver.url(), "--headers", "headers"];
    let created = place.json(&[&create[..], &["--header", "X-Tag: a b"]].concat());
    let id = text(&created["webhook"]["id"]);
    let sent = || {
        place.run(&["publish", "order.created", "--sample"]).succeeded();
        place.run(&["--allow-local", "deliver"]).succeeded().prints(&["1 delivered"]);
        receiver.received()
    };
    let received = sent();
    assert_eq!(received.header("authorization"), "Bearer hunter2");
    assert_eq!((received.header("x-shop"), received.header("x-tag")), ("7", "a b"));
    let log = place.run(&["deliveries", "list"]).succeeded().stdout;
    let delivery = log.split_whitespace().find(|word| word.starts_with("dlv_")).unwrap().to_owned();
    let shown = place.run(&["deliveries", "show", &delivery]).succeeded();
    assert!(!shown.stdout.contains("hunter2"), "{shown}");

    let update = ["webhooks", "update", &id, "--headers", "-"];
    place.run_with(&update, &[], b"X-Shop: 8\n").succeeded();
    let received = sent();
    assert_eq!(received.header("x-shop"), "8");
    assert!(!received.has("authorization") && !received.has("x-tag"), "{}", received.head());
}

#[test]
fn a_filter_lets_through_what_it_describes() {
    let place = Place::new();
    let receiver = Receiver::answering("200 OK", "", b"");
    let filter = r#"data.total >= 100 && data.currency in ["EUR", "CHF"]"#;
    let create = ["--allow-local", "webhooks", "create", "--url", &receiver.url(), "--filter", filter];
    place.run(&create).succeeded();
    place.write("orders", "{\"total\":50,\"currency\":\"EUR\"}\n{\"total\":150,\"currency\":\"CHF\"}\n");
    let published = place.run(&["publish", "order.created", "--data", "orders", "--lines"]).succeeded();
    published.prints(&["2 events of order.created, 1 deliveries"]);
    place.run(&["--allow-local", "deliver"]).succeeded().prints(&["1 delivered"]);
    assert!(receiver.received().text().contains(r#""total":150"#));
    assert!(receiver.untouched());
}

/// At a rate of 5, request number n leaves n times 200 ms after the first at the earliest.
#[test]
fn a_rate_spaces_requests() {
    const REQUESTS: i64 = 4;
    let place = Place::new();
    let receiver = Receiver::answering("200 OK", "", b"");
    let create = ["--allow-local", "webhooks", "create", "--url", &receiver.url(), "--rate", "5"];
    place.run(&create).succeeded();
    place.write("orders", "{\"id\":1}\n".repeat(4));
    place.run(&["publish", "order.created", "--data", "orders", "--lines"]).succeeded();
    let began = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    let printed = place.run(&["--allow-local", "--json", "deliver", "--wait", "10s"]).succeeded().stdout;
    let lines = printed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut started: Vec<i64> = lines.filter_map(|line| line["started_at"].as_i64()).collect();
    started.sort_unstable();
    assert_eq!(started.len() as i64, REQUESTS, "{printed}");
    for (number, started) in (0..).zip(started) {
        assert!(started >= began + number * 200, "request {number}, {} ms after the beginning", started - began);
    }
}

#[test]
fn a_schedule_and_a_time_out_of_its_own() {
    let place = Place::new();
    let receiver = Receiver::answering("500 Internal Server Error", "", b"");
    let create = ["--allow-local", "webhooks", "create", "--url", &receiver.url(), "--retry-schedule", "0s,20ms"];
    place.run(&create).succeeded();
    place.run(&["publish", "order.created", "--sample"]).succeeded();
    place.run(&["--allow-local", "deliver", "--wait", "10s"]).succeeded().prints(&["#2 ", "1 given up"]);
    (0..2).for_each(|_| drop(receiver.received()));
    assert!(receiver.untouched());
    let webhook = &place.json(&["webhooks", "list"])["items"][0];
    assert_eq!((&webhook["health"]["failed"], &webhook["health"]["delivered"]), (&json!(2), &json!(0)));
    place.run(&["webhooks", "show", &text(&webhook["id"])]).succeeded().prints(&["Failed attempts  2"]);
}
