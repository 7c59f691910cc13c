//! Which events of a publish are stored at all: not what was just stored already, and not more than an account may.
//!
//! Decides by rows that others write at the same time, so it writes under conditions and, where one does not hold,
//! reads and decides again. An identical event is dropped only while it would follow its like: the last event of the
//! same topic, account and subject. What bears an idempotency key is never dropped: the key says what is the same.

use core::cmp::Ordering;

use super::checks::{Checked, Place};
use super::{OutboxEvent, Receipt, replay};
use crate::accounts;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::{Statement, StorageError};
use crate::sql::{AccountLimitsRow, IN_LIST_MAX, RecentChange, RecentEvent, Sql, StoredEvent, rows};

/// Someone else's publish is the only cause of another try, so each try is some publish's success.
const TRIES: usize = 100;

/// What was read of the rows that decide, in the order of the places and of the limited accounts.
#[derive(Debug, Default)]
pub(super) struct Seen {
    recent: Vec<Option<RecentEvent>>,
    limits: Vec<Option<AccountLimitsRow>>,
    /// Events that stand under the keys of these.
    stored: Vec<StoredEvent>,
}

/// What is written at the end of the batch, in an order that is the same for all.
#[derive(Debug, Default)]
pub(super) struct Guards {
    changes: Vec<Change>,
    counted: Vec<Counted>,
    now: i64,
}

/// The new last event of a place.
#[derive(Debug)]
struct Change {
    place: Place,
    /// What was read there.
    seen_token: Option<String>,
    fingerprint: String,
    receipt: Receipt,
}

/// Events of an account: the number of those without a key, and the ids of those with one.
#[derive(Clone, Debug, Default)]
struct Counted {
    account: String,
    plain: i64,
    keyed: Vec<String>,
}

impl Call<'_> {
    /// Stores those of the events that are to be stored, and answers the others.
    pub(super) fn store_guarded(
        &mut self,
        outbox: &[(usize, OutboxEvent)],
        checked: &Checked,
        results: &mut [Option<Result<Receipt>>],
    ) -> Result<()> {
        for attempt in 0..TRIES {
            let seen = self.seen(outbox, checked, attempt > 0)?;
            let (events, guards) = decide(self.now, outbox, checked, seen, results);
            match self.store(events, &guards, results) {
                Err(Error::Storage(StorageError::ExpectationFailed(_))) => {}
                done => return done,
            }
        }
        let why = "other publishes of the same account or subject come in between all the time; try again";
        Err(Error::Storage(StorageError::Retryable(why.to_owned())))
    }

    pub(super) fn seen(&mut self, outbox: &[(usize, OutboxEvent)], checked: &Checked, again: bool) -> Result<Seen> {
        let mut batch: Vec<Statement> = Vec::new();
        let same = |one: &Place, other: &Place| one.0 == other.0 && one.1 == other.1;
        for (topic, account, subjects) in checked.places.chunk_by(same).filter_map(Self::of_one_topic) {
            let parts = subjects.chunks(IN_LIST_MAX);
            batch.extend(parts.map(|part| self.sql.recent_events(topic, account, part, again)));
        }
        let recent_statements = batch.len();
        let accounts: Vec<&str> = checked.limited.iter().map(String::as_str).collect();
        batch.extend(accounts.chunks(IN_LIST_MAX).map(|part| self.sql.account_limits(part, again)));
        let limit_statements = batch.len();
        let guarded = outbox.iter().filter(|(index, event)| {
            event.fingerprint.is_some()
                && (checked.subject(*index).is_some() || checked.limited(&event.account).is_some())
        });
        let keyed: Vec<&str> = guarded.map(|(_, event)| event.id.as_str()).collect();
        batch.extend(keyed.chunks(IN_LIST_MAX).map(|part| self.sql.stored_events(part, again)));

        let mut seen = Seen::default();
        seen.recent.resize(checked.places.len(), None);
        seen.limits.resize(accounts.len(), None);
        if batch.is_empty() {
            return Ok(seen);
        }
        for (number, answer) in self.read(batch)?.into_iter().enumerate() {
            if number < recent_statements {
                for row in rows(answer, RecentEvent::WIDTH, RecentEvent::read)? {
                    let place = checked.places.binary_search_by(|place| row.compared_with(place)).ok();
                    if let Some(slot) = place.and_then(|place| seen.recent.get_mut(place)) {
                        *slot = Some(row);
                    }
                }
            } else if number < limit_statements {
                for row in rows(answer, AccountLimitsRow::WIDTH, AccountLimitsRow::read)? {
                    if let Some(slot) = checked.limited(&row.account).and_then(|place| seen.limits.get_mut(place)) {
                        *slot = Some(row);
                    }
                }
            } else {
                seen.stored.extend(rows(answer, StoredEvent::WIDTH, StoredEvent::read)?);
            }
        }
        Ok(seen)
    }

    fn of_one_topic(places: &[Place]) -> Option<(&str, &str, Vec<&str>)> {
        let (topic, account, _) = places.first()?;
        Some((topic, account, places.iter().map(|(_, _, subject)| subject.as_str()).collect()))
    }
}

