//! Batches on an application's own connection, inside the transaction that it has open there.
//!
//! Decides how a batch joins that transaction and what its failure does to it; refuses to commit or to begin anything of
//! the application's.

use std::sync::atomic::{AtomicU64, Ordering};

use super::batch::{run, run_alone};
use super::own::locked;
use super::{Failure, Link, check};
use crate::{Mode, ResultSet, Statement, StorageError};

/// Makes the names of savepoints differ, from each other and from the application's.
static NEXT_SAVEPOINT: AtomicU64 = AtomicU64::new(0);

/// Runs a batch inside the transaction that is open on the application's connection, or in one of its own when none is.
pub(crate) fn execute_joined(
    link: &mut dyn Link,
    mode: Mode,
    statements: &[Statement],
) -> Result<Vec<ResultSet>, StorageError> {
    match mode {
        Mode::Own => return Err(not_possible("own")),
        Mode::Schema => return Err(not_possible("schema")),
        Mode::Read | Mode::Write => check::check(mode, statements)?,
    }
    if statements.is_empty() {
        return Ok(Vec::new());
    }
    let savepoint = format!("hookwright_{}", NEXT_SAVEPOINT.fetch_add(1, Ordering::Relaxed));
    match link.join(&savepoint) {
        Ok(true) => under_savepoint(link, &savepoint, statements),
        Ok(false) => run_alone(link, mode, statements).outcome.map_err(|failure| match failure {
            Failure::Final(error) => error,
            Failure::Conflict(words) => StorageError::Retryable(words),
            Failure::Locked(words) => locked(link.name(), &words),
            Failure::Broken(words) => StorageError::Unavailable(format!("the application's connection broke: {words}")),
        }),
        Err(failure) => Err(lost(link, failure, None)),
    }
}

/// Reads too: on PostgreSQL a failed one would spoil the transaction.
fn under_savepoint(
    link: &mut dyn Link,
    savepoint: &str,
    statements: &[Statement],
) -> Result<Vec<ResultSet>, StorageError> {
    let (unbound, outcome) = match link.bound_waits() {
        Ok(unbound) => (unbound, run(link, statements)),
        Err(failure) => (None, Err(failure)),
    };
    match outcome {
        Ok(results) => {
            let unbind = unbound.as_deref().map_or(Ok(()), |command| link.command(command));
            match unbind.and_then(|()| link.command(&format!("RELEASE SAVEPOINT {savepoint}"))) {
                Ok(()) => Ok(results),
                Err(failure) => Err(lost(link, failure, unbound)),
            }
        }
        Err(failure) => {
            let undone = link
                .command(&format!("ROLLBACK TO SAVEPOINT {savepoint}"))
                .and_then(|()| link.command(&format!("RELEASE SAVEPOINT {savepoint}")))
                .and_then(|()| unbound.as_deref().map_or(Ok(()), |command| link.command(command)));
            match (undone, failure) {
                (Err(_), failure) => Err(lost(link, failure, unbound)),
                (Ok(()), Failure::Final(error)) => Err(error),
                (Ok(()), Failure::Locked(words)) => Err(locked(link.name(), &words)),
                (Ok(()), failure) => Err(StorageError::TransactionMustRestart(format!(
                    "it collided with another one ({}); roll back and run it again",
                    failure.words()
                ))),
            }
        }
    }
}

/// The savepoint is gone, so what is left of the transaction must not be committed without the rest. After a deadlock
/// MySQL has ended it already, and the application's next statement would commit by itself. What bound the waits goes
/// too: on MySQL it is of the connection.
fn lost(link: &mut dyn Link, failure: Failure, unbound: Option<String>) -> StorageError {
    drop(link.command("ROLLBACK"));
    if let Some(command) = unbound {
        drop(link.command(&command));
    }
    StorageError::TransactionLost(failure.words())
}

fn not_possible(mode: &str) -> StorageError {
    StorageError::Unavailable(format!(
        "{mode} is not possible inside an application's transaction; use a connection of Hookwright's own"
    ))
}
