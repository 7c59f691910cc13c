//! Decides how plugins and an application's callbacks are asked.
//!
//! Knows neither WebAssembly nor which extensions exist; the order among them is the implementation's.

pub use crate::bindings::hookwright::webhooks::extensions::{
    DeliveryContext, EventContext, ExtensionTopic, Hook, Interest,
};

/// What the core asks of the active extensions. Every method has a default: to add nothing and change nothing.
///
/// A callback may call the core again, through [`crate::Hookwright`] or [`crate::Hookwright::joined`], on the thread
/// on which it was called: such a call is not queued but gets an instance of its own, 4 deep at most. An
/// implementation that keeps the host keeps a [`crate::WeakHookwright`], else neither is ever dropped.
pub trait Extensions: Send + Sync {
    /// The topics of all active extensions.
    fn topics(&self) -> Vec<ExtensionTopic> {
        Vec::new()
    }

    /// Which hooks are answered now. A hook that is not listed is not called.
    fn interests(&self) -> Vec<Interest> {
        Vec::new()
    }

    /// The event's data, as JSON, made from what was published.
    ///
    /// # Errors
    ///
    /// An error refuses the event, in words for a person.
    fn build_data(&self, event: &EventContext, data: String) -> Result<String, String> {
        let _ = event;
        Ok(data)
    }

    /// The event's data, as JSON, as the extensions want it.
    ///
    /// # Errors
    ///
    /// An error refuses the event, in words for a person.
    fn filter_data(&self, event: &EventContext, data: String) -> Result<String, String> {
        let _ = event;
        Ok(data)
    }

    /// Whether the event may go to the webhook.
    ///
    /// # Errors
    ///
    /// An error refuses the event, in words for a person.
    fn should_deliver(&self, event: &EventContext, webhook_id: &str, data: &str) -> Result<bool, String> {
        let _ = (event, webhook_id, data);
        Ok(true)
    }

    /// Headers to add to a request, which so far has `headers`.
    ///
    /// # Errors
    ///
    /// An error is logged, and the request goes out without additions.
    fn filter_request(
        &self,
        delivery: &DeliveryContext,
        headers: &[(String, String)],
    ) -> Result<Vec<(String, String)>, String> {
        let _ = (delivery, headers);
        Ok(Vec::new())
    }

    /// Tells what became of an attempt, as a JSON object (wit/webhooks/extensions.wit).
    ///
    /// # Errors
    ///
    /// An error is logged.
    fn after_delivery(&self, delivery: &DeliveryContext, outcome: &str) -> Result<(), String> {
        let _ = (delivery, outcome);
        Ok(())
    }
}

/// No extension is active.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoExtensions;

impl Extensions for NoExtensions {}
