//! Statements that lease due deliveries, give back expired leases, and record what was decided.

use super::accounts::PLAN_ALLOWS;
use super::switch::STOPPED;
use super::{Row, Sql, marks, padded};
use crate::error::Result;
use crate::ports::{ColumnType, Dialect, Statement, Value};
use crate::rate::Charged;

/// What a claim needs to know of the queue.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct QueueState {
    /// Due time of the oldest delivery of an active webhook.
    pub(crate) oldest: Option<i64>,
    /// When the next delivery that is not due yet becomes so.
    pub(crate) next: Option<i64>,
    /// End of the lease that ends first.
    pub(crate) first_lease: Option<i64>,
}

/// An active webhook with something due.
#[derive(Clone, Debug)]
pub(crate) struct DueWebhook {
    pub(crate) id: String,
    /// Requests in a second; 0 is no limit.
    pub(crate) rate: u32,
    /// Up to when the rate is used, unix microseconds.
    pub(crate) rate_used_until: i64,
    /// Of the claim that charged it last.
    pub(crate) rate_token: String,
}

/// A delivery just claimed, with all that its request needs.
#[derive(Clone, Debug)]
pub(crate) struct ClaimedRow {
    pub(crate) id: String,
    pub(crate) event_id: String,
    pub(crate) webhook_id: String,
    pub(crate) attempts: u32,
    pub(crate) topic: String,
    pub(crate) shape: String,
    /// The event's; empty for none.
    pub(crate) account: String,
    pub(crate) occurred_at: i64,
    pub(crate) url: String,
    /// As stored.
    pub(crate) secret: String,
    /// As in [`super::SettingsRow`].
    pub(crate) former_secrets: String,
    /// As stored.
    pub(crate) headers: String,
    pub(crate) standard_headers: bool,
    pub(crate) timeout_ms: u32,
    pub(crate) integration: String,
    pub(crate) body: Vec<u8>,
    /// Its webhook is active, its account's plan has webhooks, and the installation is not stopped.
    pub(crate) wanted: bool,
}

/// A delivery about to be settled, with the state of its webhook.
#[derive(Clone, Debug)]
pub(crate) struct SettleRow {
    pub(crate) id: String,
    pub(crate) claim_token: Option<String>,
    pub(crate) event_id: String,
    pub(crate) webhook_id: String,
    pub(crate) topic: String,
    pub(crate) attempts: u32,
    /// Those before the schedule began anew.
    pub(crate) attempts_before: u32,
    pub(crate) last_try: bool,
    pub(crate) test: bool,
    /// End of the lease.
    pub(crate) due_at: Option<i64>,
    /// The installation is stopped.
    pub(crate) stopped: bool,
    /// `None` when the webhook was deleted.
    pub(crate) webhook: Option<SettleWebhook>,
}

/// What settling needs to know of a webhook.
#[derive(Clone, Debug)]
pub(crate) struct SettleWebhook {
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) url: String,
    pub(crate) active: bool,
    pub(crate) revision: i64,
    pub(crate) failures: u32,
    pub(crate) failing_since: Option<i64>,
    /// The policy had disabled it, and no success came since.
    pub(crate) was_disabled: bool,
    /// Empty: the installation's.
    pub(crate) retry_schedule: String,
}

/// A lease that ended without an outcome this many times ends its delivery.
const CLAIMS_MAX: i64 = 3;

/// Expired leases given back by one claim.
const RESCUE_LIMIT: i64 = 200;

impl QueueState {
    pub(crate) const WIDTH: usize = 3;

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        Ok(Self { oldest: row.maybe_integer()?, next: row.maybe_integer()?, first_lease: row.maybe_integer()? })
    }
}

impl DueWebhook {
    pub(crate) const WIDTH: usize = 4;

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        Ok(Self { id: row.text()?, rate: row.count()?, rate_used_until: row.integer()?, rate_token: row.text()? })
    }
}

