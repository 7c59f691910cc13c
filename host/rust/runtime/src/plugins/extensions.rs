//! Decides how the core's questions map to the plugins' hooks. Mapping only.

use super::hook::{Hook, HookContext, HookInput};
use super::routing::Plugins;
use crate::extensions::{DeliveryContext, EventContext, ExtensionTopic, Extensions, Hook as CoreHook, Interest};

impl Extensions for Plugins {
    fn topics(&self) -> Vec<ExtensionTopic> {
        let set = self.set();
        let answering = set.active.iter().filter(|active| !active.is_suspended() || active.fails_closed());
        let descriptions = answering.map(|active| active.plugin().description());
        let topics = descriptions.flat_map(|description| {
            description.topics.iter().cloned().map(|topic| ExtensionTopic {
                name: topic.name,
                title: topic.title,
                description: topic.description,
                group: topic.group,
                schema: topic.schema,
                sample: topic.sample,
                extension: description.name.clone(),
            })
        });
        topics.collect()
    }

    fn interests(&self) -> Vec<Interest> {
        self.begin();
        let set = self.set();
        let interests = Hook::ALL.into_iter().flat_map(|hook| {
            set.routes(hook).map(move |route| Interest { hook: core_hook(hook), topics: route.topics.clone() })
        });
        interests.collect()
    }

    fn build_data(&self, event: &EventContext, data: String) -> Result<String, String> {
        self.data(&of_event(event), data, |data| HookInput::BuildPayload(data))
    }

    fn filter_data(&self, event: &EventContext, data: String) -> Result<String, String> {
        self.data(&of_event(event), data, |data| HookInput::FilterPayload(data))
    }

    fn should_deliver(&self, event: &EventContext, webhook_id: &str, data: &str) -> Result<bool, String> {
        let context = HookContext { webhook_id: Some(webhook_id.to_owned()), ..of_event(event) };
        self.may_deliver(&context, data)
    }

    fn filter_request(
        &self,
        delivery: &DeliveryContext,
        headers: &[(String, String)],
    ) -> Result<Vec<(String, String)>, String> {
        self.added_headers(&of_delivery(delivery), headers.to_vec())
    }

    fn after_delivery(&self, delivery: &DeliveryContext, outcome: &str) -> Result<(), String> {
        self.tell(&of_delivery(delivery), outcome);
        Ok(())
    }
}

fn core_hook(hook: Hook) -> CoreHook {
    match hook {
        Hook::BuildPayload => CoreHook::BuildData,
        Hook::FilterPayload => CoreHook::FilterData,
        Hook::ShouldDeliver => CoreHook::ShouldDeliver,
        Hook::FilterRequest => CoreHook::FilterRequest,
        Hook::AfterDelivery => CoreHook::AfterDelivery,
    }
}

fn of_event(event: &EventContext) -> HookContext {
    HookContext {
        event_id: event.event_id.clone(),
        topic: event.topic.clone(),
        account: event.account.clone(),
        occurred_at: Some(event.occurred_at),
        ..HookContext::default()
    }
}

fn of_delivery(delivery: &DeliveryContext) -> HookContext {
    HookContext {
        webhook_id: Some(delivery.webhook_id.clone()),
        delivery_id: Some(delivery.delivery_id.clone()),
        attempt: Some(delivery.attempt),
        ..of_event(&delivery.event)
    }
}
