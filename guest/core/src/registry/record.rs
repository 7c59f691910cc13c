//! A webhook as callers see it, and as the table holds it.

use crate::paging::Paging;
use crate::scope::Scope;
use crate::secret::Secret;
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
}

/// A new webhook and its secret, shown this once.
#[derive(Debug)]
pub struct Created {
    /// The webhook.
    pub webhook: Webhook,
    /// Its secret.
    pub secret: Secret,
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
    Webhook {
        id: row.id,
        name: row.name,
        url: row.url,
        topics,
        status: row.status,
        status_reason: row.status_reason,
        status_at: row.status_at,
        account: Some(row.account).filter(|account| !account.is_empty()),
        revision: row.revision,
        created_at: row.created_at,
        updated_at: row.updated_at,
        health: Health {
            consecutive_failures: row.failures,
            failing_since: row.failing_since,
            last_success_at: row.last_success_at,
            last_failure_at: row.last_failure_at,
            slowed_until: Some(row.slowed_until).filter(|until| *until > 0),
        },
    }
}

pub(super) fn row_of(webhook: Webhook) -> WebhookRow {
    WebhookRow {
        id: webhook.id,
        account: webhook.account.unwrap_or_default(),
        name: webhook.name,
        url: webhook.url,
        status: webhook.status,
        status_reason: webhook.status_reason,
        status_at: webhook.status_at,
        revision: webhook.revision,
        created_at: webhook.created_at,
        updated_at: webhook.updated_at,
        failures: webhook.health.consecutive_failures,
        failing_since: webhook.health.failing_since,
        last_success_at: webhook.health.last_success_at,
        last_failure_at: webhook.health.last_failure_at,
        slowed_until: webhook.health.slowed_until.unwrap_or(0),
    }
}
