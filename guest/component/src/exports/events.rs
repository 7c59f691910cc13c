//! `events`

use hookwright_core as core;

use crate::Component;
use crate::bindings::exports::hookwright::webhooks::events as wit;
use crate::imports::with_call;

impl wit::Guest for Component {
    fn publish(events: Vec<wit::Event>) -> Result<Vec<Result<wit::Receipt, wit::Error>>, wit::Error> {
        let events = events.into_iter().map(Into::into).collect();
        with_call(|call| call.publish(events)).map(super::each)
    }

    fn explain(event: wit::Event, scope: wit::Scope, paging: wit::Paging) -> Result<wit::Forecast, wit::Error> {
        with_call(|call| call.explain(event.into(), &scope.into(), paging.into())).map(Into::into)
    }
}

impl From<wit::Event> for core::NewEvent {
    fn from(event: wit::Event) -> Self {
        Self {
            topic: event.topic,
            data: event.data,
            account: event.account,
            idempotency_key: event.idempotency_key,
            occurred_at: event.occurred_at,
        }
    }
}

impl From<core::Receipt> for wit::Receipt {
    fn from(receipt: core::Receipt) -> Self {
        Self {
            event_id: receipt.event_id,
            deliveries: receipt.deliveries,
            published_at: receipt.published_at,
            replayed: receipt.replayed,
            warnings: receipt.warnings,
        }
    }
}

impl From<core::Forecast> for wit::Forecast {
    fn from(forecast: core::Forecast) -> Self {
        let problem = |field: core::FieldError| wit::FieldError { field: field.field, message: field.message };
        Self {
            problems: forecast.problems.into_iter().map(problem).collect(),
            warnings: forecast.warnings,
            replay_of: forecast.replay_of,
            webhooks: forecast.webhooks.into_iter().map(Into::into).collect(),
            total: forecast.total,
        }
    }
}

impl From<core::Explanation> for wit::Explanation {
    fn from(webhook: core::Explanation) -> Self {
        let obstacle =
            |obstacle: core::Obstacle| wit::Obstacle { code: obstacle.code.to_owned(), message: obstacle.message };
        Self {
            webhook_id: webhook.webhook_id,
            name: webhook.name,
            url: webhook.url,
            obstacles: webhook.obstacles.into_iter().map(obstacle).collect(),
        }
    }
}
