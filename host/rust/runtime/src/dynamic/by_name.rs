//! Calls by name on a running host: with its database, its extensions and its threads.
//!
//! Decides which thread serves which function, as functions.rs does for calls with types; refuses to know what any of
//! them means, but for `events.publish`, whose callers share one commit.

use wasmtime::component::Val;

use super::component::Export;
use super::failure::DynamicError;
use super::instance::{COPY_CAP_BYTES, invoke, parse};
use super::{json, publish};
use crate::api::Api;
use crate::call_error::CallError;
use crate::host::Hookwright;

/// What errors call such a call, until its name is put in.
const FUNCTION: &str = "a call by name";

impl Hookwright {
    /// Calls an exported function by its name, for example `events.publish`. `arguments` is a JSON array with one item
    /// for each parameter; the answer is the result in JSON, as [`crate::dynamic`] says. Publishes that wait at the same
    /// time share one commit.
    ///
    /// Once begun, the call is carried out even if the future is dropped.
    ///
    /// # Errors
    ///
    /// A [`DynamicError`]. What is wrong with the arguments is found before anything runs. What the core refuses is an
    /// answer: `{"err": …}`.
    pub async fn call_by_name(&self, name: &str, arguments: &[u8]) -> Result<String, DynamicError> {
        let trap = |message: &str| DynamicError::Trap { name: name.to_owned(), message: message.to_owned() };
        let export = self.component().exports().map_err(trap)?.find(name)?.clone();
        let values = parse(&export.shapes, arguments)?;
        let shapes = export.shapes.clone();
        let outcome = match name {
            "events.publish" => match publish::events(&values) {
                Some(events) => self.publishing(events).await.map(|receipts| publish::answer(&shapes, receipts)),
                None => self.general(move |api| run(api, &export, &values)).await.map(Some),
            },
            "deliveries.claim" | "deliveries.settle" => {
                self.dispatching(move |api| run(api, &export, &values)).await.map(Some)
            }
            _ => self.general(move |api| run(api, &export, &values)).await.map(Some),
        };
        match outcome {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(trap("its answer is not of its declared type")),
            Err(CallError::Api(error)) => {
                let told = CallError::Api(error.clone()).to_string();
                let refused = Val::Result(Err(Some(Box::new(publish::refusal(error)))));
                json::text(shapes.result.as_ref(), &refused).ok_or_else(|| trap(&told))
            }
            Err(error) => Err(named(name, error)),
        }
    }
}

fn run(api: &mut Api<'_>, export: &Export, values: &[Val]) -> Result<String, CallError> {
    api.seat().occupied(|instance| {
        instance.call_untyped(FUNCTION, |instance, store| {
            store.set_hostcall_fuel(COPY_CAP_BYTES);
            invoke(store, instance, export, values)
        })
    })
}

fn named(name: &str, error: CallError) -> DynamicError {
    match error {
        CallError::Host { part, message } => DynamicError::Import { name: part.to_owned(), message },
        CallError::Trap { message, committed, .. } => {
            let message = if committed { format!("{message}; a change had already been stored") } else { message };
            DynamicError::Trap { name: name.to_owned(), message }
        }
        CallError::Stopped => DynamicError::Stopped,
        other @ (CallError::Api(_) | CallError::TooDeep { .. }) => {
            DynamicError::Trap { name: name.to_owned(), message: other.to_string() }
        }
    }
}
