//! How a request is shown: for a person with its body laid out, for a program as a line of JSON.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::answers::Answer;
use super::received::Received;
use super::verdict::Verdict;
use crate::cli::deliver::time_of_day;
use crate::failure::Failure;
use crate::output::json_text::pretty;
use crate::output::printable::text_of;
use crate::output::{Output, Tone};

/// Lines of a body that a person sees, unless all were asked for.
const SCREENFUL: usize = 24;
/// Of no interest: every request has them.
const DULL_HEADERS: [&str; 4] = ["accept", "content-length", "host", "webhook-signature"];

/// Shows requests.
#[derive(Debug)]
pub(super) struct Show<'a> {
    out: &'a Output,
    full: bool,
}

impl<'a> Show<'a> {
    pub(super) fn new(out: &'a Output, full: bool) -> Self {
        Self { out, full }
    }

    /// Shows one.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub(super) fn request(&mut self, received: &Received) -> Result<(), Failure> {
        if self.out.is_json() {
            return self.out.json_line(&RequestJson::of(received));
        }
        self.out.line("")?;
        self.out.toned(Tone::Strong, head(received))?;
        for (name, value) in received.headers.iter().filter(|(name, _)| !DULL_HEADERS.contains(&name.as_str())) {
            self.out.toned(Tone::Quiet, format_args!("  {name}: {value}"))?;
        }
        self.body(received.body.as_deref())?;
        let (tone, verdict) = told(&received.verdict);
        self.out.toned(tone, format_args!("  {verdict}"))?;
        if received.occurrence > 1 {
            let times = received.occurrence;
            self.out.toned(Tone::Waiting, format_args!("  the same webhook-id for the {} time", ordinal(times)))?;
        }
        self.out.line(match received.answer {
            Answer::Status(status) => format!("  answered {status}"),
            Answer::Timeout => "  not answered".to_owned(),
        })
    }

    fn body(&self, body: Option<&[u8]>) -> Result<(), Failure> {
        let Some(body) = body else {
            return self.out.line("  (the body is larger than 10 MiB, or did not come to an end)");
        };
        let text = laid_out(body);
        let lines = text.lines().count();
        let shown = if self.full { lines } else { SCREENFUL };
        self.out.block(&text.lines().take(shown).collect::<Vec<_>>().join("\n"))?;
        match lines.saturating_sub(shown) {
            0 => Ok(()),
            more => self.out.toned(Tone::Quiet, format_args!("  … {more} more lines; --full shows them")),
        }
    }
}

fn head(received: &Received) -> String {
    let topic = received.body.as_deref().and_then(topic).unwrap_or_default();
    let Received { method, path, .. } = received;
    format!("{}  {method} {path}  {topic}", time_of_day(received.at)).trim_end().to_owned()
}

fn told(verdict: &Verdict) -> (Tone, String) {
    match verdict {
        Verdict::Genuine => (Tone::Good, "signature ok".to_owned()),
        Verdict::Refused(reason) => (Tone::Bad, format!("signature refused: {reason}")),
        Verdict::Unchecked => (Tone::Quiet, "signature not checked".to_owned()),
    }
}

fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// JSON with one value on each line; other text as it is.
fn laid_out(body: &[u8]) -> String {
    let text = text_of(body);
    match serde_json::from_str::<IgnoredAny>(&text) {
        Ok(_) => pretty(&compact(&text)),
        Err(_) => text,
    }
}

/// Valid JSON without space between tokens.
fn compact(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    json.chars()
        .filter(|c| {
            let kept = in_string || !matches!(c, ' ' | '\t' | '\n' | '\r');
            match c {
                '"' if !escaped => in_string = !in_string,
                '\\' if !escaped => {
                    escaped = true;
                    return kept;
                }
                _ => {}
            }
            escaped = false;
            kept
        })
        .collect()
}

#[derive(Serialize)]
struct RequestJson<'a> {
    kind: &'static str,
    received_at: i64,
    method: &'a str,
    path: &'a str,
    headers: &'a [(String, String)],
    webhook_id: Option<&'a str>,
    topic: Option<String>,
    /// `ok`, `refused` or `unchecked`.
    signature: &'static str,
    reason: Option<&'a str>,
    /// From 1; more than 1 is a duplicate.
    occurrence: u32,
    /// None when it did not come whole.
    body: Option<String>,
    /// None when there was no answer.
    answer: Option<u16>,
}

impl<'a> RequestJson<'a> {
    fn of(received: &'a Received) -> Self {
        let (signature, reason) = match &received.verdict {
            Verdict::Genuine => ("ok", None),
            Verdict::Refused(reason) => ("refused", Some(reason.as_str())),
            Verdict::Unchecked => ("unchecked", None),
        };
        Self {
            kind: "request",
            received_at: received.at,
            method: &received.method,
            path: &received.path,
            headers: &received.headers,
            webhook_id: received.header("webhook-id"),
            topic: received.body.as_deref().and_then(topic),
            signature,
            reason,
            occurrence: received.occurrence,
            body: received.body.as_deref().map(text_of),
            answer: match received.answer {
                Answer::Status(status) => Some(status),
                Answer::Timeout => None,
            },
        }
    }
}

/// The topic that a payload in the envelope of Standard Webhooks names.
fn topic(payload: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Envelope {
        #[serde(rename = "type")]
        topic: String,
    }
    serde_json::from_slice::<Envelope>(payload).ok().map(|envelope| envelope.topic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_and_other_text_is_not() {
        assert_eq!(laid_out(br#"{ "a" : [1.50, "x \" y"] }"#), "{\n  \"a\": [\n    1.50,\n    \"x \\\" y\"\n  ]\n}");
        assert_eq!(laid_out(b"a=1 & b=2"), "a=1 & b=2");
    }

    #[test]
    fn the_topic_is_read_from_the_envelope() {
        assert_eq!(topic(br#"{"type":"a.b","timestamp":"","data":{"type":1}}"#).as_deref(), Some("a.b"));
        assert_eq!(topic(b"not JSON"), None);
        assert_eq!(topic(br#"{"data":{"type":"a.b"}}"#), None);
    }

    #[test]
    fn strings_keep_their_spaces() {
        assert_eq!(compact(r#"{ "a b": "c \\" , "d": "\"  e" }"#), r#"{"a b":"c \\","d":"\"  e"}"#);
    }

    #[test]
    fn ordinals() {
        assert_eq!([1, 2, 3, 4, 11, 12, 21, 112].map(ordinal).join(" "), "1st 2nd 3rd 4th 11th 12th 21st 112th");
    }
}
