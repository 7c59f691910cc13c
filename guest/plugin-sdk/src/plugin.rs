//! Which questions a plugin answers, and what it answers where its author says nothing: add nothing, change nothing.
//!
//! Knows neither WebAssembly nor the order of plugins, which is the host's.

use crate::{Context, Data, Description, Error, Headers, Outcome};

/// A plugin: [`describe`](Self::describe), and the hooks that it wants.
///
/// A hook is called only if the description has an [`Interest`](crate::Interest) in it. Each call has a deadline (50 ms
/// unless the site owner says otherwise) and may run in a fresh instance: what is kept in a `static` may be gone.
pub trait Plugin {
    /// Who the plugin is and what it wants. Constant: the same whatever the settings and the clock say.
    fn describe() -> Description;

    /// The data of an event of one of the plugin's own topics, made from what the application published.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] where nothing can be made of it.
    fn build_payload(context: &Context, data: Data) -> Result<Data, Error> {
        let _ = context;
        Ok(data)
    }

    /// The data of an event as the plugin wants it, before it is frozen. Sees what the filter before it returned.
    ///
    /// # Errors
    ///
    /// Any [`Error`]; what follows from it is the description's [`FailurePolicy`](crate::FailurePolicy).
    fn filter_payload(context: &Context, data: Data) -> Result<Data, Error> {
        let _ = context;
        Ok(data)
    }

    /// Whether the event may go to the webhook `context.webhook_id`.
    ///
    /// # Errors
    ///
    /// As in [`filter_payload`](Self::filter_payload).
    fn should_deliver(context: &Context, data: &Data) -> Result<bool, Error> {
        let _ = (context, data);
        Ok(true)
    }

    /// Headers to add to one request, which so far has `headers`: names and values.
    ///
    /// # Errors
    ///
    /// As in [`filter_payload`](Self::filter_payload).
    fn filter_request(context: &Context, headers: &[(String, String)]) -> Result<Headers, Error> {
        let _ = (context, headers);
        Ok(Headers::new())
    }

    /// Told what became of one attempt. Changes nothing.
    ///
    /// # Errors
    ///
    /// Any [`Error`] is logged and counted against the plugin.
    fn after_delivery(context: &Context, outcome: &Outcome) -> Result<(), Error> {
        let _ = (context, outcome);
        Ok(())
    }
}
