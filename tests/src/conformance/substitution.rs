//! Arguments as a step writes them, made into those of a call.
//!
//! Decides how saved values, long texts and bytes that are no text are written; knows no function.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// Values that a step may name as `{{name}}`.
#[derive(Debug, Default)]
pub(super) struct Saved(BTreeMap<String, Value>);

/// Stands for bytes until the text is written; no scenario has such a character.
const MARK: char = '\u{f8ff}';

impl Saved {
    pub(super) fn save(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// The arguments as JSON text, which is none where a step wants bytes that are no UTF-8.
    pub(super) fn arguments(&self, with: &[Value]) -> Vec<u8> {
        let mut raw = Vec::new();
        let values: Vec<_> = with.iter().map(|value| self.filled(value, &mut raw)).collect();
        let mut text = Value::from(values).to_string().into_bytes();
        for (index, bytes) in raw.iter().enumerate() {
            let mark = format!("{MARK}{index}{MARK}").into_bytes();
            if let Some(at) = text.windows(mark.len()).position(|part| part == mark) {
                text.splice(at..at + mark.len(), bytes.iter().copied());
            }
        }
        text
    }

    fn filled(&self, value: &Value, raw: &mut Vec<Vec<u8>>) -> Value {
        match value {
            Value::String(text) => self.named(text),
            Value::Array(items) => items.iter().map(|item| self.filled(item, raw)).collect(),
            Value::Object(members) => match special(members) {
                Some(("$text", parts)) => Value::String(long(parts)),
                Some(("$bytes", bytes)) => {
                    raw.push(STANDARD.decode(bytes.as_str().unwrap_or_default()).unwrap_or_default());
                    format!("{MARK}{}{MARK}", raw.len() - 1).into()
                }
                _ => members.iter().map(|(name, it)| (name.clone(), self.filled(it, raw))).collect(),
            },
            plain => plain.clone(),
        }
    }

    fn named(&self, text: &str) -> Value {
        if let Some(value) =
            text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")).and_then(|it| self.0.get(it))
        {
            return value.clone();
        }
        let replace = |text: String, (name, value): (&String, &Value)| match value {
            Value::String(value) => text.replace(&format!("{{{{{name}}}}}"), value),
            _ => text,
        };
        Value::String(self.0.iter().fold(text.to_owned(), replace))
    }
}

fn special(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    members.iter().next().filter(|_| members.len() == 1).map(|(name, value)| (name.as_str(), value))
}

/// Pieces one after the other: texts, or `[text, times]`.
fn long(parts: &Value) -> String {
    let piece = |part: &Value| match (part.as_str(), part[0].as_str(), part[1].as_u64()) {
        (Some(text), ..) => text.to_owned(),
        (None, Some(text), Some(times)) => text.repeat(usize::try_from(times).unwrap_or(0)),
        _ => String::new(),
    };
    parts.as_array().into_iter().flatten().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_pieces_and_bytes_are_put_in() {
        let mut saved = Saved::default();
        saved.save("receiver", "http://r".into());
        saved.save("count", 5.into());
        let with = [json!({ "url": "{{receiver}}/x", "n": "{{count}}" }), json!({ "$text": ["a", ["b", 3]] })];
        assert_eq!(saved.arguments(&with), br#"[{"n":5,"url":"http://r/x"},"abbb"]"#);
        assert_eq!(saved.arguments(&[json!({ "$bytes": "/w==" })]), b"[\"\xff\"]");
    }
}
