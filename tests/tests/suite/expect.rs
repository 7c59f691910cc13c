//! What tests expect of errors, in one line each.

use std::fmt::Debug;

use hookwright_runtime::types::{Error, Scope};

/// The scope of an account.
pub(crate) fn account(name: &str) -> Scope {
    Scope::Account(name.to_owned())
}

/// The names of the refused fields, in their order.
#[track_caller]
pub(crate) fn fields<T: Debug>(answer: Result<T, Error>) -> Vec<String> {
    match answer {
        Err(Error::Invalid(fields)) => fields.into_iter().map(|field| field.field).collect(),
        other => panic!("expected invalid fields: {other:?}"),
    }
}

/// The one refused field and what is said of it.
#[track_caller]
pub(crate) fn invalid<T: Debug>(answer: Result<T, Error>) -> String {
    match answer {
        Err(Error::Invalid(fields)) if fields.len() == 1 => format!("{}: {}", fields[0].field, fields[0].message),
        other => panic!("expected one invalid field: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn not_found<T: Debug>(answer: Result<T, Error>) -> String {
    match answer {
        Err(Error::NotFound(what)) => what,
        other => panic!("expected not-found: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn conflict<T: Debug>(answer: Result<T, Error>) -> String {
    match answer {
        Err(Error::Conflict(why)) => why,
        other => panic!("expected a conflict: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn forbidden<T: Debug>(answer: Result<T, Error>) -> String {
    match answer {
        Err(Error::Forbidden(why)) => why,
        other => panic!("expected forbidden: {other:?}"),
    }
}

/// Asserts that a text says what it must.
#[track_caller]
pub(crate) fn says(text: &str, words: &str) {
    assert!(text.contains(words), "{text:?} does not say {words:?}");
}
