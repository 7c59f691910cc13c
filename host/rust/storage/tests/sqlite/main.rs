//! The SQLite executors against the rules of the storage contract, on files in a folder of their own.

#![cfg(feature = "sqlite")]

mod batches;
mod faults;
mod joined;
mod locks;
mod opening;
mod values;

use std::path::PathBuf;

use hookwright_storage::{ColumnType, Connect, Executor, Mode, ResultSet, Sqlite, Statement, StorageError, Value};
use rusqlite::Connection;
use tempfile::TempDir;

/// A database file that goes with its folder when dropped.
struct Database {
    folder: TempDir,
    source: Sqlite,
}

impl Database {
    /// A path without a file.
    fn absent() -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let source = Sqlite::open(folder.path().join("hookwright.db"));
        Self { folder, source }
    }

    /// A database with the table `item (id primary key, name, body)`.
    fn with_items() -> Self {
        let database = Self::absent();
        let create = change("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, body BLOB)", []);
        database.executor().execute(Mode::Schema, &[create]).expect("a table");
        database
    }

    fn executor(&self) -> Box<dyn Executor + Send> {
        self.source.connect().expect("an executor")
    }

    /// A connection as an application has it.
    fn application(&self) -> Connection {
        Connection::open(&self.source.path).expect("a connection")
    }

    fn path(&self) -> PathBuf {
        self.source.path.clone()
    }

    /// Ids of all committed items.
    fn ids(&self) -> Vec<i64> {
        ids(self.executor().as_mut()).expect("ids")
    }
}

/// A statement without result columns.
fn change<const N: usize>(sql: &str, params: [Value; N]) -> Statement {
    Statement { sql: sql.to_owned(), params: params.into(), columns: Vec::new(), expect: None }
}

/// A statement with result columns.
fn query<const N: usize, const C: usize>(sql: &str, params: [Value; N], columns: [ColumnType; C]) -> Statement {
    Statement { columns: columns.into(), ..change(sql, params) }
}

fn insert(id: i64) -> Statement {
    change("INSERT INTO item (id, name) VALUES (?, ?)", [Value::Integer(id), text("an item")])
}

/// A change of the item with this id that must find it.
fn rename(id: i64) -> Statement {
    let update = change("UPDATE item SET name = ? WHERE id = ?", [text("renamed"), Value::Integer(id)]);
    Statement { expect: Some(1), ..update }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// The executor's view of the items.
fn ids(executor: &mut dyn Executor) -> Result<Vec<i64>, StorageError> {
    let select = query("SELECT id FROM item ORDER BY id", [], [ColumnType::Integer]);
    let results = executor.execute(Mode::Read, &[select])?;
    Ok(integers(&results[0]))
}

fn integers(result: &ResultSet) -> Vec<i64> {
    let integer = |value: &Value| match value {
        Value::Integer(number) => *number,
        other => panic!("{other:?} is no integer"),
    };
    result.values.iter().map(integer).collect()
}

/// Asserts that `error` is of the kind that `is_kind` tells and that its text holds all `parts`.
#[track_caller]
fn check_error(error: &StorageError, is_kind: impl Fn(&StorageError) -> bool, parts: &[&str]) {
    assert!(is_kind(error), "{error:?}");
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

fn is_other(error: &StorageError) -> bool {
    matches!(error, StorageError::Other(_))
}

fn is_unavailable(error: &StorageError) -> bool {
    matches!(error, StorageError::Unavailable(_))
}

fn is_constraint(error: &StorageError) -> bool {
    matches!(error, StorageError::Constraint(_))
}

fn is_lost(error: &StorageError) -> bool {
    matches!(error, StorageError::TransactionLost(_))
}

fn must_restart(error: &StorageError) -> bool {
    matches!(error, StorageError::TransactionMustRestart(_))
}
