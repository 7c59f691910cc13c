//! Carries masks into a JSON text in one pass: what no pointer means keeps every byte, also the form of its numbers.
//!
//! The type of a value stays, so that it still fits its schema: a text becomes another text, a number 0, `true` becomes
//! `false`, and in an object or a list that is meant everything below is masked. Null stays null.

use std::borrow::Cow;

use hookwright_plugin::Error;

use crate::mask::Mask;
use crate::pointer::{Pointers, Walk};

/// The deepest nesting that is read, the same as in the host's JSON.
const MOST_LEVELS: usize = 128;

/// The text with everything masked that the pointers mean; none where nothing is.
///
/// # Errors
///
/// Where the text is no JSON, or nested too deeply.
pub(crate) fn rewrite(text: &str, pointers: &Pointers, mask: &Mask) -> Result<Option<String>, Error> {
    let (walk, is_meant) = Walk::new(pointers);
    let mut rewriter = Rewriter { text, at: 0, out: String::new(), copied: 0, walk, mask, levels: 0 };
    rewriter.value(is_meant)?;
    rewriter.skip_space();
    if rewriter.at < text.len() {
        return Err(rewriter.error("the end"));
    }
    if rewriter.copied == 0 {
        return Ok(None);
    }
    rewriter.copy_to(text.len());
    Ok(Some(rewriter.out))
}

struct Rewriter<'a> {
    text: &'a str,
    /// The byte that is next; always between two characters when text is cut there.
    at: usize,
    out: String,
    /// How much of the text has been copied or replaced.
    copied: usize,
    walk: Walk<'a>,
    mask: &'a Mask,
    levels: usize,
}

impl<'a> Rewriter<'a> {
    fn value(&mut self, is_meant: bool) -> Result<(), Error> {
        self.skip_space();
        let start = self.at;
        match self.peek() {
            Some(b'{') => self.members(is_meant),
            Some(b'[') => self.items(is_meant),
            Some(b'"') => {
                let text = self.string()?;
                if is_meant {
                    let masked = serde_json::to_string(&self.mask.of(&decoded(text)?))?;
                    self.replace(start, &masked);
                }
                Ok(())
            }
            Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                self.skip_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'));
                match self.slice(start) {
                    "null" | "false" => {}
                    "true" if is_meant => self.replace(start, "false"),
                    "true" => {}
                    word if word.starts_with(|first: char| first.is_ascii_lowercase()) => {
                        return Err(self.error("a value"));
                    }
                    _ if is_meant => self.replace(start, "0"),
                    _ => {}
                }
                Ok(())
            }
            _ => Err(self.error("a value")),
        }
    }

    fn members(&mut self, is_meant: bool) -> Result<(), Error> {
        self.enclosed(b'}', |rewriter, _| {
            let name = decoded(rewriter.string()?)?;
            rewriter.skip_space();
            if !rewriter.takes(b':') {
                return Err(rewriter.error("`:`"));
            }
            rewriter.child(&name, is_meant)
        })
    }

    fn items(&mut self, is_meant: bool) -> Result<(), Error> {
        self.enclosed(b']', |rewriter, index| rewriter.child(&index.to_string(), is_meant))
    }

    fn child(&mut self, name: &str, is_parent_meant: bool) -> Result<(), Error> {
        let is_meant = self.walk.enter(name);
        self.value(is_meant || is_parent_meant)?;
        self.walk.leave();
        Ok(())
    }

    /// What stands between an opening bracket, which is next, and the closing one, with commas between.
    fn enclosed(
        &mut self,
        closing: u8,
        mut each: impl FnMut(&mut Self, usize) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.levels += 1;
        if self.levels > MOST_LEVELS {
            return Err(Error::invalid_input(format_args!("the data is nested deeper than {MOST_LEVELS} levels")));
        }
        self.at += 1;
        self.skip_space();
        if !self.takes(closing) {
            for index in 0.. {
                self.skip_space();
                each(self, index)?;
                self.skip_space();
                if self.takes(closing) {
                    break;
                }
                if !self.takes(b',') {
                    return Err(self.error("`,`"));
                }
            }
        }
        self.levels -= 1;
        Ok(())
    }

    /// A string with its quotation marks.
    fn string(&mut self) -> Result<&'a str, Error> {
        let start = self.at;
        if !self.takes(b'"') {
            return Err(self.error("a string"));
        }
        loop {
            // No byte of a character beyond ASCII is one of these two.
            self.skip_while(|byte| byte != b'"' && byte != b'\\');
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(self.slice(start));
                }
                // The end of an escape is no quotation mark but for the one that is escaped.
                Some(_) => self.at += 2,
                None => return Err(self.error("a closing quotation mark")),
            }
        }
    }

    fn replace(&mut self, start: usize, masked: &str) {
        self.copy_to(start);
        self.out.push_str(masked);
        self.copied = self.at;
    }

    fn copy_to(&mut self, end: usize) {
        self.out.push_str(self.text.get(self.copied..end).unwrap_or_default());
    }

    fn skip_space(&mut self) {
        self.skip_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len());
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn slice(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn error(&self, expected: &str) -> Error {
        Error::invalid_input(format_args!("the data is no JSON: {expected} is missing at byte {}", self.at))
    }
}

