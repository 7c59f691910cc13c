use proptest::prelude::*;

use super::*;

const TOML: &str = r#"
# Comments are fine.
name = "e-learning"
version = "1.0.0"
summary = "Courses."

[[topics]]
name = "course.enrolled"
title = "Enrolled"
group = "Courses"
schema = { type = "object", required = ["id"] }

[topics.sample]
id = 7
at = 2026-12-04T14:00:00Z
price = 19.5
"#;

fn refused(text: &str) -> String {
    assert!(is_meant(text.as_bytes()), "{text}");
    read(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn both_forms_give_one_description() {
    let json = r#"{"name":"e-learning","version":"1.0.0","summary":"Courses.","topics":[{"name":"course.enrolled",
        "title":"Enrolled","group":"Courses","schema":{"type":"object","required":["id"]},
        "sample":{"id":7,"at":"2026-12-04T14:00:00Z","price":19.5}}]}"#;
    let (one, other) = (read(TOML.as_bytes()).unwrap(), read(json.as_bytes()).unwrap());
    assert_eq!(one, other);
    assert_eq!(one.topics[0].sample.as_deref(), Some(r#"{"id":7,"at":"2026-12-04T14:00:00Z","price":19.5}"#));
    assert_eq!((one.interests.len(), one.settings_schema), (0, None));
    let marked = format!("\u{feff}{json}");
    assert!(is_meant(marked.as_bytes()) && read(marked.as_bytes()).is_ok());
}

#[test]
fn json_values_keep_their_text() {
    let text = r#"{"name":"a","version":"1.0.0","topics":[{"name":"a.b","title":"A","sample":{"b":1.50,"a":1e999}}]}"#;
    let topic = read(text.as_bytes()).unwrap().topics.remove(0);
    assert_eq!(topic.sample.as_deref(), Some(r#"{"b":1.50,"a":1e999}"#));
    assert_eq!((topic.schema, topic.group), (None, String::new()));
}

#[test]
fn other_texts_are_not_meant() {
    for text in ["", "order.created", "<html>", "[1]", "(component)", "names = 1", "a line\nname: x"] {
        assert!(!is_meant(text.as_bytes()), "{text}");
    }
    assert!(!is_meant(b"\xff\xfe{"));
}

#[test]
fn a_syntax_error_has_its_line() {
    assert!(
        refused("{\n  \"name\": \"a\",\n  \"version\" \"1\"\n}").starts_with("line 3, column 13: it is not JSON: ")
    );
    assert!(refused("name = \"a\"\nversion = \n").starts_with("line 2, column 1"));
    assert!(refused("name = \"a\"\nname = \"b\"").starts_with("line 2, column 1: it is not TOML: "));
    let twice = refused("{\"name\":\"a\",\n\"name\":\"b\"}");
    assert!(twice.starts_with("line 2, ") && twice.contains("`name` stands there twice"), "{twice}");
}

#[test]
fn a_wrong_field_is_told_with_its_topic() {
    let topic = |more: &str| refused(&format!("name = \"a\"\nversion = \"1.0.0\"\n[[topics]]\nname = \"a.b\"\n{more}"));
    let enough = "title = \"A\"\n";
    for (text, words) in [
        (refused("name = \"a\"\nversion = \"1.0.0\""), "topics: it is missing"),
        (refused("name = \"a\"\nversion = \"1.0.0\"\ntopics = []"), "topics: write at least one"),
        (refused("name = \"a\"\nversion = \"1.0.0\"\ntopics = 1"), "topics: write a list"),
        (refused("name = \"a\"\nversion = \"1.0.0\"\ntopics = [1]"), "topics[0]: write an object"),
        (refused("name = \"a\"\n[[topics]]\nname = \"a.b\"\ntitle = \"A\""), "version: it is missing"),
        (refused("version = \"1.0.0\"\n[[topics]]\nname = \"a.b\"\ntitle = \"A\""), "name: it is missing"),
        (refused("name = 1\nversion = \"1.0.0\"\n[[topics]]\nname = \"a.b\"\ntitle = \"A\""), "name: write a text"),
        (refused("name = \"a b\"\nversion = \"1.0.0\"\n[[topics]]\nname = \"a.b\"\ntitle = \"A\""), "name: it must"),
        (refused("name = \"a\"\nversion = \"1\"\n[[topics]]\nname = \"a.b\"\ntitle = \"A\""), "version: it is no sem"),
        (
            refused("{\"name\":\"a\",\"version\":\"1.0.0\",\"topic\":[]}"),
            "topic: there is no such field; the fields are",
        ),
        (topic(""), "topics[0] (a.b).title: it is missing"),
        (topic("title = \"\""), "topics[0] (a.b).title: it is empty"),
        (topic("title = 1"), "topics[0] (a.b).title: write a text"),
        (
            topic(&format!("{enough}sampel = 1")),
            "topics[0] (a.b).sampel: there is no such field; the fields of a topic",
        ),
        (topic(&format!("{enough}schema = \"x\"")), "topics[0] (a.b).schema: a JSON Schema is an object"),
        (topic(&format!("{enough}[topics.sample]\na = [inf]")), "topics[0] (a.b).sample.a[0]: JSON has no number inf"),
        (topic(&format!("{enough}[[topics]]\nname = \"a.b\"\n{enough}")), "topics[1] (a.b).name: `a.b` is in the list"),
        (topic(&format!("{enough}[[topics]]\nname = \"a b\"\n{enough}")), "topics[1] (a b).name: `a b` has"),
        (topic(&format!("{enough}[[topics]]\n{enough}")), "topics[1].name: it is missing"),
    ] {
        assert!(text.starts_with(words), "{text}\nnot {words}");
    }
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(DESCRIPTION_CAP_BYTES));
    assert!(refused(&large).contains("4194304 is the most"));
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,60}", at in 0..TOML.len(), with in "[\\[\\]{}=\"#\n ,.0-9a-z]{0,4}") {
        let _ = (is_meant(text.as_bytes()), read(text.as_bytes()).is_ok());
        let changed = format!("{}{with}{}", &TOML[..at], &TOML[at..]);
        if let Ok(description) = read(changed.as_bytes()) {
            prop_assert!(!description.topics.is_empty());
        }
    }
}
