//! A webhook as callers see it, and as the table holds it.

use super::options::WebhookOptions;
use super::rotation::former_secrets;
use crate::paging::Paging;
use crate::scope::Scope;
use crate::secret::SecretText;
use crate::shape::Shape;
use crate::sql::{Status, WebhookRow, WebhookSort};

/// A webhook to create; the fields are explained in wit/webhooks/registry.wit.
#[derive(Clone, Debug, Default)]
pub struct NewWebhook {
    /// Default: `Webhook created on` and the date.
    pub name: Option<String>,
    /// Where to send.
    pub url: String,
    /// Names and patterns; empty means all.
    pub topics: Vec<String>,
    /// Whose events; none means the whole installation's.
    pub account: Option<String>,
    /// Default active.
    pub status: Option<Status>,
    /// Default: new random bytes.
    pub secret: Option<String>,
    /// Everything else.
    pub options: WebhookOptions,
}

/// A webhook. Its secret is not among what can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// `wh_…`
    pub id: String,
    /// For people.
    pub name: String,
    /// Where to send.
    pub url: String,
    /// Names and patterns; empty means all.
    pub topics: Vec<String>,
    /// Whether it receives events.
    pub status: Status,
    /// Why the policy disabled it.
    pub status_reason: Option<String>,
    /// When the status last changed, unix milliseconds.
    pub status_at: i64,
    /// Whose events it receives.
    pub account: Option<String>,
    /// Counts changes, from 1.
    pub revision: i64,
    /// Unix milliseconds.
    pub created_at: i64,
    /// Unix milliseconds.
    pub updated_at: i64,
    /// How delivery goes.
    pub health: Health,
    /// For people.
    pub description: Option<String>,
    /// Who made it.
    pub integration: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Names of the headers that each request carries besides.
    pub header_names: Vec<String>,
    /// Which conventions the receiver expects.
    pub dialect: &'static str,
    /// How the body is written.
    pub format: &'static str,
    /// Version of the dialect's payload.
    pub payload_version: u32,
    /// Standard headers are sent, beside a vendor's.
    pub standard_headers: bool,
    /// Milliseconds; `None` is the installation's.
    pub retry_schedule: Option<Vec<u32>>,
    /// Milliseconds; `None` is the installation's.
    pub timeout: Option<u32>,
    /// `None` is no limit.
    pub requests_per_second: Option<u32>,
    /// Which events by their data.
    pub filter: Option<String>,
    /// No ping has been answered 2xx since it became active or its URL changed.
    pub ping_pending: bool,
    /// Until when former secrets sign beside the present one.
    pub former_secrets_until: Vec<i64>,
}

/// How delivery has gone since the last success. Times are unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Failed attempts since the last success.
    pub consecutive_failures: u32,
    /// First failure since the last success.
    pub failing_since: Option<i64>,
    /// Last 2xx answer.
    pub last_success_at: Option<i64>,
    /// Last failed attempt.
    pub last_failure_at: Option<i64>,
    /// The receiver asked for a pause until then.
    pub slowed_until: Option<i64>,
    /// Deliveries answered 2xx since the webhook was created.
    pub delivered: u64,
    /// Failed attempts since the webhook was created.
    pub failed: u64,
}

/// A webhook and its new secret, shown this once.
#[derive(Debug)]
pub struct Created {
    /// The webhook.
    pub webhook: Webhook,
    /// Its secret.
    pub secret: SecretText,
}

/// Changes to a webhook; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct WebhookChanges {
    /// For people.
    pub name: Option<String>,
    /// Where to send.
    pub url: Option<String>,
    /// Names and patterns.
    pub topics: Option<Vec<String>>,
    /// Active or paused.
    pub status: Option<Status>,
    /// The revision that the caller has seen.
    pub revision: Option<i64>,
    /// Everything else.
    pub options: WebhookOptions,
}

/// Which webhooks to list.
#[derive(Clone, Debug)]
pub struct WebhookQuery {
    /// Whose.
    pub scope: Scope,
    /// Text in name or URL.
    pub search: Option<String>,
    /// Only these.
    pub status: Option<Status>,
    /// Only those that would receive this topic.
    pub topic: Option<String>,
    /// By what.
    pub sort: WebhookSort,
    /// Largest first.
    pub descending: bool,
    /// Which page.
    pub paging: Paging,
}

pub(super) fn webhook(row: WebhookRow, topics: Vec<String>) -> Webhook {
    let text = |text: String| Some(text).filter(|text| !text.is_empty());
    let settings = row.settings;
    let shape = Shape::read(&settings.shape);
    Webhook {
        former_secrets_until: former_secrets(&settings.former_secrets).into_iter().map(|(until, _)| until).collect(),
        id: row.id,
        name: row.name,
        url: row.url,
        topics,
        status: row.status,
        status_reason: row.status_reason,
        status_at: row.status_at,
        account: text(row.account),
        revision: row.revision,
        created_at: row.created_at,
        updated_at: row.updated_at,
        health: Health {
            consecutive_failures: row.failures,
            failing_since: row.failing_since,
            last_success_at: row.last_success_at,
            last_failure_at: row.last_failure_at,
            slowed_until: Some(row.slowed_until).filter(|until| *until > 0),
            delivered: row.delivered,
            failed: row.failed,
        },
        description: text(settings.description),
        integration: settings.integration,
        owner: text(settings.owner),
        header_names: serde_json::from_str(&settings.header_names).unwrap_or_default(),
        dialect: shape.dialect.word(),
        format: shape.format.word(),
        payload_version: shape.version,
        standard_headers: settings.standard_headers,
        retry_schedule: text(settings.retry_schedule)
            .map(|list| list.split(',').filter_map(|delay| delay.parse().ok()).collect()),
        timeout: Some(settings.timeout_ms).filter(|timeout| *timeout > 0),
        requests_per_second: Some(settings.rate).filter(|rate| *rate > 0),
        filter: text(settings.filter),
        ping_pending: settings.ping_pending,
    }
}
