//! Which events of a publish are stored at all: not what was just stored already, and not more than an account may.
//!
//! Decides by rows that others write at the same time, so it writes under conditions and, where one does not hold,
//! reads and decides again. An identical event is dropped only while it would follow its like: the last event of the
//! same topic, account and subject. What bears an idempotency key is never dropped: the key says what is the same.

use std::collections::{BTreeMap, HashMap};

use super::checks::{Checked, Place};
use super::{OutboxEvent, Receipt, replay};
use crate::accounts;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::ports::{Statement, StorageError};
use crate::sql::{AccountLimitsRow, IN_LIST_MAX, RecentChange, RecentEvent, Sql, StoredEvent, rows};

/// Someone else's publish is the only cause of another try, so each try is some publish's success.
const TRIES: usize = 100;

/// What was read of the rows that decide.
#[derive(Debug, Default)]
pub(super) struct Seen {
    recent: HashMap<Place, RecentEvent>,
    limits: HashMap<String, AccountLimitsRow>,
    /// Events stored under the keys of these.
    stored: HashMap<String, StoredEvent>,
}

/// What is written at the end of the batch, in an order that is the same for all.
#[derive(Debug, Default)]
pub(super) struct Guards {
    /// The new last event of each place: what was read there, fingerprint, event.
    recent: BTreeMap<Place, (Option<String>, String, String)>,
    /// Events of each account: those without a key, and the ids of those with one.
    counted: BTreeMap<String, (i64, Vec<String>)>,
    today: i64,
    now: i64,
}

/// An event that was taken before another of the same batch.
struct Last {
    fingerprint: String,
    receipt: Receipt,
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
        let places = checked.places(outbox.iter().map(|(index, _)| *index));
        let parts: Vec<(&str, &str, &[&str])> = places
            .iter()
            .flat_map(|((topic, account), subjects)| {
                subjects.chunks(IN_LIST_MAX).map(move |part| (*topic, *account, part))
            })
            .collect();
        let accounts: Vec<&str> = checked.limited.iter().map(String::as_str).collect();
        let guarded = |index: usize, event: &OutboxEvent| {
            checked.subjects.contains_key(&index) || checked.limited.contains(&event.account)
        };
        let keyed: Vec<&str> = outbox
            .iter()
            .filter(|(index, event)| event.fingerprint.is_some() && guarded(*index, event))
            .map(|(_, event)| event.id.as_str())
            .collect();
        let mut batch: Vec<Statement> = Vec::new();
        batch.extend(parts.iter().map(|(topic, account, part)| self.sql.recent_events(topic, account, part, again)));
        batch.extend(accounts.chunks(IN_LIST_MAX).map(|part| self.sql.account_limits(part)));
        batch.extend(keyed.chunks(IN_LIST_MAX).map(|part| self.sql.stored_events(part)));
        if batch.is_empty() {
            return Ok(Seen::default());
        }
        let mut answers = self.read(batch)?.into_iter();
        let mut seen = Seen::default();
        for (topic, account, _) in parts {
            for row in rows(answers.next().unwrap_or_default(), RecentEvent::WIDTH, RecentEvent::read)? {
                seen.recent.insert((topic.to_owned(), account.to_owned(), row.subject_digest.clone()), row);
            }
        }
        for _ in accounts.chunks(IN_LIST_MAX) {
            let found = rows(answers.next().unwrap_or_default(), AccountLimitsRow::WIDTH, AccountLimitsRow::read)?;
            seen.limits.extend(found.into_iter().map(|row| (row.account.clone(), row)));
        }
        for answer in answers {
            let found = rows(answer, StoredEvent::WIDTH, StoredEvent::read)?;
            seen.stored.extend(found.into_iter().map(|event| (event.id.clone(), event)));
        }
        Ok(seen)
    }
}

impl Guards {
    /// What stands behind the inserts of a batch. Each statement expects one row.
    pub(super) fn statements(&self, sql: &Sql<'_>, token: &str) -> Vec<Statement> {
        let mut statements = Vec::new();
        for ((topic, account, subject_digest), (seen_token, fingerprint, event_id)) in &self.recent {
            let seen_token = seen_token.as_deref();
            let change = RecentChange { topic, account, subject_digest, fingerprint, event_id, seen_token };
            statements.extend(sql.record_recent_event(&change, token, self.now));
        }
        for (account, (plain, keyed)) in &self.counted {
            if *plain > 0 {
                statements.push(sql.count_events(account, self.today, *plain, &[], token));
            }
            let keyed: Vec<&str> = keyed.iter().map(String::as_str).collect();
            for part in keyed.chunks(IN_LIST_MAX) {
                let number = i64::try_from(part.len()).unwrap_or(i64::MAX);
                statements.push(sql.count_events(account, self.today, number, part, token));
            }
        }
        statements
    }
}

impl RecentEvent {
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
    let mut guards = Guards { today, now, ..Guards::default() };
    let mut last: HashMap<&Place, Last> = HashMap::new();
    let mut kept = Vec::with_capacity(outbox.len());
    for (index, event) in outbox {
        if let Some(fingerprint) = &event.fingerprint
            && let Some(stored) = seen.stored.remove(&event.id)
        {
            results[*index] = Some(replay(stored, fingerprint));
            continue;
        }
        let subject = checked.subjects.get(index);
        if let Some(subject) = subject.filter(|_| event.fingerprint.is_none()) {
            let before = match last.get(&subject.place) {
                Some(last) => (last.fingerprint == subject.fingerprint).then(|| last.receipt.clone()),
                None => seen.recent.get(&subject.place).and_then(|recent| {
                    let fresh = now.abs_diff(recent.published_at) < subject.window_ms.unsigned_abs();
                    (fresh && recent.fingerprint == subject.fingerprint).then(|| recent.receipt()).flatten()
                }),
            };
            if let Some(receipt) = before {
                results[*index] = Some(Ok(Receipt { replayed: true, ..receipt }));
                continue;
            }
        }
        if let Some(limits) = seen.limits.get_mut(&event.account)
            && let Some(max) = limits.max_events_per_day
        {
            let used = limits.used(today);
            if used >= max {
                results[*index] = Some(Err(limits.used_up(today)));
                continue;
            }
            (limits.day, limits.events) = (limits.counted_day(today), used + 1);
            let (plain, keyed) = guards.counted.entry(event.account.clone()).or_default();
            match event.fingerprint {
                Some(_) => keyed.push(event.id.clone()),
                None => *plain += 1,
            }
        }
        if let Some(subject) = subject {
            let token = seen.recent.get(&subject.place).map(|recent| recent.token.clone());
            let change = (token, subject.fingerprint.clone(), event.id.clone());
            guards.recent.insert(subject.place.clone(), change);
            let receipt = super::receipt(event, now);
            last.insert(&subject.place, Last { fingerprint: subject.fingerprint.clone(), receipt });
        }
        kept.push((*index, event.clone()));
    }
    (kept, guards)
}
