//! `topics`

use serde_json::{Value, json};

use crate::place::{Place, text};

fn names(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|topic| text(&topic["name"])).collect()
}

#[test]
fn all_topics_are_listed_over_all_pages() {
    let place = Place::new();
    let all = place.json(&["topics"]);
    let names = names(&all);
    assert!(names.len() > 100, "{}", names.len());
    assert_eq!(all["total"], names.len());
    for topic in ["payment_received", "order.created", "webhook.disabled"] {
        assert!(names.iter().any(|name| name == topic), "{topic}");
    }
    let table = place.run(&["topics"]).succeeded();
    assert_eq!(table.stdout.lines().count(), names.len() + 1);
    assert!(table.stdout.starts_with("TOPIC "), "{table}");
}

#[test]
fn filters_narrow_the_list() {
    let place = Place::new();
    assert_eq!(names(&place.json(&["topics", "list", "--source", "easy-lms"])).len(), 3);
    assert_eq!(names(&place.json(&["topics", "--search", "PAYMENT_FAILED"])), ["payment_failed"]);
    let orders = place.json(&["topics", "--group", "order", "--source", "woocommerce"]);
    assert!(names(&orders).iter().all(|name| name.starts_with("order.")) && orders["total"] != 0, "{orders}");
    place.run(&["topics", "--search", "no such thing"]).succeeded().says(&["No topic is like that"]);
}

#[test]
fn a_topic_is_shown_with_its_sample() {
    let place = Place::new();
    let human = place.run(&["topics", "show", "payment_received"]).succeeded();
    human.prints(&["Topic ", "payment_received", "Title ", "Sample\n  {\n    \"payment_id\""]);
    let topic = place.json(&["topics", "show", "payment_received"]);
    assert_eq!(topic["name"], "payment_received");
    assert!(topic["sample"].is_object() && topic["schema"].is_null(), "{topic}");
}

#[test]
fn own_topics_are_registered_shown_replaced_and_removed() {
    let place = Place::new();
    place.write("schema.json", r#"{ "type": "object" }"#);
    place.write("sample.json", "{\n  \"b\": 1.50,\n  \"a\": 12345678901234567890\n}\n");
    let register = ["topics", "register", "course.done", "--schema", "schema.json", "--sample", "sample.json"];
    place.run(&register).succeeded().prints(&["course.done", "custom", "Schema\n", "\"b\": 1.50"]);
    let topic = place.json(&["topics", "show", "course.done"]);
    assert_eq!((&topic["title"], &topic["schema"]), (&json!("course done"), &json!({ "type": "object" })));
    // Numbers and their order are as they were written.
    let exact = place.run(&["--json", "topics", "show", "course.done"]);
    exact.prints(&[r#""sample":{"b":1.50,"a":12345678901234567890}"#]);

    place.run(&["topics", "register", "course.done", "--title", "Done"]).succeeded();
    assert_eq!(place.json(&["topics", "--source", "custom"])["items"][0]["title"], "Done");
    place.run(&["topics", "unregister", "course.done"]).succeeded().prints(&["course.done"]);
    place.run(&["topics", "show", "course.done"]).failed(&["there is no topic course.done", "hint: "]);
}

#[test]
fn built_in_topics_stay() {
    let place = Place::new();
    place.run(&["topics", "register", "order.created"]).failed(&["built in"]);
    place.run(&["topics", "unregister", "order.created"]).failed(&["built in"]);
}

#[test]
fn options_of_the_list_are_refused_elsewhere() {
    let place = Place::new();
    place.run(&["topics", "--search", "x", "show", "order.created"]).failed(&["--search", "topics list"]);
    place.run(&["topics", "--json", "show", "order.created"]).succeeded().json();
}

#[test]
fn the_catalogue_is_exported_in_every_format() {
    let place = Place::new();
    let export = |rest: &[&str]| place.run(&[&["topics", "export", "--format"], rest].concat());
    let data = export(&["json", "--source", "easy-lms"]).succeeded().json();
    assert_eq!(data["topics"].as_array().unwrap().len(), 3);
    assert!(export(&["json-schema"]).succeeded().json()["$defs"]["OrderCreatedData"].is_object());
    assert!(export(&["asyncapi"]).succeeded().json()["channels"]["OrderCreated"].is_object());
    assert!(export(&["openapi", "--group", "order"]).succeeded().json()["webhooks"]["order.created"].is_object());
    export(&["markdown"]).succeeded().prints(&["### `order.created`"]);
    let written = export(&["typescript", "--output", "topics.ts"]).succeeded();
    assert_eq!(written.stdout, "");
    let code = std::fs::read_to_string(place.path("topics.ts")).unwrap();
    assert!(code.contains("export interface OrderCreatedEvent {"), "{code}");
    export(&["json", "--output", "no/such/folder.json"]).failed(&["no/such/folder.json"]);
}

#[test]
fn own_topics_are_exported() {
    let place = Place::new();
    place.write("sample.json", r#"{"n":12345678901234567890123}"#);
    place.run(&["topics", "register", "course.done", "--sample", "sample.json"]).succeeded();
    let export = ["topics", "export", "--format", "json", "--source", "custom"];
    place.run(&export).succeeded().prints(&["course.done", "\"n\": 12345678901234567890123"]);
}
