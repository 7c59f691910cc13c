//! What went wrong on a server, before it is known what that means for the transaction around it.

use crate::StorageError;

/// Why a batch failed. The texts are the server's words, or the driver's.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Another transaction held a lock for longer than the time-out.
    Locked(String),
    /// A deadlock or a conflict, which the server ended at the cost of this transaction.
    Conflict(String),
    /// The connection is gone.
    Broken(String),
    /// The same batch would fail again.
    Final(StorageError),
}

impl Failure {
    /// Whether the connection can be used no more.
    pub(crate) fn is_broken(&self) -> bool {
        matches!(self, Self::Broken(_))
    }

    pub(crate) fn unavailable(text: String) -> Self {
        Self::Final(StorageError::Unavailable(text))
    }

    pub(crate) fn words(self) -> String {
        match self {
            Self::Locked(words) | Self::Conflict(words) | Self::Broken(words) => words,
            Self::Final(error) => error.to_string(),
        }
    }
}
