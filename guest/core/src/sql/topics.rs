//! Statements about topics registered at run time.

use super::{Row, Sql, marks, padded};
use crate::error::Result;
use crate::ports::{ColumnType, Statement};

/// A row of the topics table.
#[derive(Clone, Debug)]
pub(crate) struct TopicRow {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) group: String,
    pub(crate) schema: Option<Vec<u8>>,
    pub(crate) sample: Option<Vec<u8>>,
}

const COLUMNS: &str = "name, title, description, topic_group, topic_schema, sample";
const TYPES: &[ColumnType] = {
    use ColumnType::{Blob as B, Text as T};
    &[T, T, T, T, B, B]
};

impl TopicRow {
    pub(crate) const WIDTH: usize = TYPES.len();

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            name: row.text()?,
            title: row.text()?,
            description: row.text()?,
            group: row.text()?,
            schema: row.maybe_blob()?,
            sample: row.maybe_blob()?,
        })
    }
}

impl Sql<'_> {
    /// Registers a topic in the place of an older one of its name.
    pub(crate) fn replace_topic(&self, topic: &TopicRow, now: i64) -> [Statement; 2] {
        [
            self.change("DELETE FROM @topics WHERE name = ?", vec![topic.name.as_str().into()]),
            self.change(
                "INSERT INTO @topics (name, title, description, topic_group, topic_schema, sample, created_at, \
                 updated_at) VALUES (?,?,?,?,?,?,?,?)",
                vec![
                    topic.name.as_str().into(),
                    topic.title.as_str().into(),
                    topic.description.as_str().into(),
                    topic.group.as_str().into(),
                    topic.schema.clone().into(),
                    topic.sample.clone().into(),
                    now.into(),
                    now.into(),
                ],
            ),
        ]
    }

    pub(crate) fn delete_topic(&self, name: &str) -> Statement {
        self.change("DELETE FROM @topics WHERE name = ?", vec![name.into()]).expecting(1)
    }

    pub(crate) fn topic(&self, name: &str) -> Statement {
        self.query(&format!("SELECT {COLUMNS} FROM @topics WHERE name = ?"), TYPES, vec![name.into()])
    }

    /// Which of the names are registered.
    pub(crate) fn known_topics(&self, names: &[&str]) -> Statement {
        let params = padded(names.iter().map(|name| (*name).into()).collect());
        self.query(
            &format!("SELECT name FROM @topics WHERE name IN ({})", marks(params.len())),
            &[ColumnType::Text],
            params,
        )
    }

    /// All registered topics, by group and name.
    pub(crate) fn find_topics(&self) -> Statement {
        self.query(&format!("SELECT {COLUMNS} FROM @topics ORDER BY topic_group, name"), TYPES, vec![])
    }
}
