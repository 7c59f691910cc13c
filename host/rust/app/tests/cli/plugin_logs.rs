//! `hookwright plugins logs`, and failures that are counted over processes.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::listen::Background;
use crate::place::{Place, text};
use crate::plugins::{ORDER, Shop, install, shown};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A shop whose mask fails each time: a hash needs a key, which its schema does not say.
fn failing() -> Shop {
    let shop = Shop::with("mask-personal-data", "order.*");
    install(&shop.place, "mask-personal-data", &["--policy", "fail-open"]);
    break_settings(&shop.place);
    shop.place.write("data", ORDER);
    shop
}

fn break_settings(place: &Place) {
    place.run(&["plugins", "settings", "mask-personal-data", r#"{"mode":"hash"}"#]).succeeded();
}

fn publish(place: &Place) {
    place.run(&["publish", "order.created", "--data", "data"]).succeeded();
}

fn in_a_row(place: &Place) -> Value {
    shown(place, "mask-personal-data")["failures_in_a_row"].clone()
}

fn logs(place: &Place, options: &[&str]) -> Vec<Value> {
    let all = place.json(&[&["plugins", "logs"], options].concat());
    all["items"].as_array().unwrap().clone()
}

#[test]
fn ten_commands_that_fail_once_each_deactivate_the_plugin() {
    let shop = failing();
    let Shop { place, .. } = &shop;
    (0..9).for_each(|_| publish(place));
    let plugin = shown(place, "mask-personal-data");
    assert_eq!((&plugin["state"], &plugin["failures_in_a_row"]), (&json!("active"), &json!(9)), "{plugin}");
    let last = place.run(&["publish", "order.created", "--data", "data"]).succeeded();
    last.says(&["Plugin mask-personal-data is deactivated: it failed 10 times in a row", "`hash_key`"]);
    let plugin = shown(place, "mask-personal-data");
    assert_eq!((&plugin["state"], &plugin["failures"]), (&json!("inactive"), &json!(10)), "{plugin}");
    publish(place);
    assert_eq!(shown(place, "mask-personal-data")["failures"], 10, "it is not asked any more");
    let kinds: Vec<String> = logs(place, &[]).iter().map(|line| text(&line["kind"])).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "failure").count(), 10);
    assert_eq!(kinds.last().map(String::as_str), Some("deactivated"));
}

#[test]
fn a_command_that_succeeds_ends_the_row_and_costs_no_write_after_that() {
    let shop = failing();
    let Shop { place, .. } = &shop;
    (0..8).for_each(|_| publish(place));
    assert_eq!(in_a_row(place), 8);
    let database = rusqlite::Connection::open(place.database()).unwrap();
    let set = |count: i64| {
        database.execute("UPDATE hookwright_plugins SET failures_in_a_row = ?", [count]).unwrap();
    };
    place.run(&["plugins", "settings", "mask-personal-data", "{}"]).succeeded();
    assert_eq!(in_a_row(place), 0, "other settings, another chance");
    set(9);
    publish(place);
    assert_eq!(in_a_row(place), 0, "it has worked");
    break_settings(place);
    publish(place);
    let plugin = shown(place, "mask-personal-data");
    assert_eq!((&plugin["state"], &plugin["failures_in_a_row"]), (&json!("active"), &json!(1)), "{plugin}");
}

#[test]
fn a_watching_command_ends_the_row_of_others() {
    let place = Place::new();
    let receiver = crate::receiver::Receiver::answering("200 OK", "", b"");
    place.webhook(&receiver.url(), &["order.*"]);
    install(&place, "every-hook", &["--activate"]);
    let mut watching = Background::start(place.command(&["deliver", "--allow-local", "--json", "--watch"], &[]));
    // It has loaded the plugin, which by then has not failed.
    place.run(&["publish", "order.created", "--sample"]).succeeded();
    receiver.received();
    let database = rusqlite::Connection::open(place.database()).unwrap();
    database.busy_timeout(PATIENCE).unwrap();
    let until = Instant::now() + PATIENCE;
    let mut ended = false;
    while !ended && Instant::now() < until {
        database.execute("UPDATE hookwright_plugins SET failures_in_a_row = 7", []).unwrap();
        // Held, so that this command does not ask the plugin itself: only the watching one can end the row.
        place.run(&["deliveries", "list"]).succeeded();
        let id = text(&place.json(&["deliveries", "list"])["items"][0]["id"]);
        place.run(&["deliveries", "redeliver", &id]).succeeded();
        receiver.received();
        let look = Instant::now() + Duration::from_secs(5);
        while !ended && Instant::now() < look {
            ended = shown(&place, "every-hook")["failures_in_a_row"] == 0;
        }
    }
    assert!(ended, "the row goes on although the plugin works");
    watching.signal("TERM");
    assert!(watching.ended().success());
}

