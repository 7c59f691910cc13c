//! Batches on a connection of our own.
//!
//! Decides when a batch is replayed and when its connection has to be replaced; refuses to know how a database is opened.

use rusqlite::Connection;

use super::batch::Batch;
use super::replay::{Patience, until_unlocked};
use super::{OpenMode, Sqlite, open};
use crate::{Dialect, Executor, Mode, ResultSet, Statement, StorageError};

/// The executor that [`Sqlite`] opens.
#[derive(Debug)]
pub(super) struct OwnSqlite {
    source: Sqlite,
    file: String,
    /// None after a batch that could not be rolled back; the next one opens another.
    connection: Option<Connection>,
}

impl OwnSqlite {
    /// Opens the database.
    pub(super) fn open(source: Sqlite) -> Result<Self, StorageError> {
        let connection = open::open(&source)?;
        // A file that has vanished since must not come back empty.
        let source = Sqlite { create: OpenMode::MustExist, ..source };
        Ok(Self { file: source.path.display().to_string(), source, connection: Some(connection) })
    }
}

impl Executor for OwnSqlite {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute(&mut self, mode: Mode, statements: &[Statement]) -> Result<Vec<ResultSet>, StorageError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => open::open(&self.source)?,
        };
        let batch = Batch { file: &self.file, mode, statements };
        let patience = Patience::of_batch(self.source.busy_timeout);
        let outcome = until_unlocked(&self.file, patience, || batch.run_alone(&connection));
        if connection.is_autocommit() {
            self.connection = Some(connection);
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;
    use crate::{ColumnType, Value};

    fn open_in(folder: &tempfile::TempDir) -> OwnSqlite {
        OwnSqlite::open(Sqlite::open(folder.path().join("own.db"))).unwrap()
    }

    fn select(number: i64) -> Statement {
        let sql = format!("SELECT ? + {number}");
        Statement { sql, params: vec![Value::Integer(1)], columns: vec![ColumnType::Integer], expect: None }
    }

    #[test]
    fn a_connection_left_in_a_transaction_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let mut executor = open_in(&folder);
        executor.connection.as_ref().unwrap().execute_batch("BEGIN IMMEDIATE; CREATE TABLE half (done)").unwrap();

        let statements = [select(0), select(1)];
        assert!(matches!(executor.execute(Mode::Write, &statements), Err(StorageError::Other(_))));
        assert!(executor.connection.is_none());

        assert_eq!(executor.execute(Mode::Write, &statements).unwrap().len(), 2);
        let half = Statement { sql: "SELECT done + ? FROM half".to_owned(), ..select(0) };
        assert!(executor.execute(Mode::Read, &[half]).unwrap_err().to_string().contains("no such table: half"));
    }

    #[test]
    fn a_replaced_connection_does_not_make_a_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut executor = open_in(&folder);
        executor.connection = None;
        std::fs::remove_file(&executor.source.path).unwrap();
        let error = executor.execute(Mode::Read, &[select(0)]).unwrap_err();
        assert!(matches!(&error, StorageError::Unavailable(text) if text.contains("own.db does not exist")), "{error}");
        assert!(!executor.source.path.exists());
    }

    #[test]
    fn two_hundred_statements_stay_prepared() {
        let folder = tempfile::tempdir().unwrap();
        let mut executor = open_in(&folder);
        for _ in 0..2 {
            for number in 0..200 {
                executor.execute(Mode::Read, &[select(number)]).unwrap();
            }
        }
        let connection = executor.connection.as_ref().unwrap();
        let first = connection.prepare_cached(&select(0).sql).unwrap();
        assert_eq!(first.get_status(StatementStatus::Run), 2);
    }
}
