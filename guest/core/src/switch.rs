//! The switch that stops all deliveries of an installation, and what makes a copy of its database stop by itself.
//!
//! Decides when nothing may be sent and what becomes of what waits meanwhile; knows nothing of how deliveries are
//! claimed or settled. A stop recalls no request that a host has claimed before.

use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::{Level, Mode, ResultSet};
use crate::sql::SwitchRow;

/// That an installation is stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Why.
    pub reason: String,
    /// Since when, unix milliseconds.
    pub since: i64,
}

const REASON_MAX_BYTES: usize = 1_000;

impl Call<'_> {
    /// Stops the installation: what waits is held, and nothing is claimed until [`Call::resume`]. Answers how many
    /// deliveries were held.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] on a bad reason
    pub fn stop(&mut self, reason: &str) -> Result<u64> {
        if !(1..=REASON_MAX_BYTES).contains(&reason.len()) || reason.contains('\0') {
            let rule = format!("write 1 to {REASON_MAX_BYTES} bytes that tell a person why, without a NUL character");
            return Err(Error::field("reason", rule));
        }
        let batch = self.sql.stop(self.now, reason).into();
        let held = self.own(batch)?.last().map_or(0, |result| result.affected);
        self.environment.log(Level::Warn, &format!("the installation is stopped: {reason}"));
        Ok(held)
    }

    /// Ends a stop, and takes the present site identity for the right one. Answers how many deliveries were freed.
    ///
    /// # Errors
    ///
    /// [`Error::Storage`]
    pub fn resume(&mut self) -> Result<u64> {
        let batch = self.sql.resume(self.now, &self.config.site_identity);
        let freed = self.own(batch)?.last().map_or(0, |result| result.affected);
        self.environment.log(Level::Info, "the installation delivers again");
        Ok(freed)
    }

    /// Why nothing may be sent now, from what [`crate::sql::Sql::switch`] found. Takes the site identity where none was
    /// known; under another one the database is a copy, and is stopped.
    pub(crate) fn stopped(&mut self, found: ResultSet) -> Result<Option<Stopped>> {
        let SwitchRow { stopped, identity } = SwitchRow::of(found)?;
        let present = &self.config.site_identity;
        if stopped.is_none() && !present.is_empty() {
            match identity {
                None => {
                    let statement = self.sql.remember("site-identity", present);
                    self.own(vec![statement])?;
                }
                Some(known) if known != *present => {
                    let reason = format!(
                        "the site identity changed from {known} to {present}: this looks like a copy of another \
                         installation; run resume to deliver from here"
                    );
                    self.stop(&reason)?;
                    return Ok(Some(Stopped { reason, since: self.now }));
                }
                Some(_) => {}
            }
        }
        Ok(stopped.map(|(since, reason)| Stopped { reason, since }))
    }

    /// Takes the site identity for the installation's where none was known.
    pub(crate) fn remember_identity(&mut self) -> Result<()> {
        let present = &self.config.site_identity;
        if present.is_empty() {
            return Ok(());
        }
        let found = self.read(vec![self.sql.switch()])?.pop().unwrap_or_default();
        if SwitchRow::of(found)?.identity.is_none() {
            let statement = self.sql.remember("site-identity", present);
            self.storage.execute(Mode::Schema, vec![statement])?;
        }
        Ok(())
    }

    /// Refuses what would be sent in vain.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] while the installation is stopped
    pub(crate) fn refuse_while_stopped(&mut self) -> Result<()> {
        let found = self.read(vec![self.sql.switch()])?.pop().unwrap_or_default();
        refuse(SwitchRow::of(found)?.stopped.map(|(_, reason)| reason))
    }

    /// Refuses what is sent at once, also on a copy that nobody has claimed from.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] while the installation is stopped
    pub(crate) fn refuse_to_send_while_stopped(&mut self) -> Result<()> {
        let found = self.read(vec![self.sql.switch()])?.pop().unwrap_or_default();
        refuse(self.stopped(found)?.map(|stopped| stopped.reason))
    }
}

fn refuse(reason: Option<String>) -> Result<()> {
    let Some(reason) = reason else { return Ok(()) };
    Err(Error::Conflict(format!("the installation is stopped and sends nothing ({reason}); resume it first")))
}
