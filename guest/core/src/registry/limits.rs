//! New webhooks of accounts that may have only so many.
//!
//! Decides that the row of limits has the last word: it counts a webhook in the batch that stores it, or nothing is
//! stored.

use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::{Statement, StorageError};

/// A count that fails means that others came first; then what is left is read again.
const TRIES: usize = 5;

impl Call<'_> {
    /// Stores a new webhook of an account, and counts it where the account has limits.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`] when the account may not have it
    pub(super) fn write_counted(&mut self, account: &str, mut batch: Vec<Statement>) -> Result<()> {
        if account.is_empty() {
            return self.write(batch).map(drop);
        }
        let count = self.sql.count_webhook(account);
        for _ in 0..TRIES {
            // Without limits it is counted too, should some have been set just now, but nothing depends on it.
            let count = match self.check_webhook_limit(account)? {
                Some(_) => count.clone().expecting(1),
                None => count.clone(),
            };
            batch.push(count);
            match self.write(batch.clone()) {
                Err(Error::Storage(StorageError::ExpectationFailed(_))) => batch.pop(),
                done => return done.map(drop),
            };
        }
        Err(Error::Conflict(format!("the limits of account {account} are being changed by others; try again")))
    }
}
