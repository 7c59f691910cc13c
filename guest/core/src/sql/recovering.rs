//! Statements by which a person ends deliveries, or has failed ones begin anew.

use super::switch::STOPPED;
use super::upkeep::HAS_PAYLOAD;
use super::{Row, Sql, State, Status, marks, padded};
use crate::error::Result;
use crate::ports::{ColumnType, Statement, Value};

/// Which failed deliveries a query finds, by the time they ended.
#[derive(Clone, Debug)]
pub(crate) struct FailedFilter<'a> {
    /// The webhook's account.
    pub(crate) account: Option<&'a str>,
    pub(crate) webhook_id: Option<&'a str>,
    pub(crate) topic: Option<&'a str>,
    /// Of exhausted and cancelled.
    pub(crate) states: &'a [State],
    /// From this time and, of those that ended just then, from behind this id.
    pub(crate) after: (i64, &'a str),
    /// The last time.
    pub(crate) until: i64,
}

/// A failed delivery, and the status of its webhook; `None` when that was deleted.
#[derive(Clone, Debug)]
pub(crate) struct FailedRow {
    pub(crate) id: String,
    pub(crate) event_id: String,
    pub(crate) finished_at: i64,
    /// Its payload is not past its retention.
    pub(crate) has_payload: bool,
    pub(crate) webhook: Option<Status>,
}

impl FailedRow {
    pub(crate) const WIDTH: usize = 5;

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        let (id, event_id) = (row.text()?, row.text()?);
        let (finished_at, has_payload) = (row.integer()?, row.flag()?);
        Ok(Self { id, event_id, finished_at, has_payload, webhook: row.maybe_text()?.map(|word| Status::parse(&word)) })
    }
}

impl Sql<'_> {
    /// Failed deliveries in the order in which they ended. A test event is over when it has failed.
    pub(crate) fn find_failed(&self, filter: &FailedFilter<'_>, limit: u32) -> Statement {
        let mut params: Vec<Value> = padded(filter.states.iter().map(|state| state.stored().into()).collect());
        let states = marks(params.len());
        let (since, id) = filter.after;
        params.extend([since.into(), filter.until.into(), since.into(), id.into()]);
        let mut more = String::new();
        let exact = [
            (" AND d.webhook_account = ?", filter.account),
            (" AND d.webhook_id = ?", filter.webhook_id),
            (" AND d.topic = ?", filter.topic),
        ];
        for (part, value) in exact {
            if let Some(value) = value {
                more.push_str(part);
                params.push(value.into());
            }
        }
        params.push(limit.into());
        self.query(
            &format!(
                "SELECT d.id, d.event_id, d.finished_at, (SELECT COUNT(*) FROM @events e WHERE e.id = d.event_id AND e.kept IN (2, 3)), w.status FROM @deliveries d LEFT JOIN @webhooks w ON w.id = d.webhook_id \
                 WHERE d.state IN ('exhausted', 'cancelled') AND d.state IN ({states}) AND d.test = 0 \
                 AND d.finished_at >= ? AND d.finished_at <= ? AND (d.finished_at > ? OR d.id > ?){more} \
                 ORDER BY d.finished_at, d.id LIMIT ?"
            ),
            &[ColumnType::Text, ColumnType::Text, ColumnType::Integer, ColumnType::Integer, ColumnType::Text],
            params,
        )
    }

    /// Lets deliveries that still are failed begin their schedule anew, where their webhook still is active.
    pub(crate) fn recover(&self, ids: &[&str], now: i64) -> Statement {
        let ids = padded(ids.iter().map(|id| (*id).into()).collect());
        let marks = marks(ids.len());
        self.change(
            &format!(
                "UPDATE @deliveries SET state = 'pending', due_at = ?, claims = 0, last_try = 0, \
                 attempts_before = attempts, finished_at = NULL WHERE id IN ({marks}) \
                 AND state IN ('exhausted', 'cancelled') AND EXISTS (SELECT 1 FROM @webhooks w \
                 WHERE w.id = @deliveries.webhook_id AND w.status = 'active') AND {HAS_PAYLOAD} AND NOT {STOPPED}"
            ),
            core::iter::once(now.into()).chain(ids).collect(),
        )
    }

    /// Ends a delivery that waits and still is in the state that the decision rests on.
    pub(crate) fn cancel(&self, id: &str, seen: State, reason: &str, now: i64) -> Statement {
        self.change(
            "UPDATE @deliveries SET state = 'cancelled', due_at = NULL, finished_at = ?, reason = ? \
             WHERE id = ? AND state = ?",
            vec![now.into(), reason.into(), id.into(), seen.stored().into()],
        )
        .expecting(1)
    }
}
