//! `hookwright deliver`, with `hookwright listen` at the other end.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::listen::{Background, Receiver};
use crate::place::Place;

/// Retries at once, five times.
const HASTE: &str = "retry-schedule-ms=0,20,20,20,20";

/// A webhook at this receiver, and so many events for it.
fn shop(place: &Place, receiver: &Receiver, events: usize) {
    let named = ["--topic", "order.*", "--name", "Warehouse"];
    let create = ["webhooks", "create", "--allow-local", "--url", &receiver.url];
    place.run(&[&create[..], &named].concat()).succeeded();
    place.write("orders", "{\"id\":1}\n".repeat(events));
    place.run(&["publish", "order.created", "--data", "orders", "--lines"]).succeeded();
}

/// `deliver` with these options; gives what it prints.
#[track_caller]
fn deliver(place: &Place, options: &[&str]) -> String {
    place.run(&[&["deliver", "--allow-local"], options].concat()).succeeded().stdout
}

/// `deliver --json` with these options, while the test goes on.
fn delivering(place: &Place, options: &[&str]) -> Background {
    Background::start(place.command(&[&["deliver", "--allow-local", "--json"], options].concat(), &[]))
}

/// The lines of `deliver --json`.
fn objects(printed: &str) -> Vec<Value> {
    printed.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn states(place: &Place) -> Value {
    place.json(&["stats"])["deliveries"].clone()
}

#[test]
fn a_failure_is_tried_again_until_it_arrives() {
    let place = Place::new();
    let mut receiver = Receiver::start(&place, &["--answer", "500,503,200"]);
    shop(&place, &receiver, 1);
    let printed = deliver(&place, &["--wait", "10s", "--set", HASTE]);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 4, "{printed}");
    for (line, [number, status, next]) in
        lines.iter().zip([["#1 ", " 500 ", "  retry "], ["#2 ", " 503 ", "  retry "], ["#3 ", " 200 ", "  delivered"]])
    {
        assert!(line.contains("Z  order.created ") && line.contains("  Warehouse "), "{line}");
        assert!(line.contains(number) && line.contains(status) && line.contains(next), "{line}");
    }
    assert!(lines[3].starts_with("1 delivered in "), "{printed}");
    let ids: Vec<Value> = (0..3).map(|_| receiver.request()["webhook_id"].clone()).collect();
    assert!(ids[0].as_str().unwrap().starts_with("evt_") && ids[0] == ids[1] && ids[1] == ids[2], "{ids:?}");
}

#[test]
fn programs_get_a_line_for_each_attempt_and_a_summary() {
    let place = Place::new();
    let receiver = Receiver::start(&place, &["--answer", "404,200"]);
    shop(&place, &receiver, 3);
    let objects = objects(&deliver(&place, &["--json", "--concurrency", "1"]));
    let [failed, delivered, _, summary] = objects.as_slice() else { panic!("{objects:?}") };
    assert_eq!(
        (&failed["kind"], &failed["state"], &failed["status"]),
        (&"attempt".into(), &"retrying".into(), &404.into())
    );
    assert_eq!((&failed["topic"], &failed["attempt"]), (&"order.created".into(), &1.into()), "{failed}");
    assert!(failed["due_at"].as_i64() > failed["started_at"].as_i64(), "{failed}");
    assert_eq!((&delivered["state"], &delivered["reason"]), (&"delivered".into(), &Value::Null), "{delivered}");
    assert_eq!(
        (&summary["kind"], &summary["delivered"], &summary["waiting"]),
        (&"summary".into(), &2.into(), &1.into())
    );
    assert_eq!(summary["next_due"], failed["due_at"], "{summary}");
    assert!(summary["deliveries_per_second"].as_f64() > Some(0.0), "{summary}");
}

