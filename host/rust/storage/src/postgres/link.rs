//! One connection to PostgreSQL, with the statements that it has prepared.

use std::collections::HashMap;

use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::Type;
use postgres::{Client, GenericClient, Statement as Prepared};

use super::failure;
use super::value::{self, Bound};
use crate::server::{Failure, LOCK_TIMEOUT, Link, refused};
use crate::{Mode, ResultSet, Statement};

/// Prepared statements that are kept; the core uses about 150.
const PREPARED: usize = 256;

/// The transaction lock of schema batches: "Hook", as a number.
const SCHEMA_LOCK: i64 = 0x486F_6F6B;

/// Whoever holds a client: ourselves, or an application that lends it.
pub(super) trait Holder {
    type Client: GenericClient;

    fn client(&mut self) -> &mut Self::Client;
}

impl Holder for Client {
    type Client = Self;

    fn client(&mut self) -> &mut Self {
        self
    }
}

impl<C: GenericClient> Holder for &mut C {
    type Client = C;

    fn client(&mut self) -> &mut C {
        self
    }
}

/// A connection.
pub(super) struct PostgresLink<H> {
    holder: H,
    name: String,
    /// By text and types of the parameters: the server plans for these types.
    prepared: HashMap<(String, Vec<Type>), Prepared>,
}

impl<H: Holder> PostgresLink<H> {
    pub(super) fn new(holder: H, name: String) -> Self {
        Self { holder, name, prepared: HashMap::new() }
    }

    fn prepare(&mut self, statement: &Statement) -> Result<Prepared, postgres::Error> {
        let types: Vec<Type> = statement.params.iter().map(value::type_of).collect();
        let key = (statement.sql.clone(), types);
        if let Some(prepared) = self.prepared.get(&key) {
            return Ok(prepared.clone());
        }
        let prepared = self.holder.client().prepare_typed(&numbered(&statement.sql), &key.1)?;
        if self.prepared.len() >= PREPARED {
            self.prepared.clear();
        }
        self.prepared.insert(key, prepared.clone());
        Ok(prepared)
    }
}

impl<H: Holder> Link for PostgresLink<H> {
    fn name(&self) -> &str {
        &self.name
    }

    fn command(&mut self, sql: &str) -> Result<(), Failure> {
        self.holder.client().batch_execute(sql).map_err(|error| failure::of(&error, &self.name))
    }

    fn begin(&mut self, mode: Mode) -> Result<(), Failure> {
        match mode {
            // One state for all its statements.
            Mode::Read => self.command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            Mode::Write | Mode::Own => self.command("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"),
            Mode::Schema => self.command(&format!(
                "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock({SCHEMA_LOCK})"
            )),
        }
    }

    fn release(&mut self, _mode: Mode) -> Result<(), Failure> {
        Ok(())
    }

    fn join(&mut self, savepoint: &str) -> Result<bool, Failure> {
        match self.holder.client().batch_execute(&format!("SAVEPOINT {savepoint}")) {
            Ok(()) => Ok(true),
            Err(error) if failure::is_no_transaction(&error) => Ok(false),
            Err(error) => Err(failure::of(&error, &self.name)),
        }
    }

    fn bound_waits(&mut self) -> Result<Option<String>, Failure> {
        let row = self.holder.client().query_one("SELECT current_setting('lock_timeout')", &[]);
        let row = row.map_err(|error| failure::of(&error, &self.name))?;
        // Where the application has set a bound, that one holds.
        if row.try_get::<_, &str>(0).is_ok_and(|bound| bound != "0") {
            return Ok(None);
        }
        self.command(&format!("SET LOCAL lock_timeout = {}", LOCK_TIMEOUT.as_millis()))?;
        Ok(Some("SET LOCAL lock_timeout = 0".to_owned()))
    }

    fn run(&mut self, index: usize, statement: &Statement) -> Result<ResultSet, Failure> {
        let result = self.run_prepared(index, statement);
        if result.is_err() {
            // A statement that was prepared before the tables were changed fails until it is prepared again.
            self.prepared.clear();
        }
        result
    }
}

impl<H: Holder> PostgresLink<H> {
    fn run_prepared(&mut self, index: usize, statement: &Statement) -> Result<ResultSet, Failure> {
        let sql = statement.sql.as_str();
        let prepared =
            self.prepare(statement).map_err(|error| failure::of_statement(&error, &self.name, index, sql))?;
        let (declared, returned) = (statement.columns.len(), prepared.columns().len());
        if declared != returned {
            return Err(refused(index, sql, &format!("{declared} columns are declared, {returned} come back")));
        }
        let failed = |error: postgres::Error| failure::of_statement(&error, &self.name, index, sql);
        let params: Vec<Bound<'_>> = statement.params.iter().map(Bound).collect();
        let mut rows = self.holder.client().query_raw(&prepared, params.iter()).map_err(failed)?;
        let mut values = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            for (column, declared) in statement.columns.iter().enumerate() {
                let value = value::read(&row, column, *declared).map_err(|why| {
                    let name = row.columns().get(column).map_or("?", |column| column.name());
                    refused(index, sql, &format!("column {column} (`{name}`) is {why}"))
                })?;
                values.push(value);
            }
        }
        // Of a query the server counts the rows that it found.
        let affected = if sql.starts_with("SELECT") { 0 } else { rows.rows_affected().unwrap_or(0) };
        Ok(ResultSet { values, affected })
    }
}

/// `?` as `$1`, `$2` and so on. A statement of the contract holds no other `?`.
fn numbered(sql: &str) -> String {
    let mut numbered = String::with_capacity(sql.len() + 16);
    for (index, part) in sql.split('?').enumerate() {
        if index > 0 {
            numbered.push('$');
            numbered.push_str(&index.to_string());
        }
        numbered.push_str(part);
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered() {
        assert_eq!(numbered("SELECT a FROM t WHERE a IN (?,?) LIMIT ?"), "SELECT a FROM t WHERE a IN ($1,$2) LIMIT $3");
        assert_eq!(numbered("SELECT 1"), "SELECT 1");
    }
}
