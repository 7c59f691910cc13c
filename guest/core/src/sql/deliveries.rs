//! Statements that show deliveries, and those by which a person moves them.

use super::switch::STOPPED;
use super::upkeep::HAS_PAYLOAD;
use super::{Row, Sql};
use crate::error::Result;
use crate::ports::{ColumnType, Statement, Value};

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits for its first attempt.
    Pending,
    /// Claimed by a host, under a lease.
    Sending,
    /// Waits for another attempt.
    Retrying,
    /// Waits until its webhook is active again.
    Held,
    /// A receiver answered 2xx.
    Delivered,
    /// Given up.
    Exhausted,
    /// Its webhook was deleted, or a person cancelled it.
    Cancelled,
}

impl State {
    /// All of them, in the order of a delivery's life.
    pub const ALL: [Self; 7] =
        [Self::Pending, Self::Sending, Self::Retrying, Self::Held, Self::Delivered, Self::Exhausted, Self::Cancelled];

    /// The word for people and APIs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Retrying => "retrying",
            Self::Held => "held",
            Self::Delivered => "delivered",
            Self::Exhausted => "exhausted",
            Self::Cancelled => "cancelled",
        }
    }

    /// The word in the tables, where retrying is pending with attempts.
    pub(crate) fn stored(self) -> &'static str {
        match self {
            Self::Retrying => "pending",
            other => other.word(),
        }
    }

    fn read(stored: &str, attempts: u32) -> Self {
        match stored {
            "pending" if attempts > 0 => Self::Retrying,
            word => Self::ALL.into_iter().find(|state| state.word() == word).unwrap_or(Self::Cancelled),
        }
    }
}

/// A row of the deliveries table.
#[derive(Clone, Debug)]
pub(crate) struct DeliveryRow {
    pub(crate) id: String,
    pub(crate) event_id: String,
    pub(crate) webhook_id: String,
    pub(crate) digest: String,
    pub(crate) topic: String,
    pub(crate) account: String,
    pub(crate) webhook_account: String,
    pub(crate) state: State,
    pub(crate) attempts: u32,
    pub(crate) due_at: Option<i64>,
    pub(crate) reason: Option<String>,
    pub(crate) test: bool,
    pub(crate) created_at: i64,
    pub(crate) finished_at: Option<i64>,
}

/// Which deliveries a query finds.
#[derive(Clone, Debug, Default)]
pub(crate) struct DeliveryFilter {
    /// The webhook's, as in a webhook's filter.
    pub(crate) account: Option<String>,
    pub(crate) webhook_id: Option<String>,
    pub(crate) event_id: Option<String>,
    pub(crate) topic: Option<String>,
    pub(crate) state: Option<State>,
}

const COLUMNS: &str = "d.id, d.event_id, d.webhook_id, d.digest, d.topic, d.account, d.webhook_account, d.state, d.attempts, d.due_at, \
                       d.reason, d.test, d.created_at, d.finished_at";
const TYPES: &[ColumnType] = {
    use ColumnType::{Integer as I, Text as T};
    &[T, T, T, T, T, T, T, T, I, I, T, I, I, I]
};

impl DeliveryRow {
    pub(crate) const WIDTH: usize = TYPES.len();

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        let (id, event_id, webhook_id) = (row.text()?, row.text()?, row.text()?);
        let (digest, topic, account) = (row.text()?, row.text()?, row.text()?);
        let webhook_account = row.text()?;
        let stored = row.text()?;
        let attempts = row.count()?;
        Ok(Self {
            id,
            event_id,
            webhook_id,
            digest,
            topic,
            account,
            webhook_account,
            state: State::read(&stored, attempts),
            attempts,
            due_at: row.maybe_integer()?,
            reason: row.maybe_text()?,
            test: row.flag()?,
            created_at: row.integer()?,
            finished_at: row.maybe_integer()?,
        })
    }
}