impl ClaimedRow {
    pub(crate) const WIDTH: usize = 17;

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            id: row.text()?,
            event_id: row.text()?,
            webhook_id: row.text()?,
            attempts: row.count()?,
            topic: row.text()?,
            shape: row.text()?,
            account: row.text()?,
            occurred_at: row.integer()?,
            url: row.text()?,
            secret: row.text()?,
            former_secrets: row.text()?,
            headers: row.text()?,
            standard_headers: row.flag()?,
            timeout_ms: row.count()?,
            integration: row.text()?,
            body: row.blob()?,
            wanted: row.flag()?,
        })
    }
}

impl SettleRow {
    pub(crate) const WIDTH: usize = 20;

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        let id = row.text()?;
        let claim_token = row.maybe_text()?;
        let (event_id, webhook_id, topic) = (row.text()?, row.text()?, row.text()?);
        let (attempts, attempts_before, last_try, test) = (row.count()?, row.count()?, row.flag()?, row.flag()?);
        let due_at = row.maybe_integer()?;
        let stopped = row.flag()?;
        let webhook = match row.maybe_text()? {
            Some(name) => Some(SettleWebhook {
                name,
                account: row.text()?,
                url: row.text()?,
                active: row.text()? == "active",
                revision: row.integer()?,
                failures: row.count()?,
                failing_since: row.maybe_integer()?,
                was_disabled: row.flag()?,
                retry_schedule: row.text()?,
            }),
            None => None,
        };
        Ok(Self {
            id,
            claim_token,
            event_id,
            webhook_id,
            topic,
            attempts,
            attempts_before,
            last_try,
            test,
            due_at,
            stopped,
            webhook,
        })
    }
}

