//! The world's exports: each interface maps its arguments to the core and the core's answer back.

mod accounts;
mod catalogue;
mod deliveries;
mod events;
mod guard;
mod lifecycle;
mod plugins;
mod policy;
mod registry;
mod signing;

use hookwright_core::ports::StorageError;
use hookwright_core::{BadSetting, Error, Paging, Scope};

use crate::bindings::hookwright::webhooks::types as wit;

/// The answer of every call while the configuration is wrong.
pub(crate) fn bad_config(bad: &[BadSetting]) -> wit::Error {
    let field =
        |bad: &BadSetting| wit::FieldError { field: format!("config.{}", bad.key), message: bad.message.clone() };
    wit::Error::Invalid(bad.iter().map(field).collect())
}

impl From<Error> for wit::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(fields) => Self::Invalid(
                fields
                    .into_iter()
                    .map(|field| wit::FieldError { field: field.field, message: field.message })
                    .collect(),
            ),
            Error::NotFound(what) => Self::NotFound(what),
            Error::Conflict(why) => Self::Conflict(why),
            Error::Forbidden(why) => Self::Forbidden(why),
            Error::Storage(error) => Self::Storage(error.into()),
            Error::Extension(why) => Self::Extension(why),
        }
    }
}

impl From<StorageError> for wit::StorageError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Retryable(text) => Self::Retryable(text),
            StorageError::TransactionLost(text) => Self::TransactionLost(text),
            StorageError::TransactionMustRestart(text) => Self::TransactionMustRestart(text),
            StorageError::ExpectationFailed(index) => Self::ExpectationFailed(index),
            StorageError::Constraint(text) => Self::Constraint(text),
            StorageError::Unavailable(text) => Self::Unavailable(text),
            StorageError::Other(text) => Self::Other(text),
        }
    }
}

impl From<wit::Scope> for Scope {
    fn from(scope: wit::Scope) -> Self {
        match scope {
            wit::Scope::All => Self::All,
            wit::Scope::Installation => Self::Installation,
            wit::Scope::Account(account) => Self::Account(account),
        }
    }
}

impl From<wit::Paging> for Paging {
    fn from(paging: wit::Paging) -> Self {
        Self { page: paging.page, per_page: paging.per_page }
    }
}

/// Results of a batch, item by item.
fn each<T, U: From<T>>(results: Vec<hookwright_core::Result<T>>) -> Vec<Result<U, wit::Error>> {
    results.into_iter().map(|result| result.map(Into::into).map_err(Into::into)).collect()
}
