//! Changes of several webhooks at once: each has its own result and transaction.
//!
//! Decides how many there may be and what a failure of one means for the others.

use std::collections::HashMap;

use super::{Status, Webhook, WebhookChanges, not_found};
use crate::call::Call;
use crate::error::{Error, Result};
use crate::id::WebhookId;
use crate::ports::StorageError;
use crate::scope::Scope;

const IDS_MAX: usize = 100;

impl Call<'_> {
    /// Gives webhooks a status, as [`Call::update_webhook`] does. One result for each id.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] when there are too many ids or the status cannot be chosen; an item fails with
    /// [`Error::NotFound`] or [`Error::Conflict`].
    pub fn set_status(&mut self, scope: &Scope, ids: &[String], status: Status) -> Result<Vec<Result<Webhook>>> {
        check_number(ids)?;
        let changes = WebhookChanges { status: Some(status), ..WebhookChanges::default() };
        ids.iter()
            .map(|id| match self.update_webhook(scope, id, &changes) {
                // The same for every id.
                Err(error @ (Error::Storage(_) | Error::Invalid(_))) => Err(error),
                result => Ok(result),
            })
            .collect()
    }

    /// Deletes webhooks and cancels what waits for them. One result for each id.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] when there are too many ids; an item fails with [`Error::NotFound`].
    pub fn delete_webhooks(&mut self, scope: &Scope, ids: &[String]) -> Result<Vec<Result<()>>> {
        check_number(ids)?;
        let wanted: Vec<String> = ids.iter().filter(|id| WebhookId::parse(id).is_ok()).cloned().collect();
        let mut known: HashMap<String, String> = self
            .load_webhooks(&wanted)?
            .into_iter()
            .filter(|(row, _)| scope.sees(Some(row.account.as_str()).filter(|account| !account.is_empty())))
            .map(|(row, _)| (row.id, row.account))
            .collect();
        let mut results = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(account) = known.remove(id) else {
                results.push(Err(not_found(id)));
                continue;
            };
            let mut batch = vec![
                self.sql.delete_webhook(id),
                self.sql.delete_subscriptions(id),
                self.sql.cancel_waiting(id, self.now),
                self.sql.remember_deleted(id, self.now),
            ];
            if !account.is_empty() {
                batch.push(self.sql.uncount_webhook(&account));
            }
            results.push(match self.write(batch) {
                Ok(_) => Ok(()),
                Err(Error::Storage(StorageError::ExpectationFailed(_))) => Err(not_found(id)),
                Err(error) => return Err(error),
            });
        }
        Ok(results)
    }
}

fn check_number(ids: &[String]) -> Result<()> {
    if ids.len() > IDS_MAX {
        return Err(Error::field("ids", format!("{} ids; at most {IDS_MAX} at once", ids.len())));
    }
    Ok(())
}