impl Sql<'_> {
    pub(crate) fn delivery_by_id(&self, id: &str) -> Statement {
        self.query(&format!("SELECT {COLUMNS} FROM @deliveries d WHERE d.id = ?"), TYPES, vec![id.into()])
    }

    pub(crate) fn payload(&self, event_id: &str, digest: &str) -> Statement {
        self.query(
            "SELECT body FROM @payloads WHERE event_id = ? AND digest = ?",
            &[ColumnType::Blob],
            vec![event_id.into(), digest.into()],
        )
    }

    /// Newest first.
    pub(crate) fn find_deliveries(&self, filter: &DeliveryFilter, limit: u32, offset: i64) -> Statement {
        let (condition, mut params) = condition(filter);
        params.push(limit.into());
        params.push(offset.into());
        self.query(
            &format!("SELECT {COLUMNS} FROM @deliveries d {condition} ORDER BY d.id DESC LIMIT ? OFFSET ?"),
            TYPES,
            params,
        )
    }

    pub(crate) fn count_deliveries(&self, filter: &DeliveryFilter) -> Statement {
        let (condition, params) = condition(filter);
        self.query(&format!("SELECT COUNT(*) FROM @deliveries d {condition}"), &[ColumnType::Integer], params)
    }

    pub(crate) fn deliveries_by_state(&self) -> Statement {
        self.query(
            "SELECT state, CASE WHEN attempts > 0 THEN 1 ELSE 0 END, COUNT(*) FROM @deliveries \
             GROUP BY state, CASE WHEN attempts > 0 THEN 1 ELSE 0 END",
            &[ColumnType::Text, ColumnType::Integer, ColumnType::Integer],
            vec![],
        )
    }

    /// State of a row of [`Sql::deliveries_by_state`].
    pub(crate) fn read_state_count(row: &mut Row) -> Result<(State, u64)> {
        let stored = row.text()?;
        let attempts = row.count()?;
        Ok((State::read(&stored, attempts), row.integer()?.unsigned_abs()))
    }

    /// Holds what waits for a webhook that is no longer active.
    pub(crate) fn hold(&self, webhook_id: &str) -> Statement {
        let waits = ("webhook_id = ? AND state = 'pending'", vec![webhook_id.into()]);
        self.change_unlocked(("state = 'held', due_at = NULL", vec![]), waits)
    }

    /// Frees what was held for a webhook that is active again, unless the installation is stopped.
    pub(crate) fn free(&self, webhook_id: &str, now: i64) -> Statement {
        self.change(
            &format!(
                "UPDATE @deliveries SET state = 'pending', due_at = ? WHERE webhook_id = ? AND state = 'held' \
                 AND NOT {STOPPED}"
            ),
            vec![now.into(), webhook_id.into()],
        )
    }

    /// Cancels what waits for a webhook that is deleted. What is being sent ends with its outcome; what is published
    /// in a transaction that is open now is found by [`Sql::webhooks_gone`].
    pub(crate) fn cancel_waiting(&self, webhook_id: &str, now: i64) -> Statement {
        self.change_unlocked(
            (
                "state = 'cancelled', due_at = NULL, finished_at = ?, reason = ?",
                vec![now.into(), "the webhook was deleted".into()],
            ),
            ("webhook_id = ? AND state IN ('pending', 'held')", vec![webhook_id.into()]),
        )
    }

    /// Deleted webhooks that something waits for still.
    pub(crate) fn webhooks_gone(&self) -> Statement {
        self.query(
            "SELECT g.id FROM @deleted_webhooks g WHERE (SELECT d.id FROM @deliveries d WHERE d.webhook_id = g.id \
             AND d.state IN ('pending', 'held') LIMIT 1) IS NOT NULL LIMIT 32",
            &[ColumnType::Text],
            vec![],
        )
    }

    /// Frees what [`Sql::webhooks_held`] found for a webhook, and waits for nobody who changes some of it.
    pub(crate) fn free_strays(&self, webhook_id: &str, now: i64) -> Statement {
        let held = ("webhook_id = ? AND state = 'held'", vec![webhook_id.into()]);
        self.change_unlocked(("state = 'pending', due_at = ?", vec![now.into()]), held)
    }

    /// Active webhooks that something is held for although nothing is stopped.
    pub(crate) fn webhooks_held(&self) -> Statement {
        self.query(
            &format!(
                "SELECT w.id FROM @webhooks w WHERE w.status = 'active' AND (SELECT d.id FROM @deliveries d \
                 WHERE d.webhook_id = w.id AND d.state = 'held' LIMIT 1) IS NOT NULL AND NOT {STOPPED} LIMIT 32"
            ),
            &[ColumnType::Text],
            vec![],
        )
    }

    /// Makes a delivery due now, if it still is in the state that the decision rests on and its webhook is active.
    pub(crate) fn redeliver(&self, delivery: &DeliveryRow, now: i64) -> Statement {
        let ended = delivery.finished_at.is_some();
        self.change(
            &format!(
                "UPDATE @deliveries SET state = 'pending', due_at = ?, claims = 0, finished_at = NULL, \
                 last_try = CASE WHEN ? = 1 THEN 1 ELSE last_try END WHERE id = ? AND state = ? AND attempts = ? \
                 AND EXISTS (SELECT 1 FROM @webhooks w WHERE w.id = ? AND w.status = 'active') \
                 AND {HAS_PAYLOAD} AND NOT {STOPPED}"
            ),
            vec![
                now.into(),
                i64::from(ended).into(),
                delivery.id.as_str().into(),
                delivery.state.stored().into(),
                delivery.attempts.into(),
                delivery.webhook_id.as_str().into(),
            ],
        )
        .expecting(1)
    }
}

fn condition(filter: &DeliveryFilter) -> (String, Vec<Value>) {
    let mut parts = Vec::new();
    let mut params: Vec<Value> = Vec::new();
    let exact = [
        ("d.webhook_account = ?", &filter.account),
        ("d.webhook_id = ?", &filter.webhook_id),
        ("d.event_id = ?", &filter.event_id),
        ("d.topic = ?", &filter.topic),
    ];
    for (part, value) in exact {
        if let Some(value) = value {
            parts.push(part);
            params.push(value.as_str().into());
        }
    }
    if let Some(state) = filter.state {
        parts.push("d.state = ?");
        params.push(state.stored().into());
        match state {
            State::Pending => parts.push("d.attempts = 0"),
            State::Retrying => parts.push("d.attempts > 0"),
            _ => {}
        }
    }
    let text = if parts.is_empty() { String::new() } else { format!("WHERE {}", parts.join(" AND ")) };
    (text, params)
}
