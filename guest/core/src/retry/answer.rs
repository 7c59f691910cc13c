//! Whether an answer is a success, and what a failure means for the webhook.

use core::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// What came of a request, as far as the policy looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// The receiver answered.
    Status {
        /// The HTTP status.
        code: u16,
        /// The value of `Retry-After`, if it has one.
        retry_after: Option<&'a str>,
    },
    /// No answer came.
    Failure(FailureKind),
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The host name has no address.
    Dns,
    /// No connection.
    Connect,
    /// No trust in the receiver's certificate, or no common protocol.
    Tls,
    /// Not done within the time-out.
    Timeout,
    /// The address may not be called.
    Blocked,
    /// The answer is not HTTP, or the connection broke off.
    Protocol,
}

impl FailureKind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Dns, Self::Connect, Self::Tls, Self::Timeout, Self::Blocked, Self::Protocol];

    /// The word for tables and APIs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Blocked => "blocked",
            Self::Protocol => "protocol",
        }
    }

    /// The kind that a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Dns => "the receiver's host name has no address",
            Self::Connect => "no connection to the receiver",
            Self::Tls => "no trusted TLS connection to the receiver",
            Self::Timeout => "no answer within the time-out",
            Self::Blocked => "the receiver's address is not allowed",
            Self::Protocol => "the receiver's answer broke off or is not HTTP",
        })
    }
}

/// Whether an attempt succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 2xx.
    Success,
    /// Anything else.
    Failed(Failure),
}

/// A failed attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Why, for a person.
    pub reason: String,
    /// What it means for the webhook.
    pub class: Class,
    /// The wait that the receiver asked for, not yet bounded.
    pub retry_after_ms: Option<u64>,
}

/// What a failure means for the webhook as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Nothing but this failure.
    Ordinary,
    /// The receiver or its gateway is overloaded (429, 502, 504): all deliveries of the webhook wait a little.
    Slow,
    /// The receiver wants no more (410): the webhook is disabled.
    Gone,
}

/// Judges an answer (Standard Webhooks 1.0.0, "Status codes"). `now_ms` turns a date in `Retry-After` into a wait.
#[must_use]
pub fn judge(answer: Answer<'_>, now_ms: i64) -> Verdict {
    match answer {
        Answer::Status { code: 200..=299, .. } => Verdict::Success,
        Answer::Status { code, retry_after } => Verdict::Failed(Failure {
            reason: status_reason(code),
            class: match code {
                410 => Class::Gone,
                429 | 502 | 504 => Class::Slow,
                _ => Class::Ordinary,
            },
            retry_after_ms: retry_after.and_then(|value| parse_retry_after(value, now_ms)),
        }),
        Answer::Failure(kind) => {
            Verdict::Failed(Failure { reason: kind.to_string(), class: Class::Ordinary, retry_after_ms: None })
        }
    }
}

/// The wait in milliseconds that a `Retry-After` asks for (RFC 9110, 10.2.3): seconds or a date. None for a date in
/// the past and for anything else, because a receiver's slip must not stop its deliveries.
fn parse_retry_after(value: &str, now_ms: i64) -> Option<u64> {
    let value = value.trim_matches([' ', '\t']);
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().unwrap_or(u64::MAX).saturating_mul(1000));
    }
    let date: SystemTime = httpdate::parse_http_date(value).ok()?;
    let at_ms = i64::try_from(date.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()?;
    u64::try_from(at_ms.saturating_sub(now_ms)).ok()
}

fn status_reason(code: u16) -> String {
    let mut reason = format!("receiver answered {code}");
    if let Some(name) = status_name(code) {
        reason.push(' ');
        reason.push_str(name);
    }
    if (300..=399).contains(&code) {
        reason.push_str("; redirects are not followed");
    }
    reason
}

/// Names of the statuses that receivers answer (RFC 9110, RFC 6585), so that a log reads without a table.
fn status_name(code: u16) -> Option<&'static str> {
    Some(match code {
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        423 => "Locked",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        511 => "Network Authentication Required",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
    const NOW: i64 = 784_111_777_000;

    #[track_caller]
    fn check_failed(code: u16, class: Class, reason: &str) {
        let expected = Failure { reason: reason.to_owned(), class, retry_after_ms: None };
        assert_eq!(judge(Answer::Status { code, retry_after: None }, NOW), Verdict::Failed(expected));
    }

    #[track_caller]
    fn check_retry_after(value: &str, expected: Option<u64>) {
        assert_eq!(parse_retry_after(value, NOW), expected, "{value:?}");
    }

    #[test]
    fn only_2xx_succeeds() {
        for code in 0..=1000 {
            let verdict = judge(Answer::Status { code, retry_after: Some("5") }, NOW);
            assert_eq!(verdict == Verdict::Success, (200..300).contains(&code), "{code}");
        }
    }

    #[test]
    fn a_failure_says_why_and_what_it_means() {
        check_failed(503, Class::Ordinary, "receiver answered 503 Service Unavailable");
        check_failed(404, Class::Ordinary, "receiver answered 404 Not Found");
        check_failed(410, Class::Gone, "receiver answered 410 Gone");
        check_failed(429, Class::Slow, "receiver answered 429 Too Many Requests");
        check_failed(502, Class::Slow, "receiver answered 502 Bad Gateway");
        check_failed(504, Class::Slow, "receiver answered 504 Gateway Timeout");
        check_failed(301, Class::Ordinary, "receiver answered 301 Moved Permanently; redirects are not followed");
        check_failed(399, Class::Ordinary, "receiver answered 399; redirects are not followed");
        check_failed(999, Class::Ordinary, "receiver answered 999");
        let Verdict::Failed(failure) = judge(Answer::Failure(FailureKind::Timeout), NOW) else {
            panic!("a time-out is a failure");
        };
        assert_eq!((failure.reason.as_str(), failure.class), ("no answer within the time-out", Class::Ordinary));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        check_retry_after("0", Some(0));
        check_retry_after(" 120\t", Some(120_000));
        check_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", Some(60_000));
        check_retry_after("Sunday, 06-Nov-94 08:50:37 GMT", Some(60_000));
        check_retry_after("Sun Nov  6 08:50:37 1994", Some(60_000));
        check_retry_after("Sun, 06 Nov 1994 08:49:36 GMT", None);
        check_retry_after("99999999999999999999999", Some(u64::MAX));
        check_retry_after("18446744073709551615", Some(u64::MAX));
        for garbage in ["", " ", "-5", "+5", "1.5", "5s", "soon", "Sun, 32 Nov 1994 08:50:37 GMT", "１"] {
            check_retry_after(garbage, None);
        }
    }

    proptest! {
        #[test]
        fn no_answer_panics(
            code in any::<u16>(),
            value in prop_oneof![
                r"\PC{0,40}",
                "[0-9]{0,30}",
                "(Mon|Sun), [0-9]{2} (Jan|Dec|Feb) [0-9]{4} [0-9:]{8} GMT",
                "(Mon|Sun), [0-3][0-9] (Jan|Dec|Feb) [0-9]{4} [0-2][0-9]:[0-5][0-9]:[0-5][0-9] GMT",
            ],
            now_ms in any::<i64>(),
        ) {
            let verdict = judge(Answer::Status { code, retry_after: Some(&value) }, now_ms);
            prop_assert_eq!(verdict == Verdict::Success, code / 100 == 2);
        }
    }
}
