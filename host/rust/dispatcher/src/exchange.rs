//! One HTTP exchange as plain data: the request that the component signed, and what came of it.
//!
//! Mirrors `request`, `response`, `failure` and `settlement` of `wit/webhooks/deliveries.wit`. Debug prints leave out
//! what may be secret: header values, bodies, claim tokens, the query and user name of a URL.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use url::Url;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
pub type UnixMs = i64;

/// A complete, signed HTTP request.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// `dlv_…`
    pub delivery_id: String,
    /// Whose receiver this is.
    pub webhook_id: String,
    /// The event that is told.
    pub event_id: String,
    /// Its topic.
    pub topic: String,
    /// Number of this attempt, from 1.
    pub attempt: u32,
    /// Proves the claim; goes back with the settlement.
    pub claim_token: String,
    /// For example `POST`.
    pub method: String,
    /// `http` or `https`.
    pub url: String,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The payload.
    pub body: Bytes,
    /// For the whole exchange, from connecting to the last kept byte of the answer.
    pub timeout: Duration,
    /// Bytes of the response body to keep; the rest is not read.
    pub response_cap_bytes: u32,
}

/// An answer of the receiver.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The first 100 headers, 16 KiB at most; bytes that are not UTF-8 are replaced.
    pub headers: Vec<(String, String)>,
    /// The first `response_cap_bytes` bytes.
    pub body: Bytes,
    /// True when there was more body than was kept.
    pub truncated: bool,
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
    /// The request cannot be put on the wire, the answer is not HTTP, or the connection broke off.
    Protocol,
}

/// A request that got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// The cause in the client's words, without the URL, 300 characters at most.
    pub message: String,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver answered, with whatever status.
    Response(Response),
    /// No answer.
    Failure(Failure),
    /// It was not sent. Counts as no attempt.
    Released,
}

/// A request and its outcome.
#[derive(Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The request's.
    pub delivery_id: String,
    /// The request's.
    pub claim_token: String,
    /// When sending began.
    pub started_at: UnixMs,
    /// From then to the last kept byte of the answer, or to the failure.
    pub duration: Duration,
    /// The headers that were sent, without those that frame the message (`host`, `content-length`).
    pub request_headers: Vec<(String, String)>,
    /// What came of it.
    pub outcome: Outcome,
}

impl Request {
    /// Give the claim back: this request was not sent.
    pub fn released(&self, now: UnixMs) -> Settlement {
        self.settled_as(Outcome::Released, now, Duration::ZERO)
    }

    /// The settlement of a request whose headers never left, or of which nothing more is known.
    pub(crate) fn settled_as(&self, outcome: Outcome, started_at: UnixMs, duration: Duration) -> Settlement {
        Settlement {
            delivery_id: self.delivery_id.clone(),
            claim_token: self.claim_token.clone(),
            started_at,
            duration,
            request_headers: Vec::new(),
            outcome,
        }
    }
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        let mut message = message.into();
        if let Some((end, _)) = message.char_indices().nth(MESSAGE_CHARS) {
            message.truncate(end);
        }
        Self { kind, message }
    }
}

impl Settlement {
    /// Bytes that this settlement holds, for limits on batches.
    pub(crate) fn size_bytes(&self) -> usize {
        let answer = match &self.outcome {
            Outcome::Response(response) => response.body.len() + headers_bytes(&response.headers),
            Outcome::Failure(failure) => failure.message.len(),
            Outcome::Released => 0,
        };
        answer + headers_bytes(&self.request_headers)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("delivery_id", &self.delivery_id)
            .field("webhook_id", &self.webhook_id)
            .field("event_id", &self.event_id)
            .field("attempt", &self.attempt)
            .field("method", &self.method)
            .field("url", &without_secrets(&self.url))
            .field("headers", &self.headers.len())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &self.headers.len())
            .field("body_bytes", &self.body.len())
            .field("truncated", &self.truncated)
            .finish()
    }
}

impl fmt::Debug for Settlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settlement")
            .field("delivery_id", &self.delivery_id)
            .field("started_at", &self.started_at)
            .field("duration", &self.duration)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

const MESSAGE_CHARS: usize = 300;

fn headers_bytes(headers: &[(String, String)]) -> usize {
    headers.iter().map(|(name, value)| name.len() + value.len()).sum()
}

/// Scheme, host and port alone: receivers put tokens into user names, paths and queries.
fn without_secrets(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) => url.origin().ascii_serialization(),
        Err(_) => "(not a URL)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_hide_what_may_be_secret() {
        let request = Request {
            delivery_id: "dlv_1".into(),
            webhook_id: "wh_1".into(),
            event_id: "evt_1".into(),
            topic: "order.created".into(),
            attempt: 2,
            claim_token: "hidden-claim".into(),
            method: "POST".into(),
            url: "https://hidden-user:hidden-password@receiver.test:8443/hidden-path?key=hidden-query".into(),
            headers: vec![("authorization".into(), "hidden-header".into())],
            body: Bytes::from_static(b"hidden-body"),
            timeout: Duration::from_secs(1),
            response_cap_bytes: 10,
        };
        let text = format!("{request:?} {:?}", request.released(5));
        assert!(text.contains("https://receiver.test:8443"), "{text}");
        assert!(!text.contains("hidden"), "{text}");
    }

    #[test]
    fn a_message_is_cut_between_characters() {
        let failure = Failure::new(FailureKind::Protocol, "ü".repeat(1_000));
        assert_eq!(failure.message.chars().count(), MESSAGE_CHARS);
    }
}