impl Sql<'_> {
    /// The queue at `now`. A slowed webhook's deliveries are due when it may be called again.
    pub(crate) fn queue_state(&self, now: i64) -> Statement {
        self.query(
            &format!(
                "SELECT MIN(CASE WHEN q.due <= ? AND q.slowed_until <= ? THEN q.due END), \
                 MIN(CASE WHEN q.due > ? OR q.slowed_until > ? THEN CASE WHEN q.due > q.slowed_until THEN q.due ELSE \
                 q.slowed_until END END), \
                 (SELECT MIN(due_at) FROM @deliveries WHERE state = 'sending') \
                 FROM (SELECT CASE WHEN w.slowed_until > w.rate_free_at THEN w.slowed_until ELSE w.rate_free_at END AS \
                 slowed_until, (SELECT MIN(d.due_at) FROM @deliveries d WHERE d.webhook_id = w.id \
                 AND d.state = 'pending') AS due FROM @webhooks w WHERE w.status = 'active' AND {PLAN_ALLOWS}) q"
            ),
            &[ColumnType::Integer, ColumnType::Integer, ColumnType::Integer],
            vec![now.into(), now.into(), now.into(), now.into()],
        )
    }

    /// Active webhooks with something due, from a random place on, so that none is always last.
    pub(crate) fn due_webhooks(&self, now: i64, from: &str, limit: u32) -> Statement {
        self.query(
            &format!(
                "SELECT w.id, w.rate, w.rate_used_until, w.rate_token FROM @webhooks w WHERE w.status = 'active' AND \
                 w.slowed_until <= ? AND w.rate_free_at <= ? AND EXISTS (SELECT 1 FROM @deliveries d WHERE d.webhook_id = w.id AND d.state = 'pending' AND d.due_at <= ?) \
                 AND {PLAN_ALLOWS} ORDER BY CASE WHEN w.id >= ? THEN 0 ELSE 1 END, w.id LIMIT ?"
            ),
            &[ColumnType::Text, ColumnType::Integer, ColumnType::Integer, ColumnType::Text],
            vec![now.into(), now.into(), now.into(), from.into(), limit.into()],
        )
    }

    /// Writes how far a webhook's rate is used, in the name of a claim, if the claim that was `seen` was the last one
    /// and nobody has locked the webhook.
    pub(crate) fn charge_rate(&self, webhook_id: &str, seen: &str, token: &str, used: Charged) -> Statement {
        self.change_chosen(
            "webhooks",
            (
                "rate_used_until = ?, rate_free_at = ?, rate_token = ?",
                vec![used.used_until.into(), used.free_at.into(), token.into()],
            ),
            // Without a limit MySQL makes one query of both.
            ("SELECT id FROM @webhooks WHERE id = ? AND rate_token = ? LIMIT 1", vec![webhook_id.into(), seen.into()]),
            ("", vec![]),
        )
    }

    /// Leases up to `limit` due deliveries of one webhook, the longest due first; of one with a rate only if the rate
    /// was charged under the token before. Whether they are still wanted is seen by [`Sql::claimed`]: here MySQL would
    /// wait for an application that publishes for the account or edits the webhook.
    pub(crate) fn claim(&self, webhook: &DueWebhook, token: &str, lease_until: i64, now: i64, limit: u32) -> Statement {
        let id = webhook.id.as_str();
        let lock = if self.dialect == Dialect::Mysql { " FOR UPDATE SKIP LOCKED" } else { "" };
        let charged = format!(" AND EXISTS (SELECT 1 FROM @webhooks w WHERE w.id = ? AND w.rate_token = ?{lock})");
        let more = if webhook.rate > 0 { (&*charged, vec![id.into(), token.into()]) } else { ("", vec![]) };
        self.change_chosen(
            "deliveries",
            (
                "state = 'sending', claim_token = ?, due_at = ?, claims = claims + 1",
                vec![token.into(), lease_until.into()],
            ),
            (
                "SELECT id FROM @deliveries WHERE webhook_id = ? AND state = 'pending' AND due_at <= ? \
                 ORDER BY due_at LIMIT ?",
                vec![id.into(), now.into(), limit.into()],
            ),
            more,
        )
    }

    /// What was leased under the token until `lease_until`.
    pub(crate) fn claimed(&self, token: &str, lease_until: i64) -> Statement {
        use ColumnType::{Blob as B, Integer as I, Text as T};
        self.query(
            &format!(
                "SELECT d.id, d.event_id, d.webhook_id, d.attempts, d.topic, d.shape, d.account, e.occurred_at, w.url, \
                 w.secret, w.former_secrets, w.headers, w.standard_headers, w.timeout_ms, w.integration, p.body, \
                 CASE WHEN w.status = 'active' AND {PLAN_ALLOWS} AND NOT {STOPPED} THEN 1 ELSE 0 END \
                 FROM @deliveries d JOIN @webhooks w ON w.id = d.webhook_id JOIN @events e ON e.id = d.event_id \
                 JOIN @payloads p ON p.event_id = d.event_id AND p.digest = d.digest \
                 WHERE d.state = 'sending' AND d.due_at = ? AND d.claim_token = ? ORDER BY d.id"
            ),
            &[T, T, T, I, T, T, T, I, T, T, T, T, I, I, T, B, I],
            vec![lease_until.into(), token.into()],
        )
    }

    /// Deliveries whose lease has expired for the last time, the longest first. A test event has one lease only.
    pub(crate) fn crashed(&self, now: i64) -> Statement {
        self.settle_query(
            "d.state = 'sending' AND d.due_at <= ? AND (d.claims >= ? OR d.test = 1) ORDER BY d.due_at LIMIT ?",
            vec![now.into(), CLAIMS_MAX.into(), RESCUE_LIMIT.into()],
        )
    }

    /// The other expired leases.
    pub(crate) fn expired(&self, now: i64) -> Statement {
        self.query(
            "SELECT id FROM @deliveries WHERE state = 'sending' AND due_at <= ? AND claims < ? AND test = 0 \
             ORDER BY due_at LIMIT ?",
            &[ColumnType::Text],
            vec![now.into(), CLAIMS_MAX.into(), RESCUE_LIMIT.into()],
        )
    }

    /// Gives back those of [`Sql::expired`] that still are.
    pub(crate) fn give_back(&self, ids: &[String], now: i64) -> Statement {
        let integer = self.integer_mark();
        let set = format!(
            "claim_token = NULL, \
             state = COALESCE((SELECT CASE WHEN w.status = 'active' AND NOT {STOPPED} THEN 'pending' ELSE 'held' END \
             FROM @webhooks w WHERE w.id = @deliveries.webhook_id), 'cancelled'), \
             finished_at = CASE WHEN NOT EXISTS (SELECT 1 FROM @webhooks w WHERE w.id = \
             @deliveries.webhook_id) THEN {integer} END, \
             due_at = CASE WHEN EXISTS (SELECT 1 FROM @webhooks w WHERE w.id = @deliveries.webhook_id \
             AND w.status = 'active') AND NOT {STOPPED} THEN {integer} END"
        );
        let ids = padded(ids.iter().map(|id| id.as_str().into()).collect());
        let still = format!("state = 'sending' AND due_at <= ? AND claims < ? AND id IN ({})", marks(ids.len()));
        let params = [now.into(), CLAIMS_MAX.into()].into_iter().chain(ids).collect();
        let sets = vec![now.into(), now.into()];
        if self.dialect == Dialect::Mysql {
            // The other one would lock the webhooks that it reads, and wait for whoever edits one.
            let sql = format!("UPDATE @deliveries FORCE INDEX (PRIMARY) SET {set} WHERE {still}");
            return self.change(&sql, [sets, params].concat());
        }
        let choice = format!("SELECT id FROM @deliveries WHERE {still}");
        self.change_chosen("deliveries", (&set, sets), (&choice, params), ("", vec![]))
    }

    pub(crate) fn settle_rows(&self, ids: &[String]) -> Statement {
        let params = padded(ids.iter().map(|id| id.as_str().into()).collect());
        self.settle_query(&format!("d.id IN ({})", marks(params.len())), params)
    }

    /// Delivery, account and time of the events of these deliveries.
    pub(crate) fn delivered_events(&self, ids: &[&str]) -> Statement {
        let params = padded(ids.iter().map(|id| (*id).into()).collect());
        self.query(
            &format!(
                "SELECT d.id, d.account, e.occurred_at FROM @deliveries d JOIN @events e ON e.id = d.event_id \
                 WHERE d.id IN ({})",
                marks(params.len())
            ),
            &[ColumnType::Text, ColumnType::Text, ColumnType::Integer],
            params,
        )
    }

    fn settle_query(&self, which: &str, params: Vec<Value>) -> Statement {
        use ColumnType::{Integer as I, Text as T};
        self.query(
            &format!(
                "SELECT d.id, d.claim_token, d.event_id, d.webhook_id, d.topic, d.attempts, d.attempts_before, \
                 d.last_try, d.test, d.due_at, CASE WHEN {STOPPED} THEN 1 ELSE 0 END, w.name, w.account, w.url, w.status, w.revision, w.failures, \
                 w.failing_since, w.was_disabled, w.retry_schedule FROM @deliveries d LEFT JOIN @webhooks w ON w.id = d.webhook_id \
                 WHERE {which}"
            ),
            &[T, T, T, T, T, I, I, I, I, I, I, T, T, T, T, I, I, I, I, T],
            params,
        )
    }

    /// Ends a claim: the new state, and when the next attempt is due. `attempted` is 1 when a request was sent, else 0.
    pub(crate) fn settle_delivery(&self, change: &Settled<'_>) -> Statement {
        self.change(
            "UPDATE @deliveries SET state = ?, due_at = ?, claim_token = NULL, claims = 0, attempts = attempts + ?, \
             reason = ?, finished_at = ? WHERE id = ? AND claim_token = ? AND state = 'sending'",
            vec![
                change.state.into(),
                change.due_at.into(),
                i64::from(change.attempted).into(),
                change.reason.into(),
                change.finished_at.into(),
                change.id.into(),
                change.claim_token.into(),
            ],
        )
        .expecting(1)
    }
}

/// How a claim ended.
#[derive(Clone, Debug)]
pub(crate) struct Settled<'a> {
    pub(crate) id: &'a str,
    pub(crate) claim_token: &'a str,
    /// The stored word.
    pub(crate) state: &'static str,
    pub(crate) due_at: Option<i64>,
    pub(crate) attempted: bool,
    pub(crate) reason: Option<&'a str>,
    pub(crate) finished_at: Option<i64>,
}
