//! Events and what became of them, between values that were read from JSON and the host's own types: so that publishes
//! by name join the others in one commit.

use wasmtime::component::Val;

use super::component::Signature;
use super::json;
use crate::events::{Event, Receipt};
use crate::group::Receipts;
use crate::types::{Error, FieldError, StorageError};

/// The events that the arguments of `events.publish` are; none if its parameters are others than these.
pub(super) fn events(arguments: &[Val]) -> Option<Vec<Event>> {
    match arguments {
        [Val::List(events)] => events.iter().map(event).collect(),
        _ => None,
    }
}

/// The answer of `events.publish`; none if that is declared otherwise.
pub(super) fn answer(shapes: &Signature, receipts: Receipts) -> Option<String> {
    let results = receipts.into_iter().map(|result| match result {
        Ok(receipt) => Val::Result(Ok(Some(Box::new(written(receipt))))),
        Err(error) => Val::Result(Err(Some(Box::new(refusal(error))))),
    });
    let answer = Val::Result(Ok(Some(Box::new(Val::List(results.collect())))));
    json::text(shapes.result.as_ref(), &answer)
}

/// An error of the interface.
pub(super) fn refusal(error: Error) -> Val {
    match error {
        Error::Invalid(fields) => case("invalid", Val::List(fields.into_iter().map(field).collect())),
        Error::NotFound(what) => case("not-found", Val::String(what)),
        Error::Conflict(why) => case("conflict", Val::String(why)),
        Error::Forbidden(why) => case("forbidden", Val::String(why)),
        Error::Storage(error) => case("storage", storage(error)),
        Error::Extension(why) => case("extension", Val::String(why)),
    }
}

fn event(value: &Val) -> Option<Event> {
    let Val::Record(fields) = value else { return None };
    let mut event =
        Event { topic: String::new(), data: String::new(), account: None, idempotency_key: None, occurred_at: None };
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("topic", Val::String(topic)) => event.topic.clone_from(topic),
            ("data", Val::String(data)) => event.data.clone_from(data),
            ("account", Val::Option(account)) => event.account = optional_text(account.as_deref())?,
            ("idempotency-key", Val::Option(key)) => event.idempotency_key = optional_text(key.as_deref())?,
            ("occurred-at", Val::Option(None)) => {}
            ("occurred-at", Val::Option(Some(at))) => match **at {
                Val::S64(at) => event.occurred_at = Some(at),
                _ => return None,
            },
            _ => return None,
        }
    }
    Some(event)
}

fn optional_text(value: Option<&Val>) -> Option<Option<String>> {
    match value {
        None => Some(None),
        Some(Val::String(text)) => Some(Some(text.clone())),
        Some(_) => None,
    }
}

fn written(receipt: Receipt) -> Val {
    let Receipt { event_id, deliveries, published_at, replayed, warnings } = receipt;
    Val::Record(vec![
        ("event-id".to_owned(), Val::String(event_id)),
        ("deliveries".to_owned(), Val::U32(deliveries)),
        ("published-at".to_owned(), Val::S64(published_at)),
        ("replayed".to_owned(), Val::Bool(replayed)),
        ("warnings".to_owned(), Val::List(warnings.into_iter().map(Val::String).collect())),
    ])
}

fn field(FieldError { field, message }: FieldError) -> Val {
    Val::Record(vec![("field".to_owned(), Val::String(field)), ("message".to_owned(), Val::String(message))])
}

fn storage(error: StorageError) -> Val {
    match error {
        StorageError::Retryable(why) => case("retryable", Val::String(why)),
        StorageError::TransactionLost(why) => case("transaction-lost", Val::String(why)),
        StorageError::TransactionMustRestart(why) => case("transaction-must-restart", Val::String(why)),
        StorageError::ExpectationFailed(index) => case("expectation-failed", Val::U32(index)),
        StorageError::Constraint(why) => case("constraint", Val::String(why)),
        StorageError::Unavailable(why) => case("unavailable", Val::String(why)),
        StorageError::Other(why) => case("other", Val::String(why)),
    }
}

fn case(name: &str, payload: Val) -> Val {
    Val::Variant(name.to_owned(), Some(Box::new(payload)))
}
