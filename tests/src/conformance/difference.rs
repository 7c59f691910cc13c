//! Where two values differ, for a person: place, expected, got.

use std::collections::BTreeSet;

use serde_json::Value;

/// Places that are told of one step; more would hide them.
const TOLD: usize = 12;

/// One line for each place at which `got` is not `expected`.
#[must_use]
pub fn of(expected: &Value, got: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare(expected, got, "", &mut lines);
    if lines.len() > TOLD {
        let more = lines.len() - TOLD;
        lines.truncate(TOLD);
        lines.push(format!("… and {more} places more"));
    }
    lines
}

fn compare(expected: &Value, got: &Value, place: &str, lines: &mut Vec<String>) {
    match (expected, got) {
        (Value::Object(left), Value::Object(right)) => {
            let names: BTreeSet<_> = left.keys().chain(right.keys()).collect();
            for name in names {
                let place = format!("{place}/{name}");
                match (left.get(name), right.get(name)) {
                    (Some(left), Some(right)) => compare(left, right, &place, lines),
                    (left, right) => told(&place, left, right, lines),
                }
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            for index in 0..left.len().max(right.len()) {
                let place = format!("{place}/{index}");
                match (left.get(index), right.get(index)) {
                    (Some(left), Some(right)) => compare(left, right, &place, lines),
                    (left, right) => told(&place, left, right, lines),
                }
            }
        }
        (left, right) if left != right => told(place, Some(left), Some(right), lines),
        _ => {}
    }
}

fn told(place: &str, expected: Option<&Value>, got: Option<&Value>, lines: &mut Vec<String>) {
    let word = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), ToString::to_string);
    lines.push(format!("{place}: expected {}, got {}", word(expected), word(got)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_told_once() {
        let expected = serde_json::json!({ "a": [1, 2], "b": true, "c": { "d": null } });
        let got = serde_json::json!({ "a": [1, 3, 4], "c": { "d": 0 } });
        let told = of(&expected, &got);
        assert_eq!(
            told,
            [
                "/a/1: expected 2, got 3",
                "/a/2: expected nothing, got 4",
                "/b: expected true, got nothing",
                "/c/d: expected null, got 0"
            ]
        );
        assert_eq!(of(&got, &got), [""; 0]);
    }
}
