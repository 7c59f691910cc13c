//! The tables' version, and the installation in numbers.

use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::{Dialect, Level, Mode, StorageError};
use crate::registry::Status;
use crate::sql::{QueueState, SCHEMA_VERSION, Sql, State, SwitchRow, decode_version, rows};
use crate::switch::Stopped;

/// What a migration did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// 0 for an empty database.
    pub from_version: u32,
    /// The version now.
    pub to_version: u32,
}

/// The installation in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Webhooks by status.
    pub webhooks: Vec<(Status, u64)>,
    /// Deliveries by state.
    pub deliveries: Vec<(State, u64)>,
    /// Due time of the oldest delivery that is due, unix milliseconds.
    pub oldest_due: Option<i64>,
    /// That nothing is sent now, and why.
    pub stopped: Option<Stopped>,
}

impl Call<'_> {
    /// Creates the tables or brings them up to date.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] when a newer component has made the tables
    pub fn migrate(&mut self) -> Result<Migration> {
        let from_version = self.installed_version()?;
        if from_version > SCHEMA_VERSION {
            return Err(Error::Conflict(format!(
                "the database has Hookwright's tables of version {from_version}, made by a newer Hookwright; this one \
                 knows version {SCHEMA_VERSION}. Use the newer Hookwright; nothing was changed"
            )));
        }
        for version in from_version + 1..=SCHEMA_VERSION {
            let mut steps = vec![self.sql.create_meta()];
            steps.extend(self.sql.migration(version));
            if self.storage.dialect() == Dialect::Mysql {
                // DDL commits as it goes there: each step alone, each safe to repeat, the version recorded last.
                for step in steps.drain(..) {
                    self.storage.execute(Mode::Schema, vec![step])?;
                }
            }
            steps.extend(self.sql.record_schema_version(version));
            self.storage.execute(Mode::Schema, steps)?;
            self.environment.log(Level::Info, &format!("the tables were brought to version {version}"));
        }
        self.remember_identity()?;
        Ok(Migration { from_version, to_version: SCHEMA_VERSION })
    }

    /// Counts by state.
    ///
    /// # Errors
    ///
    /// [`Error::Storage`]
    pub fn stats(&mut self) -> Result<Stats> {
        let batch = vec![
            self.sql.webhooks_by_status(),
            self.sql.deliveries_by_state(),
            self.sql.queue_state(self.now),
            self.sql.switch(),
        ];
        let mut results = self.read(batch)?.into_iter();
        let mut next = || results.next().unwrap_or_default();
        let by_status = rows(next(), 2, |row| Ok((Status::parse(&row.text()?), row.integer()?.unsigned_abs())))?;
        let by_state = rows(next(), 3, Sql::read_state_count)?;
        let queue = rows(next(), QueueState::WIDTH, QueueState::read)?;
        let stopped = SwitchRow::of(next())?.stopped;
        let sum = |of: &dyn Fn(&(State, u64)) -> bool| by_state.iter().filter(|row| of(row)).map(|row| row.1).sum();
        Ok(Stats {
            webhooks: Status::ALL
                .into_iter()
                .map(|status| (status, by_status.iter().filter(|row| row.0 == status).map(|row| row.1).sum()))
                .collect(),
            deliveries: State::ALL.into_iter().map(|state| (state, sum(&|row| row.0 == state))).collect(),
            oldest_due: queue.first().and_then(|queue| queue.oldest),
            stopped: stopped.map(|(since, reason)| Stopped { reason, since }),
        })
    }

    /// The version in the database; 0 where the tables are not there yet.
    fn installed_version(&mut self) -> Result<u32> {
        match self.read(vec![self.sql.schema_version()]) {
            Ok(results) => decode_version(results.into_iter().next().unwrap_or_default()),
            // A missing table is a database's plain error; every other kind means that nothing is known.
            Err(Error::Storage(StorageError::Other(_))) => Ok(0),
            Err(error) => Err(error),
        }
    }
}
