//! The SQLite executors against the rules of the storage contract, on files in a folder of their own.

#![cfg(feature = "sqlite")]

mod batches;
mod faults;
#[path = "../items/mod.rs"]
mod items;
mod joined;
mod locks;
mod opening;
mod values;

use std::path::PathBuf;

use hookwright_storage::{Connect, Executor, Mode, Sqlite, StorageError};
use items::{
    BEYOND_DOUBLES, change, check_error, check_values_come_back, ids, insert, integers, is_constraint, is_lost,
    is_other, is_unavailable, query, rename, text,
};
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

fn must_restart(error: &StorageError) -> bool {
    matches!(error, StorageError::TransactionMustRestart(_))
}
