//! Which text is JSON that any receiver can read, and how it is made small without changing it.
//!
//! Strict JSON (RFC 8259) with two more rules for the receivers' sake: bounded depth, and no half of a surrogate
//! pair. Knows nothing of what the data mean; numbers, escapes, duplicate keys and their order stay as written.

use core::fmt;

use serde::de::IgnoredAny;

/// Greatest depth of arrays and objects in each other. With the envelope around it that makes 127, the most that
/// `serde_json` reads; other parsers of receivers allow more.
pub(crate) const MAX_DEPTH: u32 = 126;

/// Checks JSON text and removes the space between its tokens. All other bytes stay as they are.
///
/// # Errors
///
/// A [`JsonError`] with the place and what would be right.
pub(crate) fn compact(text: &str) -> Result<String, JsonError> {
    // Ignoring the values checks the grammar without stack and without reading numbers, which may be of any size.
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| {
        let at = offset_of(text, &error);
        JsonError::at(text, at, problem_of(&error), hint_for(text, at, &error))
    })?;
    remove_space(text)
}

/// Why a text is not taken as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JsonError {
    /// From 1.
    line: usize,
    /// In characters, from 1.
    column: usize,
    problem: String,
    hint: &'static str,
}

impl JsonError {
    fn at(text: &str, at: usize, problem: String, hint: &'static str) -> Self {
        let before = &text[..text.floor_char_boundary(at)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1, problem, hint }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, problem, hint } = self;
        write!(out, "not JSON at line {line}, column {column}: {problem}; {hint}")
    }
}

impl core::error::Error for JsonError {}

/// Copies valid JSON run by run without the space outside of strings.
fn remove_space(text: &str) -> Result<String, JsonError> {
    let bytes = text.as_bytes();
    let mut compacted = String::with_capacity(text.len());
    let mut run_start = 0;
    let mut depth = 0;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = end_of_string(text, at)?,
            b' ' | b'\t' | b'\n' | b'\r' => {
                compacted.push_str(&text[run_start..at]);
                run_start = at + 1;
            }
            b'[' | b'{' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    let problem = format!("arrays and objects are nested deeper than {MAX_DEPTH}");
                    return Err(JsonError::at(text, at, problem, "flatten the data"));
                }
            }
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    compacted.push_str(&text[run_start..]);
    Ok(compacted)
}

/// The place of the closing quote of the string that opens at `open`, in valid JSON.
/// Refuses half of a surrogate pair: many parsers refuse the whole text because of it.
fn end_of_string(text: &str, open: usize) -> Result<usize, JsonError> {
    let bytes = text.as_bytes();
    let mut at = open + 1;
    while let Some(run) = bytes[at..].iter().position(|byte| matches!(byte, b'"' | b'\\')) {
        at += run;
        if bytes[at] == b'"' {
            return Ok(at);
        }
        at += match (utf16_escape(bytes, at), utf16_escape(bytes, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                let problem = "half of a surrogate pair".to_owned();
                return Err(JsonError::at(text, at, problem, "do not cut a text in the middle of a character"));
            }
            _ => 2,
        };
    }
    Ok(text.len())
}

fn utf16_escape(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(core::str::from_utf8(digits).ok()?, 16).ok()
}

/// `serde_json` counts the bytes of the line up to the bad one; a control character in a string comes after them.
fn offset_of(text: &str, error: &serde_json::Error) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let counted = (line_start + error.column()).min(text.len());
    match text.as_bytes().get(counted) {
        Some(0..=0x1f) if error.to_string().starts_with("control character") => counted,
        _ => counted.saturating_sub(1),
    }
}

/// The message without the place, which is told in characters instead.
fn problem_of(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.rsplit_once(" at line ").map_or(message.as_str(), |(problem, _)| problem).to_owned()
}

