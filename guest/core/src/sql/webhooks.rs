//! The rows of webhooks and their subscriptions, and how they are found.

mod changes;

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
    pub(crate) delivered: u64,
    pub(crate) failed: u64,
    pub(crate) settings: SettingsRow,
}

/// What may be set beside URL and topics; an empty text and 0 mean the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingsRow {
    pub(crate) description: String,
    pub(crate) integration: String,
    pub(crate) owner: String,
    /// The names of the headers, a JSON list; their values are read for sending only.
    pub(crate) header_names: String,
    pub(crate) shape: String,
    pub(crate) standard_headers: bool,
    /// As a setting has it: milliseconds with commas.
    pub(crate) retry_schedule: String,
    pub(crate) timeout_ms: u32,
    /// Requests in a second.
    pub(crate) rate: u32,
    pub(crate) filter: String,
    pub(crate) ping_pending: bool,
    pub(crate) secret_kind: String,
    /// A JSON list of `[until, stored secret]`, the newest first.
    pub(crate) former_secrets: String,
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
    /// Deliveries that were delivered.
    pub(crate) delivered: u32,
    /// Attempts that failed.
    pub(crate) failed: u32,
    /// A recovery is told: the run that it ends must still be this one, failures and whether it was disabled.
    pub(crate) recovered_from: Option<(u32, bool)>,
}

const COLUMNS: &str = "id, account, name, url, status, status_reason, status_at, revision, created_at, updated_at, \
                       failures, failing_since, last_success_at, last_failure_at, slowed_until, delivered_count, \
                       failed_count, description, integration, owner, header_names, shape, standard_headers, \
                       retry_schedule, timeout_ms, rate, filter, ping_pending, secret_kind, former_secrets";
const TYPES: &[ColumnType] = {
    use ColumnType::{Integer as I, Text as T};
    &[T, T, T, T, T, T, I, I, I, I, I, I, I, I, I, I, I, T, T, T, T, T, I, T, I, I, T, I, T, T]
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
            delivered: row.integer()?.unsigned_abs(),
            failed: row.integer()?.unsigned_abs(),
            settings: SettingsRow {
                description: row.text()?,
                integration: row.text()?,
                owner: row.text()?,
                header_names: row.text()?,
                shape: row.text()?,
                standard_headers: row.flag()?,
                retry_schedule: row.text()?,
                timeout_ms: row.count()?,
                rate: row.count()?,
                filter: row.text()?,
                ping_pending: row.flag()?,
                secret_kind: row.text()?,
                former_secrets: row.text()?,
            },
        })
    }
}

impl Sql<'_> {
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
        let columns = ["w.name_search", "w.url_search", "w.integration"];
        parts.push(format!("({})", columns.map(|column| format!("{column} LIKE ? ESCAPE '!'")).join(" OR ")));
        params.extend(columns.map(|_| like(search)));
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
