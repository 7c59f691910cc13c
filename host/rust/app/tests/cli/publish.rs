//! `publish` of one event.

use serde_json::json;

use crate::place::{Place, text};

#[test]
fn a_sample_goes_to_the_webhooks_that_want_it() {
    let place = Place::new();
    place.webhook("https://a.example/", &["order.*"]);
    place.webhook("https://b.example/", &["payment_received"]);
    let published = place.run(&["publish", "order.created", "--sample"]).succeeded();
    published.prints(&["evt_", "order.created to 1 webhook\n"]).says(&["hookwright deliver"]);
    let published = place.run(&["publish", "site_published", "--sample"]).succeeded();
    published.prints(&["to 0 webhooks"]).says(&["No active webhook wants site_published"]);
}

#[test]
fn data_is_read_from_a_file_or_standard_input_and_kept_as_written() {
    let place = Place::new();
    place.webhook("https://a.example/", &[]);
    let data = "{ \"z\": 1.50,\n \"a\": 12345678901234567890 }";
    place.write("order.json", data);
    let receipt = place.json(&["publish", "order.created", "--data", "order.json"]);
    assert_eq!((&receipt["deliveries"], &receipt["replayed"]), (&json!(1), &json!(false)));
    place.run_with(&["publish", "order.created", "--data", "-"], &[], data.as_bytes()).succeeded();
    let list = place.json(&["deliveries", "list"]);
    assert_eq!(list["total"], 2);
    for delivery in list["items"].as_array().unwrap() {
        let payload = text(&place.json(&["deliveries", "show", &text(&delivery["id"])])["payload"]);
        assert!(payload.ends_with(r#""data":{"z":1.50,"a":12345678901234567890}}"#), "{payload}");
    }
}

#[test]
fn the_same_key_stores_nothing_new() {
    let place = Place::new();
    place.webhook("https://a.example/", &[]);
    let publish = ["publish", "order.created", "--sample", "--key", "order-1"];
    let first = place.json(&publish);
    let second = place.json(&publish);
    assert_eq!((&second["event_id"], &second["replayed"]), (&first["event_id"], &json!(true)));
    place.run(&publish).succeeded().prints(&["stored before with this key"]);
    let other = place.run_with(&["publish", "order.created", "--data", "-", "--key", "order-1"], &[], b"{}");
    other.failed(&["the key was used for an event with another topic or other data"]);
    assert_eq!(place.json(&["deliveries", "list"])["total"], 1);
}

#[test]
fn account_and_time_go_with_the_event() {
    let place = Place::new();
    place.run(&["webhooks", "create", "--url", "https://a.example/", "--account", "shop-1"]).succeeded();
    let publish = ["publish", "order.created", "--sample", "--occurred-at", "2025-11-21T20:16:05Z"];
    assert_eq!(place.json(&publish)["deliveries"], 0);
    assert_eq!(place.json(&[&publish[..], &["--account", "shop-1"]].concat())["deliveries"], 1);
    let delivery = place.json(&["deliveries", "list", "--account", "shop-1"])["items"][0].clone();
    assert_eq!(delivery["account"], "shop-1");
    let payload = text(&place.json(&["deliveries", "show", &text(&delivery["id"])])["payload"]);
    assert!(payload.contains("2025-11-21T20:16:05"), "{payload}");
}

#[test]
fn usage_errors_have_exit_code_2() {
    let place = Place::new();
    for arguments in [
        &["publish", "order.created"][..],
        &["publish", "order.created", "--sample", "--data", "-"],
        &["publish", "order.created", "--sample", "--lines"],
        &["publish", "order.created", "--sample", "--occurred-at", "yesterday"],
        &["publich"],
    ] {
        place.run(arguments).ended_with(2).says(&["error: "]);
    }
    assert_eq!(place.files(), [""; 0]);
}