/// The text of a string that is given with its quotation marks.
fn decoded(string: &str) -> Result<Cow<'_, str>, Error> {
    if string.contains('\\') {
        let text = serde_json::from_str::<String>(string);
        return text.map(Cow::Owned).map_err(|error| Error::invalid_input(format_args!("the data: {error}")));
    }
    Ok(Cow::Borrowed(string.get(1..string.len().saturating_sub(1)).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    fn rewritten(text: &str, pointers: &[&str]) -> Result<Option<String>, Error> {
        let mut known = Pointers::default();
        pointers.iter().for_each(|pointer| known.add(pointer).unwrap());
        rewrite(text, &known, &Mask::redact("***"))
    }

    #[test]
    fn every_other_byte_stays() {
        let text = "{ \"a\" : [1.50, \"\\u0041\\\"\", {\"b\":1e3}] ,\n\"ä\":true}";
        assert_eq!(rewritten(text, &["/x", "/a/3"]), Ok(None));
        assert_eq!(rewritten(text, &["/a/1"]), Ok(Some(text.replace("\"\\u0041\\\"\"", "\"***\""))));
        assert_eq!(rewritten(text, &["/ä"]), Ok(Some(text.replace("true", "false"))));
    }

    #[test]
    fn types_stay_and_everything_below_a_place_is_masked() {
        let text = r#"{"person":{"name":"Ines","age":41,"tags":["a",""],"vip":true,"left":null},"id":7}"#;
        let masked = r#"{"person":{"name":"***","age":0,"tags":["***",""],"vip":false,"left":null},"id":7}"#;
        assert_eq!(rewritten(text, &["/person"]), Ok(Some(masked.to_owned())));
        assert_eq!(rewritten("\"Ines\"", &[""]), Ok(Some("\"***\"".to_owned())));
    }

    #[test]
    fn a_name_is_found_however_it_is_written() {
        assert_eq!(rewritten(r#"{"\u0065mail":"x"}"#, &["/email"]), Ok(Some(r#"{"\u0065mail":"***"}"#.to_owned())));
    }

    #[test]
    fn what_is_no_json_is_refused_with_the_place() {
        for text in ["", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "\"", "\"\\", "nul", "1 2", "{} x", "[1}"] {
            let error = rewritten(text, &["/**"]).unwrap_err();
            assert!(matches!(&error, Error::InvalidInput(_)), "{text}: {error}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        let text = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(rewritten(&text(128), &["/**"]), Ok(None));
        assert!(rewritten(&text(129), &["/**"]).unwrap_err().to_string().contains("deeper than 128"));
        assert!(rewritten(&"[".repeat(1_000_000), &["/**"]).is_err());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[a-c]|.{0,3}", inner), 0..4)
                    .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    /// The same, done to a value: what the text must mean afterwards.
    fn masked(value: &Value) -> Value {
        match value {
            Value::Null => Value::Null,
            Value::Bool(_) => json!(false),
            Value::Number(_) => json!(0),
            Value::String(text) => json!(if text.is_empty() { "" } else { "***" }),
            Value::Array(items) => items.iter().map(masked).collect(),
            Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), masked(value))).collect(),
        }
    }

    fn masked_at_a(value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(masked_at_a).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), if name == "a" { masked(value) } else { masked_at_a(value) }))
                .collect(),
            other => other.clone(),
        }
    }

    proptest! {
        #[test]
        fn the_text_means_what_masking_the_value_means(value in any_json(), is_pretty: bool) {
            let text = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            let text = text.unwrap();
            // Read again: serde_json reads the last digit of some numbers otherwise than it was.
            let value: Value = serde_json::from_str(&text).unwrap();
            for (pointer, expected) in [("", masked(&value)), ("/**", masked(&value)), ("/**/a", masked_at_a(&value))] {
                let out = rewritten(&text, &[pointer]).unwrap().unwrap_or_else(|| text.clone());
                prop_assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), expected);
            }
        }

        #[test]
        fn no_text_is_too_strange(text in r#"[\[\]{}",:\\ a-z0-9.é-]{0,40}"#) {
            let out = rewritten(&text, &["/**"]);
            if let (Err(error), true) = (&out, serde_json::from_str::<Value>(&text).is_ok()) {
                prop_assert!(false, "{text} is JSON, but: {error}");
            }
        }
    }
}
