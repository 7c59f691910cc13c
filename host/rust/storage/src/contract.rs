//! The storage import as Rust types: what a database driver takes and gives, and the trait it implements.
//!
//! Knows neither a driver nor wasmtime. Source: wit/webhooks/storage.wit; the rules behind it are in ARCHITECTURE.md,
//! "Storage contract".

/// Which SQL a database speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite 3.35 or newer.
    Sqlite,
    /// PostgreSQL 12 or newer.
    Postgres,
    /// MariaDB 10.6, MySQL 8.0, or newer.
    Mysql,
}

/// What a batch is for, and so how it stands to a transaction that the application has open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Queries; joins the application's transaction.
    Read,
    /// Changes; joins the application's transaction under a savepoint, else has one of its own.
    Write,
    /// Always a transaction of its own; refused inside the application's.
    Own,
    /// Changes of the tables: as [`Mode::Own`], and under a lock.
    Schema,
}

/// A value, bound and read with its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A 64-bit integer, exact.
    Integer(i64),
    /// UTF-8 text without NUL.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// The type of a result column, to which a driver converts what the database gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// [`Value::Integer`]
    Integer,
    /// [`Value::Text`]
    Text,
    /// [`Value::Blob`]
    Blob,
}

/// One SQL statement of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// SQL with one `?` for each parameter, in order, and no other.
    pub sql: String,
    /// The parameters.
    pub params: Vec<Value>,
    /// Types of the result columns; empty for a statement without rows.
    pub columns: Vec<ColumnType>,
    /// Number of rows that the statement must change; another number rolls the batch back.
    pub expect: Option<u64>,
}

/// What one statement gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResultSet {
    /// The values row after row; a row is as wide as the statement's `columns`.
    pub values: Vec<Value>,
    /// Rows changed; 0 for a query.
    pub affected: u64,
}

/// Why a batch failed. It has been rolled back, to its savepoint if it had joined a transaction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The batch may be sent again as it is.
    #[error("the database asks to try again: {0}")]
    Retryable(String),
    /// The application's own transaction is gone; nothing may be retried.
    #[error("the application's transaction is lost: {0}")]
    TransactionLost(String),
    /// The application must run its transaction again from the start.
    #[error("the application's transaction must start again: {0}")]
    TransactionMustRestart(String),
    /// The statement with this index, from 0, changed another number of rows than it expected.
    #[error("statement {0} changed another number of rows than expected")]
    ExpectationFailed(u32),
    /// A constraint of the tables was violated.
    #[error("a constraint was violated: {0}")]
    Constraint(String),
    /// The database cannot be reached or written.
    #[error("{0}")]
    Unavailable(String),
    /// Anything else, in the database's words.
    #[error("{0}")]
    Other(String),
}

/// One connection to a database. Used by one thread at a time.
pub trait Executor {
    /// Which SQL the database speaks.
    fn dialect(&self) -> Dialect;

    /// Runs the statements in order in one transaction, all or none, and gives one result set for each.
    ///
    /// # Errors
    ///
    /// A [`StorageError`]; the batch has then been rolled back.
    fn execute(&mut self, mode: Mode, statements: &[Statement]) -> Result<Vec<ResultSet>, StorageError>;
}

/// Opens connections to one database. Called once for each thread that needs one, and again after a failure.
pub trait Connect: Send + Sync {
    /// Opens a connection.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] names the database and says what to do.
    fn connect(&self) -> Result<Box<dyn Executor + Send>, StorageError>;
}
