//! Batches on connections of our own.
//!
//! Decides when a batch is replayed and when its connection is replaced.

use std::time::Instant;

use super::batch::{Ended, run_alone};
use super::{Failure, LOCK_TIMEOUT, Link, check};
use crate::pause::pause;
use crate::{Dialect, Executor, Mode, ResultSet, Statement, StorageError};

/// A batch is replayed so often after its first try.
const REPLAYS: u32 = 5;

/// An executor that opens its connection with `open`, and again when it has broken.
pub(crate) struct Own<L> {
    dialect: Dialect,
    name: String,
    open: Box<dyn Fn() -> Result<L, StorageError> + Send>,
    link: Option<L>,
}

impl<L: Link> Own<L> {
    /// Opens the first connection.
    pub(crate) fn open(
        dialect: Dialect,
        open: impl Fn() -> Result<L, StorageError> + Send + 'static,
    ) -> Result<Self, StorageError> {
        let link = open()?;
        Ok(Self { dialect, name: link.name().to_owned(), open: Box::new(open), link: Some(link) })
    }

    fn once(&mut self, mode: Mode, statements: &[Statement]) -> Result<Vec<ResultSet>, Failure> {
        let mut link = match self.link.take() {
            Some(link) => link,
            None => (self.open)().map_err(Failure::Final)?,
        };
        let Ended { outcome, is_clean } = run_alone(&mut link, mode, statements);
        if is_clean {
            self.link = Some(link);
        }
        outcome
    }
}

impl<L: Link> Executor for Own<L> {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn execute(&mut self, mode: Mode, statements: &[Statement]) -> Result<Vec<ResultSet>, StorageError> {
        check::check(mode, statements)?;
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        let started = Instant::now();
        let mut replay = 0;
        loop {
            let failure = match self.once(mode, statements) {
                Ok(results) => return Ok(results),
                Err(Failure::Final(error)) => return Err(error),
                Err(failure) => failure,
            };
            let waited = started.elapsed();
            let is_last = replay >= REPLAYS || (matches!(failure, Failure::Locked(_)) && waited >= LOCK_TIMEOUT);
            if is_last {
                return Err(match failure {
                    Failure::Conflict(words) => StorageError::Retryable(words),
                    Failure::Locked(words) => locked(&self.name, &words),
                    other => broken(&self.name, &other.words()),
                });
            }
            std::thread::sleep(pause(replay));
            replay += 1;
        }
    }
}

pub(super) fn locked(name: &str, words: &str) -> StorageError {
    StorageError::Unavailable(format!(
        "rows of {name} are locked by another transaction, waited {} s ({words}); end the long transaction there",
        LOCK_TIMEOUT.as_secs()
    ))
}

fn broken(name: &str, words: &str) -> StorageError {
    StorageError::Unavailable(format!("the connection to {name} broke ({words}); check the server and the network"))
}
