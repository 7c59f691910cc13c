//! Statements about webhooks and their subscriptions.

use super::{Row, Sql, like, marks, padded};
use crate::error::Result;
use crate::ports::{ColumnType, Statement, Value};

/// Whether a webhook receives events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Receives events.
    Active,
    /// A person stopped it.
    Paused,
    /// The policy stopped it.
    Disabled,
}

impl Status {
    /// All of them, in the order of lists.
    pub const ALL: [Self; 3] = [Self::Active, Self::Paused, Self::Disabled];

    /// The word, as in the tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Disabled => "disabled",
        }
    }

    pub(crate) fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|status| status.word() == word).unwrap_or(Self::Disabled)
    }
}

/// The order of a list of webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookSort {
    /// By the time of creation.
    Created,
    /// By the time of the last change.
    Updated,
    /// By name, without regard to case.
    Name,
    /// By URL, without regard to case.
    Url,
}

/// A row of the webhooks table, without its topics.
#[derive(Clone, Debug)]
pub(crate) struct WebhookRow {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) status: Status,
    pub(crate) status_reason: Option<String>,
    pub(crate) status_at: i64,
    pub(crate) revision: i64,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) failures: u32,
    pub(crate) failing_since: Option<i64>,
    pub(crate) last_success_at: Option<i64>,
    pub(crate) last_failure_at: Option<i64>,
    pub(crate) slowed_until: i64,
}

/// Which webhooks a query finds.
#[derive(Clone, Debug, Default)]
pub(crate) struct WebhookFilter {
    /// `None`: all accounts; `Some("")`: the installation's own.
    pub(crate) account: Option<String>,
    pub(crate) search: Option<String>,
    pub(crate) status: Option<Status>,
    /// Patterns of which a webhook must have one.
    pub(crate) patterns: Vec<String>,
}

/// What a batch of outcomes changes in a webhook's health.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HealthChange {
    /// True: the failures below follow a success, and replace the former count.
    pub(crate) restarted: bool,
    pub(crate) failures: u32,
    pub(crate) failing_since: Option<i64>,
    pub(crate) last_success_at: Option<i64>,
    pub(crate) last_failure_at: Option<i64>,
    pub(crate) slowed_until: Option<i64>,
}

const COLUMNS: &str = "id, account, name, url, status, status_reason, status_at, revision, created_at, updated_at, \
                       failures, failing_since, last_success_at, last_failure_at, slowed_until";
const TYPES: &[ColumnType] = {
    use ColumnType::{Integer as I, Text as T};
    &[T, T, T, T, T, T, I, I, I, I, I, I, I, I, I]
};

impl WebhookRow {
    pub(crate) const WIDTH: usize = TYPES.len();

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            id: row.text()?,
            account: row.text()?,
            name: row.text()?,
            url: row.text()?,
            status: Status::parse(&row.text()?),
            status_reason: row.maybe_text()?,
            status_at: row.integer()?,
            revision: row.integer()?,
            created_at: row.integer()?,
            updated_at: row.integer()?,
            failures: row.count()?,
            failing_since: row.maybe_integer()?,
            last_success_at: row.maybe_integer()?,
            last_failure_at: row.maybe_integer()?,
            slowed_until: row.integer()?,
        })
    }
}

