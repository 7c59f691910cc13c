//! What an account's plan allows: webhooks at all, how many, and how many events a day.
//!
//! Decides when an account is refused and in which words; who may set limits is the host's matter. An account without
//! limits has no row, and costs nothing. A closed gate, `webhooks_allowed = false`, refuses new and activated webhooks,
//! gives events no delivery to the account's webhooks, and lets wait what was due; nothing is deleted or paused, so
//! that all goes on when the gate opens. Webhooks of the whole installation are the operator's and not concerned.

use crate::call::Call;
use crate::envelope;
use crate::error::{Error, FieldErrors, Result};
use crate::ports::StorageError;
use crate::scope::account_problem;
use crate::sql::{AccountLimitsRow, rows};

/// What an account's plan allows; `None` is no limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLimits {
    /// False: the plan has no webhooks.
    pub webhooks_allowed: bool,
    /// Webhooks at the same time, of any status.
    pub max_webhooks: Option<u32>,
    /// Events in a UTC day.
    pub max_events_per_day: Option<u32>,
}

/// Limits and what of them is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountUse {
    /// What is allowed.
    pub limits: AccountLimits,
    /// Webhooks now.
    pub webhooks: u32,
    /// Events of this UTC day; counted while a daily limit is set.
    pub events_today: u32,
    /// When that count starts again, unix milliseconds.
    pub resets_at: i64,
}

const DAY_MS: i64 = 86_400_000;

impl Call<'_> {
    /// Sets the limits of an account, in the place of former ones. What is used stays used.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]
    pub fn set_account_limits(&mut self, account: &str, limits: &AccountLimits) -> Result<AccountUse> {
        check_account(account)?;
        let row = AccountLimitsRow {
            account: account.to_owned(),
            webhooks_allowed: limits.webhooks_allowed,
            max_webhooks: limits.max_webhooks.map(i64::from),
            max_events_per_day: limits.max_events_per_day.map(i64::from),
            ..AccountLimitsRow::default()
        };
        self.write(self.sql.set_account_limits(&row, self.now).into())?;
        self.account_limits(account)
    }

    /// The limits of an account, with what is used.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`], [`Error::NotFound`] when the account has none
    pub fn account_limits(&mut self, account: &str) -> Result<AccountUse> {
        check_account(account)?;
        let today = day_of(self.now);
        let row = self.limits_row(account)?.ok_or_else(|| no_limits(account))?;
        let count = |number: i64| u32::try_from(number.max(0)).unwrap_or(u32::MAX);
        let day = row.counted_day(today);
        Ok(AccountUse {
            limits: AccountLimits {
                webhooks_allowed: row.webhooks_allowed,
                max_webhooks: row.max_webhooks.map(count),
                max_events_per_day: row.max_events_per_day.map(count),
            },
            webhooks: count(row.webhooks),
            events_today: count(row.used(today)),
            resets_at: end_of(day),
        })
    }

    /// Removes the limits of an account.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`], [`Error::NotFound`] when the account has none
    pub fn remove_account_limits(&mut self, account: &str) -> Result<()> {
        check_account(account)?;
        match self.write(vec![self.sql.delete_account_limits(account)]) {
            Ok(_) => Ok(()),
            Err(Error::Storage(StorageError::ExpectationFailed(_))) => Err(no_limits(account)),
            Err(error) => Err(error),
        }
    }

    /// Whether the account may have one more webhook. Asked before; the row itself decides again when it is counted.
    pub(crate) fn check_webhook_limit(&mut self, account: &str) -> Result<Option<AccountLimitsRow>> {
        let Some(row) = self.open_gate(account)? else { return Ok(None) };
        match row.max_webhooks {
            Some(max) if row.webhooks >= max => Err(Error::Forbidden(format!(
                "account {account} has {} webhooks and may have {max} (limit max-webhooks); delete one, or \
                 have the limit raised",
                row.webhooks
            ))),
            _ => Ok(Some(row)),
        }
    }

    /// Refuses what a closed gate forbids. Gives the limits, if there are any.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`]
    pub(crate) fn open_gate(&mut self, account: &str) -> Result<Option<AccountLimitsRow>> {
        if account.is_empty() {
            return Ok(None);
        }
        match self.limits_row(account)? {
            Some(row) if !row.webhooks_allowed => Err(Error::Forbidden(gate_closed(account))),
            row => Ok(row),
        }
    }

    fn limits_row(&mut self, account: &str) -> Result<Option<AccountLimitsRow>> {
        let result =
            self.read(vec![self.sql.account_limits(&[account], false)])?.into_iter().next().unwrap_or_default();
        Ok(rows(result, AccountLimitsRow::WIDTH, AccountLimitsRow::read)?.pop())
    }
}

impl AccountLimitsRow {
    /// The day that is counted now: today's, or tomorrow's where a host whose clock is ahead has begun it.
    pub(crate) fn counted_day(&self, today: i64) -> i64 {
        if self.day == today.saturating_add(1) { self.day } else { today }
    }

    /// Events of that day.
    pub(crate) fn used(&self, today: i64) -> i64 {
        if self.day == self.counted_day(today) { self.events } else { 0 }
    }

    /// The refusal of an event that is above the daily limit.
    pub(crate) fn used_up(&self, today: i64) -> Error {
        let resets = envelope::timestamp_text(end_of(self.counted_day(today))).unwrap_or_default();
        Error::Forbidden(format!(
            "account {} may publish {} events a day (limit max-events-per-day) and has done so; it may \
             again from {resets}",
            self.account,
            self.max_events_per_day.unwrap_or_default()
        ))
    }
}

/// What is said of a closed gate.
pub(crate) fn gate_closed(account: &str) -> String {
    format!("the plan of account {account} has no webhooks (limit webhooks-allowed)")
}

/// Days since 1970, in UTC.
pub(crate) fn day_of(now: i64) -> i64 {
    now.div_euclid(DAY_MS)
}

fn end_of(day: i64) -> i64 {
    day.saturating_add(1).saturating_mul(DAY_MS)
}

fn no_limits(account: &str) -> Error {
    Error::NotFound(format!("limit for account {account}"))
}

fn check_account(account: &str) -> Result<()> {
    let mut errors = FieldErrors::default();
    if let Some(problem) = account_problem(account) {
        errors.add("account", problem);
    }
    errors.into_result()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_another_clock_has_begun_goes_on() {
        let row = AccountLimitsRow { day: 10, events: 7, ..AccountLimitsRow::default() };
        assert_eq!([8, 9, 10, 11].map(|today| row.used(today)), [0, 7, 7, 0]);
        assert_eq!([8, 9, 10, 11].map(|today| row.counted_day(today)), [8, 10, 10, 11]);
    }

    #[test]
    fn a_refusal_names_the_limit_and_when_it_resets() {
        let row = AccountLimitsRow { account: "a".to_owned(), max_events_per_day: Some(5), ..Default::default() };
        let Error::Forbidden(why) = row.used_up(0) else { panic!("not forbidden") };
        for word in ["account a", "5 events", "max-events-per-day", "1970-01-02T00:00:00"] {
            assert!(why.contains(word), "{why}");
        }
    }
}
