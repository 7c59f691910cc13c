//! `publish --lines`

use std::fmt::Write as _;
use std::io::Write as _;

use serde_json::json;

use crate::place::{Place, Ran};

const PUBLISH: [&str; 5] = ["publish", "order.created", "--lines", "--data", "orders.ndjson"];

#[test]
fn each_line_is_an_event() {
    let place = Place::new();
    place.webhook("https://a.example/", &[]);
    let mut lines = String::new();
    (0..1_200).for_each(|id| writeln!(lines, "{{\"id\":{id}}}\n").unwrap());
    place.write("orders.ndjson", lines);
    place.run(&PUBLISH).succeeded().prints(&["1200 events of order.created, 1200 deliveries\n"]);
    assert_eq!(place.json(&["stats"])["deliveries"]["pending"], 1_200);
}

#[test]
fn a_bad_line_does_not_stop_the_others() {
    let place = Place::new();
    place.webhook("https://a.example/", &[]);
    place.write("orders.ndjson", b"{\"id\":1}\n\n{\"id\":\n\xff\n{\"id\":5}");
    let published = place.run(&PUBLISH).ended_with(1);
    published
        .prints(&["2 events of order.created, 2 deliveries, 2 lines refused"])
        .says(&["orders.ndjson, line 3: data: not JSON", "orders.ndjson, line 4: byte 1 of the line is not UTF-8"]);
    let published = place.run(&[&["--json"], &PUBLISH[..]].concat()).ended_with(1).json();
    let lines: Vec<_> = published["items"].as_array().unwrap().iter().map(|item| item["line"].clone()).collect();
    assert_eq!(lines, [1, 3, 4, 5]);
    assert_eq!((&published["published"], &published["refused"]), (&json!(2), &json!(2)));
    assert_eq!(published["items"][1]["error"]["fields"][0]["field"], "data");
    assert!(published["items"][3]["event_id"].is_string(), "{published}");
}

#[test]
fn with_a_key_a_file_can_be_given_again() {
    let place = Place::new();
    place.webhook("https://a.example/", &[]);
    place.write("orders.ndjson", "{\"id\":1}\n{\"id\":1}\n");
    let publish = [&PUBLISH[..], &["--key", "import-7"]].concat();
    place.run(&publish).succeeded().prints(&["2 events", "2 deliveries"]);
    place.run(&publish).succeeded().prints(&["2 events of order.created (2 stored before)"]);
    assert_eq!(place.json(&["deliveries", "list"])["total"], 2);
}

#[test]
fn nothing_to_publish_is_an_error() {
    let place = Place::new();
    place.write("orders.ndjson", "\n \n");
    place.run(&PUBLISH).failed(&["orders.ndjson", "no line with data"]);
    place.run(&["publish", "nope", "--lines", "--data", "orders.ndjson"]).failed(&["there is no topic nope"]);
}

/// Ctrl-C while the next line is waited for.
#[cfg(unix)]
#[test]
fn ctrl_c_tells_what_is_stored() {
    let place = Place::new();
    place.webhook("https://a.example/", &[]);
    let arguments = ["publish", "order.created", "--lines", "--data", "-"];
    let mut child = place.start(&arguments, &[]);
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"{\"id\":1}\n{\"id\":2}\n").unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while place.json(&["stats"])["deliveries"]["pending"] != 2 {
        assert!(std::time::Instant::now() < deadline, "the lines were not stored while the stream was open");
    }
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let ran = Ran::of(&arguments, child.wait_with_output().unwrap()).ended_with(130);
    ran.prints(&["2 events"]).says(&["error: interrupted", "all up to line 2 is done"]);
    drop(stdin);
    assert_eq!(place.json(&["stats"])["deliveries"]["pending"], 2);
}
