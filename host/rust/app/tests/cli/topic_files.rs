//! Plugins without code: JSON and TOML files of topics, from the file to an event that arrives.

use std::fs::{self, File};
use std::path::Path;

use serde_json::{Value, json};

use crate::place::{Place, text};
use crate::plugins::{Shop, built, same, shown};

/// The example of the guide.
fn example() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../guest/plugins/e-learning.toml");
    path.into_os_string().into_string().unwrap()
}

/// A file with one topic, in JSON.
fn one_topic(name: &str, version: &str, topic: &str, more: &Value) -> String {
    let mut object = json!({ "name": topic, "title": "A topic" });
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "name": name, "version": version, "topics": [object] }).to_string()
}

#[test]
fn its_topics_are_in_the_catalogue_while_it_is_active_and_its_events_arrive() {
    let shop = Shop::with_file(&example(), "lesson.*");
    let Shop { place, .. } = &shop;
    let plugin = shown(place, "e-learning");
    assert_eq!((&plugin["state"], &plugin["description"]["kind"]), (&json!("active"), &json!("topics")));
    place.run(&["plugins", "list"]).succeeded().prints(&["e-learning", "1.0.0", "active", "learning platform"]);
    let human = place.run(&["plugins", "show", "e-learning"]).succeeded();
    human.prints(&["course.enrolled, lesson.completed, quiz.passed, certificate.issued", "it takes none"]);
    let topic = place.json(&["topics", "show", "lesson.completed"]);
    assert_eq!((&topic["sources"], &topic["group"]), (&json!(["extension:e-learning"]), &json!("E-learning")));
    assert_eq!(place.json(&["topics", "--source", "extension:e-learning"])["total"], 4);

    place.run(&["publish", "lesson.completed", "--sample"]).succeeded();
    let expected = r#"{"course_id":31,"lesson":{"id":404,"title":"Sourdough"},"learner_id":877,"progress":0.25,
        "completed_at":"2026-03-05T18:40:12Z"}"#;
    assert!(same(&shop.delivers(), expected));

    place.run(&["plugins", "deactivate", "e-learning"]).succeeded();
    place.run(&["topics", "show", "lesson.completed"]).failed(&["there is no topic"]);
    place.run(&["publish", "lesson.completed", "--sample"]).failed(&["lesson.completed"]);
    place.run(&["plugins", "uninstall", "e-learning"]).succeeded();
    assert_eq!(fs::read_dir(place.path("hookwright.db.plugins")).unwrap().count(), 0);
}

#[test]
fn it_is_checked_and_tried_without_being_installed() {
    let place = Place::new();
    let human = place.run(&["plugins", "check", &example()]).succeeded();
    human.prints(&["e-learning", "a file of topics has no code", "quiz.passed", "satisfies the schema"]);
    let checked = place.json(&["plugins", "check", &example()]);
    let topics = checked["topics"].as_array().unwrap();
    assert!(topics.len() == 4 && topics.iter().all(|topic| topic["sample"] == "fits"), "{topics:?}");
    place.run(&["plugins", "test", &example()]).succeeded().prints(&["certificate.issued", "satisfies the schema"]);
    let tried = place.json(&["plugins", "test", &example()]);
    assert_eq!((&tried["fine"], tried["topics"].as_array().unwrap().len()), (&json!(true), 4));

    let wrong = json!({ "schema": { "type": "object" }, "sample": [1] });
    place.write("wrong.json", one_topic("wrong", "1.0.0", "a.b", &wrong));
    place.run(&["plugins", "test", "wrong.json"]).ended_with(1).prints(&["a.b", "its sample violates its schema"]);
    place.run(&["plugins", "check", "wrong.json"]).ended_with(1).prints(&["a.b", "its sample violates its schema"]);
    assert_eq!(place.files(), ["wrong.json"]);
}

