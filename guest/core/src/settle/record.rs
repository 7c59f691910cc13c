//! Outcomes as hosts tell them, and as the log keeps them.

use super::redact;
use crate::retry::FailureKind;
use crate::sql::{AttemptRow, SettleRow, State};

/// An answer of a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// As received.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body.
    pub body: Vec<u8>,
    /// There was more.
    pub truncated: bool,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver answered.
    Response(Response),
    /// It did not, in the client's words.
    Failure {
        /// What kind of failure.
        kind: FailureKind,
        /// The client's words.
        message: String,
    },
    /// The request was not sent.
    Released,
}

/// A request and its outcome.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// `dlv_…`
    pub delivery_id: String,
    /// From the request.
    pub claim_token: String,
    /// When the host began to send, unix milliseconds.
    pub started_at: i64,
    /// Milliseconds.
    pub duration_ms: u32,
    /// As sent.
    pub request_headers: Vec<(String, String)>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What was decided after an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Where the delivery stands now.
    pub state: State,
    /// Next attempt, unix milliseconds.
    pub due_at: Option<i64>,
    /// Why; none for a success.
    pub reason: Option<String>,
    /// This outcome disabled the webhook.
    pub webhook_disabled: bool,
}

const MESSAGE_MAX: usize = 500;

/// Bytes of a header list as JSON; with the largest body that is kept, an attempt stays below 1 MiB.
const HEADERS_MAX: usize = 96 * 1024;

/// The attempt that an outcome leaves in the log. `body_cap` is what the host was asked to keep of an answer's body.
pub(super) fn attempt_row(
    settlement: &Settlement,
    row: &SettleRow,
    reason: Option<String>,
    body_cap: u32,
) -> AttemptRow {
    let mut attempt = AttemptRow {
        number: row.attempts.saturating_add(1),
        started_at: settlement.started_at,
        duration_ms: settlement.duration_ms,
        url: row.webhook.as_ref().map(|webhook| webhook.url.clone()).unwrap_or_default(),
        request_headers: pairs(&redact::sent(&settlement.request_headers)),
        status: None,
        failure: None,
        message: None,
        response_headers: None,
        response_body: None,
        truncated: false,
        reason,
    };
    match &settlement.outcome {
        Outcome::Response(response) => {
            attempt.status = Some(i64::from(response.status));
            attempt.response_headers = Some(pairs(&redact::received(&response.headers)));
            let kept = response.body.len().min(body_cap as usize);
            attempt.response_body = Some(response.body[..kept].to_vec());
            attempt.truncated = response.truncated || kept < response.body.len();
        }
        Outcome::Failure { kind, message } => {
            attempt.failure = Some(kind.word().to_owned());
            attempt.message = Some(message.chars().filter(|letter| *letter != '\0').take(MESSAGE_MAX).collect());
        }
        Outcome::Released => {}
    }
    attempt
}

/// The first headers, as many as there is room for.
fn pairs(headers: &[(&str, &str)]) -> Vec<u8> {
    let mut json = vec![b'['];
    for entry in headers.iter().filter_map(|header| serde_json::to_vec(header).ok()) {
        if json.len() + entry.len() + 2 > HEADERS_MAX {
            break;
        }
        if json.len() > 1 {
            json.push(b',');
        }
        json.extend(entry);
    }
    json.push(b']');
    json
}
