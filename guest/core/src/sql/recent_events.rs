//! Statements about the last event of each subject, for topics that drop identical ones.

use super::{Row, Sql, marks, padded};
use crate::error::Result;
use crate::ports::{ColumnType, Dialect, Statement};

/// What the last event of a subject was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecentEvent {
    pub(crate) topic: String,
    pub(crate) account: String,
    pub(crate) subject_digest: String,
    pub(crate) fingerprint: String,
    pub(crate) event_id: String,
    pub(crate) published_at: i64,
    /// Changes with every write.
    pub(crate) token: String,
    /// `None` when the event is no longer stored.
    pub(crate) deliveries: Option<i64>,
}

/// A subject's new last event.
#[derive(Clone, Debug)]
pub(crate) struct RecentChange<'a> {
    pub(crate) topic: &'a str,
    pub(crate) account: &'a str,
    pub(crate) subject_digest: &'a str,
    pub(crate) fingerprint: &'a str,
    pub(crate) event_id: &'a str,
    /// The row as it was read; `None`: there was none.
    pub(crate) seen_token: Option<&'a str>,
}

impl RecentEvent {
    pub(crate) const WIDTH: usize = 8;

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            topic: row.text()?,
            account: row.text()?,
            subject_digest: row.text()?,
            fingerprint: row.text()?,
            event_id: row.text()?,
            published_at: row.integer()?,
            token: row.text()?,
            deliveries: row.maybe_integer()?,
        })
    }
}

impl Sql<'_> {
    /// The last events of subjects of one topic and account. `again`: an earlier answer was no longer true; on MySQL a
    /// plain read in the application's transaction would repeat it.
    pub(crate) fn recent_events(&self, topic: &str, account: &str, subjects: &[&str], again: bool) -> Statement {
        use ColumnType::{Integer as I, Text as T};
        let mut params = vec![topic.into(), account.into()];
        let subjects = padded(subjects.iter().map(|subject| (*subject).into()).collect());
        let lock = if again && self.dialect == Dialect::Mysql { " FOR UPDATE" } else { "" };
        let sql = format!(
            "SELECT r.topic, r.account, r.subject_digest, r.fingerprint, r.event_id, r.published_at, r.token, \
             e.deliveries FROM @recent_events r LEFT JOIN @events e ON e.id = r.event_id \
             WHERE r.topic = ? AND r.account = ? AND r.subject_digest IN ({}){lock}",
            marks(subjects.len())
        );
        params.extend(subjects);
        self.query(&sql, &[T, T, T, T, T, I, T, I], params)
    }

    /// Makes an event the last of its subject, if it is stored under the token and nobody else has done so meanwhile.
    pub(crate) fn record_recent_event(&self, change: &RecentChange<'_>, token: &str, now: i64) -> Vec<Statement> {
        let RecentChange { topic, account, subject_digest, fingerprint, event_id, seen_token } = *change;
        let mut statements = Vec::with_capacity(2);
        if seen_token.is_none() {
            statements.push(self.change(
                &format!(
                    "INSERT INTO @recent_events (topic, account, subject_digest, fingerprint, event_id, published_at, \
                     token) VALUES (?,?,?,'','',0,'') {}",
                    self.or_nothing("topic")
                ),
                vec![topic.into(), account.into(), subject_digest.into()],
            ));
        }
        let params = vec![
            fingerprint.into(),
            event_id.into(),
            now.into(),
            token.into(),
            topic.into(),
            account.into(),
            subject_digest.into(),
            seen_token.unwrap_or_default().into(),
            event_id.into(),
            token.into(),
        ];
        let update = self.change(
            "UPDATE @recent_events SET fingerprint = ?, event_id = ?, published_at = ?, token = ? WHERE topic = ? \
             AND account = ? AND subject_digest = ? AND token = ? AND EXISTS (SELECT 1 FROM @events e WHERE e.id = ? \
             AND e.publish_token = ?)",
            params,
        );
        statements.push(update.expecting(1));
        statements
    }
}
