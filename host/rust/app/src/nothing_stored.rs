//! Stands for an installation with nothing stored, where a command needs the core but no database.
//!
//! Every query finds nothing; every change is refused.

use hookwright_storage::{Connect, Dialect, Executor, Mode, ResultSet, Statement, StorageError};

/// A database without a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NothingStored;

impl Connect for NothingStored {
    fn connect(&self) -> Result<Box<dyn Executor + Send>, StorageError> {
        Ok(Box::new(*self))
    }
}

impl Executor for NothingStored {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute(&mut self, mode: Mode, statements: &[Statement]) -> Result<Vec<ResultSet>, StorageError> {
        match mode {
            Mode::Read => Ok(vec![ResultSet::default(); statements.len()]),
            Mode::Write | Mode::Own | Mode::Schema => {
                Err(StorageError::Unavailable("there is no database to write to; name one with --database".to_owned()))
            }
        }
    }
}
