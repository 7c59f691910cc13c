//! One connection to MariaDB or MySQL. The driver keeps the statements that it has prepared.

use mysql::prelude::Queryable;
use mysql::{Conn, Params};

use super::{failure, value};
use crate::server::{Failure, LOCK_TIMEOUT, Link, refused};
use crate::{Mode, ResultSet, Statement};

/// The lock of schema batches, one for each database of the server. MySQL 9 has no SHA1.
const SCHEMA_LOCK: &str = "CONCAT('hookwright-', LEFT(SHA2(DATABASE(), 256), 40))";

/// Whoever holds a connection: ourselves, or an application that lends it.
pub(super) trait Holder {
    type Connection: Queryable;

    fn connection(&mut self) -> &mut Self::Connection;
}

impl Holder for Conn {
    type Connection = Self;

    fn connection(&mut self) -> &mut Self {
        self
    }
}

impl<Q: Queryable> Holder for &mut Q {
    type Connection = Q;

    fn connection(&mut self) -> &mut Q {
        self
    }
}

/// A connection.
pub(super) struct MysqlLink<H> {
    holder: H,
    name: String,
}

impl<H: Holder> MysqlLink<H> {
    pub(super) fn new(holder: H, name: String) -> Self {
        Self { holder, name }
    }

    fn number(&mut self, sql: &str) -> Result<Option<i64>, Failure> {
        let found = self.holder.connection().query_first::<Option<i64>, _>(sql);
        found.map(Option::flatten).map_err(|error| failure::of(&error, &self.name))
    }
}

impl<H: Holder> Link for MysqlLink<H> {
    fn name(&self) -> &str {
        &self.name
    }

    fn command(&mut self, sql: &str) -> Result<(), Failure> {
        self.holder.connection().query_drop(sql).map_err(|error| failure::of(&error, &self.name))
    }

    fn begin(&mut self, mode: Mode) -> Result<(), Failure> {
        match mode {
            Mode::Read => {
                // One state for all its statements, which reads that see each commit would not have.
                self.command("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
                // Not READ ONLY: that refuses a read that locks, as one does that must see what others have stored since.
                self.command("START TRANSACTION WITH CONSISTENT SNAPSHOT")
            }
            Mode::Write | Mode::Own => self.command("START TRANSACTION READ WRITE"),
            Mode::Schema => {
                let wait = LOCK_TIMEOUT.as_secs();
                match self.number(&format!("SELECT GET_LOCK({SCHEMA_LOCK}, {wait})"))? {
                    Some(1) => self.command("START TRANSACTION READ WRITE"),
                    _ => Err(Failure::Locked("another process changes the tables".to_owned())),
                }
            }
        }
    }

    fn release(&mut self, mode: Mode) -> Result<(), Failure> {
        match mode {
            Mode::Schema => self.number(&format!("SELECT RELEASE_LOCK({SCHEMA_LOCK})")).map(drop),
            Mode::Read | Mode::Write | Mode::Own => Ok(()),
        }
    }

    fn join(&mut self, savepoint: &str) -> Result<bool, Failure> {
        // Where no transaction is open the first says nothing, and the second that there is no such savepoint.
        self.command(&format!("SAVEPOINT {savepoint}"))?;
        match self.holder.connection().query_drop(format!("ROLLBACK TO SAVEPOINT {savepoint}")) {
            Ok(()) => Ok(true),
            Err(error) if failure::is_no_savepoint(&error) => Ok(false),
            Err(error) => Err(failure::of(&error, &self.name)),
        }
    }

    fn bound_waits(&mut self) -> Result<Option<String>, Failure> {
        let seconds = self.number("SELECT @@SESSION.innodb_lock_wait_timeout")?.unwrap_or(0);
        // Where the application waits no longer, its own bound holds.
        if u64::try_from(seconds).is_ok_and(|seconds| seconds <= LOCK_TIMEOUT.as_secs()) {
            return Ok(None);
        }
        self.command(&format!("SET SESSION innodb_lock_wait_timeout = {}", LOCK_TIMEOUT.as_secs()))?;
        Ok(Some(format!("SET SESSION innodb_lock_wait_timeout = {seconds}")))
    }

    fn run(&mut self, index: usize, statement: &Statement) -> Result<ResultSet, Failure> {
        let sql = statement.sql.as_str();
        let failed = |error: mysql::Error| failure::of_statement(&error, &self.name, index, sql);
        let connection = self.holder.connection();
        let prepared = connection.prep(sql).map_err(failed)?;
        let (declared, returned) = (statement.columns.len(), usize::from(prepared.num_columns()));
        if declared != returned {
            return Err(refused(index, sql, &format!("{declared} columns are declared, {returned} come back")));
        }
        let params = match statement.params.as_slice() {
            [] => Params::Empty,
            params => Params::Positional(params.iter().map(value::bound).collect()),
        };
        let mut result = connection.exec_iter(&prepared, params).map_err(failed)?;
        let affected = if sql.starts_with("SELECT") { 0 } else { result.affected_rows() };
        let mut values = Vec::new();
        for row in result.by_ref() {
            let row = row.map_err(failed)?;
            for (column, (stored, declared)) in row.unwrap().into_iter().zip(&statement.columns).enumerate() {
                let value = value::read(stored, *declared)
                    .map_err(|why| refused(index, sql, &format!("column {column} is {why}")))?;
                values.push(value);
            }
        }
        Ok(ResultSet { values, affected })
    }
}
