//! A webhook.

use hookwright_runtime::registry::{Created, Health, Status, Webhook};
use serde::Serialize;

/// As wit/webhooks/registry.wit has it.
#[derive(Debug, Serialize)]
pub(crate) struct WebhookJson<'a> {
    id: &'a str,
    name: &'a str,
    url: &'a str,
    topics: &'a [String],
    status: &'static str,
    status_reason: Option<&'a str>,
    status_at: i64,
    account: Option<&'a str>,
    revision: i64,
    created_at: i64,
    updated_at: i64,
    health: &'a Health,
}

impl<'a> From<&'a Webhook> for WebhookJson<'a> {
    fn from(webhook: &'a Webhook) -> Self {
        Self {
            id: &webhook.id,
            name: &webhook.name,
            url: &webhook.url,
            topics: &webhook.topics,
            status: status_word(webhook.status),
            status_reason: webhook.status_reason.as_deref(),
            status_at: webhook.status_at,
            account: webhook.account.as_deref(),
            revision: webhook.revision,
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
            health: &webhook.health,
        }
    }
}

/// A new webhook with its secret.
#[derive(Serialize)]
pub(crate) struct CreatedJson<'a> {
    webhook: WebhookJson<'a>,
    secret: &'a str,
}

impl<'a> From<&'a Created> for CreatedJson<'a> {
    fn from(created: &'a Created) -> Self {
        Self { webhook: WebhookJson::from(&created.webhook), secret: created.secret.expose() }
    }
}

/// The vocabulary's word.
pub(crate) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Paused => "paused",
        Status::Disabled => "disabled",
    }
}
