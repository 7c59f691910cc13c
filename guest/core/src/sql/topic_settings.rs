//! Statements about what an operator has set for topics, and the one read that tells a publish of it.

use super::{Row, Sql, marks, padded};
use crate::error::Result;
use crate::ports::{ColumnType, Statement, Value};

/// What becomes of an event whose data do not satisfy its topic's schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validation {
    /// Nobody looks.
    #[default]
    Off,
    /// The receipt tells.
    Warn,
    /// The event is refused.
    Enforce,
}

impl Validation {
    /// All of them, the mildest first.
    pub const ALL: [Self; 3] = [Self::Off, Self::Warn, Self::Enforce];

    /// The word, as in the tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Enforce => "enforce",
        }
    }

    fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|validation| validation.word() == word).unwrap_or_default()
    }
}

/// A row of the topic settings table. Times are lengths in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TopicSettingsRow {
    pub(crate) name: String,
    pub(crate) validation: Validation,
    pub(crate) dedupe_ms: i64,
    pub(crate) keep_payloads_ms: Option<i64>,
    pub(crate) keep_attempts_ms: Option<i64>,
    pub(crate) deprecated: Option<String>,
    pub(crate) replaced_by: Option<String>,
}

/// What a publish has to mind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PublishRule {
    /// Of a topic.
    Topic(TopicSettingsRow),
    /// This account has a daily limit.
    LimitedAccount(String),
}

const COLUMNS: &str = "name, validation, dedupe_ms, keep_payloads_ms, keep_attempts_ms, deprecated, replaced_by";
const TYPES: &[ColumnType] = {
    use ColumnType::{Integer as I, Text as T};
    &[T, T, I, I, I, T, T]
};

impl TopicSettingsRow {
    pub(crate) const WIDTH: usize = TYPES.len();

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            name: row.text()?,
            validation: Validation::parse(&row.text()?),
            dedupe_ms: row.integer()?,
            keep_payloads_ms: row.maybe_integer()?,
            keep_attempts_ms: row.maybe_integer()?,
            deprecated: row.maybe_text()?,
            replaced_by: row.maybe_text()?,
        })
    }
}

impl PublishRule {
    pub(crate) const WIDTH: usize = 6;

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        let of_account = row.flag()?;
        let name = row.text()?;
        if of_account {
            return Ok(Self::LimitedAccount(name));
        }
        Ok(Self::Topic(TopicSettingsRow {
            name,
            validation: Validation::parse(&row.text()?),
            dedupe_ms: row.integer()?,
            deprecated: row.maybe_text()?,
            replaced_by: row.maybe_text()?,
            ..TopicSettingsRow::default()
        }))
    }
}

impl Sql<'_> {
    /// Settings of a topic in the place of older ones.
    pub(crate) fn replace_topic_settings(&self, settings: &TopicSettingsRow, now: i64) -> [Statement; 2] {
        [
            self.delete_topic_settings(&settings.name),
            self.change(
                &format!("INSERT INTO @topic_settings ({COLUMNS}, updated_at) VALUES (?,?,?,?,?,?,?,?)"),
                vec![
                    settings.name.as_str().into(),
                    settings.validation.word().into(),
                    settings.dedupe_ms.into(),
                    settings.keep_payloads_ms.into(),
                    settings.keep_attempts_ms.into(),
                    settings.deprecated.clone().into(),
                    settings.replaced_by.clone().into(),
                    now.into(),
                ],
            ),
        ]
    }

    pub(crate) fn delete_topic_settings(&self, name: &str) -> Statement {
        self.change("DELETE FROM @topic_settings WHERE name = ?", vec![name.into()])
    }

    pub(crate) fn topic_settings(&self, name: &str) -> Statement {
        self.query(&format!("SELECT {COLUMNS} FROM @topic_settings WHERE name = ?"), TYPES, vec![name.into()])
    }

    /// All topics with settings.
    pub(crate) fn all_topic_settings(&self) -> Statement {
        self.query(&format!("SELECT {COLUMNS} FROM @topic_settings"), TYPES, vec![])
    }

    /// The settings of the topics, and which of the accounts have a daily limit, in one statement: every publish asks.
    pub(crate) fn publish_rules(&self, topics: &[&str], accounts: &[&str]) -> Statement {
        use ColumnType::{Integer as I, Text as T};
        let list = |names: &[&str]| padded(names.iter().map(|name| Value::from(*name)).collect());
        let (mut params, accounts) = (list(topics), list(accounts));
        let mut sql = format!(
            "SELECT 0, name, validation, dedupe_ms, deprecated, replaced_by FROM @topic_settings WHERE name IN ({})",
            marks(params.len())
        );
        if !accounts.is_empty() {
            sql.push_str(&format!(
                " UNION ALL SELECT 1, account, '', 0, NULL, NULL FROM @account_limits WHERE account IN ({}) AND \
                 max_events_per_day IS NOT NULL",
                marks(accounts.len())
            ));
            params.extend(accounts);
        }
        self.query(&sql, &[I, T, T, I, T, T], params)
    }
}
