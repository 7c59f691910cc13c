//! The rows that a publish writes, inserted by a plain loop: the least that any program would have to do.
//!
//! Copies what the core has written for one event, so it knows no table and no column but those of ids.

use std::path::Path;

use anyhow::Context;
use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, params_from_iter};

/// A connection that inserts, set as Hookwright sets its own.
#[derive(Debug)]
pub(crate) struct BareRows {
    connection: Connection,
    tables: Vec<Table>,
    written: u64,
}

/// A row to copy.
#[derive(Debug)]
struct Table {
    insert: String,
    columns: Vec<String>,
    row: Vec<Value>,
}

impl BareRows {
    /// Opens the database of an installation in which one event has been published to one webhook.
    ///
    /// # Errors
    ///
    /// SQLite's, or there is no such event.
    pub(crate) fn open(database: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open(database)?;
        connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;")?;
        let names = ["hookwright_events", "hookwright_payloads", "hookwright_deliveries"];
        let tables = names.map(|name| Table::of(&connection, name)).into_iter().collect::<anyhow::Result<_>>()?;
        Ok(Self { connection, tables, written: 0 })
    }

    /// Inserts events with payload and delivery in one transaction.
    ///
    /// # Errors
    ///
    /// SQLite's.
    pub(crate) fn publish(&mut self, events: usize) -> anyhow::Result<()> {
        let transaction = self.connection.transaction()?;
        for _ in 0..events {
            self.written += 1;
            for table in &mut self.tables {
                table.insert(&transaction, self.written)?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

impl Table {
    fn of(connection: &Connection, name: &str) -> anyhow::Result<Self> {
        let mut select = connection.prepare(&format!("SELECT * FROM {name} LIMIT 1"))?;
        let columns: Vec<String> = select.column_names().map(str::to_owned).collect();
        let read = |row: &rusqlite::Row<'_>| (0..columns.len()).map(|column| row.get(column)).collect();
        let row = select.query_row([], read).with_context(|| format!("{name} has no row to copy"))?;
        let marks = vec!["?"; columns.len()].join(", ");
        Ok(Self { insert: format!("INSERT INTO {name} VALUES ({marks})"), columns, row })
    }

    fn insert(&mut self, transaction: &Transaction<'_>, number: u64) -> anyhow::Result<()> {
        for (column, value) in self.columns.iter().zip(&mut self.row) {
            // Ids rise, as the core's do, and are as long.
            if matches!(column.as_str(), "id" | "event_id") {
                *value = Value::Text(format!("row_{number:026}"));
            }
        }
        transaction.prepare_cached(&self.insert)?.execute(params_from_iter(&self.row))?;
        Ok(())
    }
}
