//! From an event to rows of the outbox: payload frozen, one delivery for each webhook that wants it.
//!
//! Decides who receives an event and what exactly they will be sent; knows nothing of sending. A publish writes only
//! rows of its own: it never touches a webhook, so it waits for no worker.

mod checks;
mod explain;
mod freeze;
mod guarded;

use std::collections::{HashMap, HashSet};

use checks::Rules;
use guarded::Guards;

pub use explain::{Explanation, Forecast, Obstacle};

use crate::address::Addressing;
use crate::call::Call;
use crate::catalogue;
use crate::digest;
use crate::error::{Error, FieldErrors, Result};
use crate::id::{DeliveryId, EventId, Token};
use crate::json;
use crate::ports::{EventContext, Interest, Statement};
use crate::scope::account_problem;
use crate::sql::{DeliveryInsert, EventInsert, IN_LIST_MAX, PayloadInsert, StoredEvent, Subscriber, rows};
use crate::topic::Topic;

/// One thing that happened; the fields are explained in wit/webhooks/events.wit.
#[derive(Clone, Debug, Default)]
pub struct NewEvent {
    /// A topic of the catalogue.
    pub topic: String,
    /// JSON.
    pub data: String,
    /// The tenant it concerns.
    pub account: Option<String>,
    /// The same key gives the same receipt.
    pub idempotency_key: Option<String>,
    /// Unix milliseconds. Default: now.
    pub occurred_at: Option<i64>,
}

/// Proof that an event is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// `evt_…`
    pub event_id: String,
    /// Webhooks that it goes to.
    pub deliveries: u32,
    /// Unix milliseconds.
    pub published_at: i64,
    /// An earlier publish with the same idempotency key, or of the same data, had stored it.
    pub replayed: bool,
    /// What the publisher should know: violations of the schema, and what is deprecated.
    pub warnings: Vec<String>,
}

/// An event that is valid, and where its result belongs.
#[derive(Clone)]
struct Draft {
    index: usize,
    id: String,
    topic: Topic,
    account: String,
    occurred_at: i64,
    data: String,
    fingerprint: Option<String>,
}

impl Draft {
    /// The event as extensions are told of it.
    fn context(&self) -> EventContext<'_> {
        EventContext {
            event_id: &self.id,
            topic: self.topic.as_str(),
            account: Some(self.account.as_str()).filter(|account| !account.is_empty()),
            occurred_at: self.occurred_at,
        }
    }
}

/// An event ready to be stored.
#[derive(Clone, Debug)]
pub(crate) struct OutboxEvent {
    pub(crate) id: String,
    pub(crate) topic: String,
    pub(crate) account: String,
    pub(crate) occurred_at: i64,
    pub(crate) fingerprint: Option<String>,
    pub(crate) addressing: Addressing,
}

/// The webhooks of each pair of topic and account.
type Subscribers = HashMap<(String, String), Vec<Subscriber>>;

const EVENTS_MAX: usize = 1_000;
const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;
const KEY_MAX: usize = 200;
/// 0001-01-01 and 9999-12-31: what RFC 3339 can write.
const TIME_RANGE: core::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

