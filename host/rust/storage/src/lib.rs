//! SQL executors behind the storage import of the Hookwright component.
//!
//! Decides how a batch becomes a transaction on a database; refuses to know what the SQL means. Knows neither
//! wasmtime nor HTTP. Each database is a feature of its own.

mod contract;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod pause;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod server;
#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(feature = "mysql")]
pub use self::mysql::{JoinedMysql, Mysql};
#[cfg(feature = "postgres")]
pub use self::postgres::{JoinedPostgres, Postgres};
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub use self::server::without_password;
#[cfg(feature = "sqlite")]
pub use self::sqlite::{JoinedSqlite, OpenMode, Sqlite};
pub use contract::{ColumnType, Connect, Dialect, Executor, Mode, ResultSet, Statement, StorageError, Value};
