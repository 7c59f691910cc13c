//! Statements about attempts.

use super::{Row, Sql};
use crate::error::Result;
use crate::ports::{ColumnType, Statement};

/// A row of the attempts table.
#[derive(Clone, Debug)]
pub(crate) struct AttemptRow {
    pub(crate) number: u32,
    pub(crate) started_at: i64,
    pub(crate) duration_ms: u32,
    pub(crate) url: String,
    /// JSON list of pairs.
    pub(crate) request_headers: Vec<u8>,
    pub(crate) status: Option<i64>,
    pub(crate) failure: Option<String>,
    pub(crate) message: Option<String>,
    /// JSON list of pairs.
    pub(crate) response_headers: Option<Vec<u8>>,
    pub(crate) response_body: Option<Vec<u8>>,
    pub(crate) truncated: bool,
    pub(crate) reason: Option<String>,
}

const COLUMNS: &str = "number, started_at, duration_ms, url, request_headers, status, failure, message, \
                       response_headers, response_body, truncated, reason";
const TYPES: &[ColumnType] = {
    use ColumnType::{Blob as B, Integer as I, Text as T};
    &[I, I, I, T, B, I, T, T, B, B, I, T]
};

impl AttemptRow {
    pub(crate) const WIDTH: usize = TYPES.len();

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            number: row.count()?,
            started_at: row.integer()?,
            duration_ms: row.count()?,
            url: row.text()?,
            request_headers: row.blob()?,
            status: row.maybe_integer()?,
            failure: row.maybe_text()?,
            message: row.maybe_text()?,
            response_headers: row.maybe_blob()?,
            response_body: row.maybe_blob()?,
            truncated: row.flag()?,
            reason: row.maybe_text()?,
        })
    }
}

/// So many attempts of a delivery are kept, the newest.
const ATTEMPTS_KEPT: u32 = 100;

impl Sql<'_> {
    /// Adds an attempt to the log, and removes those that are too many.
    pub(crate) fn record_attempt(&self, delivery_id: &str, attempt: AttemptRow) -> impl Iterator<Item = Statement> {
        let last_removed = attempt.number.saturating_sub(ATTEMPTS_KEPT);
        let removal = (last_removed > 0).then(|| {
            self.change(
                "DELETE FROM @attempts WHERE delivery_id = ? AND number <= ?",
                vec![delivery_id.into(), last_removed.into()],
            )
        });
        [self.insert_attempt(delivery_id, attempt)].into_iter().chain(removal)
    }

    fn insert_attempt(&self, delivery_id: &str, attempt: AttemptRow) -> Statement {
        self.change(
            &format!("INSERT INTO @attempts (delivery_id, {COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"),
            vec![
                delivery_id.into(),
                attempt.number.into(),
                attempt.started_at.into(),
                attempt.duration_ms.into(),
                attempt.url.into(),
                attempt.request_headers.into(),
                attempt.status.into(),
                attempt.failure.into(),
                attempt.message.into(),
                attempt.response_headers.into(),
                attempt.response_body.into(),
                i64::from(attempt.truncated).into(),
                attempt.reason.into(),
            ],
        )
    }

    /// The newest attempts of a delivery, in their order.
    pub(crate) fn attempts(&self, delivery_id: &str) -> Statement {
        self.query(
            &format!("SELECT {COLUMNS} FROM @attempts WHERE delivery_id = ? ORDER BY number"),
            TYPES,
            vec![delivery_id.into()],
        )
    }
}
