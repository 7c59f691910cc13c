//! Which plugins are installed, in which state, and with which settings.
//!
//! Decides what may be installed and activated, and keeps the way back to the version before. Knows neither a plugin's
//! bytes, which lie with the host under their hash, nor how it runs. Every change but a counted failure takes the next
//! generation number, by which hosts notice it.

mod record;
mod rules;

use serde_json::Value;

use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::{Level, ResultSet, StorageError};
use crate::sql::{PluginRow, Row, rows};
use record::plugin;
use rules::{Described, check_reason, check_settings, conforming, parse_package, setting_names};

pub use record::{FailurePolicy, Plugin, PluginPackage, PluginState};

/// Others' changes are the only cause of another try.
const TRIES: usize = 20;
const MESSAGE_MAX: usize = 2_000;

/// Makes the next row of a plugin, none to remove it, from all rows and its own.
type Change<'c> = dyn FnMut(&mut Call<'_>, &[PluginRow], Option<PluginRow>) -> Result<Option<PluginRow>> + 'c;

impl Call<'_> {
    /// All plugins: the active ones in the order of activation, then the others by name.
    ///
    /// # Errors
    ///
    /// [`Error::Storage`]
    pub fn plugins(&mut self) -> Result<Vec<Plugin>> {
        let found = self.read(vec![self.sql.plugins()])?.pop().unwrap_or_default();
        Ok(rows(found, PluginRow::WIDTH, PluginRow::read)?.into_iter().map(plugin).collect())
    }

    /// One plugin.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`]
    pub fn plugin(&mut self, name: &str) -> Result<Plugin> {
        self.plugin_row(name).map(plugin)
    }

    /// Installs a plugin, inactive, or upgrades it and keeps the version before. The same bytes again renew only what
    /// is told of them.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]; [`Error::Conflict`] when another owns one of its topics, or when it is active and its
    /// settings do not satisfy the new version
    pub fn put_plugin(&mut self, package: &PluginPackage) -> Result<Plugin> {
        let described = parse_package(package)?;
        self.change_plugin(&package.name, &mut |call, all, present| {
            call.check_owners(&package.name, &described, all)?;
            let mut row = match present {
                Some(row) => row,
                None => PluginRow {
                    name: package.name.clone(),
                    setting_names: "[]".to_owned(),
                    installed_at: call.now,
                    hash: package.hash.clone(),
                    ..PluginRow::default()
                },
            };
            if row.hash != package.hash {
                if row.active {
                    call.check_stored_settings(&row, &described, &package.version)?;
                }
                row.previous_description = Some(core::mem::take(&mut row.description));
                row.previous_version = Some(core::mem::take(&mut row.version));
                row.previous_hash = Some(core::mem::replace(&mut row.hash, package.hash.clone()));
                forget_failures(&mut row);
            }
            row.version.clone_from(&package.version);
            row.fails_closed = package.policy == FailurePolicy::FailClosed;
            row.description.clone_from(&described.text);
            Ok(Some(row))
        })
    }

    /// Activates a plugin, behind those that are active already, or deactivates it. The failures of an activated one
    /// are counted anew, also when it was active.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Invalid`] on a bad reason; [`Error::Conflict`] when another owns one of its topics
    /// by now, or when its settings do not satisfy it
    pub fn set_plugin_state(&mut self, name: &str, state: PluginState, reason: Option<&str>) -> Result<Plugin> {
        check_reason(reason)?;
        self.change_plugin(name, &mut |call, all, present| {
            let mut row = present.ok_or_else(|| not_found(name))?;
            match state {
                PluginState::Active => {
                    let described = Described::stored(&row.description);
                    call.check_owners(name, &described, all)?;
                    call.check_stored_settings(&row, &described, &row.version)?;
                    if !row.active {
                        row.place = all.iter().map(|row| row.place).max().unwrap_or(0).saturating_add(1);
                    }
                    (row.active, row.deactivated_reason) = (true, None);
                    forget_failures(&mut row);
                }
                PluginState::Inactive => {
                    (row.active, row.place) = (false, 0);
                    row.deactivated_reason = reason.map(str::to_owned);
                }
            }
            Ok(Some(row))
        })
    }

    /// Replaces all settings of a plugin.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Invalid`] with what does not satisfy the plugin's schema
    pub fn set_plugin_settings(&mut self, name: &str, settings: &str) -> Result<Plugin> {
        let settings = check_settings(settings)?;
        self.change_plugin(name, &mut |call, _, present| {
            let mut row = present.ok_or_else(|| not_found(name))?;
            conforming(&Described::stored(&row.description), &settings)?;
            let empty = settings.as_object().is_none_or(serde_json::Map::is_empty);
            let sealed = if empty { String::new() } else { call.seal_secret(&seal_of(name), &settings.to_string())? };
            (row.settings, row.setting_names) = (sealed, setting_names(&settings));
            // The ones before may be their fault.
            row.failures_in_a_row = 0;
            Ok(Some(row))
        })
    }

    /// The settings of a plugin, in clear: for the plugin alone.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Conflict`] when no key opens them
    pub fn plugin_settings(&mut self, name: &str) -> Result<String> {
        let row = self.plugin_row(name)?;
        self.opened(&row)
    }

    /// Gives a plugin the version that it had before; a second time leads back again.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`]; [`Error::Conflict`] when there is none, or as for an upgrade
    pub fn roll_back_plugin(&mut self, name: &str) -> Result<Plugin> {
        self.change_plugin(name, &mut |call, all, present| {
            let mut row = present.ok_or_else(|| not_found(name))?;
            let (Some(hash), Some(version)) = (row.previous_hash.take(), row.previous_version.take()) else {
                return Err(Error::Conflict(format!("plugin {name} has no version before this one")));
            };
            let description = row.previous_description.take().unwrap_or_default();
            let described = Described::stored(&description);
            call.check_owners(name, &described, all)?;
            if row.active {
                call.check_stored_settings(&row, &described, &version)?;
            }
            row.previous_hash = Some(core::mem::replace(&mut row.hash, hash));
            row.previous_version = Some(core::mem::replace(&mut row.version, version));
            row.previous_description = Some(core::mem::replace(&mut row.description, description));
            forget_failures(&mut row);
            Ok(Some(row))
        })
    }

    /// Removes a plugin with its settings.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Conflict`] while it is active
    pub fn remove_plugin(&mut self, name: &str) -> Result<()> {
        let removed = self.change_row(name, &mut |_, _, present| match present {
            Some(row) if row.active => {
                Err(Error::Conflict(format!("plugin {name} is active; deactivate it before you remove it")))
            }
            Some(_) => Ok(None),
            None => Err(not_found(name)),
        });
        removed.map(|_| ())
    }

    /// Counts a failure of a plugin, and answers how many there have been in a row. Never in an application's
    /// transaction, whose end would take the count with it.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`]
    pub fn note_plugin_failure(&mut self, name: &str, message: &str) -> Result<u32> {
        if !rules::is_name(name) {
            return Err(not_found(name));
        }
        let message: String = message.chars().filter(|letter| *letter != '\0').take(MESSAGE_MAX).collect();
        let batch = vec![self.sql.count_plugin_failure(name, &message), self.sql.plugin_failures_in_a_row(name)];
        in_a_row(self.own(batch)?.pop(), name)
    }

    /// Ends a plugin's failures in a row; writes nothing where there is none.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`]
    pub fn note_plugin_success(&mut self, name: &str) -> Result<()> {
        if !rules::is_name(name) {
            return Err(not_found(name));
        }
        if in_a_row(self.read(vec![self.sql.plugin_failures_in_a_row(name)])?.pop(), name)? > 0 {
            self.own(vec![self.sql.end_plugin_failures(name)])?;
        }
        Ok(())
    }

    /// The number of the last change of any plugin; 0 before the first.
    ///
    /// # Errors
    ///
    /// [`Error::Storage`]
    pub fn plugins_generation(&mut self) -> Result<i64> {
        generation(self.read(vec![self.sql.plugins_generation()])?.pop().unwrap_or_default())
    }

    /// Seals the settings of up to `limit` plugins anew, and answers how many were and how many still need it.
    pub(crate) fn rekey_plugins(&mut self, prefix: &str, limit: u32) -> Result<(u32, u64)> {
        let found = self.read(vec![self.sql.plugins()])?.pop().unwrap_or_default();
        let (mut changed, mut remaining) = (0, 0);
        for row in rows(found, PluginRow::WIDTH, PluginRow::read)? {
            if row.settings.is_empty() || row.settings.starts_with(prefix) {
                continue;
            }
            remaining += 1;
            if changed >= limit {
                continue;
            }
            match self.opened(&row) {
                Ok(plain) => {
                    let sealed = self.seal_secret(&seal_of(&row.name), &plain)?;
                    let written = self.own(vec![self.sql.reseal_plugin(&row.name, &row.settings, &sealed)])?;
                    if written.first().is_some_and(|result| result.affected > 0) {
                        (changed, remaining) = (changed + 1, remaining - 1);
                    }
                }
                Err(Error::Conflict(why)) => self.environment.log(Level::Error, &why),
                Err(error) => return Err(error),
            }
        }
        Ok((changed, remaining))
    }

    fn plugin_row(&mut self, name: &str) -> Result<PluginRow> {
        if !rules::is_name(name) {
            return Err(not_found(name));
        }
        let found = self.read(vec![self.sql.plugin(name)])?.pop().unwrap_or_default();
        rows(found, PluginRow::WIDTH, PluginRow::read)?.pop().ok_or_else(|| not_found(name))
    }

    fn change_plugin(&mut self, name: &str, change: &mut Change<'_>) -> Result<Plugin> {
        self.change_row(name, change)?.map(plugin).ok_or_else(|| not_found(name))
    }

    /// Changes one plugin under the generation number that was read with it.
    fn change_row(&mut self, name: &str, change: &mut Change<'_>) -> Result<Option<PluginRow>> {
        for _ in 0..TRIES {
            let mut found = self.read(vec![self.sql.plugins_generation(), self.sql.plugins()])?;
            let all = rows(found.pop().unwrap_or_default(), PluginRow::WIDTH, PluginRow::read)?;
            let generation = generation(found.pop().unwrap_or_default())?;
            let present = all.iter().find(|row| row.name == name).cloned();
            let mut next = change(self, &all, present)?;
            let mut batch: Vec<_> = self.sql.next_plugins_generation(generation).into();
            batch.push(self.sql.delete_plugin(name));
            if let Some(row) = &mut next {
                row.updated_at = self.now;
                batch.push(self.sql.insert_plugin(row));
            }
            match self.write(batch) {
                Ok(_) => return Ok(next),
                Err(Error::Storage(StorageError::ExpectationFailed(_))) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Conflict("plugins are being changed by others all the time; try again".to_owned()))
    }

    /// Refuses topics that somebody else owns.
    fn check_owners(&mut self, name: &str, described: &Described, all: &[PluginRow]) -> Result<()> {
        for other in all.iter().filter(|row| row.name != name) {
            let theirs = Described::stored(&other.description);
            if let Some(topic) = described.topics.iter().find(|topic| theirs.topics.contains(topic)) {
                return Err(owned(topic, &format!("plugin {}", other.name)));
            }
        }
        match self.owner_of_any(&described.topics, name)? {
            Some((topic, owner)) => Err(owned(&topic, &owner)),
            None => Ok(()),
        }
    }

    fn check_stored_settings(&self, row: &PluginRow, described: &Described, version: &str) -> Result<()> {
        let settings: Value = serde_json::from_str(&self.opened(row)?).unwrap_or_default();
        let Err(Error::Invalid(fields)) = conforming(described, &settings) else { return Ok(()) };
        let what: Vec<String> = fields.iter().map(|field| format!("{}: {}", field.field, field.message)).collect();
        let what = what.join("; ");
        let advice =
            if row.active { "deactivate it, then upgrade, set its settings and activate it" } else { "set them" };
        let name = &row.name;
        Err(Error::Conflict(format!(
            "the settings of plugin {name} do not satisfy version {version} ({what}); {advice}"
        )))
    }

    fn opened(&self, row: &PluginRow) -> Result<String> {
        if row.settings.is_empty() {
            return Ok("{}".to_owned());
        }
        self.config.sealer.open(&row.settings, &seal_of(&row.name)).map_err(|error| {
            Error::Conflict(format!("plugin {}: its stored settings cannot be opened: {error}", row.name))
        })
    }
}

fn forget_failures(row: &mut PluginRow) {
    (row.failures, row.failures_in_a_row, row.last_error) = (0, 0, None);
}

fn in_a_row(found: Option<ResultSet>, name: &str) -> Result<u32> {
    rows(found.unwrap_or_default(), 1, Row::count)?.pop().ok_or_else(|| not_found(name))
}

fn generation(found: ResultSet) -> Result<i64> {
    let found = rows(found, 1, Row::text)?.pop();
    Ok(found.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// What the sealed settings of a plugin belong to, so that they open nowhere else.
fn seal_of(name: &str) -> String {
    format!("plugin:{name}")
}

fn not_found(name: &str) -> Error {
    Error::NotFound(format!("plugin {name}"))
}

fn owned(topic: &str, owner: &str) -> Error {
    Error::Conflict(format!("topic {topic} belongs to {owner}; a topic has one owner, so name it otherwise"))
}
