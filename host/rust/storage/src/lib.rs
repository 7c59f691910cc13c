//! SQL executors behind the storage import of the Hookwright component.
//!
//! Decides how a batch becomes a transaction on a database; refuses to know what the SQL means. Knows neither
//! wasmtime nor HTTP.

mod contract;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use contract::{ColumnType, Connect, Dialect, Executor, Mode, ResultSet, Statement, StorageError, Value};
#[cfg(feature = "sqlite")]
pub use sqlite::{JoinedSqlite, OpenMode, Sqlite};