impl Call<'_> {
    /// Stores events with their payloads and deliveries. One result for each event.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] when there are too many, [`Error::Storage`]; an item fails with [`Error::Invalid`],
    /// [`Error::Conflict`] (the idempotency key of another event) or [`Error::Extension`].
    pub fn publish(&mut self, events: Vec<NewEvent>) -> Result<Vec<Result<Receipt>>> {
        if events.len() > EVENTS_MAX {
            return Err(Error::field("events", format!("{} events; at most {EVENTS_MAX} at once", events.len())));
        }
        let bytes: usize = events.iter().map(|event| event.data.len()).sum();
        if bytes > BATCH_BYTES_MAX {
            return Err(Error::field("events", format!("{bytes} bytes; at most {BATCH_BYTES_MAX} at once")));
        }
        let mut results: Vec<Option<Result<Receipt>>> = Vec::new();
        results.resize_with(events.len(), || None);

        let drafts = self.parse(events, &mut results);
        let drafts = self.refuse_unknown(drafts, &mut results)?;
        let (drafts, twins) = separate_twins(drafts, &mut results);
        let interests = if drafts.is_empty() { Vec::new() } else { self.extensions.interests() };
        let drafts = self.build(drafts, &interests, &mut results);
        let (subscribers, rules) = self.subscribers(&drafts)?;
        let (drafts, checked) = rules.apply(drafts, &mut results);
        let outbox = self.freeze(drafts, &subscribers, &interests, &mut results);
        if checked.is_plain() {
            self.store(outbox, &Guards::default(), &mut results)?;
        } else {
            self.store_guarded(&outbox, &checked, &mut results)?;
        }
        checked.warn(&mut results);
        for (index, first) in twins {
            results[index] =
                results[first].clone().map(|result| result.map(|receipt| Receipt { replayed: true, ..receipt }));
        }
        let lost = || Err(Error::Conflict("the event was neither stored nor refused; publish it again".to_owned()));
        Ok(results.into_iter().map(|result| result.unwrap_or_else(lost)).collect())
    }

    fn parse(&mut self, events: Vec<NewEvent>, results: &mut [Option<Result<Receipt>>]) -> Vec<Draft> {
        let mut drafts = Vec::with_capacity(events.len());
        for (index, event) in events.into_iter().enumerate() {
            match self.draft(index, event) {
                Ok(draft) => drafts.push(draft),
                Err(error) => results[index] = Some(Err(error)),
            }
        }
        drafts
    }

    fn draft(&mut self, index: usize, event: NewEvent) -> Result<Draft> {
        let mut errors = FieldErrors::default();
        let topic = errors.check("topic", Topic::parse(&event.topic));
        if topic.as_ref().is_some_and(Topic::is_operational) {
            errors.add("topic", format!("{} is published by Hookwright itself", event.topic));
        }
        let data = match self.payload_problem(event.data.len()) {
            Some(problem) => {
                errors.add("data", problem);
                None
            }
            None => errors.check("data", json::compact(&event.data)),
        };
        if let Some(problem) = event.account.as_deref().and_then(account_problem) {
            errors.add("account", problem);
        }
        if let Some(key) = &event.idempotency_key
            && !(1..=KEY_MAX).contains(&key.len())
        {
            errors.add("idempotency-key", format!("{} bytes; 1 to {KEY_MAX} are allowed", key.len()));
        }
        let occurred_at = event.occurred_at.unwrap_or(self.now);
        if !TIME_RANGE.contains(&occurred_at) {
            errors.add("occurred-at", "the time is outside the years 1 to 9999; it is in milliseconds since 1970");
        }
        errors.into_result()?;
        let (Some(topic), Some(data)) = (topic, data) else {
            return Err(Error::field("event", "the event is not valid"));
        };
        let account = event.account.unwrap_or_default();
        let (id, fingerprint) = match &event.idempotency_key {
            Some(key) => {
                let account = Some(account.as_str()).filter(|account| !account.is_empty());
                let fingerprint = digest::of_parts(&[topic.as_str().as_bytes(), data.as_bytes()]);
                (EventId::derived(account, key), Some(fingerprint))
            }
            None => (EventId::new(self.now, self.random()), None),
        };
        Ok(Draft { index, id: id.to_string(), topic, account, occurred_at, data, fingerprint })
    }

    fn refuse_unknown(&mut self, drafts: Vec<Draft>, results: &mut [Option<Result<Receipt>>]) -> Result<Vec<Draft>> {
        let unknown = self.unknown_topics(drafts.iter().map(|draft| &draft.topic))?;
        if unknown.is_empty() {
            return Ok(drafts);
        }
        let (refused, known): (Vec<_>, Vec<_>) =
            drafts.into_iter().partition(|draft| unknown.contains(draft.topic.as_str()));
        for draft in refused {
            results[draft.index] = Some(Err(Error::field("topic", catalogue::unknown_topic(&draft.topic))));
        }
        Ok(known)
    }

    /// The events with the data that extensions make of what was published. A key still stands for the latter.
    fn build(
        &self,
        mut drafts: Vec<Draft>,
        interests: &[Interest],
        results: &mut [Option<Result<Receipt>>],
    ) -> Vec<Draft> {
        drafts.retain_mut(|draft| match self.built(interests, &draft.topic, draft.context(), &draft.data) {
            Ok(data) => {
                draft.data = data.unwrap_or_else(|| core::mem::take(&mut draft.data));
                true
            }
            Err(error) => {
                results[draft.index] = Some(Err(error));
                false
            }
        });
        drafts
    }

    /// The webhooks of each pair of topic and account, and what is set for topics and accounts.
    fn subscribers(&mut self, drafts: &[Draft]) -> Result<(Subscribers, Rules)> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut statements = Vec::new();
        let mut seen = HashSet::new();
        for draft in drafts {
            let pair = (draft.topic.as_str().to_owned(), draft.account.clone());
            if seen.insert(pair.clone()) {
                let patterns: Vec<String> = draft.topic.candidate_patterns().collect();
                statements.push(self.sql.subscribers(&patterns, &draft.account));
                pairs.push(pair);
            }
        }
        if statements.is_empty() {
            return Ok((HashMap::new(), Rules::default()));
        }
        statements.extend(self.rule_statements(drafts));
        let mut answers = self.read(statements)?.into_iter();
        let mut found = HashMap::with_capacity(pairs.len());
        for (pair, result) in pairs.into_iter().zip(answers.by_ref()) {
            found.insert(pair, Subscriber::each(result)?);
        }
        let rules = self.rules(answers)?;
        Ok((found, rules))
    }

    fn store(
        &mut self,
        outbox: Vec<(usize, OutboxEvent)>,
        guards: &Guards,
        results: &mut [Option<Result<Receipt>>],
    ) -> Result<()> {
        if outbox.is_empty() {
            return Ok(());
        }
        let token = Token::new(self.random()).to_string();
        let mut keyed: HashMap<String, (usize, String)> = HashMap::new();
        let mut events = Vec::with_capacity(outbox.len());
        for (index, event) in outbox {
            results[index] = Some(Ok(receipt(&event, self.now)));
            if let Some(fingerprint) = &event.fingerprint {
                keyed.insert(event.id.clone(), (index, fingerprint.clone()));
            }
            events.push(event);
        }
        let mut statements = self.outbox_statements(events, &token);
        statements.extend(guards.statements(&self.sql, &token));
        let ids: Vec<&str> = keyed.keys().map(String::as_str).collect();
        let reads: Vec<Statement> = ids.chunks(IN_LIST_MAX).map(|part| self.sql.stored_events(part, true)).collect();
        let written = statements.len();
        statements.extend(reads);
        let answers = self.write(statements)?;
        for answer in answers.into_iter().skip(written) {
            for stored in rows(answer, StoredEvent::WIDTH, StoredEvent::read)? {
                if stored.token != token
                    && let Some((index, fingerprint)) = keyed.get(&stored.id)
                {
                    results[*index] = Some(replay(stored, fingerprint));
                }
            }
        }
        Ok(())
    }

    /// The statements that store events under the token, with their payloads and deliveries.
    pub(crate) fn outbox_statements(&mut self, events: Vec<OutboxEvent>, token: &str) -> Vec<Statement> {
        let (mut inserts, mut payloads, mut deliveries) = (Vec::new(), Vec::new(), Vec::new());
        for event in events {
            inserts.push(EventInsert {
                id: event.id.clone(),
                topic: event.topic.clone(),
                account: event.account.clone(),
                occurred_at: event.occurred_at,
                deliveries: u32::try_from(event.addressing.deliveries.len()).unwrap_or(u32::MAX),
                fingerprint: event.fingerprint,
            });
            for delivery in event.addressing.deliveries {
                deliveries.push(DeliveryInsert {
                    id: DeliveryId::new(self.now, self.random()).to_string(),
                    event_id: event.id.clone(),
                    webhook_id: delivery.webhook_id,
                    webhook_account: delivery.webhook_account,
                    stopped: delivery.stopped,
                    digest: delivery.digest,
                    topic: event.topic.clone(),
                    account: event.account.clone(),
                    shape: delivery.shape,
                    due_at: delivery.due_at,
                });
            }
            for (digest, body) in event.addressing.payloads {
                payloads.push(PayloadInsert { event_id: event.id.clone(), digest, body });
            }
        }
        let mut statements = self.sql.insert_events(&inserts, token, self.now);
        statements.extend(self.sql.insert_payloads(payloads, token));
        statements.extend(self.sql.insert_deliveries(&deliveries, token, self.now));
        statements
    }
}

