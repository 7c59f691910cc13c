//! `hookwright plugins check` and `hookwright plugins test`.

use std::fs;

use serde_json::json;

use crate::place::Place;
use crate::plugins::{built, install};

#[test]
fn authors_are_told_what_a_plugin_is() {
    let place = Place::new();
    let human = place.run(&["plugins", "check", &built("booking")]).succeeded();
    human.prints(&[
        "booking",
        " at least",
        "build-payload",
        "nothing beyond environment and settings",
        "satisfies the schema",
    ]);
    let checked = place.json(&["plugins", "check", &built("booking")]);
    assert_eq!((&checked["fine"], &checked["name"]), (&json!(true), &json!("booking")));
    let least = checked["least_memory_bytes"].as_u64().unwrap();
    assert!(least >= 65_536 && least.is_multiple_of(65_536) && least < 4_000_000, "{least}");
    let topics = checked["topics"].as_array().unwrap();
    assert!(topics.len() == 7 && topics.iter().all(|topic| topic["sample"] == "fits"), "{topics:?}");
    assert!(place.files().is_empty(), "{:?}", place.files());
}

#[test]
fn a_sample_that_violates_its_schema_is_refused() {
    let place = Place::new();
    // A currency of digits, which that of the samples is not.
    let (pattern, other) = (b"^[A-Z]{3}$", b"^[0-9]{3}$");
    let mut bytes = fs::read(built("booking")).unwrap();
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(pattern)).collect();
    assert!(!places.is_empty());
    places.iter().for_each(|at| bytes[*at..*at + other.len()].copy_from_slice(other));
    place.write("wrong.wasm", bytes);
    let checked = place.run(&["plugins", "check", "wrong.wasm"]).ended_with(1);
    checked.prints(&["reservation.confirmed", "its sample violates its schema", "currency"]);
    let words = ["wrong.wasm", "its sample violates its schema", "hint: `hookwright plugins check FILE`"];
    place.run(&["plugins", "install", "wrong.wasm"]).failed(&words);
    assert_eq!(place.files(), ["wrong.wasm"]);
}

#[test]
fn authors_call_hooks_and_see_what_comes_out() {
    let place = Place::new();
    let file = built("every-hook");
    let human = place.run(&["plugins", "test", &file]).succeeded();
    human.prints(&[
        "build-payload  every_hook.called  not called: give what",
        "filter-payload  every_hook.called  ",
        "true",
        "X-Every-Hook",
        "info: evt_test: delivered",
        " KiB",
    ]);
    place.write("data", r#"{ "a": 1.50 }"#);
    let build = ["plugins", "test", &file, "--hook", "build-payload", "--data", "data"];
    let tried = place.json(&build);
    let item = &tried["items"][0];
    assert_eq!(item["output"], json!({ "built": { "a": 1.5 }, "topic": "every_hook.called" }), "{item}");
    assert!(item["peak_memory_bytes"].as_u64() > Some(0) && item["error"].is_null(), "{item}");

    place
        .run(&["plugins", "test", &file, "--hook", "build-payload"])
        .failed(&["--data", "what the application publishes"]);
    let filter = ["plugins", "test", &file, "--hook", "filter-payload", "--topic", "order.created"];
    let refuse = [&filter[..], &["--settings", r#"{"refuse":"order.created"}"#]].concat();
    place.run(&refuse).ended_with(1).prints(&["it refuses the event", "the settings refuse order.created"]);
    place.run(&["plugins", "test", &file, "--hook", "filter"]).ended_with(2).says(&["filter-payload"]);
}

#[test]
fn an_installed_plugin_is_tried_with_its_settings() {
    let place = Place::new();
    place.run(&["plugins", "test", "every-hook"]).failed(&["there is no database"]);
    install(&place, "every-hook", &[]);
    place.run(&["plugins", "settings", "every-hook", r#"{"mark":"m"}"#]).succeeded();
    let tried = place.json(&["plugins", "test", "every-hook", "--hook", "filter-payload"]);
    assert_eq!(tried["items"][0]["output"]["mark"], "m", "{tried}");
    place.run(&["plugins", "test", "every"]).failed(&["there is no plugin every"]);
}
