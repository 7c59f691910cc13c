//! Outcomes as hosts tell them, and as the log keeps them.

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

/// The attempt that an outcome leaves in the log.
pub(super) fn attempt_row(settlement: &Settlement, row: &SettleRow, reason: Option<String>) -> AttemptRow {
    let mut attempt = AttemptRow {
        number: row.attempts.saturating_add(1),
        started_at: settlement.started_at,
        duration_ms: settlement.duration_ms,
        url: row.webhook.as_ref().map(|webhook| webhook.url.clone()).unwrap_or_default(),
        request_headers: pairs(&settlement.request_headers),
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
            attempt.response_headers = Some(pairs(&response.headers));
            attempt.response_body = Some(response.body.clone());
            attempt.truncated = response.truncated;
        }
        Outcome::Failure { kind, message } => {
            attempt.failure = Some(kind.word().to_owned());
            attempt.message = Some(message.chars().filter(|letter| *letter != '\0').take(MESSAGE_MAX).collect());
        }
        Outcome::Released => {}
    }
    attempt
}

fn pairs(headers: &[(String, String)]) -> Vec<u8> {
    serde_json::to_vec(headers).unwrap_or_else(|_| b"[]".to_vec())
}
