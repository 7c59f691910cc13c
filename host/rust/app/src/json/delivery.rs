//! A delivery, and what became of each of its requests.

use std::borrow::Cow;
use std::collections::BTreeMap;

use hookwright_runtime::deliveries::{Attempt, Delivery, Details, FailureKind, Outcome, State};
use serde::Serialize;

/// As wit/webhooks/deliveries.wit has it.
#[derive(Debug, Serialize)]
pub(crate) struct DeliveryJson<'a> {
    id: &'a str,
    event_id: &'a str,
    webhook_id: &'a str,
    topic: &'a str,
    account: Option<&'a str>,
    state: &'static str,
    attempts: u32,
    due_at: Option<i64>,
    reason: Option<&'a str>,
    test: bool,
    created_at: i64,
    finished_at: Option<i64>,
}

/// A delivery with all that is known of it.
#[derive(Debug, Serialize)]
pub(crate) struct DetailsJson<'a> {
    delivery: DeliveryJson<'a>,
    /// The request body as it is sent.
    payload: Cow<'a, str>,
    attempts: Vec<AttemptJson<'a>>,
}

/// One HTTP request.
#[derive(Debug, Serialize)]
pub(crate) struct AttemptJson<'a> {
    number: u32,
    started_at: i64,
    duration_ms: u32,
    url: &'a str,
    request_headers: HeadersJson<'a>,
    outcome: Option<OutcomeJson<'a>>,
    reason: Option<&'a str>,
}

/// Headers by name; of a name that is there more than once, the values with a comma between them (RFC 9110, 5.3).
type HeadersJson<'a> = BTreeMap<&'a str, Cow<'a, str>>;

/// What came of a request: an object with one field, that says what kind it is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OutcomeJson<'a> {
    /// An answer.
    Response { status: u16, headers: HeadersJson<'a>, body: Cow<'a, str>, truncated: bool },
    /// None came.
    Failure { kind: &'static str, message: &'a str },
    /// It was not sent.
    Released,
}

impl<'a> From<&'a Delivery> for DeliveryJson<'a> {
    fn from(delivery: &'a Delivery) -> Self {
        Self {
            id: &delivery.id,
            event_id: &delivery.event_id,
            webhook_id: &delivery.webhook_id,
            topic: &delivery.topic,
            account: delivery.account.as_deref(),
            state: state_word(delivery.state),
            attempts: delivery.attempts,
            due_at: delivery.due_at,
            reason: delivery.reason.as_deref(),
            test: delivery.test,
            created_at: delivery.created_at,
            finished_at: delivery.finished_at,
        }
    }
}

impl<'a> From<&'a Details> for DetailsJson<'a> {
    fn from(details: &'a Details) -> Self {
        Self {
            delivery: DeliveryJson::from(&details.delivery),
            payload: String::from_utf8_lossy(&details.payload),
            attempts: details.attempts.iter().map(AttemptJson::from).collect(),
        }
    }
}

impl<'a> From<&'a Attempt> for AttemptJson<'a> {
    fn from(attempt: &'a Attempt) -> Self {
        Self {
            number: attempt.number,
            started_at: attempt.started_at,
            duration_ms: attempt.duration,
            url: &attempt.url,
            request_headers: headers(&attempt.request_headers),
            outcome: attempt.outcome.as_ref().map(outcome),
            reason: attempt.reason.as_deref(),
        }
    }
}

/// An outcome of the core.
pub(crate) fn outcome(outcome: &Outcome) -> OutcomeJson<'_> {
    match outcome {
        Outcome::Response(response) => OutcomeJson::Response {
            status: response.status,
            headers: headers(&response.headers),
            body: String::from_utf8_lossy(&response.body),
            truncated: response.truncated,
        },
        Outcome::Failure(failure) => OutcomeJson::Failure { kind: kind_word(failure.kind), message: &failure.message },
        Outcome::Released => OutcomeJson::Released,
    }
}

/// The vocabulary's word.
pub(crate) fn state_word(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Sending => "sending",
        State::Retrying => "retrying",
        State::Held => "held",
        State::Delivered => "delivered",
        State::Exhausted => "exhausted",
        State::Cancelled => "cancelled",
    }
}

fn kind_word(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Dns => "dns",
        FailureKind::Connect => "connect",
        FailureKind::Tls => "tls",
        FailureKind::Timeout => "timeout",
        FailureKind::Blocked => "blocked",
        FailureKind::Protocol => "protocol",
    }
}

fn headers(pairs: &[(String, String)]) -> HeadersJson<'_> {
    let mut headers = HeadersJson::new();
    for (name, value) in pairs {
        headers
            .entry(name)
            .and_modify(|values| *values = Cow::Owned(format!("{values}, {value}")))
            .or_insert(Cow::Borrowed(value));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_one_name_are_joined() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let pairs = [pair("b", "1"), pair("a", "2"), pair("b", "3")];
        assert_eq!(serde_json::to_string(&headers(&pairs)).unwrap(), r#"{"a":"2","b":"1, 3"}"#);
    }
}
