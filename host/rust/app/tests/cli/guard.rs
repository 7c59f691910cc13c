//! `guard`, and that deliveries and tests go by the same rule.

use serde_json::{Value, json};

use crate::place::{Place, text};
use crate::receiver::Receiver;

#[test]
fn a_verdict_for_each_url_name_and_address() {
    let place = Place::new();
    let allowed = place.run(&["guard", "https://example.com/", "example.com:8443", "8.8.8.8"]).succeeded();
    allowed
        .prints(&["allowed  https://example.com/", "allowed  example.com:8443", "allowed  8.8.8.8"])
        .says(&["each connection"]);
    let refused = place.run(&["guard", "8.8.8.8", "0x7f.1", "[::ffff:10.0.0.5]", "LOCALHOST."]).ended_with(1);
    refused.prints(&[
        "allowed  8.8.8.8",
        "refused  0x7f.1: 127.0.0.1 is a loopback address; the operator can allow it with `allow-addresses`",
        "refused  [::ffff:10.0.0.5]: 10.0.0.5 is a private address",
        "refused  LOCALHOST.: localhost is a name of this machine",
    ]);
    assert_eq!(place.files(), Vec::<String>::new());
}

#[test]
fn programs_get_reasons() {
    let place = Place::new();
    let checked = place.run(&["--json", "guard", "8.8.8.8", "http://169.254.169.254/latest"]).ended_with(1).json();
    assert_eq!(checked["items"][0], json!({ "target": "8.8.8.8", "allowed": true, "reason": null, "message": null }));
    assert_eq!((&checked["items"][1]["allowed"], &checked["items"][1]["reason"]), (&json!(false), &json!("metadata")));
}

#[test]
fn the_operator_opens_networks_and_shuts_ports() {
    let place = Place::new();
    place.run(&["--allow-local", "guard", "http://localhost:8080/", "192.168.1.5"]).succeeded();
    place.run(&["--set", "allow-addresses=10.0.0.0/8", "guard", "10.1.2.3"]).succeeded();
    place.run(&["--allow-local", "guard", "169.254.169.254"]).ended_with(1).prints(&["never called"]);
    let ports = ["--set", "allow-ports=443", "guard", "https://example.com:8443/"];
    place.run(&ports).ended_with(1).prints(&["port 8443 is not open"]);
    let bad = place.run(&["--set", "allow-addresses=10.0.0.5/8", "guard", "8.8.8.8"]);
    bad.failed(&["--set allow-addresses: ", "write `10.0.0.0/8` or `10.0.0.5`"]);
    let twice = place.run(&["--allow-local", "--set", "allow-addresses=10.0.0.0/8", "guard", "8.8.8.8"]);
    twice.failed(&["given twice"]);
}

#[test]
fn what_is_neither_is_refused_by_name() {
    let place = Place::new();
    place.run(&["guard", "ftp://example.com/"]).failed(&["ftp://example.com/: a URL begins with"]);
    place.run(&["guard"]).ended_with(2);
}

#[test]
fn a_url_that_would_never_be_called_is_refused_at_once() {
    let place = Place::new();
    let create = ["webhooks", "create", "--url", "https://[::1]/hook"];
    place.run(&create).failed(&["--url: ::1 is a loopback address"]);
    place.run(&[&["--allow-local"], &create[..]].concat()).succeeded();
}

/// tests/README.md, bug 07: a test that goes by another rule than a delivery.
#[test]
fn bug_07_deliveries_and_tests_are_blocked_alike_and_say_why() {
    let place = Place::new();
    let receiver = Receiver::answering("204 No Content", "", b"");
    let port = receiver.port();
    let cases = [
        (format!("http://127.0.0.1:{port}/"), "--allow-http", "127.0.0.1 is a loopback address"),
        (format!("http://localhost:{port}/"), "--allow-http", "localhost is a name of this machine"),
        // The name passes, and what it resolves to does not.
        (format!("http://localhost:{port}/"), "--set=allow-addresses=127.0.0.2", "1 is a loopback address"),
    ];
    for (url, option, reason) in cases {
        let id = place.webhook(&url, &["order.created"]);
        place.run(&["publish", "order.created", "--sample"]).succeeded();
        let printed = place.run(&["deliver", "--json", option]).succeeded().stdout;
        let attempt: Value = serde_json::from_str(printed.lines().next().unwrap()).unwrap();
        assert_eq!((&attempt["webhook_id"], &attempt["failure"]), (&json!(id), &json!("blocked")), "{printed}");
        let delivery = place.json(&["deliveries", "show", &text(&attempt["delivery_id"])]);
        let logged = delivery["attempts"][0]["outcome"]["failure"].clone();
        assert_eq!(logged["kind"], "blocked", "{delivery}");
        assert!(text(&logged["message"]).contains(reason), "{logged}");

        let tested = place.run(&["--json", option, "webhooks", "test", &id]).ended_with(1).json();
        assert_eq!(tested["outcome"]["failure"], logged, "{url} {option}");
        place.run(&["webhooks", "delete", &id]).succeeded();
    }
    assert!(receiver.untouched());
}
