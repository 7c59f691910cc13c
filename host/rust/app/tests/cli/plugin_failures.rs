//! What becomes of events when a plugin fails, or cannot be had.

use std::fs;

use serde_json::{Value, json};

use crate::place::text;
use crate::plugins::{MASKED, ORDER, Shop, install, kept, same, shown};

#[test]
fn a_plugin_that_keeps_failing_is_deactivated_with_its_reason() {
    let shop = Shop::with("mask-personal-data", "order.*");
    let Shop { place, .. } = &shop;
    install(place, "mask-personal-data", &["--policy", "fail-open"]);
    // A hash needs a key, which the plugin's schema does not say.
    place.run(&["plugins", "settings", "mask-personal-data", r#"{"mode":"hash"}"#]).succeeded();
    place.write("orders", format!("{ORDER}\n").repeat(12));
    let publish = ["publish", "order.created", "--data", "orders", "--lines"];
    place.run(&publish).succeeded().says(&["Plugin mask-personal-data is deactivated", "`hash_key`"]);
    let plugin = shown(place, "mask-personal-data");
    assert_eq!((&plugin["state"], &plugin["failures"]), (&json!("inactive"), &json!(10)), "{plugin}");
    let reason = text(&plugin["deactivated_reason"]);
    assert!(reason.starts_with("it failed 10 times in a row") && reason.contains("`hash_key`"), "{reason}");
    let human = place.run(&["plugins", "show", "mask-personal-data"]).succeeded();
    human.prints(&["Deactivated because", "Last failure"]);

    // With settings that work it is as good as new.
    place.run(&["plugins", "settings", "mask-personal-data", "{}"]).succeeded();
    place.run(&["plugins", "activate", "mask-personal-data"]).succeeded();
    let plugin = shown(place, "mask-personal-data");
    assert_eq!((&plugin["failures"], &plugin["deactivated_reason"]), (&json!(0), &Value::Null), "{plugin}");
    let items = place.json(&["deliveries", "list", "--per-page", "1"]);
    assert_eq!(items["total"], 12);
}

#[test]
fn events_of_a_failed_plugin_that_fails_closed_wait_for_a_person() {
    let shop = Shop::with("mask-personal-data", "order.*");
    let Shop { place, .. } = &shop;
    place.run(&["plugins", "settings", "mask-personal-data", r#"{"mode":"hash"}"#]).succeeded();
    place.write("orders", format!("{ORDER}\n").repeat(12));
    let ran = place.run(&["--json", "publish", "order.created", "--data", "orders", "--lines"]).ended_with(1);
    assert_eq!((&ran.json()["published"], &ran.json()["refused"]), (&json!(0), &json!(12)), "{ran}");
    assert_eq!(shown(place, "mask-personal-data")["state"], "inactive");

    place.write("data", ORDER);
    let publish = ["publish", "order.created", "--data", "data"];
    place.run(&publish).failed(&["nothing is sent without plugin `mask-personal-data`"]);
    place.run(&["plugins", "deactivate", "mask-personal-data"]).succeeded();
    place.run(&publish).succeeded();
}

#[test]
fn without_its_file_a_plugin_is_missed_as_its_policy_says() {
    let shop = Shop::with("mask-personal-data", "order.*");
    let Shop { place, .. } = &shop;
    place.write("data", ORDER);
    let publish = ["publish", "order.created", "--data", "data"];
    let file = kept(place, &shown(place, "mask-personal-data"));
    let whole = fs::read(&file).unwrap();
    for damage in ["missing", "damaged"] {
        match damage {
            "missing" => fs::remove_file(&file).unwrap(),
            _ => fs::write(&file, &whole[1..]).unwrap(),
        }
        let told = format!("is {damage}");
        let refused = place.run(&publish).ended_with(1);
        refused.says(&["without plugin `mask-personal-data`", &told, "plugins deactivate"]);
        place.run(&["topics"]).succeeded().says(&["Plugin mask-personal-data does not take part", &told]);
        place.run(&["plugins", "show", "mask-personal-data"]).succeeded().says(&[&told]);
        place.run(&["plugins", "activate", "mask-personal-data"]).ended_with(1).says(&[&told, "install it again"]);
    }
    install(place, "mask-personal-data", &["--policy", "fail-open"]);
    fs::remove_file(&file).unwrap();
    place.run(&publish).succeeded().says(&["does not take part"]);
    // It is enough to give the file again.
    install(place, "mask-personal-data", &[]);
    assert_eq!(shown(place, "mask-personal-data")["policy"], "fail-open");
    place.run(&["--allow-local", "deliver"]).succeeded().prints(&["1 delivered"]);
    shop.receiver.received();
    shop.publish("order.created", ORDER);
    assert!(same(&shop.delivers(), MASKED));
}
