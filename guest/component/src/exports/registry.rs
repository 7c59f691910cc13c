//! `registry`

use hookwright_core as core;

use crate::Component;
use crate::bindings::exports::hookwright::webhooks::registry as wit;
use crate::imports::with_call;

impl wit::Guest for Component {
    fn create(webhook: wit::NewWebhook) -> Result<wit::Created, wit::Error> {
        let created = with_call(|call| call.create_webhook(webhook.into()))?;
        Ok(created.into())
    }

    fn get(scope: wit::Scope, id: String) -> Result<wit::Webhook, wit::Error> {
        with_call(|call| call.webhook(&scope.into(), &id)).map(Into::into)
    }

    fn find(query: wit::Query) -> Result<wit::Page, wit::Error> {
        let (items, total) = with_call(|call| call.find_webhooks(&query.into()))?;
        Ok(wit::Page { items: items.into_iter().map(Into::into).collect(), total })
    }

    fn update(scope: wit::Scope, id: String, changes: wit::WebhookChanges) -> Result<wit::Webhook, wit::Error> {
        with_call(|call| call.update_webhook(&scope.into(), &id, &changes.into())).map(Into::into)
    }

    fn set_status(
        scope: wit::Scope,
        ids: Vec<String>,
        status: wit::Status,
    ) -> Result<Vec<Result<wit::Webhook, wit::Error>>, wit::Error> {
        with_call(|call| call.set_status(&scope.into(), &ids, status.into())).map(super::each)
    }

    fn rotate_secret(
        scope: wit::Scope,
        id: String,
        secret: Option<String>,
        overlap: u32,
    ) -> Result<wit::Created, wit::Error> {
        with_call(|call| call.rotate_secret(&scope.into(), &id, secret.as_deref(), overlap)).map(Into::into)
    }

    fn delete(scope: wit::Scope, ids: Vec<String>) -> Result<Vec<Result<(), wit::Error>>, wit::Error> {
        with_call(|call| call.delete_webhooks(&scope.into(), &ids)).map(super::each)
    }
}

impl From<wit::NewWebhook> for core::NewWebhook {
    fn from(new: wit::NewWebhook) -> Self {
        Self {
            name: new.name,
            url: new.url,
            topics: new.topics,
            account: new.account,
            status: new.status.map(Into::into),
            secret: new.secret,
            options: new.options.into(),
        }
    }
}

impl From<wit::WebhookChanges> for core::WebhookChanges {
    fn from(changes: wit::WebhookChanges) -> Self {
        Self {
            name: changes.name,
            url: changes.url,
            topics: changes.topics,
            status: changes.status.map(Into::into),
            revision: changes.revision,
            options: changes.options.into(),
        }
    }
}

impl From<wit::Options> for core::WebhookOptions {
    fn from(options: wit::Options) -> Self {
        Self {
            description: options.description,
            integration: options.integration,
            owner: options.owner,
            headers: options.headers,
            dialect: options.dialect,
            format: options.format,
            payload_version: options.payload_version,
            standard_headers: options.standard_headers,
            retry_schedule: options.retry_schedule,
            timeout: options.timeout,
            requests_per_second: options.requests_per_second,
            filter: options.filter,
        }
    }
}

impl From<core::Created> for wit::Created {
    fn from(created: core::Created) -> Self {
        Self { webhook: created.webhook.into(), secret: created.secret.expose().to_owned() }
    }
}

impl From<wit::Query> for core::WebhookQuery {
    fn from(query: wit::Query) -> Self {
        Self {
            scope: query.scope.into(),
            search: query.search,
            status: query.status.map(Into::into),
            topic: query.topic,
            sort: match query.sort {
                wit::Sort::Created => core::WebhookSort::Created,
                wit::Sort::Updated => core::WebhookSort::Updated,
                wit::Sort::Name => core::WebhookSort::Name,
                wit::Sort::Url => core::WebhookSort::Url,
            },
            descending: query.descending,
            paging: query.paging.into(),
        }
    }
}

impl From<core::Webhook> for wit::Webhook {
    fn from(webhook: core::Webhook) -> Self {
        Self {
            id: webhook.id,
            name: webhook.name,
            url: webhook.url,
            topics: webhook.topics,
            status: webhook.status.into(),
            status_reason: webhook.status_reason,
            status_at: webhook.status_at,
            account: webhook.account,
            revision: webhook.revision,
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
            health: wit::Health {
                consecutive_failures: webhook.health.consecutive_failures,
                failing_since: webhook.health.failing_since,
                last_success_at: webhook.health.last_success_at,
                last_failure_at: webhook.health.last_failure_at,
                slowed_until: webhook.health.slowed_until,
                delivered: webhook.health.delivered,
                failed: webhook.health.failed,
            },
            description: webhook.description,
            integration: webhook.integration,
            owner: webhook.owner,
            header_names: webhook.header_names,
            dialect: webhook.dialect.to_owned(),
            format: webhook.format.to_owned(),
            payload_version: webhook.payload_version,
            standard_headers: webhook.standard_headers,
            retry_schedule: webhook.retry_schedule,
            timeout: webhook.timeout,
            requests_per_second: webhook.requests_per_second,
            filter: webhook.filter,
            ping_pending: webhook.ping_pending,
            former_secrets_until: webhook.former_secrets_until,
        }
    }
}

impl From<wit::Status> for core::Status {
    fn from(status: wit::Status) -> Self {
        match status {
            wit::Status::Active => Self::Active,
            wit::Status::Paused => Self::Paused,
            wit::Status::Disabled => Self::Disabled,
        }
    }
}

impl From<core::Status> for wit::Status {
    fn from(status: core::Status) -> Self {
        match status {
            core::Status::Active => Self::Active,
            core::Status::Paused => Self::Paused,
            core::Status::Disabled => Self::Disabled,
        }
    }
}
