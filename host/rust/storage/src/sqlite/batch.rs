//! One batch on one connection: its statements in order, and the transaction around them when it has its own.
//!
//! Decides what a statement may do and what its results are; refuses to know whose connection it is and whether to try
//! again. Statements, parameters and columns are counted from 0 in all texts.

use rusqlite::Connection;

use super::failure::Failure;
use super::value::{self, Bound};
use crate::{Mode, ResultSet, Statement, StorageError, Value};

/// A batch, and the name of the database for its errors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batch<'a> {
    pub(super) file: &'a str,
    pub(super) mode: Mode,
    pub(super) statements: &'a [Statement],
}

impl Batch<'_> {
    /// Runs the batch in a transaction of its own.
    ///
    /// # Errors
    ///
    /// The batch has been rolled back, unless the connection is in a transaction still; then it is of no more use.
    pub(super) fn run_alone(&self, connection: &Connection) -> Result<Vec<ResultSet>, Failure> {
        match (self.mode, self.statements) {
            (_, []) => return Ok(Vec::new()),
            // One statement sees one state of the database by itself.
            (Mode::Read, [_]) => {}
            (Mode::Read, _) => self.command(connection, "BEGIN DEFERRED")?,
            // The lock is taken first: a reader that became a writer later could not wait for it.
            (Mode::Write | Mode::Own | Mode::Schema, _) => self.command(connection, "BEGIN IMMEDIATE")?,
        }
        let outcome = self.run(connection).and_then(|results| {
            if !connection.is_autocommit() {
                self.command(connection, "COMMIT")?;
            }
            Ok(results)
        });
        if outcome.is_err() && !connection.is_autocommit() {
            // Why the batch failed says more than why the rollback did, and the caller looks at the connection.
            drop(self.command(connection, "ROLLBACK"));
        }
        outcome
    }

    /// Runs the statements in the transaction that is open, if any, and leaves it open.
    ///
    /// # Errors
    ///
    /// The first failure; nothing is rolled back, except by SQLite itself.
    pub(super) fn run(&self, connection: &Connection) -> Result<Vec<ResultSet>, Failure> {
        let mut results = Vec::with_capacity(self.statements.len());
        for (index, statement) in self.statements.iter().enumerate() {
            let result = self.run_statement(connection, index, statement)?;
            if statement.expect.is_some_and(|expected| expected != result.affected) {
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                return Err(Failure::Final(StorageError::ExpectationFailed(index)));
            }
            results.push(result);
        }
        Ok(results)
    }

    /// Runs a statement of ours that has neither parameters nor rows.
    pub(super) fn command(&self, connection: &Connection, sql: &str) -> Result<(), Failure> {
        let run = || connection.prepare_cached(sql)?.raw_execute();
        run().map(drop).map_err(|error| Failure::of(&error, self.file))
    }

    fn run_statement(
        &self,
        connection: &Connection,
        index: usize,
        statement: &Statement,
    ) -> Result<ResultSet, Failure> {
        let sql = statement.sql.as_str();
        let failed = |error| Failure::of_statement(&error, self.file, index, sql);
        let refused = |why: &str| Failure::refused(index, sql, why);

        // SQLite would stop reading there and run the first half.
        if sql.contains('\0') {
            return Err(refused("the SQL holds a NUL byte"));
        }
        let mut prepared = connection.prepare_cached(sql).map_err(failed)?;
        if self.mode == Mode::Read && !prepared.readonly() {
            return Err(refused("it changes data, but its batch is for reading"));
        }
        if prepared.readonly() && prepared.column_count() == 0 {
            // BEGIN, COMMIT and their like are of this kind, and would break the batch in two.
            return Err(refused("it neither reads nor changes data; transactions and settings are the host's"));
        }
        let (given, wanted) = (statement.params.len(), prepared.parameter_count());
        if given != wanted {
            return Err(refused(&format!("{given} parameters for {wanted} placeholders")));
        }
        let (declared, returned) = (statement.columns.len(), prepared.column_count());
        if declared != returned {
            return Err(refused(&format!("{declared} columns are declared, {returned} come back")));
        }
        for (position, param) in statement.params.iter().enumerate() {
            if matches!(param, Value::Text(text) if text.contains('\0')) {
                return Err(refused(&format!("the text of parameter {position} holds a NUL byte")));
            }
            prepared.raw_bind_parameter(position + 1, Bound(param)).map_err(failed)?;
        }

        let changes_before = connection.total_changes();
        let mut values = Vec::new();
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next().map_err(failed)? {
            for (column, declared) in statement.columns.iter().enumerate() {
                let stored = row.get_ref(column).map_err(failed)?;
                let value = value::read(stored, *declared).map_err(|why| {
                    let name = row.as_ref().column_name(column).unwrap_or("?");
                    refused(&format!("column {column} (`{name}`) is {why}"))
                })?;
                values.push(value);
            }
        }
        // SQLite's count of changes is left over from an earlier statement when this one was none that counts.
        let affected = if connection.total_changes() == changes_before { 0 } else { connection.changes() };
        Ok(ResultSet { values, affected })
    }
}
