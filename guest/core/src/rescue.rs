//! What a host that died has left: leases that have ended are given back, and after the third the delivery is given up.
//!
//! Decides what follows from a lease that ended; knows nothing of why the host told no outcome.

use std::collections::BTreeMap;

use crate::call::Call;
use crate::error::{Error, Result};
use crate::operational::{self, Notice};
use crate::ports::StorageError;
use crate::sql::{AttemptRow, HealthChange, Row, SettleRow, Settled, State, rows};

/// The reason of a delivery whose host died on it again and again.
const CRASHED: &str = "crashed: the host stopped before it recorded an outcome";

impl Call<'_> {
    /// Ends the leases that are over, a bounded number of them. A lease that ended is no failure of the receiver: the
    /// webhook's run of failures stays as it is.
    pub(crate) fn rescue(&mut self) -> Result<()> {
        let mut found = self.read(vec![self.sql.crashed(self.now), self.sql.expired(self.now)])?;
        let expired = rows(found.pop().unwrap_or_default(), 1, Row::text)?;
        let result = found.pop().unwrap_or_default();
        let mut batch = Vec::new();
        let mut notices = Vec::new();
        let mut health: BTreeMap<String, HealthChange> = BTreeMap::new();
        for row in rows(result, SettleRow::WIDTH, SettleRow::read)? {
            batch.push(self.sql.settle_delivery(&Settled {
                id: &row.id,
                claim_token: row.claim_token.as_deref().unwrap_or_default(),
                state: State::Exhausted.stored(),
                due_at: None,
                attempted: true,
                reason: Some(CRASHED),
                finished_at: Some(self.now),
            }));
            batch.extend(self.sql.record_attempt(&row.id, crashed_attempt(&row, self.now)));
            let Some(webhook) = &row.webhook else { continue };
            if operational::is_told(&row) {
                notices.push(Notice::exhausted(&row, webhook, None, CRASHED, self.now));
            }
            if !row.test {
                let change = health.entry(row.webhook_id).or_default();
                change.failed = change.failed.saturating_add(1);
            }
        }
        if !expired.is_empty() {
            batch.push(self.sql.give_back(&expired, self.now));
        }
        batch.extend(self.notice_statements(notices)?);
        batch.extend(health.iter().map(|(id, change)| self.sql.update_health(id, change)));
        if batch.is_empty() {
            return Ok(());
        }
        match self.own(batch) {
            // Another host was faster, or an outcome came after all; what is left is looked at by the next claim.
            Ok(_) | Err(Error::Storage(StorageError::ExpectationFailed(_))) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// An attempt that nothing is known of. Its time is the end of the lease.
fn crashed_attempt(row: &SettleRow, now: i64) -> AttemptRow {
    AttemptRow {
        number: row.attempts.saturating_add(1),
        started_at: row.due_at.unwrap_or(now),
        duration_ms: 0,
        url: row.webhook.as_ref().map(|webhook| webhook.url.clone()).unwrap_or_default(),
        request_headers: b"[]".to_vec(),
        status: None,
        failure: None,
        message: None,
        response_headers: None,
        response_body: None,
        truncated: false,
        reason: Some(CRASHED.to_owned()),
    }
}
