//! Statements of the switch that stops an installation, and of the identity by which it knows itself.

use super::{Row, Sql};
use crate::error::Result;
use crate::ports::{ColumnType, Dialect, ResultSet, Statement};

/// True while the installation is stopped. For a WHERE or a CASE; uncorrelated, so a statement finds it once.
pub(super) const STOPPED: &str = "EXISTS (SELECT 1 FROM @meta WHERE name = 'stopped')";

/// What the installation remembers of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SwitchRow {
    /// Since when it is stopped, unix milliseconds, and why.
    pub(crate) stopped: Option<(i64, String)>,
    /// Whose site it delivers for.
    pub(crate) identity: Option<String>,
}

impl SwitchRow {
    pub(crate) fn of(result: ResultSet) -> Result<Self> {
        let mut found = Self::default();
        for (name, value) in super::rows(result, 2, |row: &mut Row| Ok((row.text()?, row.text()?)))? {
            if name == "stopped" {
                let (since, reason) = value.split_once(' ').unwrap_or(("0", &value));
                found.stopped = Some((since.parse().unwrap_or(0), reason.to_owned()));
            } else {
                found.identity = Some(value);
            }
        }
        Ok(found)
    }
}

impl Sql<'_> {
    pub(crate) fn switch(&self) -> Statement {
        self.query(
            "SELECT name, value FROM @meta WHERE name IN ('stopped', 'site-identity')",
            &[ColumnType::Text, ColumnType::Text],
            vec![],
        )
    }

    /// Stops the installation, and holds what waits. The third statement changes as many rows as are held.
    pub(crate) fn stop(&self, since: i64, reason: &str) -> [Statement; 3] {
        [
            self.change("DELETE FROM @meta WHERE name = 'stopped'", vec![]),
            self.remember("stopped", &format!("{since} {reason}")),
            self.change_unlocked(("state = 'held', due_at = NULL", vec![]), ("state = 'pending'", vec![])),
        ]
    }

    /// Keeps a stop from ending before the transaction does, where it has not ended yet; nothing on SQLite, where no
    /// two write at once.
    pub(super) fn keep_stopped(&self) -> Option<Statement> {
        let lock = match self.dialect {
            Dialect::Sqlite => return None,
            Dialect::Postgres => "FOR SHARE",
            Dialect::Mysql => "LOCK IN SHARE MODE",
        };
        let sql = format!("SELECT name FROM @meta WHERE name = 'stopped' {lock}");
        Some(self.query(&sql, &[ColumnType::Text], vec![]))
    }

    /// Holds what has just been stored for a webhook, if the installation is stopped.
    pub(crate) fn hold_while_stopped(&self, webhook_id: &str) -> Statement {
        self.change(
            &format!(
                "UPDATE @deliveries SET state = 'held', due_at = NULL WHERE webhook_id = ? AND state = 'pending' AND {STOPPED}"
            ),
            vec![webhook_id.into()],
        )
    }

    /// Ends the stop, and frees what is held for active webhooks. The last statement changes as many rows as are freed.
    pub(crate) fn resume(&self, now: i64, identity: &str) -> Vec<Statement> {
        let mut statements = vec![self.change("DELETE FROM @meta WHERE name = 'stopped'", vec![])];
        if !identity.is_empty() {
            statements.push(self.change("DELETE FROM @meta WHERE name = 'site-identity'", vec![]));
            statements.push(self.remember("site-identity", identity));
        }
        statements.push(self.change(
            "UPDATE @deliveries SET state = 'pending', due_at = ? WHERE state = 'held' \
             AND webhook_id IN (SELECT id FROM @webhooks WHERE status = 'active')",
            vec![now.into()],
        ));
        statements
    }

    /// Writes a value that nothing stands in the place of yet.
    pub(crate) fn remember(&self, name: &str, value: &str) -> Statement {
        let or_nothing = self.or_nothing("name");
        self.change(
            &format!("INSERT INTO @meta (name, value) VALUES (?,?) {or_nothing}"),
            vec![name.into(), value.into()],
        )
    }
}
