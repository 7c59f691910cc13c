//! `webhooks test`

use serde_json::{Value, json};

use crate::place::{Place, text};
use crate::receiver::Receiver;

#[test]
fn a_test_is_sent_at_once_and_verifies() {
    let place = Place::new();
    let receiver = Receiver::answering("200 OK", "x-shop: yes\r\n", b"thank you");
    let created = place.json(&["--allow-local", "webhooks", "create", "--url", &receiver.url(), "--topic", "order.*"]);
    let (id, secret) = (text(&created["webhook"]["id"]), text(&created["secret"]));
    let tested = place.run(&["--allow-local", "webhooks", "test", &id, "--topic", "order.created"]).succeeded();
    tested.prints(&["delivered", "Status    200", "x-shop: yes", "  thank you", "dlv_", "evt_"]);

    let request = receiver.received();
    place.write("body", &request.body);
    let verify = ["verify", "--secret", &secret, "--id", request.header("webhook-id"), "--body", "body"];
    let headers =
        ["--timestamp", request.header("webhook-timestamp"), "--signature", request.header("webhook-signature")];
    place.run(&[&verify[..], &headers].concat()).succeeded().prints(&["verified"]);
    let payload: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(payload["type"], "order.created");
}

#[test]
fn a_failed_test_has_exit_code_1_and_is_recorded() {
    let place = Place::new();
    let receiver = Receiver::answering("503 Service Unavailable", "", b"\x1b[31mlater\xff");
    let id = place.webhook(&receiver.url(), &[]);
    place.write("data.json", r#"{"n":1}"#);
    let test = ["--allow-local", "webhooks", "test", &id, "--topic", "order.created", "--data", "data.json"];
    let tested = place.run(&test).ended_with(1).prints(&["failed: ", "503", "[31mlater"]);
    assert!(!tested.stdout.contains('\u{1b}'), "a receiver must not command the terminal: {tested}");

    let tested = place.run(&[&["--json"], &test[..]].concat()).ended_with(1).json();
    assert_eq!((&tested["delivered"], &tested["state"]), (&json!(false), &json!("exhausted")));
    assert_eq!(tested["outcome"]["response"]["status"], 503);
    let recorded = place.json(&["deliveries", "show", &text(&tested["delivery_id"])]);
    assert_eq!((&recorded["delivery"]["test"], &recorded["delivery"]["attempts"]), (&json!(true), &json!(1)));
    assert!(text(&recorded["payload"]).contains(r#""data":{"n":1}"#), "{recorded}");
}

#[test]
fn a_receiver_that_is_not_there_is_an_outcome() {
    let place = Place::new();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let id = place.webhook(&format!("http://{closed}/"), &[]);
    let tested = place.run(&["--json", "--allow-local", "webhooks", "test", &id]).ended_with(1).json();
    assert_eq!(tested["outcome"]["failure"]["kind"], "connect");
}

#[test]
fn bad_tests_name_what_is_wrong() {
    let place = Place::new();
    let id = place.webhook("https://a.example/", &[]);
    let test = ["webhooks", "test", &id];
    place.run(&[&test[..], &["--topic", "nope"]].concat()).failed(&["--topic", "nope"]);
    let bad = place.run_with(&[&test[..], &["--data", "-"]].concat(), &[], b"{\n \"a\" 1}");
    bad.failed(&["--data (standard input)", "line 2, column 6"]);
    place.run(&["webhooks", "test", "wh_nope"]).failed(&["there is no webhook wh_nope", "webhooks list"]);
}
