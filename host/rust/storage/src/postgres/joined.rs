//! Batches on an application's own connection to PostgreSQL.

use std::fmt;

use postgres::GenericClient;

use super::link::PostgresLink;
use crate::server::execute_joined;
use crate::{Dialect, Executor, Mode, ResultSet, Statement, StorageError};

/// An executor on an application's connection, so that what it writes commits or goes with the application's own rows.
///
/// It takes the application's client or its transaction. When no transaction is open there, a batch is a transaction of
/// its own and is committed. A statement waits 5 s for a lock, unless the application has set `lock_timeout`.
pub struct JoinedPostgres<'a, C: GenericClient>(PostgresLink<&'a mut C>);

impl<'a, C: GenericClient> JoinedPostgres<'a, C> {
    /// Joins whatever transaction is open at each batch.
    pub fn new(client: &'a mut C) -> Self {
        Self(PostgresLink::new(client, "the application's database".to_owned()))
    }
}

impl<C: GenericClient> Executor for JoinedPostgres<'_, C> {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn execute(&mut self, mode: Mode, statements: &[Statement]) -> Result<Vec<ResultSet>, StorageError> {
        execute_joined(&mut self.0, mode, statements)
    }
}

impl<C: GenericClient> fmt::Debug for JoinedPostgres<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinedPostgres")
    }
}
