//! Decides nothing: maps the storage import's generated types to those of the storage crate and back, by moving.

use hookwright_storage::{ColumnType, Dialect, Mode, ResultSet, Statement, StorageError, Value};

use crate::bindings::hookwright::webhooks::{storage as wit, types};

impl From<Dialect> for wit::Dialect {
    fn from(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Sqlite => Self::Sqlite,
            Dialect::Postgres => Self::Postgres,
            Dialect::Mysql => Self::Mysql,
        }
    }
}

impl From<wit::Mode> for Mode {
    fn from(mode: wit::Mode) -> Self {
        match mode {
            wit::Mode::Read => Self::Read,
            wit::Mode::Write => Self::Write,
            wit::Mode::Own => Self::Own,
            wit::Mode::Schema => Self::Schema,
        }
    }
}

impl From<wit::Statement> for Statement {
    fn from(statement: wit::Statement) -> Self {
        Self {
            sql: statement.sql,
            params: statement.params.into_iter().map(Into::into).collect(),
            columns: statement.columns.into_iter().map(Into::into).collect(),
            expect: statement.expect,
        }
    }
}

impl From<wit::Value> for Value {
    fn from(value: wit::Value) -> Self {
        match value {
            wit::Value::Null => Self::Null,
            wit::Value::Integer(integer) => Self::Integer(integer),
            wit::Value::Text(text) => Self::Text(text),
            wit::Value::Blob(bytes) => Self::Blob(bytes),
        }
    }
}

impl From<Value> for wit::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Integer(integer) => Self::Integer(integer),
            Value::Text(text) => Self::Text(text),
            Value::Blob(bytes) => Self::Blob(bytes),
        }
    }
}

impl From<wit::ColumnType> for ColumnType {
    fn from(column: wit::ColumnType) -> Self {
        match column {
            wit::ColumnType::Integer => Self::Integer,
            wit::ColumnType::Text => Self::Text,
            wit::ColumnType::Blob => Self::Blob,
        }
    }
}

impl From<ResultSet> for wit::ResultSet {
    fn from(result: ResultSet) -> Self {
        Self { values: result.values.into_iter().map(Into::into).collect(), affected: result.affected }
    }
}

impl From<StorageError> for types::StorageError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Retryable(why) => Self::Retryable(why),
            StorageError::TransactionLost(why) => Self::TransactionLost(why),
            StorageError::TransactionMustRestart(why) => Self::TransactionMustRestart(why),
            StorageError::ExpectationFailed(index) => Self::ExpectationFailed(index),
            StorageError::Constraint(why) => Self::Constraint(why),
            StorageError::Unavailable(why) => Self::Unavailable(why),
            StorageError::Other(why) => Self::Other(why),
        }
    }
}
