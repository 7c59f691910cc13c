//! Which stored secrets are sealed anew, after a key was given or another one was put first.
//!
//! Decides row by row whether everything secret in it is under the first key; how a text is sealed is `sealing`'s
//! matter. A webhook that is changed at the same time is left to the next call.

use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::Level;
use crate::registry::{former_secrets, headers_seal};
use crate::sql::{SealedRow, rows};

/// What a re-keying did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rekeyed {
    /// Webhooks whose secrets, and plugins whose settings, were sealed anew.
    pub changed: u32,
    /// Webhooks and plugins with something not under the first key still, also those that no key opens.
    pub remaining: u64,
}

const LIMIT: core::ops::RangeInclusive<u32> = 1..=1_000;
const PAGE: u32 = 200;

impl Call<'_> {
    /// Seals the secrets of up to `limit` webhooks under the first key, where they lie in clear or under another.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] on a bad limit, [`Error::Conflict`] when there is no key
    pub fn rekey(&mut self, limit: u32) -> Result<Rekeyed> {
        check_limit(limit)?;
        let Some(prefix) = self.config.sealer.current_prefix() else {
            return Err(Error::Conflict(
                "there is no key to seal secrets with; give one as the setting encryption-keys".to_owned(),
            ));
        };
        let mut told = Rekeyed::default();
        let mut after = String::new();
        loop {
            let page = self.read(vec![self.sql.sealed_otherwise(&prefix, &after, PAGE)])?.pop().unwrap_or_default();
            let page = rows(page, SealedRow::WIDTH, SealedRow::read)?;
            let mut batch = Vec::new();
            for row in &page {
                if told.changed.saturating_add(u32::try_from(batch.len()).unwrap_or(u32::MAX)) >= limit {
                    told.remaining += u64::from(!is_current(row, &prefix));
                    continue;
                }
                match self.sealed_anew(row, &prefix) {
                    Ok(Some(new)) => batch.push(self.sql.reseal(row, &new)),
                    Ok(None) => {}
                    Err(Error::Conflict(why)) => {
                        told.remaining += 1;
                        self.environment.log(Level::Error, &why);
                    }
                    Err(error) => return Err(error),
                }
            }
            if !batch.is_empty() {
                for result in self.own(batch)? {
                    told.changed += u32::from(result.affected > 0);
                    told.remaining += u64::from(result.affected == 0);
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE as usize => after.clone_from(&last.id),
                _ => break,
            }
        }
        let (changed, remaining) = self.rekey_plugins(&prefix, limit.saturating_sub(told.changed))?;
        told.changed = told.changed.saturating_add(changed);
        told.remaining += remaining;
        Ok(told)
    }

    /// The row with everything under the first key; none when it is so already.
    fn sealed_anew(&mut self, row: &SealedRow, prefix: &str) -> Result<Option<SealedRow>> {
        if is_current(row, prefix) {
            return Ok(None);
        }
        let mut new = row.clone();
        new.secret = self.again(&row.id, &row.secret, prefix)?;
        let mut former = former_secrets(&row.former_secrets);
        if !former.is_empty() {
            for (_, secret) in &mut former {
                *secret = self.again(&row.id, secret, prefix)?;
            }
            new.former_secrets = serde_json::json!(former).to_string();
        }
        if !row.headers.is_empty() {
            new.headers = self.again(&headers_seal(&row.id), &row.headers, prefix)?;
        }
        Ok(Some(new))
    }

    fn again(&mut self, belongs_to: &str, stored: &str, prefix: &str) -> Result<String> {
        if stored.starts_with(prefix) {
            return Ok(stored.to_owned());
        }
        let plain = self.open_secret(belongs_to, stored)?;
        self.seal_secret(belongs_to, &plain)
    }
}

fn is_current(row: &SealedRow, prefix: &str) -> bool {
    row.secret.starts_with(prefix)
        && (row.headers.is_empty() || row.headers.starts_with(prefix))
        && former_secrets(&row.former_secrets).iter().all(|(_, secret)| secret.starts_with(prefix))
}

/// How much one call of this kind may do.
pub(crate) fn check_limit(limit: u32) -> Result<()> {
    if LIMIT.contains(&limit) {
        return Ok(());
    }
    Err(Error::field("limit", format!("{limit}; write {} to {}, and call again for more", LIMIT.start(), LIMIT.end())))
}
