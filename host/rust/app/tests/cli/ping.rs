//! Pings: those that are sent by themselves, and `webhooks ping`.

use serde_json::{Value, json};

use crate::place::{Place, Ran, text};
use crate::receiver::Receiver;

const PINGS: [(&str, &str); 1] = [("HOOKWRIGHT_PING", "true")];
const NOTE: &str = "The next `hookwright deliver` also sends a ping";

/// Runs with pings on.
fn run(place: &Place, arguments: &[&str]) -> Ran {
    place.run_with(&[&["--allow-local"], arguments].concat(), &PINGS, b"")
}

#[test]
fn a_new_webhook_is_pinged_by_deliver_and_the_ping_is_signed() {
    let place = Place::new();
    let receiver = Receiver::answering("204 No Content", "", b"");
    let create = ["--json", "webhooks", "create", "--url", &receiver.url(), "--topic", "order.*", "--name", "Lager"];
    let created = run(&place, &create).succeeded().json();
    let (id, secret) = (text(&created["webhook"]["id"]), text(&created["secret"]));
    assert_eq!(created["webhook"]["ping_pending"], true);
    place.run(&["webhooks", "show", &id]).succeeded().prints(&["Ping      none has been answered yet"]);

    run(&place, &["deliver"]).succeeded().prints(&["webhook.ping", "1 delivered"]);
    let received = receiver.received();
    let body: Value = serde_json::from_slice(&received.body).unwrap();
    assert_eq!((&body["type"], &body["data"]["webhook_id"]), (&json!("webhook.ping"), &json!(id)), "{body}");
    assert_eq!((&body["data"]["name"], &body["data"]["status"]), (&json!("Lager"), &json!("active")));
    place.write("head", received.head());
    place.write("body", &received.body);
    place.run(&["verify", "--secret", &secret, "--headers", "head", "--body", "body"]).succeeded();
    let webhook = place.json(&["webhooks", "show", &id]);
    assert_eq!((&webhook["ping_pending"], &webhook["health"]["delivered"]), (&json!(false), &json!(0)));
}

#[test]
fn what_becomes_active_or_moves_is_told_to_be_pinged() {
    let place = Place::new();
    let create = ["webhooks", "create", "--url", "https://a.example/"];
    let silent = place.run(&create).succeeded();
    assert!(!silent.stderr.contains("ping"), "pings are off: {silent}");
    let id = run(&place, &create).succeeded().says(&[NOTE]).stdout.split_whitespace().nth(1).unwrap().to_owned();
    let paused = run(&place, &[&create[..], &["--paused"]].concat()).succeeded();
    assert!(!paused.stderr.contains(NOTE), "{paused}");

    for (arguments, pinged) in [
        (&["update", &id, "--url", "https://b.example/"][..], true),
        (&["update", &id, "--url", "https://b.example/", "--name", "same URL"], false),
        (&["update", &id, "--rate", "7"], false),
        (&["activate", &id], false),
        (&["pause", &id], false),
        (&["update", &id, "--url", "https://c.example/"], false),
        (&["activate", &id], true),
        (&["update", &id, "--status", "paused"], false),
        (&["update", &id, "--status", "active"], true),
    ] {
        let before = place.json(&["deliveries", "list"])["total"].as_u64().unwrap();
        let ran = run(&place, &[&["webhooks"], arguments].concat()).succeeded();
        assert_eq!(ran.stderr.contains(NOTE), pinged, "{ran}");
        let after = place.json(&["deliveries", "list"])["total"].as_u64().unwrap();
        assert_eq!(after - before, u64::from(pinged), "{ran}");
    }
}

#[test]
fn a_ping_by_hand_tells_what_the_receiver_answered() {
    let place = Place::new();
    let receiver = Receiver::answering("204 No Content", "x-shop: yes\r\n", b"");
    let id = place.webhook(&receiver.url(), &["order.*"]);
    place.run(&["webhooks", "pause", &id]).succeeded();
    let pinged = place.run(&["--allow-local", "webhooks", "ping", &id]).succeeded();
    pinged.prints(&["delivered: the receiver took it", "Status    204", "Time      ", " ms", "x-shop: yes"]);
    assert!(receiver.received().text().contains(r#""status":"paused""#));
    assert_eq!(place.json(&["webhooks", "show", &id])["ping_pending"], false);
}

#[test]
fn a_refused_ping_has_exit_code_1_and_shows_the_body() {
    let place = Place::new();
    let receiver = Receiver::answering("404 Not Found", "", b"no such hook");
    let id = place.webhook(&receiver.url(), &[]);
    let ping = ["--allow-local", "webhooks", "ping", &id];
    place.run(&ping).ended_with(1).prints(&["failed: ", "Status    404", "  no such hook"]);
    let pinged = place.run(&[&["--json"], &ping[..]].concat()).ended_with(1).json();
    assert_eq!((&pinged["delivered"], &pinged["outcome"]["response"]["body"]), (&json!(false), &json!("no such hook")));
    let webhook = place.json(&["webhooks", "show", &id]);
    assert_eq!((&webhook["ping_pending"], &webhook["health"]["failed"]), (&json!(true), &json!(0)));
}

#[test]
fn a_ping_that_reaches_nobody_is_a_failure() {
    let place = Place::new();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let id = place.webhook(&format!("http://{closed}/"), &[]);
    let pinged = place.run(&["--json", "--allow-local", "webhooks", "ping", &id]).ended_with(1).json();
    assert_eq!(pinged["outcome"]["failure"]["kind"], "connect");
    let blocked = place.run(&["--json", "--allow-http", "webhooks", "ping", &id]).ended_with(1).json();
    assert_eq!(blocked["outcome"]["failure"]["kind"], "blocked");
    place.run(&["webhooks", "ping", "wh_nope"]).failed(&["there is no webhook wh_nope", "webhooks list"]);
}