/// Events of one batch with the same idempotency key: the first is stored, the others get its receipt. Two callers
/// whose publishes are grouped into one commit meet here.
fn separate_twins(drafts: Vec<Draft>, results: &mut [Option<Result<Receipt>>]) -> (Vec<Draft>, Vec<(usize, usize)>) {
    let mut firsts: HashMap<String, (usize, Option<String>)> = HashMap::new();
    let mut kept = Vec::with_capacity(drafts.len());
    let mut twins = Vec::new();
    for draft in drafts {
        match firsts.get(&draft.id) {
            Some((first, fingerprint)) if *fingerprint == draft.fingerprint => twins.push((draft.index, *first)),
            Some(_) => results[draft.index] = Some(Err(key_of_another())),
            None => {
                firsts.insert(draft.id.clone(), (draft.index, draft.fingerprint.clone()));
                kept.push(draft);
            }
        }
    }
    (kept, twins)
}

fn receipt(event: &OutboxEvent, now: i64) -> Receipt {
    Receipt {
        event_id: event.id.clone(),
        deliveries: u32::try_from(event.addressing.deliveries.len()).unwrap_or(u32::MAX),
        published_at: now,
        replayed: false,
        warnings: Vec::new(),
    }
}

fn replay(stored: StoredEvent, fingerprint: &str) -> Result<Receipt> {
    if stored.fingerprint.as_deref() != Some(fingerprint) {
        return Err(key_of_another());
    }
    Ok(Receipt {
        event_id: stored.id,
        deliveries: stored.deliveries,
        published_at: stored.published_at,
        replayed: true,
        warnings: Vec::new(),
    })
}

fn key_of_another() -> Error {
    Error::Conflict(
        "idempotency-key: the key was used for an event with another topic or other data; use a new key for a new event"
            .to_owned(),
    )
}