impl Sql<'_> {
    pub(crate) fn insert_webhook(&self, webhook: &WebhookRow, secret: &str) -> Statement {
        self.change(
            "INSERT INTO @webhooks (id, account, name, name_search, url, url_search, secret, status, status_at, \
             revision, created_at, updated_at, failures, slowed_until) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,0,0)",
            vec![
                webhook.id.as_str().into(),
                webhook.account.as_str().into(),
                webhook.name.as_str().into(),
                webhook.name.to_lowercase().into(),
                webhook.url.as_str().into(),
                webhook.url.to_lowercase().into(),
                secret.into(),
                webhook.status.word().into(),
                webhook.status_at.into(),
                webhook.revision.into(),
                webhook.created_at.into(),
                webhook.updated_at.into(),
            ],
        )
    }

    /// Writes the registry's fields of a webhook whose revision was `seen`.
    pub(crate) fn update_webhook(&self, webhook: &WebhookRow, seen: i64) -> Statement {
        self.change(
            "UPDATE @webhooks SET name = ?, name_search = ?, url = ?, url_search = ?, status = ?, status_reason = ?, \
             status_at = ?, failures = ?, failing_since = ?, slowed_until = ?, revision = ?, updated_at = ? \
             WHERE id = ? AND revision = ?",
            vec![
                webhook.name.as_str().into(),
                webhook.name.to_lowercase().into(),
                webhook.url.as_str().into(),
                webhook.url.to_lowercase().into(),
                webhook.status.word().into(),
                webhook.status_reason.clone().into(),
                webhook.status_at.into(),
                webhook.failures.into(),
                webhook.failing_since.into(),
                webhook.slowed_until.into(),
                webhook.revision.into(),
                webhook.updated_at.into(),
                webhook.id.as_str().into(),
                seen.into(),
            ],
        )
        .expecting(1)
    }

    pub(crate) fn insert_subscription(&self, webhook: &WebhookRow, pattern: &str, place: i64) -> Statement {
        self.change(
            "INSERT INTO @subscriptions (pattern, account, webhook_id, place) VALUES (?,?,?,?)",
            vec![pattern.into(), webhook.account.as_str().into(), webhook.id.as_str().into(), place.into()],
        )
    }

    pub(crate) fn delete_subscriptions(&self, webhook_id: &str) -> Statement {
        self.change("DELETE FROM @subscriptions WHERE webhook_id = ?", vec![webhook_id.into()])
    }

    pub(crate) fn delete_webhook(&self, id: &str) -> Statement {
        self.change("DELETE FROM @webhooks WHERE id = ?", vec![id.into()]).expecting(1)
    }

    pub(crate) fn webhooks_by_id(&self, ids: &[String]) -> Statement {
        let params = padded(ids.iter().map(|id| id.as_str().into()).collect());
        self.query(&format!("SELECT {COLUMNS} FROM @webhooks WHERE id IN ({})", marks(params.len())), TYPES, params)
    }

    /// Webhook id, pattern and place of each subscription, in the webhook's order.
    pub(crate) fn subscriptions_of(&self, ids: &[String]) -> Statement {
        let params = padded(ids.iter().map(|id| id.as_str().into()).collect());
        self.query(
            &format!(
                "SELECT webhook_id, pattern, place FROM @subscriptions WHERE webhook_id IN ({}) \
                 ORDER BY webhook_id, place",
                marks(params.len())
            ),
            &[ColumnType::Text, ColumnType::Text, ColumnType::Integer],
            params,
        )
    }

    pub(crate) fn webhook_secret(&self, id: &str) -> Statement {
        self.query("SELECT secret FROM @webhooks WHERE id = ?", &[ColumnType::Text], vec![id.into()])
    }

    pub(crate) fn find_webhooks(
        &self,
        filter: &WebhookFilter,
        sort: WebhookSort,
        descending: bool,
        limit: u32,
        offset: i64,
    ) -> Statement {
        let (condition, mut params) = condition(filter);
        let column = match sort {
            WebhookSort::Created => "created_at",
            WebhookSort::Updated => "updated_at",
            WebhookSort::Name => "name_search",
            WebhookSort::Url => "url_search",
        };
        let direction = if descending { "DESC" } else { "ASC" };
        params.push(limit.into());
        params.push(offset.into());
        self.query(
            &format!(
                "SELECT {COLUMNS} FROM @webhooks w {condition} ORDER BY {column} {direction}, id {direction} \
                 LIMIT ? OFFSET ?"
            ),
            TYPES,
            params,
        )
    }

    pub(crate) fn count_webhooks(&self, filter: &WebhookFilter) -> Statement {
        let (condition, params) = condition(filter);
        self.query(&format!("SELECT COUNT(*) FROM @webhooks w {condition}"), &[ColumnType::Integer], params)
    }

    pub(crate) fn webhooks_by_status(&self) -> Statement {
        self.query(
            "SELECT status, COUNT(*) FROM @webhooks GROUP BY status",
            &[ColumnType::Text, ColumnType::Integer],
            vec![],
        )
    }

    /// Adds a batch's outcomes to a webhook's health. Relative, so that workers need not agree on an order.
    pub(crate) fn update_health(&self, id: &str, change: &HealthChange) -> Statement {
        let run = if change.restarted {
            "failures = ?, failing_since = ?"
        } else {
            "failures = failures + ?, failing_since = COALESCE(failing_since, ?)"
        };
        self.change(
            &format!(
                "UPDATE @webhooks SET {run}, last_success_at = COALESCE(?, last_success_at), \
                 last_failure_at = COALESCE(?, last_failure_at), \
                 slowed_until = CASE WHEN slowed_until < ? THEN ? ELSE slowed_until END WHERE id = ?"
            ),
            vec![
                change.failures.into(),
                change.failing_since.into(),
                change.last_success_at.into(),
                change.last_failure_at.into(),
                change.slowed_until.unwrap_or(0).into(),
                change.slowed_until.unwrap_or(0).into(),
                id.into(),
            ],
        )
    }

    /// Disables a webhook that is still active at the revision that the decision rests on.
    pub(crate) fn disable_webhook(&self, id: &str, seen: i64, reason: &str, at: i64) -> Statement {
        self.change(
            "UPDATE @webhooks SET status = 'disabled', status_reason = ?, status_at = ?, revision = revision + 1, \
             updated_at = ? WHERE id = ? AND revision = ? AND status = 'active'",
            vec![reason.into(), at.into(), at.into(), id.into(), seen.into()],
        )
        .expecting(1)
    }
}

fn condition(filter: &WebhookFilter) -> (String, Vec<Value>) {
    let mut parts = Vec::new();
    let mut params: Vec<Value> = Vec::new();
    if let Some(account) = &filter.account {
        parts.push("w.account = ?".to_owned());
        params.push(account.as_str().into());
    }
    if let Some(status) = filter.status {
        parts.push("w.status = ?".to_owned());
        params.push(status.word().into());
    }
    if let Some(search) = &filter.search {
        parts.push("(w.name_search LIKE ? ESCAPE '!' OR w.url_search LIKE ? ESCAPE '!')".to_owned());
        params.push(like(search));
        params.push(like(search));
    }
    if !filter.patterns.is_empty() {
        let patterns = padded(filter.patterns.iter().map(|pattern| pattern.as_str().into()).collect());
        parts.push(format!(
            "EXISTS (SELECT 1 FROM @subscriptions s WHERE s.webhook_id = w.id AND s.pattern IN ({}))",
            marks(patterns.len())
        ));
        params.extend(patterns);
    }
    let text = if parts.is_empty() { String::new() } else { format!("WHERE {}", parts.join(" AND ")) };
    (text, params)
}
