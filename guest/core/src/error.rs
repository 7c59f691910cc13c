//! Why a call failed, as wit/webhooks/types.wit declares it.

use crate::ports::StorageError;

/// One input that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Path of the field as the caller wrote it, for example `topics[2]`.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The input is wrong; at least one field is named.
    Invalid(Vec<FieldError>),
    /// No such object in the caller's scope.
    NotFound(String),
    /// The object has changed, or its state does not allow the call.
    Conflict(String),
    /// The installation or the account does not allow the call.
    Forbidden(String),
    /// The database refused.
    Storage(StorageError),
    /// An extension refused or failed.
    Extension(String),
}

/// The result of a call.
pub type Result<T> = core::result::Result<T, Error>;

impl Error {
    /// One wrong field.
    #[must_use]
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.into(), message: message.into() }])
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// The longest text that is searched is a topic's description.
const SEARCH_MAX: usize = 8_000;

/// Refuses what no text in a database holds.
///
/// # Errors
///
/// [`Error::Invalid`]
pub(crate) fn check_search(search: Option<&str>) -> Result<()> {
    let text = search.unwrap_or_default();
    if text.contains('\0') {
        return Err(Error::field("search", "the text holds a NUL character"));
    }
    if text.len() > SEARCH_MAX {
        let bytes = text.len();
        return Err(Error::field("search", format!("{bytes} bytes; search for {SEARCH_MAX} or fewer")));
    }
    Ok(())
}

/// Collects the errors of several fields, so that a person sees all of them at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    pub(crate) fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    /// Keeps the value of a good field, or the error of a bad one.
    pub(crate) fn check<T, E: core::fmt::Display>(
        &mut self,
        field: &str,
        parsed: core::result::Result<T, E>,
    ) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(field, error.to_string());
                None
            }
        }
    }

    /// # Errors
    ///
    /// [`Error::Invalid`] when a field was wrong.
    pub(crate) fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}