#[test]
fn an_upgrade_in_another_form_can_be_rolled_back() {
    let place = Place::new();
    let first = "name = 'blog'\nversion = '1.0.0'\n[[topics]]\nname = 'guide.written'\ntitle = 'Written'\n";
    place.write("topics.toml", first);
    place.json(&["plugins", "install", "topics.toml", "--activate"]);
    place.write("topics.json", one_topic("blog", "1.1.0", "guide.printed", &json!({ "sample": { "n": 1 } })));
    place.run(&["plugins", "install", "topics.json"]).succeeded().says(&["Version 1.0.0 was replaced by 1.1.0"]);
    place.run(&["topics", "show", "guide.printed"]).succeeded();
    place.run(&["topics", "show", "guide.written"]).failed(&["there is no topic"]);
    place.run(&["plugins", "roll-back", "blog"]).succeeded();
    place.run(&["topics", "show", "guide.written"]).succeeded();
    let plugin = shown(&place, "blog");
    assert_eq!((&plugin["version"], &plugin["previous_version"]), (&json!("1.0.0"), &json!("1.1.0")));

    // A component of the name takes its place, and a file that is not there or was changed is told as such.
    let file = place.path("hookwright.db.plugins").join(format!("{}.topics", text(&plugin["hash"])));
    assert_eq!(fs::read_to_string(&file).unwrap(), first);
    fs::write(&file, "name = 'other'").unwrap();
    place.run(&["topics"]).succeeded().says(&["Plugin blog does not take part", "is damaged"]);
    place.run(&["plugins", "install", "topics.toml"]).succeeded();
    place.run(&["topics", "show", "guide.written"]).succeeded();
}

#[test]
fn bad_files_are_refused_by_file_topic_and_field() {
    let place = Place::new();
    let toml = |more: &str| format!("name = 'a'\nversion = '1.0.0'\n[[topics]]\nname = 'guide.written'\n{more}");
    let json = |more: Value| one_topic("a", "1.0.0", "guide.written", &more);
    for (name, content, words) in [
        ("line.json", "{\n\"name\": \"a\",\n\"version\": }".to_owned(), &["line 3, column 12", "not JSON"][..]),
        ("line.toml", toml("title = 'x"), &["line 5, column", "not TOML"]),
        ("title.toml", toml(""), &["topics[0] (guide.written).title", "missing"]),
        ("field.toml", toml("title = 'x'\nsampel = 1"), &["(guide.written).sampel", "name, title, description"]),
        ("name.json", one_topic("a b", "1.0.0", "a.b", &json!({})), &["name: "]),
        ("version.json", one_topic("a", "one", "a.b", &json!({})), &["version: ", "semantic version"]),
        ("topic.json", one_topic("a", "1.0.0", "a b", &json!({})), &["topics[0] (a b).name"]),
        ("own.json", one_topic("a", "1.0.0", "webhook.ping", &json!({})), &["webhook.ping", "Hookwright's own"]),
        ("builtin.json", one_topic("a", "1.0.0", "order.created", &json!({})), &["topic order.created is built in"]),
        ("sample.json", json(json!({ "schema": { "type": "string" }, "sample": 1 })), &["guide.written", "violates"]),
        ("schema.json", json(json!({ "schema": { "type": "colour" } })), &["guide.written", "/type: expected"]),
        ("keyword.json", json(json!({ "schema": { "$dynamicRef": "#a" } })), &["guide.written", "$dynamicRef"]),
        ("text.toml", "order.created".to_owned(), &["a text file", "a JSON or TOML file of topics"]),
        ("large.toml", format!("name = '{}'", "x".repeat(5 << 20)), &["4194304 is the most"]),
    ] {
        place.write(name, content);
        let ran = place.run(&["plugins", "install", name]).failed(&[&[name], words].concat());
        assert!(ran.stderr.len() < 2_000, "{ran}");
    }
    // It has a length and no bytes on the disk.
    File::create(place.path("huge.json")).unwrap().set_len(200_000_000).unwrap();
    place.run(&["plugins", "install", "huge.json"]).failed(&["huge.json", "larger than 64 MiB"]);
    assert_eq!(place.json(&["plugins", "list"])["total"], 0);
}

#[test]
fn a_topic_has_one_owner_whatever_the_kind() {
    let place = Place::new();
    place.json(&["plugins", "install", &built("booking")]);
    place.write("same.json", one_topic("same", "1.0.0", "reservation.confirmed", &json!({})));
    let refused = place.run(&["plugins", "install", "same.json"]);
    refused.failed(&["same.json", "topic reservation.confirmed belongs to plugin booking"]);
    place.run(&["plugins", "uninstall", "booking"]).succeeded();
    place.run(&["plugins", "install", "same.json"]).succeeded();
    let refused = place.run(&["plugins", "install", &built("booking")]);
    refused.failed(&["booking.wasm", "topic reservation.confirmed belongs to plugin same"]);
}
