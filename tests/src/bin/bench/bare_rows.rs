//! The rows that a publish writes, inserted by a plain loop: the least that any program would have to do.

use std::path::Path;

use rusqlite::{Connection, params};

use crate::fixture::{TOPIC, data};

const EVENT: &str = "INSERT INTO hookwright_events (id, topic, account, occurred_at, published_at, deliveries, \
                     publish_token) VALUES (?, ?, '', ?, ?, 1, ?)";
const PAYLOAD: &str = "INSERT INTO hookwright_payloads (event_id, digest, body) VALUES (?, ?, ?)";
const DELIVERY: &str = "INSERT INTO hookwright_deliveries (id, event_id, webhook_id, digest, topic, account, state, \
                        attempts, claims, due_at, last_try, test, created_at) \
                        VALUES (?, ?, ?, ?, ?, '', 'pending', 0, 0, ?, 0, 0, ?)";

/// A connection that inserts, set as Hookwright sets its own.
#[derive(Debug)]
pub(crate) struct BareRows {
    connection: Connection,
    webhook_id: String,
    body: Vec<u8>,
    written: u64,
}

impl BareRows {
    /// Opens the database of an installation with one webhook.
    ///
    /// # Errors
    ///
    /// SQLite's.
    pub(crate) fn open(database: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open(database)?;
        connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;")?;
        let webhook_id = connection.query_row("SELECT id FROM hookwright_webhooks", [], |row| row.get(0))?;
        let body = format!(r#"{{"type":"{TOPIC}","timestamp":"2026-01-01T00:00:00.000Z","data":{}}}"#, data());
        Ok(Self { connection, webhook_id, body: body.into_bytes(), written: 0 })
    }

    /// Inserts events with payload and delivery in one transaction.
    ///
    /// # Errors
    ///
    /// SQLite's.
    pub(crate) fn publish(&mut self, events: usize) -> anyhow::Result<()> {
        let now = 1_800_000_000_000_i64;
        let transaction = self.connection.transaction()?;
        {
            let mut event = transaction.prepare_cached(EVENT)?;
            let mut payload = transaction.prepare_cached(PAYLOAD)?;
            let mut delivery = transaction.prepare_cached(DELIVERY)?;
            for _ in 0..events {
                self.written += 1;
                let event_id = format!("evt_{:026}", self.written);
                let delivery_id = format!("dlv_{:026}", self.written);
                // As long as the SHA-256 that the core writes.
                let digest = format!("{:064x}", self.written);
                event.execute(params![event_id, TOPIC, now, now, "tok_00000000000000000000000000"])?;
                payload.execute(params![event_id, digest, self.body])?;
                delivery.execute(params![delivery_id, event_id, self.webhook_id, digest, TOPIC, now, now])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}
