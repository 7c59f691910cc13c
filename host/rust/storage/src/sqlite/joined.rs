//! Batches on an application's own connection, inside the transaction that it has open there.
//!
//! Decides how a batch joins that transaction and what its failure does to it; refuses to commit or to begin anything of
//! the application's.

use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use super::DEFAULT_BUSY_TIMEOUT;
use super::batch::Batch;
use super::failure::Failure;
use super::replay::{Patience, until_unlocked};
use crate::{Dialect, Executor, Mode, ResultSet, Statement, StorageError};

/// Makes the names of savepoints differ, from each other and from the application's.
static NEXT_SAVEPOINT: AtomicU64 = AtomicU64::new(0);

/// An executor on an application's connection, so that what it writes commits or goes with the application's own rows.
///
/// When no transaction is open there, a batch is a transaction of its own and is committed. The connection is left as
/// it was set: its busy time-out is the one that counts (5 s on a connection that rusqlite opened).
#[derive(Debug)]
pub struct JoinedSqlite<'a> {
    connection: &'a Connection,
    file: String,
}

impl<'a> JoinedSqlite<'a> {
    /// Joins whatever transaction is open on `connection` at each batch.
    pub fn new(connection: &'a Connection) -> Self {
        let file = match connection.path() {
            Some(path) if !path.is_empty() => path.to_owned(),
            _ => "the application's database".to_owned(),
        };
        Self { connection, file }
    }
}

impl Executor for JoinedSqlite<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute(&mut self, mode: Mode, statements: &[Statement]) -> Result<Vec<ResultSet>, StorageError> {
        let batch = Batch { file: &self.file, mode, statements };
        match mode {
            Mode::Own => Err(refused("own")),
            Mode::Schema => Err(refused("schema")),
            // SQLite's own answer, which sees a textual BEGIN too. A BEGIN IMMEDIATE would not do to find out: it takes
            // the write lock before it looks, of every attached database, and so is busy where a transaction is open.
            Mode::Read | Mode::Write if self.connection.is_autocommit() => {
                let patience = Patience::of_batch(DEFAULT_BUSY_TIMEOUT);
                until_unlocked(&self.file, patience, || batch.run_alone(self.connection))
            }
            Mode::Read => batch.run(self.connection).map_err(|failure| self.joined_error(failure)),
            Mode::Write => self.under_savepoint(batch),
        }
    }
}

impl JoinedSqlite<'_> {
    fn under_savepoint(&self, batch: Batch<'_>) -> Result<Vec<ResultSet>, StorageError> {
        let name = format!("hookwright_{}", NEXT_SAVEPOINT.fetch_add(1, Ordering::Relaxed));
        self.command(&format!("SAVEPOINT {name}")).map_err(|failure| self.joined_error(failure))?;
        match batch.run(self.connection) {
            Ok(results) => match self.command(&format!("RELEASE {name}")) {
                Ok(()) => Ok(results),
                Err(failure) => Err(self.lost(failure)),
            },
            Err(failure) => match self.command(&format!("ROLLBACK TO {name}; RELEASE {name}")) {
                Ok(()) => Err(self.joined_error(failure)),
                Err(_) => Err(self.lost(failure)),
            },
        }
    }

    /// Not through the statement cache: no name comes twice.
    fn command(&self, sql: &str) -> Result<(), Failure> {
        self.connection.execute_batch(sql).map_err(|error| Failure::of(&error, &self.file))
    }

    /// What a failure means when nothing of the batch is left.
    fn joined_error(&self, failure: Failure) -> StorageError {
        if self.connection.is_autocommit() {
            return self.lost(failure);
        }
        match failure {
            Failure::Final(error) => error,
            Failure::Locked(words) => StorageError::TransactionMustRestart(format!(
                "{} is locked by another connection ({words}), and a transaction that has read cannot wait for it; \
                 roll back and run it again, from BEGIN IMMEDIATE",
                self.file
            )),
        }
    }

    /// The savepoint is gone. What is left of the transaction must not be committed without the rest.
    fn lost(&self, failure: Failure) -> StorageError {
        if !self.connection.is_autocommit() {
            // It fails only where the transaction is gone already.
            drop(self.command("ROLLBACK"));
        }
        StorageError::TransactionLost(failure.into())
    }
}

fn refused(mode: &str) -> StorageError {
    StorageError::Unavailable(format!(
        "{mode} is not possible inside an application's transaction; use a connection of Hookwright's own"
    ))
}
