//! One call of the component: what it may use, and the instant it happens at.
//!
//! The time is read once for each call, so that everything a call writes bears the same time; randomness is drawn in
//! blocks, because each draw crosses the component boundary.

use crate::config::Config;
use crate::error::Result;
use crate::ports::{Environment, Extensions, Mode, ResultSet, Statement, Storage};
use crate::sql::Sql;

/// The state of one call. Its methods, spread over the modules, are the component's functions.
pub struct Call<'a> {
    pub(crate) config: &'a Config,
    pub(crate) sql: Sql<'a>,
    pub(crate) storage: &'a mut dyn Storage,
    pub(crate) environment: &'a dyn Environment,
    pub(crate) extensions: &'a dyn Extensions,
    pub(crate) now: i64,
    random: Vec<u8>,
}

impl core::fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Call").field("config", self.config).field("now", &self.now).finish_non_exhaustive()
    }
}

impl<'a> Call<'a> {
    /// A call that happens now, by the environment's clock.
    pub fn new(
        config: &'a Config,
        storage: &'a mut dyn Storage,
        environment: &'a dyn Environment,
        extensions: &'a dyn Extensions,
    ) -> Self {
        let sql = Sql::new(&config.table_prefix, storage.dialect());
        let now = environment.now_ms();
        Self { config, sql, storage, environment, extensions, now, random: Vec::new() }
    }

    pub(crate) fn read(&mut self, statements: Vec<Statement>) -> Result<Vec<ResultSet>> {
        Ok(self.storage.execute(Mode::Read, statements)?)
    }

    pub(crate) fn write(&mut self, statements: Vec<Statement>) -> Result<Vec<ResultSet>> {
        Ok(self.storage.execute(Mode::Write, statements)?)
    }

    pub(crate) fn own(&mut self, statements: Vec<Statement>) -> Result<Vec<ResultSet>> {
        Ok(self.storage.execute(Mode::Own, statements)?)
    }

    pub(crate) fn random<const N: usize>(&mut self) -> [u8; N] {
        const BLOCK: usize = 512;
        if self.random.len() < N {
            self.random = self.environment.random_bytes(BLOCK.max(N) as u32);
        }
        // A host that gives too few bytes is answered by repeated ids, which the tables refuse, never by a trap.
        let start = self.random.len().saturating_sub(N);
        let mut bytes = [0; N];
        for (to, from) in bytes.iter_mut().zip(self.random.drain(start..)) {
            *to = from;
        }
        bytes
    }

    pub(crate) fn random_u32(&mut self) -> u32 {
        u32::from_le_bytes(self.random())
    }
}
