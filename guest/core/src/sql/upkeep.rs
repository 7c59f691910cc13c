//! Statements that renew stored secrets, and that remove what is past its retention or has to be forgotten.

use super::{Row, Sql, marks, padded};
use crate::error::Result;
use crate::ports::{ColumnType, Dialect, Statement, Value};

/// The sealed columns of a webhook, as they are stored.
#[derive(Clone, Debug)]
pub(crate) struct SealedRow {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) former_secrets: String,
    pub(crate) headers: String,
}

/// An event of which something is past its retention.
#[derive(Clone, Debug)]
pub(crate) struct AgedRow {
    pub(crate) id: String,
    pub(crate) published_at: i64,
    /// When the last of its deliveries ended.
    pub(crate) ended_at: Option<i64>,
    /// Number of its deliveries.
    pub(crate) deliveries: u32,
}

/// What an event still has, as in the column `kept`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    Attempts,
    Payload,
    Both,
}

impl Kept {
    pub(crate) const ALL: [Self; 3] = [Self::Both, Self::Payload, Self::Attempts];

    fn stored(self) -> i64 {
        match self {
            Self::Attempts => 1,
            Self::Payload => 2,
            Self::Both => 3,
        }
    }
}

impl SealedRow {
    pub(crate) const WIDTH: usize = 4;

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        Ok(Self { id: row.text()?, secret: row.text()?, former_secrets: row.text()?, headers: row.text()? })
    }
}

impl AgedRow {
    pub(crate) const WIDTH: usize = 4;

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            id: row.text()?,
            published_at: row.integer()?,
            ended_at: row.maybe_integer()?,
            deliveries: row.count()?,
        })
    }
}

/// A delivery's event still has its payload.
pub(super) const HAS_PAYLOAD: &str =
    "EXISTS (SELECT 1 FROM @events e WHERE e.id = @deliveries.event_id AND e.kept IN (2, 3))";

/// An event with a delivery that has not ended.
const UNFINISHED: &str = "EXISTS (SELECT 1 FROM @deliveries d WHERE d.event_id = @events.id \
                          AND d.state IN ('pending', 'sending', 'held'))";

