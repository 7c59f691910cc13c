//! What is set for topics and accounts, and `explain`.

use serde_json::json;

use crate::place::{Place, text};

const SCHEMA: &str = r#"{"type":"object","required":["total"],"properties":{"total":{"type":"integer"}}}"#;

#[test]
fn settings_of_a_topic_are_shown_and_changed() {
    let place = Place::new();
    place.run(&["topics", "settings", "order.created"]).succeeded().prints(&["Validation", "off"]);
    assert_eq!(place.files(), [""; 0], "looking makes no database");
    let change = ["topics", "settings", "order.created", "--dedupe", "10m", "--keep-payloads", "90d"];
    let settings = place.json(&change);
    assert_eq!(settings["dedupe_window"], 600_000);
    assert_eq!(settings["keep_payloads"], 90 * 86_400_000_i64);
    let old = ["topics", "settings", "order.created", "--deprecated", "gone soon", "--replaced-by", "order.updated"];
    place.run(&old).succeeded().prints(&["10m", "90d", "gone soon", "order.updated"]);
    place.run(&["topics", "show", "order.created"]).succeeded().prints(&["Deprecated   gone soon"]);
    let published = place.run(&["publish", "order.created", "--sample"]).succeeded();
    published.says(&["Warning: topic order.created is deprecated: gone soon; use order.updated"]);
    let again = place.run(&["publish", "order.created", "--sample"]).succeeded();
    again.prints(&["stored before with the same data"]);
    place.run(&["topics", "settings", "order.created", "--not-deprecated", "--dedupe", "0s"]).succeeded();
    assert_eq!(place.json(&["topics", "show", "order.created"])["deprecated"], json!(null));
    place
        .run(&["topics", "settings", "order.created", "--dedupe", "30d"])
        .failed(&["--dedupe: ", "7 days are the most"]);
    place.run(&["topics", "register", "my.bare"]).succeeded();
    place.run(&["topics", "settings", "my.bare", "--validation", "enforce"]).failed(&["has no schema"]);
}

#[test]
fn a_schema_is_enforced() {
    let place = Place::new();
    place.write("schema.json", SCHEMA);
    place.run(&["topics", "register", "my.order", "--schema", "schema.json"]).succeeded();
    place.run(&["topics", "settings", "my.order", "--validation", "warn"]).succeeded();
    let publish = ["publish", "my.order", "--data", "-"];
    let warned = place.run_with(&publish, &[], b"{}").succeeded();
    warned.says(&["Warning: data: "]);
    place.run(&["topics", "settings", "my.order", "--validation", "enforce"]).succeeded();
    place.run_with(&publish, &[], br#"{"total":"many"}"#).failed(&["data/total"]);
    let explained = place.run_with(&["explain", "my.order", "--data", "-"], &[], b"{}").succeeded();
    explained.prints(&["The event would be refused:", "total"]);
}

#[test]
fn limits_of_an_account_are_set_shown_and_removed() {
    let place = Place::new();
    place.run(&["accounts", "limits", "set", "acme"]).failed(&["give a limit"]);
    let set = ["accounts", "limits", "set", "acme", "--max-webhooks", "1", "--max-events-per-day", "1"];
    place.run(&set).succeeded().prints(&["0 of 1"]);
    let create = ["webhooks", "create", "--url", "https://a.example/", "--account", "acme"];
    place.run(&create).succeeded();
    place.run(&create).failed(&["account acme has 1 webhooks and may have 1"]);
    let publish = ["publish", "order.created", "--sample", "--account", "acme"];
    place.run(&publish).succeeded();
    assert_eq!(place.run(&[&["--json"], &publish[..]].concat()).error()["kind"], "forbidden");
    let usage = place.json(&["accounts", "limits", "set", "acme", "--max-events-per-day", "none"]);
    assert_eq!((&usage["max_events_per_day"], &usage["max_webhooks"]), (&json!(null), &json!(1)), "others stay");
    place.run(&publish).succeeded();
    let closed = place.json(&["accounts", "limits", "set", "acme", "--webhooks", "no"]);
    assert_eq!(closed["webhooks_allowed"], false);
    place.run(&publish).succeeded().prints(&["to 0 webhooks"]);
    place.run(&["accounts", "limits", "show", "acme"]).succeeded().prints(&["Webhooks allowed  no"]);
    place.run(&["accounts", "limits", "remove", "acme"]).succeeded();
    place.run(&["accounts", "limits", "show", "acme"]).failed(&["there is no limit for account acme"]);
}

#[test]
fn an_event_is_explained() {
    let place = Place::new();
    let wanting = place.webhook("https://a.example/", &["order.*"]);
    let other = place.webhook("https://b.example/", &["payment_received"]);
    let explained = place.run(&["explain", "order.created"]).succeeded();
    explained.prints(&["The event would be stored", &wanting, "yes", &other, "not among the webhook's topics"]);
    let document = place.json(&["explain", "order.created"]);
    assert_eq!(document["webhooks"]["total"], 2);
    let webhooks = document["webhooks"]["items"].as_array().unwrap();
    let found = webhooks.iter().find(|webhook| text(&webhook["id"]) == other).unwrap();
    assert_eq!((&found["receives"], &found["obstacles"][0]["code"]), (&json!(false), &json!("topic")));
    place.run(&["explain", "order.creatd"]).succeeded().prints(&["refused", "did you mean order.created?"]);
    assert_eq!(place.json(&["deliveries", "list"])["total"], 0, "nothing is stored");
}
