//! Batches on an application's own connection to MariaDB or MySQL.

use std::fmt;

use mysql::prelude::Queryable;

use super::link::MysqlLink;
use crate::server::execute_joined;
use crate::{Dialect, Executor, Mode, ResultSet, Statement, StorageError};

/// An executor on an application's connection, so that what it writes commits or goes with the application's own rows.
///
/// It takes the application's connection or its transaction. When no transaction is open there, a batch is a transaction
/// of its own and is committed. A statement waits 5 s for a lock, or as long as the application has set, if that is less.
pub struct JoinedMysql<'a, Q: Queryable>(MysqlLink<&'a mut Q>);

impl<'a, Q: Queryable> JoinedMysql<'a, Q> {
    /// Joins whatever transaction is open at each batch.
    pub fn new(connection: &'a mut Q) -> Self {
        Self(MysqlLink::new(connection, "the application's database".to_owned()))
    }
}

impl<Q: Queryable> Executor for JoinedMysql<'_, Q> {
    fn dialect(&self) -> Dialect {
        Dialect::Mysql
    }

    fn execute(&mut self, mode: Mode, statements: &[Statement]) -> Result<Vec<ResultSet>, StorageError> {
        execute_joined(&mut self.0, mode, statements)
    }
}

impl<Q: Queryable> fmt::Debug for JoinedMysql<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinedMysql")
    }
}
