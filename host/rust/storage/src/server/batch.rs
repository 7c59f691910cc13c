//! One batch on one connection: its statements in order, and the transaction around them when it has its own.

use super::{Failure, Link};
use crate::{Mode, ResultSet, Statement, StorageError};

/// How a batch ended, and whether its connection is as it was before.
pub(super) struct Ended {
    pub(super) outcome: Result<Vec<ResultSet>, Failure>,
    pub(super) is_clean: bool,
}

/// Runs a batch in a transaction of its own.
pub(super) fn run_alone(link: &mut dyn Link, mode: Mode, statements: &[Statement]) -> Ended {
    if let (Mode::Read, [_]) = (mode, statements) {
        // One statement sees one state of the database by itself.
        let outcome = run(link, statements);
        let is_clean = !outcome.as_ref().is_err_and(Failure::is_broken);
        return Ended { outcome, is_clean };
    }
    let outcome = link.begin(mode).and_then(|()| run(link, statements));
    let (outcome, is_clean) = match outcome {
        Ok(results) => match link.command("COMMIT") {
            Ok(()) => (Ok(results), true),
            Err(Failure::Broken(words)) => (Err(unknown(link.name(), &words)), false),
            Err(failure) => (Err(failure), link.command("ROLLBACK").is_ok()),
        },
        Err(failure) => {
            // Why the batch failed says more than why the rollback did.
            let is_clean = !failure.is_broken() && link.command("ROLLBACK").is_ok();
            (Err(failure), is_clean)
        }
    };
    let is_clean = is_clean && link.release(mode).is_ok();
    Ended { outcome, is_clean }
}

/// Runs the statements in the transaction that is open and leaves it open.
pub(super) fn run(link: &mut dyn Link, statements: &[Statement]) -> Result<Vec<ResultSet>, Failure> {
    let mut results = Vec::with_capacity(statements.len());
    for (index, statement) in statements.iter().enumerate() {
        let result = link.run(index, statement)?;
        if statement.expect.is_some_and(|expected| expected != result.affected) {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            return Err(Failure::Final(StorageError::ExpectationFailed(index)));
        }
        results.push(result);
    }
    Ok(results)
}

/// Not repeated: what was stored would be stored twice.
fn unknown(name: &str, words: &str) -> Failure {
    Failure::unavailable(format!(
        "the connection to {name} broke while a batch was committed ({words}); whether it was stored is not known, look \
         before you repeat it"
    ))
}
