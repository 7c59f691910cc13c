//! Statements about installed plugins.
//!
//! A change replaces the whole row and takes the next generation number, and only while that number is the one that was
//! read: two hosts never decide on the same state.

use super::{Row, Sql};
use crate::error::Result;
use crate::ports::{ColumnType, Statement};

/// A row of the plugins table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PluginRow {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) hash: String,
    pub(crate) active: bool,
    pub(crate) fails_closed: bool,
    /// Place in the order of activation, from 1; 0 while inactive.
    pub(crate) place: u32,
    /// As stored: sealed, empty for none.
    pub(crate) settings: String,
    /// A JSON list.
    pub(crate) setting_names: String,
    pub(crate) failures: u32,
    pub(crate) failures_in_a_row: u32,
    pub(crate) last_error: Option<String>,
    pub(crate) deactivated_reason: Option<String>,
    pub(crate) installed_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) description: Vec<u8>,
    pub(crate) previous_hash: Option<String>,
    pub(crate) previous_version: Option<String>,
    pub(crate) previous_description: Option<Vec<u8>>,
}

const COLUMNS: &str = "name, version, hash, active, fails_closed, place, settings, setting_names, failures, \
     failures_in_a_row, last_error, deactivated_reason, installed_at, updated_at, description, previous_hash, previous_version, \
     previous_description";
const TYPES: &[ColumnType] = {
    use ColumnType::{Blob as B, Integer as I, Text as T};
    &[T, T, T, I, I, I, T, T, I, I, T, T, I, I, B, T, T, B]
};
const GENERATION: &str = "plugins-generation";

impl PluginRow {
    pub(crate) const WIDTH: usize = TYPES.len();

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            name: row.text()?,
            version: row.text()?,
            hash: row.text()?,
            active: row.flag()?,
            fails_closed: row.flag()?,
            place: row.count()?,
            settings: row.text()?,
            setting_names: row.text()?,
            failures: row.count()?,
            failures_in_a_row: row.count()?,
            last_error: row.maybe_text()?,
            deactivated_reason: row.maybe_text()?,
            installed_at: row.integer()?,
            updated_at: row.integer()?,
            description: row.blob()?,
            previous_hash: row.maybe_text()?,
            previous_version: row.maybe_text()?,
            previous_description: row.maybe_blob()?,
        })
    }
}

impl Sql<'_> {
    /// All plugins: the active ones in the order of activation, then the others by name.
    pub(crate) fn plugins(&self) -> Statement {
        self.query(&format!("SELECT {COLUMNS} FROM @plugins ORDER BY active DESC, place, name"), TYPES, vec![])
    }

    pub(crate) fn plugin(&self, name: &str) -> Statement {
        self.query(&format!("SELECT {COLUMNS} FROM @plugins WHERE name = ?"), TYPES, vec![name.into()])
    }

    /// The number of the last change; no row before the first.
    pub(crate) fn plugins_generation(&self) -> Statement {
        self.query("SELECT value FROM @meta WHERE name = ?", &[ColumnType::Text], vec![GENERATION.into()])
    }

    /// Takes the next generation number, if `seen` is still the last.
    pub(crate) fn next_plugins_generation(&self, seen: i64) -> [Statement; 2] {
        let next = seen.wrapping_add(1).to_string();
        [
            self.remember(GENERATION, "0"),
            self.change(
                "UPDATE @meta SET value = ? WHERE name = ? AND value = ?",
                vec![next.into(), GENERATION.into(), seen.to_string().into()],
            )
            .expecting(1),
        ]
    }

    pub(crate) fn delete_plugin(&self, name: &str) -> Statement {
        self.change("DELETE FROM @plugins WHERE name = ?", vec![name.into()])
    }

    pub(crate) fn insert_plugin(&self, row: &PluginRow) -> Statement {
        self.change(
            &format!("INSERT INTO @plugins ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
            vec![
                row.name.as_str().into(),
                row.version.as_str().into(),
                row.hash.as_str().into(),
                i64::from(row.active).into(),
                i64::from(row.fails_closed).into(),
                row.place.into(),
                row.settings.as_str().into(),
                row.setting_names.as_str().into(),
                row.failures.into(),
                row.failures_in_a_row.into(),
                row.last_error.clone().into(),
                row.deactivated_reason.clone().into(),
                row.installed_at.into(),
                row.updated_at.into(),
                row.description.clone().into(),
                row.previous_hash.clone().into(),
                row.previous_version.clone().into(),
                row.previous_description.clone().into(),
            ],
        )
    }

    /// Counts a failure. Its number is no part of what hosts load, so the generation stays.
    pub(crate) fn count_plugin_failure(&self, name: &str, message: &str) -> Statement {
        self.change(
            "UPDATE @plugins SET failures = failures + 1, failures_in_a_row = failures_in_a_row + 1, last_error = ? \
             WHERE name = ?",
            vec![message.into(), name.into()],
        )
    }

    /// How many failures there have been in a row.
    pub(crate) fn plugin_failures_in_a_row(&self, name: &str) -> Statement {
        let text = "SELECT failures_in_a_row FROM @plugins WHERE name = ?";
        self.query(text, &[ColumnType::Integer], vec![name.into()])
    }

    /// Ends a row of failures.
    pub(crate) fn end_plugin_failures(&self, name: &str) -> Statement {
        self.change("UPDATE @plugins SET failures_in_a_row = 0 WHERE name = ?", vec![name.into()])
    }

    /// Writes sealed settings anew where they are still those that were read.
    pub(crate) fn reseal_plugin(&self, name: &str, seen: &str, new: &str) -> Statement {
        self.change(
            "UPDATE @plugins SET settings = ? WHERE name = ? AND settings = ?",
            vec![new.into(), name.into(), seen.into()],
        )
    }
}
