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
    description: Option<&'a str>,
    integration: &'a str,
    owner: Option<&'a str>,
    header_names: &'a [String],
    dialect: &'a str,
    format: &'a str,
    payload_version: u32,
    standard_headers: bool,
    retry_schedule_ms: Option<&'a [u32]>,
    timeout_ms: Option<u32>,
    requests_per_second: Option<u32>,
    filter: Option<&'a str>,
    ping_pending: bool,
    former_secrets_until: &'a [i64],
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
            description: webhook.description.as_deref(),
            integration: &webhook.integration,
            owner: webhook.owner.as_deref(),
            header_names: &webhook.header_names,
            dialect: &webhook.dialect,
            format: &webhook.format,
            payload_version: webhook.payload_version,
            standard_headers: webhook.standard_headers,
            retry_schedule_ms: webhook.retry_schedule.as_deref(),
            timeout_ms: webhook.timeout,
            requests_per_second: webhook.requests_per_second,
            filter: webhook.filter.as_deref(),
            ping_pending: webhook.ping_pending,
            former_secrets_until: &webhook.former_secrets_until,
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
