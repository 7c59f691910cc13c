//! All that failed since a time is sent again, with a whole schedule of attempts.
//!
//! Decides which failed deliveries begin anew: those whose webhook is active. Works in bounded steps that a host repeats
//! until nothing is left; what fails again meanwhile is not looked at twice.

use std::collections::BTreeMap;

use crate::call::Call;
use crate::error::{FieldErrors, Result};
use crate::id::{DeliveryId, WebhookId};
use crate::scope::Scope;
use crate::sql::{FailedFilter, FailedRow, IN_LIST_MAX, LockedBy, State, Status, rows};
use crate::topic::Topic;

/// Which failed deliveries to send again. Times are unix milliseconds.
#[derive(Clone, Debug)]
pub struct RecoverQuery {
    /// Whose, by the account of the webhook.
    pub scope: Scope,
    /// Only to this webhook.
    pub webhook_id: Option<String>,
    /// Only of this topic.
    pub topic: Option<String>,
    /// Exhausted, cancelled or both; empty means exhausted.
    pub states: Vec<State>,
    /// Those that ended at this time or later.
    pub since: i64,
    /// Those that ended at this time or earlier. Default: now.
    pub until: Option<i64>,
}

/// What one step did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Deliveries that are due now.
    pub recovered: u32,
    /// Deliveries that were left as they are, by the reason.
    pub skipped: Vec<(String, u32)>,
    /// Where the next step begins; none when nothing is left.
    pub next: Option<String>,
}

/// Most deliveries that one step looks at.
const LIMIT_MAX: u32 = 1_000;

impl Call<'_> {
    /// Lets failed deliveries begin anew, `limit` at most. `cursor` is `next` of the step before.
    ///
    /// # Errors
    ///
    /// [`Invalid`](crate::Error::Invalid), [`NotFound`](crate::Error::NotFound) when there is no such webhook,
    /// [`Conflict`](crate::Error::Conflict) while the installation is stopped.
    pub fn recover(&mut self, query: &RecoverQuery, limit: u32, cursor: Option<&str>) -> Result<Recovered> {
        let start = self.check_recover(query, limit, cursor)?;
        self.refuse_while_stopped()?;
        if let Some(id) = &query.webhook_id {
            self.webhook(&query.scope, id)?;
        }
        let filter = FailedFilter {
            account: query.scope.account(),
            webhook_id: query.webhook_id.as_deref(),
            topic: query.topic.as_deref(),
            states: if query.states.is_empty() { &[State::Exhausted] } else { &query.states },
            after: (start.after, &start.id),
            until: start.until,
        };
        let result = self.read(vec![self.sql.find_failed(&filter, limit)])?.into_iter().next().unwrap_or_default();
        let found = rows(result, FailedRow::WIDTH, FailedRow::read)?;
        let next = found.last().filter(|_| found.len() >= limit as usize);
        let next = next.map(|last| format!("{}/{}/{}", start.until, last.finished_at, last.id));

        let mut skipped: BTreeMap<&str, u32> = BTreeMap::new();
        let mut ids: Vec<&str> = Vec::with_capacity(found.len());
        let mut events: Vec<String> = Vec::with_capacity(found.len());
        for row in &found {
            match row.webhook {
                Some(Status::Active) if row.has_payload => {
                    ids.push(&row.id);
                    events.push(row.event_id.clone());
                }
                Some(Status::Active) => *skipped.entry("purged").or_default() += 1,
                other => *skipped.entry(other.map_or("deleted", Status::word)).or_default() += 1,
            }
        }
        events.sort_unstable();
        events.dedup();
        let locks = events.chunks(IN_LIST_MAX).map(|part| self.sql.lock_events(part, LockedBy::Redelivery));
        let changes = ids.chunks(IN_LIST_MAX).map(|part| self.sql.recover(part, self.now));
        let batch: Vec<_> = locks.chain(changes).collect();
        let mut recovered = 0;
        if !batch.is_empty() {
            let changed = self.write(batch)?.iter().map(|result| result.affected).sum::<u64>();
            recovered = u32::try_from(changed).unwrap_or(u32::MAX);
        }
        // A redelivery or a change of the webhook came between.
        let changed = u32::try_from(ids.len()).unwrap_or(u32::MAX).saturating_sub(recovered);
        if changed > 0 {
            skipped.insert("changed", changed);
        }
        let skipped = skipped.into_iter().map(|(reason, count)| (reason.to_owned(), count)).collect();
        Ok(Recovered { recovered, skipped, next })
    }

    fn check_recover(&self, query: &RecoverQuery, limit: u32, cursor: Option<&str>) -> Result<Start> {
        query.scope.check()?;
        let mut errors = FieldErrors::default();
        if let Some(id) = &query.webhook_id {
            errors.check("webhook-id", WebhookId::parse(id));
        }
        if let Some(topic) = &query.topic {
            errors.check("topic", Topic::parse(topic));
        }
        for (place, state) in query.states.iter().enumerate() {
            if !matches!(state, State::Exhausted | State::Cancelled) {
                let word = state.word();
                errors.add(
                    format!("states[{place}]"),
                    format!("what is {word} has not failed; choose exhausted, cancelled or both"),
                );
            }
        }
        if query.states.len() > State::ALL.len() {
            errors.add("states", "a state is named twice");
        }
        let mut start = Start { until: query.until.unwrap_or(self.now), after: query.since, id: String::new() };
        if start.until < query.since {
            errors.add("since", "the time is later than `until`, or it is in the future");
        }
        if !(1..=LIMIT_MAX).contains(&limit) {
            errors.add("limit", format!("{limit} deliveries in one step; 1 to {LIMIT_MAX} are allowed"));
        }
        if let Some(cursor) = cursor {
            match Start::parse(cursor) {
                Some(continued) => start = continued,
                None => errors.add("cursor", "this is not what the step before has given as `next`"),
            }
        }
        errors.into_result()?;
        Ok(start)
    }
}

/// Where a step begins.
struct Start {
    until: i64,
    after: i64,
    /// Of the last delivery that was looked at; empty at the beginning.
    id: String,
}

impl Start {
    fn parse(cursor: &str) -> Option<Self> {
        let mut parts = cursor.splitn(3, '/');
        let (until, after) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let id = parts.next().filter(|id| DeliveryId::parse(id).is_ok())?.to_owned();
        Some(Self { until, after, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_cursor_panics(cursor in r"(\PC{0,60}|-?[0-9]{1,20}/-?[0-9]{1,20}/\PC{0,40})") {
            if let Some(start) = Start::parse(&cursor) {
                prop_assert!(DeliveryId::parse(&start.id).is_ok());
            }
        }
    }
}
