//! Statements about the limits of accounts and what of them is used.
//!
//! Counters change by so much, never to so much, and only while the limit leaves room: whoever comes second is refused
//! by the row itself, and nobody else waits.

use super::{Row, Sql, marks, padded};
use crate::error::Result;
use crate::ports::{ColumnType, Dialect, Statement};

/// A row of the limits table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AccountLimitsRow {
    pub(crate) account: String,
    pub(crate) webhooks_allowed: bool,
    pub(crate) max_webhooks: Option<i64>,
    pub(crate) max_events_per_day: Option<i64>,
    pub(crate) webhooks: i64,
    /// The UTC day, in days since 1970, that `events` counts.
    pub(crate) day: i64,
    pub(crate) events: i64,
}

const COLUMNS: &str = "account, webhooks_allowed, max_webhooks, max_events_per_day, webhooks, day, events";
const TYPES: &[ColumnType] = {
    use ColumnType::{Integer as I, Text as T};
    &[T, I, I, I, I, I, I]
};

/// Holds for a webhook `w` unless the plan of its account has no webhooks.
pub(super) const PLAN_ALLOWS: &str =
    "NOT EXISTS (SELECT 1 FROM @account_limits l WHERE l.account = w.account AND l.webhooks_allowed = 0)";

impl AccountLimitsRow {
    pub(crate) const WIDTH: usize = TYPES.len();

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            account: row.text()?,
            webhooks_allowed: row.flag()?,
            max_webhooks: row.maybe_integer()?,
            max_events_per_day: row.maybe_integer()?,
            webhooks: row.integer()?,
            day: row.integer()?,
            events: row.integer()?,
        })
    }
}

impl Sql<'_> {
    /// The rows of these accounts. `again` as in [`Sql::recent_events`].
    pub(crate) fn account_limits(&self, accounts: &[&str], again: bool) -> Statement {
        let lock = if again && self.dialect == Dialect::Mysql { " FOR UPDATE" } else { "" };
        let params = padded(accounts.iter().map(|account| (*account).into()).collect());
        self.query(
            &format!("SELECT {COLUMNS} FROM @account_limits WHERE account IN ({}){lock}", marks(params.len())),
            TYPES,
            params,
        )
    }

    /// Sets limits and keeps what is used of them; the webhooks are counted anew.
    pub(crate) fn set_account_limits(&self, limits: &AccountLimitsRow, now: i64) -> [Statement; 2] {
        let account = limits.account.as_str();
        [
            self.change(
                &format!(
                    "INSERT INTO @account_limits ({COLUMNS}, revision, updated_at) VALUES (?,1,NULL,NULL,0,0,0,0,?) {}",
                    self.or_nothing("account")
                ),
                vec![account.into(), now.into()],
            ),
            self.change(
                "UPDATE @account_limits SET webhooks_allowed = ?, max_webhooks = ?, max_events_per_day = ?, \
                 webhooks = (SELECT COUNT(*) FROM @webhooks w WHERE w.account = ?), revision = revision + 1, \
                 updated_at = ? WHERE account = ?",
                vec![
                    i64::from(limits.webhooks_allowed).into(),
                    limits.max_webhooks.into(),
                    limits.max_events_per_day.into(),
                    account.into(),
                    now.into(),
                    account.into(),
                ],
            ),
        ]
    }

    pub(crate) fn delete_account_limits(&self, account: &str) -> Statement {
        self.change("DELETE FROM @account_limits WHERE account = ?", vec![account.into()]).expecting(1)
    }

    /// Counts a new webhook, where the account may have one more.
    pub(crate) fn count_webhook(&self, account: &str) -> Statement {
        self.change(
            "UPDATE @account_limits SET webhooks = webhooks + 1, revision = revision + 1 WHERE account = ? \
             AND webhooks_allowed = 1 AND (max_webhooks IS NULL OR webhooks < max_webhooks)",
            vec![account.into()],
        )
    }

    /// Gives the slot of a deleted webhook back.
    pub(crate) fn uncount_webhook(&self, account: &str) -> Statement {
        self.change(
            "UPDATE @account_limits SET webhooks = webhooks - 1, revision = revision + 1 WHERE account = ? \
             AND webhooks > 0",
            vec![account.into()],
        )
    }

    /// Counts `number` events of `today`, where the account's limit leaves room for all of them, and where all of the
    /// events with a key, `keyed`, are stored under the token. A row that another host has taken to tomorrow stays
    /// there, so that two clocks around midnight do not give a limit twice.
    pub(crate) fn count_events(
        &self,
        account: &str,
        today: i64,
        number: i64,
        keyed: &[&str],
        token: &str,
    ) -> Statement {
        let tomorrow = today.saturating_add(1);
        let mut params = vec![
            today.into(),
            tomorrow.into(),
            number.into(),
            number.into(),
            tomorrow.into(),
            today.into(),
            account.into(),
            today.into(),
            tomorrow.into(),
            number.into(),
        ];
        let mut sql = String::from(
            // MySQL assigns from left to right: the day comes after what depends on it.
            "UPDATE @account_limits SET events = CASE WHEN day BETWEEN ? AND ? THEN events + ? ELSE ? END, \
             day = CASE WHEN day = ? THEN day ELSE ? END, revision = revision + 1 WHERE account = ? \
             AND (CASE WHEN day BETWEEN ? AND ? THEN events ELSE 0 END) + ? <= max_events_per_day",
        );
        if !keyed.is_empty() {
            let ids = padded(keyed.iter().map(|id| (*id).into()).collect());
            sql.push_str(&format!(
                " AND (SELECT COUNT(*) FROM @events e WHERE e.id IN ({}) AND e.publish_token = ?) = ?",
                marks(ids.len())
            ));
            params.extend(ids);
            params.extend([token.into(), i64::try_from(keyed.len()).unwrap_or(i64::MAX).into()]);
        }
        self.change(&sql, params).expecting(1)
    }
}
