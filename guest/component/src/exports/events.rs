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
        }
    }
}
