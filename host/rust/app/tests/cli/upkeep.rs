//! `hookwright stop`, `resume`, `purge`, `erase` and `rekey`.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::listen::{Background, Receiver};
use crate::place::{Place, text};

const KEY: &str = "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const NO_PINGS: &str = "ping=false";

/// A place with one webhook at the receiver, and one event for it.
fn shop(receiver: &str, account: &[&str]) -> Place {
    let place = Place::new();
    let create = ["webhooks", "create", "--allow-local", "--set", NO_PINGS, "--url", receiver, "--topic", "order.*"];
    place.run(&create).succeeded();
    place.run(&[&["publish", "order.created", "--sample"], account].concat()).succeeded();
    place
}

fn rows(place: &Place, table: &str) -> i64 {
    let database = Connection::open(place.database()).unwrap();
    database.query_row(&format!("SELECT COUNT(*) FROM hookwright_{table}"), [], |row| row.get(0)).unwrap()
}

#[test]
fn a_stopped_installation_sends_nothing_until_it_is_resumed() {
    let folder = Place::new();
    let mut receiver = Receiver::start(&folder, &[]);
    let place = shop(&receiver.url, &[]);
    place.run(&["stop", "--reason", "a copy for tests"]).succeeded().prints(&["Stopped: nothing is sent, 1 held."]);
    let deliver = place.run(&["deliver", "--allow-local"]).succeeded();
    deliver.prints(&[
        "Nothing was sent.\nThe installation is stopped: a copy for tests. `hookwright resume` delivers again.",
    ]);
    let summary = place.json(&["deliver", "--allow-local"]);
    assert_eq!((&summary["stopped"], &summary["attempts"]), (&"a copy for tests".into(), &0.into()), "{summary}");
    place.run(&["stats"]).succeeded().prints(&["Stopped since ", ", nothing is sent: a copy for tests"]);
    let stats = place.json(&["stats"]);
    assert_eq!((&stats["stopped"]["reason"], &stats["deliveries"]["held"]), (&"a copy for tests".into(), &1.into()));
    assert_eq!(place.json(&["resume"])["freed"], 1);
    place.run(&["deliver", "--allow-local"]).succeeded().prints(&["1 delivered in "]);
    receiver.request();
    assert!(place.json(&["stats"])["stopped"].is_null());
}

#[test]
fn a_copy_of_the_database_does_not_deliver() {
    let place = shop("http://127.0.0.1:9/", &[]);
    place.run(&["stats", "--set", "site-identity=https://shop.example"]).succeeded();
    let copy = ["deliver", "--allow-local", "--set", "site-identity=https://staging.example"];
    place
        .run(&copy)
        .succeeded()
        .prints(&["The installation is stopped: the site identity changed from https://shop.example to "]);
    assert_eq!(rows(&place, "attempts"), 0);
}

#[test]
fn what_is_past_its_retention_is_purged() {
    let folder = Place::new();
    let receiver = Receiver::start(&folder, &[]);
    let place = shop(&receiver.url, &[]);
    place.run(&["deliver", "--allow-local"]).succeeded();
    let nothing = place.json(&["purge"]);
    assert_eq!((&nothing["events"], &nothing["payloads"]), (&0.into(), &0.into()), "{nothing}");
    Connection::open(place.database()).unwrap().execute("UPDATE hookwright_events SET published_at = 0", []).unwrap();
    place.run(&["purge"]).succeeded().prints(&["Removed\n", "  payloads    1\n", "  events      0\n"]);
    let all = ["purge", "--set", "keep-attempts-ms=1"];
    assert_eq!(place.json(&all)["events"], 1);
    assert_eq!(rows(&place, "deliveries") + rows(&place, "attempts") + rows(&place, "payloads"), 0);
}

#[test]
fn a_run_that_watches_removes_what_is_past_its_retention() {
    let folder = Place::new();
    let receiver = Receiver::start(&folder, &[]);
    let place = shop(&receiver.url, &[]);
    place.run(&["deliver", "--allow-local"]).succeeded();
    Connection::open(place.database()).unwrap().execute("UPDATE hookwright_events SET published_at = 0", []).unwrap();
    let mut watching = Background::start(place.command(&["deliver", "--allow-local", "--watch", "--json"], &[]));
    let end = Instant::now() + Duration::from_secs(20);
    while rows(&place, "payloads") > 0 {
        assert!(Instant::now() < end, "the payload is removed within 20 s");
        std::thread::yield_now();
    }
    watching.signal("TERM");
    assert!(watching.ended().success());
    assert_eq!(rows(&place, "deliveries"), 1, "what was sent is still told");
}

#[test]
fn an_account_is_erased_when_it_is_confirmed() {
    let place = shop("http://127.0.0.1:9/", &["--account", "ann"]);
    place
        .run(&["erase", "--account", "ann"])
        .failed(&["--yes: ", "of the account `ann` would be removed, for good; add --yes"]);
    assert_eq!(rows(&place, "events"), 1);
    let removed = place.json(&["erase", "--account", "ann", "--yes"]);
    assert_eq!((&removed["events"], &removed["deliveries"]), (&1.into(), &1.into()), "{removed}");
    assert_eq!(rows(&place, "events"), 0);
    place.run(&["erase", "--event", "x", "--yes"]).failed(&["--event: "]);
    place.run(&["erase", "--yes"]).ended_with(2).says(&["--account", "--event"]);
    place.run(&["erase", "--account", "a", "--event", "b"]).ended_with(2);
}

#[test]
fn an_event_is_erased() {
    let place = shop("http://127.0.0.1:9/", &[]);
    let event = text(&place.json(&["deliveries", "list"])["items"][0]["event_id"]);
    let removed = place.json(&["erase", "--event", &event, "--yes"]);
    assert_eq!((&removed["events"], &removed["payloads"]), (&1.into(), &1.into()), "{removed}");
    assert_eq!(rows(&place, "webhooks"), 1);
}

#[test]
fn stored_secrets_are_sealed_under_a_key_that_is_given_later() {
    let place = shop("http://127.0.0.1:9/", &[]);
    place.run(&["rekey"]).failed(&["there is no key to seal secrets with"]);
    let keyed = [("HOOKWRIGHT_ENCRYPTION_KEYS", KEY)];
    let ran = place.run_with(&["rekey"], &keyed, b"").succeeded();
    ran.prints(&["1 sealed under the first key, 0 not."]);
    let database = Connection::open(place.database()).unwrap();
    let secret: String = database.query_row("SELECT secret FROM hookwright_webhooks", [], |row| row.get(0)).unwrap();
    assert!(secret.starts_with("sealed:1:k1:"), "{secret}");
    let other = [("HOOKWRIGHT_ENCRYPTION_KEYS", "k2:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=")];
    place.run_with(&["rekey"], &other, b"").ended_with(1).prints(&["0 sealed under the first key, 1 not."]);
    let bad = [("HOOKWRIGHT_ENCRYPTION_KEYS", "k1:AQEB")];
    let refused = place.run_with(&["rekey"], &bad, b"").failed(&["HOOKWRIGHT_ENCRYPTION_KEYS: entry 1: "]);
    assert!(!refused.stderr.contains("AQEB"), "{refused}");
}
