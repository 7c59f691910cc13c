//! Decides how a failed call is told: as a value to match on, and in words for a person.
//!
//! Knows nothing of how calls are made. The words hold what the core, the database or the host said, never input:
//! so no secret and no payload gets into a log this way.

use std::fmt::{self, Display, Formatter};

use crate::types::{Error, StorageError};

/// Why a call of the core failed.
#[derive(Clone, Debug, PartialEq)]
pub enum CallError {
    /// The core refused, as the interface declares it.
    Api(Error),
    /// The core broke off: a bug in it, or a limit of time or memory. Its instance has been replaced.
    Trap {
        /// Interface and function, for example `events.publish`.
        function: &'static str,
        /// What WebAssembly says of it.
        message: String,
        /// True when a change had already been committed, so that the call must not simply be repeated.
        committed: bool,
    },
    /// A part of the host failed under the core: a callback panicked, no random bytes, no thread.
    Host {
        /// The part, for example `extensions.filter-data`.
        part: &'static str,
        /// What it said.
        message: String,
    },
    /// An extension called the core, which called an extension, and so on: one call too many.
    TooDeep {
        /// The function that was refused.
        function: &'static str,
    },
    /// The host has stopped before it could answer.
    Stopped,
}

impl std::error::Error for CallError {}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self::Api(error)
    }
}

impl Display for CallError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => describe(error, f),
            Self::Trap { function, message, committed } => {
                write!(f, "the core component broke off in {function}: {message}")?;
                if *committed {
                    f.write_str("; a change had already been stored")?;
                }
                Ok(())
            }
            Self::Host { part, message } => write!(f, "the host's {part} failed: {message}"),
            Self::TooDeep { function } => {
                let most = crate::depth::MOST;
                write!(
                    f,
                    "{function} was refused: {most} calls of the core are already on the stack, each made by an extension"
                )
            }
            Self::Stopped => f.write_str("hookwright has stopped"),
        }
    }
}

fn describe(error: &Error, f: &mut Formatter<'_>) -> fmt::Result {
    match error {
        Error::Invalid(fields) => {
            for (index, field) in fields.iter().enumerate() {
                let separator = if index == 0 { "" } else { "; " };
                write!(f, "{separator}{}: {}", field.field, field.message)?;
            }
            Ok(())
        }
        Error::NotFound(what) => write!(f, "not found: {what}"),
        Error::Conflict(why) | Error::Forbidden(why) => f.write_str(why),
        Error::Storage(error) => describe_storage(error, f),
        Error::Extension(why) => write!(f, "an extension refused: {why}"),
    }
}

fn describe_storage(error: &StorageError, f: &mut Formatter<'_>) -> fmt::Result {
    match error {
        StorageError::Retryable(why) => write!(f, "the database was busy, try again: {why}"),
        StorageError::TransactionLost(why) => write!(f, "the application's transaction is lost: {why}"),
        StorageError::TransactionMustRestart(why) => {
            write!(f, "the application's transaction must start again from the beginning: {why}")
        }
        StorageError::ExpectationFailed(index) => {
            write!(f, "someone else changed the same data at the same time (statement {index}); try again")
        }
        StorageError::Constraint(why) => write!(f, "the database refused the data: {why}"),
        StorageError::Unavailable(why) => write!(f, "the database is unavailable: {why}"),
        StorageError::Other(why) => write!(f, "the database failed: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::FieldError;

    #[test]
    fn every_refused_field_is_told() {
        let field = |field: &str, message: &str| FieldError { field: field.to_owned(), message: message.to_owned() };
        let fields = vec![field("url", "must begin with https://."), field("topics[2]", "is not in the catalogue.")];
        assert_eq!(
            CallError::Api(Error::Invalid(fields)).to_string(),
            "url: must begin with https://.; topics[2]: is not in the catalogue."
        );
    }

    #[test]
    fn storage_errors_are_told_in_words() {
        let locked = StorageError::Unavailable("hooks.db is locked by another program".to_owned());
        assert_eq!(
            CallError::Api(Error::Storage(locked)).to_string(),
            "the database is unavailable: hooks.db is locked by another program"
        );
    }

    #[test]
    fn a_trap_says_whether_something_was_stored() {
        let trap =
            |committed| CallError::Trap { function: "events.publish", message: "unreachable".to_owned(), committed };
        assert_eq!(trap(false).to_string(), "the core component broke off in events.publish: unreachable");
        assert!(trap(true).to_string().ends_with("; a change had already been stored"));
    }
}