#[test]
fn what_is_left_is_told_and_is_no_failure() {
    let place = Place::new();
    let receiver = Receiver::start(&place, &["--answer", "500"]);
    shop(&place, &receiver, 1);
    let printed = deliver(&place, &[]);
    assert!(
        printed.contains("0 delivered in ") && printed.contains("\n1 waits for a retry, the next in "),
        "{printed}"
    );
    assert!(printed.contains("run `hookwright deliver` again then, or keep it running with --watch"), "{printed}");
    let printed = deliver(&place, &[]);
    assert!(printed.starts_with("Nothing was due.\nThe next delivery is due in "), "{printed}");
}

#[test]
fn no_receiver_and_no_more_tries_is_given_up() {
    let place = Place::new();
    let receiver = Receiver::start(&place, &["--answer", "timeout"]);
    shop(&place, &receiver, 1);
    let printed = deliver(&place, &["--set", "retry-schedule-ms=0", "--set", "request-timeout-ms=1000"]);
    assert!(printed.contains(" timeout ") && printed.contains("  given up: "), "{printed}");
    assert!(printed.contains("\n1 given up; `hookwright deliveries list --state exhausted` shows why.\n"), "{printed}");
}

#[test]
fn what_cannot_work_is_named() {
    let place = Place::new();
    place.run(&["deliver", "--database", "nowhere.db"]).failed(&["nowhere.db"]);
    place.run(&["deliver", "--wait", "soon"]).ended_with(2).says(&["--wait", "write a length of time as 30s"]);
    place.run(&["deliver", "--concurrency", "0"]).ended_with(2).says(&["--concurrency"]);
}

#[test]
fn watching_sends_what_comes_and_ends_when_it_is_told_to() {
    let place = Place::new();
    let mut receiver = Receiver::start(&place, &[]);
    shop(&place, &receiver, 1);
    let mut watching = delivering(&place, &["--watch"]);
    receiver.request();
    assert_eq!(watching.json()["state"], "delivered");
    place.run(&["publish", "order.updated", "--sample"]).succeeded();
    assert_eq!(receiver.request()["topic"], "order.updated");
    assert_eq!(watching.json()["topic"], "order.updated");
    watching.signal("TERM");
    assert_eq!(watching.json()["delivered"], 2);
    assert!(watching.ended().success());
}

#[test]
fn the_first_ctrl_c_finishes_what_is_under_way() {
    let place = Place::new();
    let mut receiver = Receiver::start(&place, &["--answer", "timeout"]);
    shop(&place, &receiver, 3);
    let mut delivering = delivering(&place, &["--concurrency", "1", "--set", "request-timeout-ms=2000"]);
    receiver.request();
    delivering.signal("INT");
    assert_eq!(delivering.json()["failure"], "timeout");
    let summary = delivering.json();
    assert_eq!((&summary["attempts"], &summary["waiting"]), (&1.into(), &1.into()), "{summary}");
    assert!(delivering.ended().success());
    let states = states(&place);
    assert_eq!(
        (&states["pending"], &states["retrying"], &states["sending"]),
        (&2.into(), &1.into(), &0.into()),
        "{states}"
    );
}

#[test]
fn the_second_ctrl_c_ends_at_once_and_loses_nothing() {
    let place = Place::new();
    let mut receiver = Receiver::start(&place, &["--answer", "timeout"]);
    shop(&place, &receiver, 3);
    let started = Instant::now();
    let mut delivering = delivering(&place, &["--concurrency", "2", "--set", "request-timeout-ms=120000"]);
    (0..2).for_each(|_| drop(receiver.request()));
    delivering.signal("INT");
    // Nothing shows from outside that the first has been heard; of two that wait at once, one might be lost.
    let attempt = loop {
        delivering.signal("INT");
        if let Some(attempt) = delivering.json_within(Duration::from_millis(100)) {
            break attempt;
        }
    };
    assert_eq!(attempt["state"], "retrying", "{attempt}");
    assert!(delivering.ended().success());
    assert!(started.elapsed() < Duration::from_secs(60));
    let states = states(&place);
    assert_eq!(
        (&states["pending"], &states["retrying"], &states["sending"]),
        (&1.into(), &2.into(), &0.into()),
        "{states}"
    );
}