impl Guards {
    /// What stands behind the inserts of a batch. Each update expects one row.
    pub(super) fn statements(&self, sql: &Sql<'_>, token: &str) -> Vec<Statement> {
        let mut statements = Vec::new();
        for Change { place: (topic, account, subject_digest), seen_token, fingerprint, receipt } in &self.changes {
            let change = RecentChange {
                topic,
                account,
                subject_digest,
                fingerprint,
                event_id: &receipt.event_id,
                seen_token: seen_token.as_deref(),
            };
            statements.extend(sql.record_recent_event(&change, token, self.now));
        }
        let today = accounts::day_of(self.now);
        for Counted { account, plain, keyed } in &self.counted {
            if *plain > 0 {
                statements.push(sql.count_events(account, today, *plain, &[], token));
            }
            let keyed: Vec<&str> = keyed.iter().map(String::as_str).collect();
            for part in keyed.chunks(IN_LIST_MAX) {
                let number = i64::try_from(part.len()).unwrap_or(i64::MAX);
                statements.push(sql.count_events(account, today, number, part, token));
            }
        }
        statements
    }
}

impl RecentEvent {
    /// How a place stands to that of this event.
    fn compared_with(&self, (topic, account, subject_digest): &Place) -> Ordering {
        (topic, account, subject_digest).cmp(&(&self.topic, &self.account, &self.subject_digest))
    }

    /// The receipt of the event, while it is stored.
    fn receipt(&self) -> Option<Receipt> {
        Some(Receipt {
            event_id: self.event_id.clone(),
            deliveries: u32::try_from(self.deliveries?).unwrap_or(u32::MAX),
            published_at: self.published_at,
            replayed: true,
            warnings: Vec::new(),
        })
    }
}

/// Event by event, in the order of the caller.
pub(super) fn decide(
    now: i64,
    outbox: &[(usize, OutboxEvent)],
    checked: &Checked,
    mut seen: Seen,
    results: &mut [Option<Result<Receipt>>],
) -> (Vec<(usize, OutboxEvent)>, Guards) {
    let today = accounts::day_of(now);
    let mut changes: Vec<Option<Change>> = Vec::new();
    changes.resize_with(checked.places.len(), || None);
    let mut counted = vec![Counted::default(); checked.limited.len()];
    let mut kept = Vec::with_capacity(outbox.len());
    for (index, event) in outbox {
        if let Some(fingerprint) = &event.fingerprint
            && let Some(place) = seen.stored.iter().position(|stored| stored.id == event.id)
        {
            results[*index] = Some(replay(seen.stored.swap_remove(place), fingerprint));
            continue;
        }
        let subject = checked.subject(*index);
        let recent = subject.and_then(|(place, _)| seen.recent.get(place)).and_then(Option::as_ref);
        let change = subject.and_then(|(place, _)| changes.get_mut(place));
        if let Some((_, subject)) = subject.filter(|_| event.fingerprint.is_none()) {
            let like = |fingerprint: &str| fingerprint == subject.fingerprint;
            let before = match change.as_deref() {
                Some(Some(last)) => like(&last.fingerprint).then(|| last.receipt.clone()),
                _ => recent
                    .filter(|recent| like(&recent.fingerprint))
                    .filter(|recent| now.abs_diff(recent.published_at) < subject.window_ms.unsigned_abs())
                    .and_then(RecentEvent::receipt),
            };
            if let Some(receipt) = before {
                results[*index] = Some(Ok(Receipt { replayed: true, ..receipt }));
                continue;
            }
        }
        if let Some(place) = checked.limited(&event.account)
            && let (Some(Some(limits)), Some(counted)) = (seen.limits.get_mut(place), counted.get_mut(place))
            && let Some(max) = limits.max_events_per_day
        {
            let used = limits.used(today);
            if used >= max {
                results[*index] = Some(Err(limits.used_up(today)));
                continue;
            }
            (limits.day, limits.events) = (limits.counted_day(today), used + 1);
            counted.account.clone_from(&event.account);
            match event.fingerprint {
                Some(_) => counted.keyed.push(event.id.clone()),
                None => counted.plain += 1,
            }
        }
        if let (Some((place, subject)), Some(change)) = (subject, change)
            && let Some(place) = checked.places.get(place)
        {
            *change = Some(Change {
                place: place.clone(),
                seen_token: recent.map(|recent| recent.token.clone()),
                fingerprint: subject.fingerprint.clone(),
                receipt: super::receipt(event, now),
            });
        }
        kept.push((*index, event.clone()));
    }
    (kept, Guards { changes: changes.into_iter().flatten().collect(), counted, now })
}