fn hint_for(text: &str, at: usize, error: &serde_json::Error) -> &'static str {
    if error.is_eof() {
        return if text.trim().is_empty() { "write `null` for no data" } else { "the end is missing" };
    }
    let from = text.floor_char_boundary(at);
    match text[from..].chars().next().unwrap_or(' ') {
        '\'' => "strings and keys take double quotes",
        '/' => "JSON has no comments",
        ']' | '}' if text[..from].trim_end().ends_with(',') => "remove the comma before it",
        'N' | 'I' | 'u' => "write `null` instead of NaN, Infinity, None and undefined",
        'T' | 'F' => "write `true` and `false` in lower case",
        '+' | '.' | '0'..='9' => "a number has no leading zero or `+`, and digits on both sides of its full stop",
        '\0'..='\u{1f}' => "write control characters in strings as escapes, such as `\\n`",
        '\u{feff}' => "remove the byte order mark",
        _ => "make the text with a JSON library",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(compact(text).as_deref(), Ok(expected), "{text}");
    }

    #[track_caller]
    fn check_refused(text: &str, line: usize, column: usize, hint: &str) {
        let error = compact(text).unwrap_err();
        assert_eq!((error.line, error.column), (line, column), "{text:?} says: {error}");
        assert!(error.to_string().contains(hint), "{text:?} says: {error}");
    }

    #[test]
    fn only_space_between_tokens_goes() {
        check(" { \"a b\" :\t[ 1 ,\r\n 2 ] , \"c\" : { } } \n", r#"{"a b":[1,2],"c":{}}"#);
        check(r#""  \" \\" "#, r#""  \" \\""#);
        check(" null ", "null");
        check("\"\u{2028} é\u{a0}\"", "\"\u{2028} é\u{a0}\"");
    }

    #[test]
    fn what_is_written_stays_as_written() {
        for text in [
            r#"{"n":9007199254740993,"m":1.10,"e":1E400,"z":-0,"long":123456789012345678901234567890.5e-999}"#,
            r#"{"a":1,"a":2,"b":{},"a":3}"#,
            r#"{"z":1,"y":2}"#,
            r#"["\u0000\/\u00e9\n\ud83d\ude00😀\\ud800"]"#,
            "true",
            "\"\"",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn a_refusal_names_the_place_and_the_remedy() {
        check_refused("", 1, 1, "write `null`");
        check_refused("{\"a\":1", 1, 6, "the end is missing");
        check_refused("{\n  'a': 1}", 2, 3, "double quotes");
        check_refused("[1, // one\n2]", 1, 5, "no comments");
        check_refused("[1,\n]", 2, 1, "remove the comma");
        check_refused("{\"é\":1,}", 1, 8, "remove the comma");
        check_refused("[NaN]", 1, 2, "`null`");
        check_refused("[True]", 1, 2, "lower case");
        check_refused("[01]", 1, 3, "leading zero");
        check_refused("[1.]", 1, 4, "JSON");
        check_refused("[\"a\nb\"]", 1, 4, "`\\n`");
        check_refused("\u{feff}[]", 1, 1, "byte order mark");
        check_refused("[1] 2", 1, 5, "trailing characters");
        check_refused("[\"\\x\"]", 1, 4, "invalid escape");
        check_refused("[\u{a0}1]", 1, 2, "expected value");
        check_refused("{} {}", 1, 4, "JSON library");
    }

    #[test]
    fn half_of_a_surrogate_pair_is_refused() {
        check_refused(r#"["é\ud83d"]"#, 1, 4, "cut a text");
        check_refused(r#""\ude00\ud83d""#, 1, 2, "surrogate pair");
        check_refused(r#""\ud83d\n\ude00""#, 1, 2, "surrogate pair");
        check_refused(r#""\ud83d\ud83d\ude00""#, 1, 2, "surrogate pair");
        check(r#""\\ud83d""#, r#""\\ud83d""#);
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        check(&nested(126), &nested(126));
        check_refused(&nested(127), 1, 127, "flatten");
        check_refused(&"[".repeat(1_000_000), 1, 1_000_000, "the end is missing");
        let wide = format!("[{}[]]", "[],".repeat(1000));
        check(&wide, &wide);
        // The most that serde_json reads, with the envelope.
        assert!(serde_json::from_str::<Value>(&format!("{{\"data\":{}}}", nested(126))).is_ok());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 30, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[ \"\\\\a-c]{0,4}", inner, 0..5)
                    .prop_map(|members| members.into_iter().collect::<Value>()),
            ]
        })
    }

    proptest! {
        #[test]
        fn small_and_large_say_the_same(value in any_json()) {
            let small = value.to_string();
            let large = serde_json::to_string_pretty(&value).unwrap();
            prop_assert_eq!(compact(&large), Ok(small.clone()));
            prop_assert_eq!(compact(&small), Ok(small));
        }

        #[test]
        fn no_text_panics(text in r#"([\[\]{}:,"\\ \n01.eE+-]|\\u(d83d|de00|00e9)|"a"|true|null|\PC){0,30}"#) {
            let parsed = serde_json::from_str::<Value>(&text);
            match compact(&text) {
                Ok(small) => {
                    prop_assert_eq!(compact(&small), Ok(small.clone()));
                    // A number may be too large for a Value, and nothing else that is taken may fail.
                    let again = serde_json::from_str::<Value>(&small);
                    match parsed {
                        Ok(value) => prop_assert_eq!(again.unwrap(), value),
                        Err(error) => prop_assert!(error.to_string().contains("number out of range")),
                    }
                }
                Err(error) => {
                    prop_assert!(parsed.is_err(), "{} though serde_json reads it", error);
                    prop_assert!(error.line >= 1 && error.column >= 1);
                }
            }
        }
    }
}