impl Sql<'_> {
    /// Webhooks from an id on of which something is not sealed under the key that `prefix` names. Former secrets are
    /// for the reader to judge.
    pub(crate) fn sealed_otherwise(&self, prefix: &str, after: &str, limit: u32) -> Statement {
        let sealed: Value = format!("{}%", prefix.replace('_', "!_")).into();
        self.query(
            "SELECT id, secret, former_secrets, headers FROM @webhooks WHERE id > ? AND (secret NOT LIKE ? ESCAPE '!' \
             OR former_secrets NOT IN ('', '[]') OR (headers <> '' AND headers NOT LIKE ? ESCAPE '!')) ORDER BY id LIMIT ?",
            &[ColumnType::Text; SealedRow::WIDTH],
            vec![after.into(), sealed.clone(), sealed, limit.into()],
        )
    }

    /// Writes the sealed columns of a webhook where they are still those that were read.
    pub(crate) fn reseal(&self, seen: &SealedRow, new: &SealedRow) -> Statement {
        self.change(
            "UPDATE @webhooks SET secret = ?, former_secrets = ?, headers = ? WHERE id = ? AND secret = ? \
             AND former_secrets = ? AND headers = ?",
            [
                &new.secret,
                &new.former_secrets,
                &new.headers,
                &seen.id,
                &seen.secret,
                &seen.former_secrets,
                &seen.headers,
            ]
            .map(|text| text.as_str().into())
            .into(),
        )
    }

    /// The first topic after this one that any event has.
    pub(crate) fn next_topic(&self, after: &str) -> Statement {
        self.query("SELECT MIN(topic) FROM @events WHERE topic > ?", &[ColumnType::Text], vec![after.into()])
    }

    /// Events of a topic, all their deliveries ended, whose payload is older than one time or whose attempts are older
    /// than the other.
    pub(crate) fn aged(&self, topic: &str, kept: Kept, payloads: i64, attempts: i64, limit: u32) -> Statement {
        use ColumnType::{Integer as I, Text as T};
        // What an event no longer has is not past anything.
        let payloads = if kept == Kept::Attempts { i64::MIN } else { payloads };
        let attempts = if kept == Kept::Payload { i64::MIN } else { attempts };
        self.query(
            &format!(
                "SELECT id, published_at, (SELECT MAX(d.finished_at) FROM @deliveries d WHERE d.event_id = @events.id), \
                 deliveries FROM @events WHERE topic = ? AND kept = ? AND published_at <= ? AND NOT {UNFINISHED} \
                 AND (published_at <= ? OR NOT EXISTS (SELECT 1 FROM @deliveries d WHERE d.event_id = @events.id \
                 AND d.finished_at > ?)) ORDER BY published_at LIMIT ?"
            ),
            &[T, I, I, I],
            vec![
                topic.into(),
                kept.stored().into(),
                payloads.max(attempts).into(),
                payloads.into(),
                attempts.into(),
                limit.into(),
            ],
        )
    }

    /// One row while the event has its payload.
    pub(crate) fn has_payload(&self, event_id: &str) -> Statement {
        self.query(
            "SELECT 1 FROM @events WHERE id = ? AND kept IN (2, 3)",
            &[ColumnType::Integer],
            vec![event_id.into()],
        )
    }

    /// Locks events, so that nothing of them goes while a delivery is made to begin anew, and the other way round. In a
    /// statement of its own, before those that decide: what they read must be newer than the lock.
    pub(crate) fn lock_events(&self, ids: &[String], user: LockedBy) -> Statement {
        let (list, ids) = list(ids);
        let lock = match (self.dialect, user) {
            // No two write at once.
            (Dialect::Sqlite, _) => "",
            (_, LockedBy::Purge) => " FOR UPDATE",
            (Dialect::Postgres, LockedBy::Redelivery) => " FOR SHARE",
            (Dialect::Mysql, LockedBy::Redelivery) => " LOCK IN SHARE MODE",
        };
        let sql = format!("SELECT id FROM @events WHERE id IN ({list}) ORDER BY id{lock}");
        self.query(&sql, &[ColumnType::Text], ids)
    }

    /// Notes that events have lost one part, if all their deliveries have ended still.
    pub(crate) fn keep_only(&self, ids: &[String], rest: Kept) -> Statement {
        let (list, ids) = list(ids);
        let params = core::iter::once(rest.stored().into()).chain(ids).collect();
        self.change(&format!("UPDATE @events SET kept = ? WHERE id IN ({list}) AND NOT {UNFINISHED}"), params)
    }

    /// Removes events whose deliveries have all ended still.
    pub(crate) fn delete_ended_events(&self, ids: &[String]) -> Statement {
        let (list, ids) = list(ids);
        self.change(&format!("DELETE FROM @events WHERE id IN ({list}) AND NOT {UNFINISHED}"), ids)
    }

    /// Removes the payloads of events that are noted to have none, or are no more.
    pub(crate) fn delete_purged_payloads(&self, event_ids: &[String]) -> Statement {
        let (list, ids) = list(event_ids);
        self.change(
            &format!(
                "DELETE FROM @payloads WHERE event_id IN ({list}) AND NOT EXISTS (SELECT 1 FROM @events e \
                 WHERE e.id = @payloads.event_id AND e.kept IN (2, 3))"
            ),
            ids,
        )
    }

    /// Removes the attempts of deliveries whose event is noted to have none, or is no more.
    pub(crate) fn delete_purged_attempts(&self, delivery_ids: &[String]) -> Statement {
        let (list, ids) = list(delivery_ids);
        self.change(
            &format!(
                "DELETE FROM @attempts WHERE delivery_id IN ({list}) AND NOT EXISTS (SELECT 1 FROM @deliveries d \
                 JOIN @events e ON e.id = d.event_id WHERE d.id = @attempts.delivery_id AND e.kept IN (1, 3))"
            ),
            ids,
        )
    }

    /// Removes deliveries whose event is no more.
    pub(crate) fn delete_purged_deliveries(&self, ids: &[String]) -> Statement {
        let (list, ids) = list(ids);
        self.change(
            &format!(
                "DELETE FROM @deliveries WHERE id IN ({list}) AND NOT EXISTS (SELECT 1 FROM @events e \
                 WHERE e.id = @deliveries.event_id)"
            ),
            ids,
        )
    }

    /// Removes rows by one of their columns, whatever they hold.
    pub(crate) fn erase(&self, rows: Erased, ids: &[String]) -> Statement {
        let (list, ids) = list(ids);
        let (table, column) = match rows {
            Erased::Events => ("events", "id"),
            Erased::Payloads => ("payloads", "event_id"),
            Erased::Deliveries => ("deliveries", "id"),
            Erased::Attempts => ("attempts", "delivery_id"),
        };
        self.change(&format!("DELETE FROM @{table} WHERE {column} IN ({list})"), ids)
    }

    /// Removes what an account has beside its events. The first statement changes as many rows as there were webhooks:
    /// it locks and marks them, so that one that is deleted or created meanwhile is removed by one side, and whole.
    pub(crate) fn erase_account(&self, account: &str, now: i64) -> Vec<Statement> {
        let mark = self.integer_mark();
        let remember = format!(
            "INSERT INTO @deleted_webhooks (id, deleted_at) SELECT id, {mark} FROM @webhooks WHERE account = ? \
             AND status = 'erased' {}",
            self.or_nothing("deleted_at")
        );
        let mut statements = vec![
            self.change("UPDATE @webhooks SET status = 'erased' WHERE account = ?", vec![account.into()]),
            self.change(&remember, vec![now.into(), account.into()]),
        ];
        let of_account = [
            "webhooks WHERE status = 'erased' AND",
            "subscriptions WHERE NOT EXISTS (SELECT 1 FROM @webhooks w WHERE w.id = @subscriptions.webhook_id) AND",
            "recent_events WHERE",
            "account_limits WHERE",
        ];
        let delete = |rows| self.change(&format!("DELETE FROM @{rows} account = ?"), vec![account.into()]);
        statements.extend(of_account.map(delete));
        statements
    }

    /// Removes the memory of an event as the last of its subject.
    pub(crate) fn forget_recent(&self, event_id: &str) -> Statement {
        self.change("DELETE FROM @recent_events WHERE event_id = ?", vec![event_id.into()])
    }

    /// When the last of the `number` oldest subjects had its event.
    pub(crate) fn oldest_subjects(&self, number: u32) -> Statement {
        self.query(
            "SELECT published_at FROM @recent_events ORDER BY published_at LIMIT 1 OFFSET ?",
            &[ColumnType::Integer],
            vec![number.saturating_sub(1).into()],
        )
    }

    /// Forgets subjects that had no event since.
    pub(crate) fn forget_subjects(&self, until: i64) -> Statement {
        self.change("DELETE FROM @recent_events WHERE published_at <= ?", vec![until.into()])
    }

    pub(crate) fn events_of(&self, account: &str, limit: u32) -> Statement {
        self.query(
            "SELECT id FROM @events WHERE account = ? LIMIT ?",
            &[ColumnType::Text],
            vec![account.into(), limit.into()],
        )
    }

    pub(crate) fn deliveries_of(&self, event_ids: &[String], limit: u32) -> Statement {
        let (list, mut ids) = list(event_ids);
        ids.push(limit.into());
        let sql = format!("SELECT id FROM @deliveries WHERE event_id IN ({list}) LIMIT ?");
        self.query(&sql, &[ColumnType::Text], ids)
    }
}

/// For whom events are locked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LockedBy {
    Purge,
    Redelivery,
}

/// The rows that [`Sql::erase`] removes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Erased {
    Events,
    /// By their event.
    Payloads,
    Deliveries,
    /// By their delivery.
    Attempts,
}

/// The marks and values of an IN list.
fn list(ids: &[String]) -> (String, Vec<Value>) {
    let ids = padded(ids.iter().map(|id| id.as_str().into()).collect());
    (marks(ids.len()), ids)
}
