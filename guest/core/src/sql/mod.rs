//! All SQL of Hookwright: tables, statements, and how rows become values again.
//!
//! Decides the text of each statement by the rules of ARCHITECTURE.md, "Storage contract"; refuses to know when a
//! statement is run or what follows from its rows. In the text, `@name` stands for a table with the installation's
//! prefix.

mod accounts;
mod attempts;
mod claims;
mod deliveries;
mod plugins;
mod publishing;
mod recent_events;
mod recovering;
mod row;
mod schema;
mod switch;
mod topic_settings;
mod topics;
mod upkeep;
mod webhooks;

pub(crate) use accounts::AccountLimitsRow;
pub(crate) use attempts::AttemptRow;
pub(crate) use claims::{ClaimedRow, DueWebhook, QueueState, SettleRow, SettleWebhook, Settled};
pub use deliveries::State;
pub(crate) use deliveries::{DeliveryFilter, DeliveryRow};
pub(crate) use plugins::PluginRow;
pub(crate) use publishing::{DeliveryInsert, EventInsert, PayloadInsert, StoredEvent, Subscriber};
pub(crate) use recent_events::{RecentChange, RecentEvent};
pub(crate) use recovering::{FailedFilter, FailedRow};
pub(crate) use row::{Row, rows};
pub(crate) use schema::{SCHEMA_VERSION, decode_version};
pub(crate) use switch::SwitchRow;
pub use topic_settings::Validation;
pub(crate) use topic_settings::{PublishRule, TopicSettingsRow};
pub(crate) use topics::TopicRow;
pub(crate) use upkeep::{AgedRow, Erased, Kept, LockedBy, SealedRow};
pub(crate) use webhooks::{HealthChange, SettingsRow, WebhookFilter, WebhookRow};
pub use webhooks::{Status, WebhookSort};

use crate::ports::{ColumnType, Dialect, Statement, Value};

/// Writes statements for one installation's tables in one dialect.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sql<'a> {
    prefix: &'a str,
    dialect: Dialect,
}

impl<'a> Sql<'a> {
    pub(crate) fn new(prefix: &'a str, dialect: Dialect) -> Self {
        Self { prefix, dialect }
    }

    fn text(&self, template: &str) -> String {
        template.replace('@', self.prefix)
    }

    fn query(&self, template: &str, columns: &'static [ColumnType], params: Vec<Value>) -> Statement {
        Statement { sql: self.text(template), params, columns, expect: None }
    }

    fn change(&self, template: &str, params: Vec<Value>) -> Statement {
        Statement { sql: self.text(template), params, columns: &[], expect: None }
    }

    /// Changes the rows of a table that `chosen` selects by their id: so many as it says, and none that another
    /// transaction has locked. Each part with its parameters; `more` is behind the WHERE.
    fn change_chosen(&self, table: &str, sets: Part<'_>, chosen: Part<'_>, more: Part<'_>) -> Statement {
        let ((set, sets), (choice, chosen), (and, more)) = (sets, chosen, more);
        let (sql, params) = match self.dialect {
            Dialect::Sqlite => (
                format!("UPDATE @{table} SET {set} WHERE id IN (SELECT id FROM ({choice}) c){and}"),
                [sets, chosen, more],
            ),
            // Run once whatever the plan is, which a list is not.
            Dialect::Postgres => (
                format!("UPDATE @{table} SET {set} WHERE id = ANY(ARRAY({choice} FOR UPDATE SKIP LOCKED)){and}"),
                [sets, chosen, more],
            ),
            // With a list MariaDB would read every row there is and wait for locked ones; without the index too, where
            // the table is small. What else such a statement reads it locks: nothing that others may keep locked.
            Dialect::Mysql => (
                format!(
                    "UPDATE ({choice} FOR UPDATE SKIP LOCKED) c STRAIGHT_JOIN @{table} FORCE INDEX (PRIMARY) \
                     ON @{table}.id = c.id SET {set} WHERE 1 = 1{and}"
                ),
                [chosen, sets, more],
            ),
        };
        self.change(&sql, params.concat())
    }

    /// Changes the deliveries that meet a condition, on MySQL save those that somebody has locked: an UPDATE there
    /// would wait for what an application has published and not committed.
    fn change_unlocked(&self, sets: Part<'_>, condition: Part<'_>) -> Statement {
        let ((set, sets), (condition, params)) = (sets, condition);
        if self.dialect == Dialect::Mysql {
            // Without a limit MySQL makes one query of both, which skips nothing.
            let choice = format!("SELECT id FROM @deliveries WHERE {condition} LIMIT {}", i64::MAX);
            return self.change_chosen("deliveries", (set, sets), (&choice, params), ("", vec![]));
        }
        self.change(&format!("UPDATE @deliveries SET {set} WHERE {condition}"), [sets, params].concat())
    }