#[test]
fn failures_and_lines_of_all_processes_are_shown_in_order_with_their_event() {
    let shop = failing();
    let Shop { place, .. } = &shop;
    let Shop { receiver, .. } = &shop;
    install(place, "every-hook", &["--activate"]);
    place.run(&["plugins", "logs"]).succeeded().says(&["Nothing has been logged"]);
    place.run(&["plugins", "logs", "mask-personal-data"]).succeeded().says(&["Nothing has been logged"]);
    place.run(&["plugins", "logs", "nothing"]).failed(&["there is no plugin nothing"]);
    (0..2).for_each(|_| publish(place));
    place.run(&["--allow-local", "deliver"]).succeeded().prints(&["2 delivered"]);
    (0..2).for_each(|_| drop(receiver.received()));

    let all = logs(place, &[]);
    assert!(all.is_sorted_by_key(|line| line["at"].as_i64()), "{all:?}");
    let failures: Vec<&Value> = all.iter().filter(|line| line["kind"] == "failure").collect();
    let first = failures[0];
    assert_eq!(failures.len(), 2);
    assert_eq!((&first["hook"], &first["topic"]), (&json!("filter-payload"), &json!("order.created")), "{first}");
    assert!(text(&first["event_id"]).starts_with("evt_") && text(&first["message"]).contains("`hash_key`"), "{first}");
    assert_ne!(first["process"], failures[1]["process"]);
    let told = all.iter().find(|line| line["hook"] == "after-delivery").unwrap();
    assert_eq!((&told["plugin"], &told["kind"]), (&json!("every-hook"), &json!("log")), "{told}");
    assert!(text(&told["delivery_id"]).starts_with("dlv_"), "{told}");
    // Nothing of the data is in it.
    assert!(!all.iter().any(|line| line.to_string().contains("ines@example.com")), "{all:?}");

    assert_eq!(logs(place, &["mask-personal-data", "--limit", "1"]).len(), 1);
    assert!(logs(place, &["--level", "error"]).iter().all(|line| line["level"] == "error"));
    let human = place.run(&["plugins", "logs", "mask-personal-data"]).succeeded();
    human.prints(&["error  mask-personal-data  failed: ", "`hash_key`", "[filter-payload order.created evt_"]);
    place.run(&["plugins", "show", "mask-personal-data"]).succeeded().prints(&["hookwright plugins logs mask"]);

    place.run(&["plugins", "deactivate", "mask-personal-data"]).succeeded();
    place.run(&["plugins", "uninstall", "mask-personal-data"]).succeeded().prints(&["its log are gone"]);
    assert!(logs(place, &[]).iter().all(|line| line["plugin"] == "every-hook"));
}

#[test]
fn a_failure_of_an_event_that_was_refused_is_there() {
    let shop = Shop::with("mask-personal-data", "order.*");
    let Shop { place, .. } = &shop;
    break_settings(place);
    place.write("data", ORDER);
    // It fails closed, so that nothing of the publish is stored.
    place.run(&["publish", "order.created", "--data", "data"]).failed(&["nothing is sent without plugin"]);
    assert_eq!(place.json(&["deliveries", "list"])["total"], 0);
    let all = logs(place, &["mask-personal-data"]);
    assert_eq!((all.len(), &all[0]["kind"]), (1, &json!("failure")), "{all:?}");
}

#[test]
fn new_lines_are_followed_until_the_end() {
    let shop = failing();
    let Shop { place, .. } = &shop;
    publish(place);
    let follow = ["--json", "plugins", "logs", "--follow", "--limit", "1"];
    let mut following = Background::start(place.command(&follow, &[]));
    let first = following.json();
    assert_eq!(first["kind"], "failure", "{first}");
    publish(place);
    let second = following.json();
    assert_eq!(second["kind"], "failure", "{second}");
    assert_ne!(first["event_id"], second["event_id"]);
    following.signal("TERM");
    assert!(following.ended().success());
}