    /// A parameter that is an integer, where nothing else says so.
    fn integer_mark(&self) -> &'static str {
        match self.dialect {
            Dialect::Postgres => "CAST(? AS BIGINT)",
            Dialect::Mysql => "CAST(? AS SIGNED)",
            Dialect::Sqlite => "?",
        }
    }

    /// What lets an insert pass over a row that is there already, without hiding any other mistake.
    fn or_nothing(&self, key: &str) -> String {
        match self.dialect {
            Dialect::Sqlite | Dialect::Postgres => "ON CONFLICT DO NOTHING".to_owned(),
            Dialect::Mysql => format!("ON DUPLICATE KEY UPDATE {key} = {key}"),
        }
    }

    /// `SELECT ? AS a, ? AS b UNION ALL SELECT ?, ? …`: a table of parameters, for columns of `table`.
    fn values_table(&self, table: &str, columns: &[(&str, ColumnType)], count: usize) -> String {
        let mut sql = String::with_capacity(count * columns.len() * 4);
        if self.dialect == Dialect::Mysql {
            // MySQL takes the columns of a bare table of parameters for VARBINARY(65535), and cuts without a word.
            let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
            sql.push_str(&format!("SELECT {} FROM @{table} WHERE 1 = 0 UNION ALL ", names.join(",")));
        }
        for row in 0..count {
            sql.push_str(if row == 0 { "SELECT " } else { " UNION ALL SELECT " });
            for (index, (name, kind)) in columns.iter().enumerate() {
                if index > 0 {
                    sql.push(',');
                }
                sql.push_str(match (self.dialect, kind) {
                    (_, ColumnType::Integer) => self.integer_mark(),
                    (Dialect::Postgres, ColumnType::Text) => "CAST(? AS TEXT)",
                    (Dialect::Postgres, ColumnType::Blob) => "CAST(? AS BYTEA)",
                    // MariaDB 10.11 cuts or crashes where rows of bare parameters differ in length. Texts here are keys.
                    (Dialect::Mysql, _) => "CAST(? AS BINARY)",
                    (Dialect::Sqlite, _) => "?",
                });
                if row == 0 {
                    sql.push_str(" AS ");
                    sql.push_str(name);
                }
            }
        }
        sql
    }
}

impl Statement {
    /// The statement must change this many rows, or its batch is rolled back.
    pub(crate) fn expecting(mut self, rows: u64) -> Self {
        self.expect = Some(rows);
        self
    }
}

/// A part of a statement, and its parameters.
type Part<'a> = (&'a str, Vec<Value>);

/// Statements come in these row counts only, so that a prepared-statement cache finds them again.
const ROW_COUNTS: [usize; 3] = [32, 8, 1];

/// Cuts a list into pieces of [`ROW_COUNTS`].
pub(crate) fn fixed_chunks<T>(mut items: &[T]) -> impl Iterator<Item = &[T]> {
    core::iter::from_fn(move || {
        let size = ROW_COUNTS.into_iter().find(|size| *size <= items.len())?;
        let (chunk, rest) = items.split_at(size);
        items = rest;
        Some(chunk)
    })
}

/// `?,?,?` for an IN list. A list shorter than a fixed count is filled up with its last value by [`padded`].
fn marks(count: usize) -> String {
    let mut sql = "?,".repeat(count);
    sql.pop();
    sql
}

/// The values of an IN list, filled up to one of a few lengths by repeating the last.
fn padded(mut values: Vec<Value>) -> Vec<Value> {
    let wanted = [1, 4, 16, 64, 256].into_iter().find(|size| *size >= values.len()).unwrap_or(values.len());
    if let Some(last) = values.last().cloned() {
        values.resize(wanted, last);
    }
    values
}

/// An IN list never holds more than this.
pub(crate) const IN_LIST_MAX: usize = 256;

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(i64::from(number))
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The pattern of a LIKE that finds `text` anywhere; the escape character is `!`.
fn like(text: &str) -> Value {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    Value::Text(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_cut_into_fixed_counts() {
        let items: Vec<u32> = (0..75).collect();
        let sizes: Vec<usize> = fixed_chunks(&items).map(<[u32]>::len).collect();
        assert_eq!(sizes, [32, 32, 8, 1, 1, 1]);
        assert_eq!(fixed_chunks::<u32>(&[]).count(), 0);
    }

    #[test]
    fn search_text_is_no_pattern() {
        assert_eq!(like("50%_Off!"), Value::Text("%50!%!_off!!%".to_owned()));
    }

    #[test]
    fn lists_are_filled_up() {
        assert_eq!(padded(vec![Value::Integer(1), Value::Integer(2)]).len(), 4);
        assert_eq!(padded(Vec::new()).len(), 0);
    }
}
