//! What would become of an event, and which webhooks would receive it or not, and why.
//!
//! Decides nothing of its own: it asks what `publish` asks, in the same order, and stores nothing. Where `publish`
//! stops at the first reason, it names all.

use std::collections::HashSet;

use serde_json::Value;

use super::checks::Checked;
use super::guarded::decide;
use super::{Draft, NewEvent, OutboxEvent, Receipt, replay};
use crate::accounts;
use crate::address::Addressing;
use crate::call::Call;
use crate::catalogue;
use crate::error::{Error, FieldError, Result};
use crate::filter::{Filter, FilterInput};
use crate::hooks::wanted;
use crate::json;
use crate::paging::Paging;
use crate::ports::{EventContext, Hook};
use crate::registry::{Status, Webhook, WebhookQuery, WebhookSort};
use crate::scope::Scope;
use crate::sql::{AccountLimitsRow, IN_LIST_MAX, StoredEvent, SwitchRow, rows};
use crate::topic::{Pattern, Topic};

/// Why a webhook would not receive an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// For programs; wit/webhooks/events.wit lists them.
    pub code: &'static str,
    /// For people.
    pub message: String,
}

/// Whether one webhook would receive an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// `wh_…`
    pub webhook_id: String,
    /// For people.
    pub name: String,
    /// Where requests go.
    pub url: String,
    /// Everything in the way.
    pub obstacles: Vec<Obstacle>,
}

/// What would become of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Why it would be refused.
    pub problems: Vec<FieldError>,
    /// What its receipt would tell.
    pub warnings: Vec<String>,
    /// The event whose receipt it would get.
    pub replay_of: Option<String>,
    /// One page.
    pub webhooks: Vec<Explanation>,
    /// On all pages.
    pub total: u64,
}

/// What webhooks are judged by.
struct Occasion {
    topic: Option<Topic>,
    account: Option<String>,
    /// The event as extensions and filters see it; none when there is no such event.
    seen: Option<SeenEvent>,
    asks_extensions: bool,
    closed: HashSet<String>,
    stopped: Option<String>,
}

struct SeenEvent {
    id: String,
    occurred_at: i64,
    data: String,
    value: Value,
}

impl Call<'_> {
    /// Says what would become of an event. Stores nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for a bad scope or page; what is wrong with the event is in the answer.
    pub fn explain(&mut self, event: NewEvent, scope: &Scope, paging: Paging) -> Result<Forecast> {
        let query = WebhookQuery {
            scope: scope.clone(),
            search: None,
            status: None,
            topic: None,
            sort: WebhookSort::Created,
            descending: false,
            paging,
        };
        let (webhooks, total) = self.find_webhooks(&query)?;
        let mut forecast = Forecast { total, ..Forecast::default() };
        let mut occasion = Occasion {
            topic: Topic::parse(&event.topic).ok(),
            account: event.account.clone(),
            seen: None,
            asks_extensions: false,
            closed: self.closed_gates(&webhooks)?,
            stopped: self.stop_reason()?,
        };
        match self.draft(0, event) {
            Ok(draft) => self.foresee(draft, &mut forecast, &mut occasion)?,
            Err(error) => forecast.problems.extend(problems_of(error)),
        }
        for webhook in webhooks {
            let obstacles = self.obstacles(&webhook, &occasion, &mut forecast.problems);
            let Webhook { id, name, url, .. } = webhook;
            forecast.webhooks.push(Explanation { webhook_id: id, name, url, obstacles });
        }
        Ok(forecast)
    }

    /// What `publish` says of the event before it looks at webhooks.
    fn foresee(&mut self, mut draft: Draft, forecast: &mut Forecast, occasion: &mut Occasion) -> Result<()> {
        if !self.unknown_topics(core::iter::once(&draft.topic))?.is_empty() {
            forecast.problems.extend(problems_of(Error::field("topic", catalogue::unknown_topic(&draft.topic))));
        }
        match self.built(&self.extensions.interests(), &draft.topic, draft.context(), &draft.data) {
            Ok(built) => draft.data = built.unwrap_or(draft.data),
            Err(error) => {
                forecast.problems.extend(problems_of(error));
                return Ok(());
            }
        }
        let drafts = core::slice::from_ref(&draft);
        let answers = self.read(self.rule_statements(drafts))?;
        let rules = self.rules(answers.into_iter())?;
        let mut results = vec![None];
        let (kept, mut checked) = rules.apply(vec![draft.clone()], &mut results);
        forecast.warnings = checked.take_warnings();
        if !kept.is_empty() && forecast.problems.is_empty() {
            let event = OutboxEvent {
                id: draft.id.clone(),
                topic: draft.topic.as_str().to_owned(),
                account: draft.account.clone(),
                occurred_at: draft.occurred_at,
                fingerprint: draft.fingerprint.clone(),
                addressing: Addressing::default(),
            };
            results = vec![self.answer_without_storing(event, &checked)?];
        }
        match results.pop().flatten() {
            Some(Ok(receipt)) => forecast.replay_of = Some(receipt.event_id),
            Some(Err(error)) => forecast.problems.extend(problems_of(error)),
            None => {}
        }
        self.see(draft, forecast, occasion);
        Ok(())
    }

    /// The answer to an event that would not be stored.
    fn answer_without_storing(&mut self, event: OutboxEvent, checked: &Checked) -> Result<Option<Result<Receipt>>> {
        if let Some(fingerprint) = &event.fingerprint {
            let stored = self.read(vec![self.sql.stored_events(&[&event.id], false)])?.pop().unwrap_or_default();
            if let Some(stored) = rows(stored, StoredEvent::WIDTH, StoredEvent::read)?.pop() {
                return Ok(Some(replay(stored, fingerprint)));
            }
        }
        let outbox = [(0, event)];
        let seen = self.seen(&outbox, checked, false)?;
        let mut results = [None];
        decide(self.now, &outbox, checked, seen, &mut results);
        let [answer] = results;
        Ok(answer)
    }

    /// The event as extensions make it.
    fn see(&self, draft: Draft, forecast: &mut Forecast, occasion: &mut Occasion) {
        let interests = self.extensions.interests();
        let context = draft.context();
        let mut data = draft.data.clone();
        if wanted(&interests, Hook::FilterData, &draft.topic) {
            let filtered = self.extensions.filter_data(context, &data);
            match filtered.and_then(|text| json::compact(&text).map_err(|error| error.to_string())) {
                Ok(filtered) => data = filtered,
                Err(why) => {
                    forecast.problems.extend(problems_of(Error::Extension(why)));
                    return;
                }
            }
        }
        occasion.asks_extensions = wanted(&interests, Hook::ShouldDeliver, &draft.topic);
        let value = serde_json::from_str(&data).unwrap_or_default();
        occasion.seen = Some(SeenEvent { id: draft.id, occurred_at: draft.occurred_at, data, value });
    }

    fn obstacles(&self, webhook: &Webhook, occasion: &Occasion, problems: &mut Vec<FieldError>) -> Vec<Obstacle> {
        let mut found = Vec::new();
        let mut add = |code, message: String| found.push(Obstacle { code, message });
        match webhook.status {
            Status::Active => {}
            Status::Paused => add("paused", "a person has paused the webhook".to_owned()),
            Status::Disabled => {
                let reason = webhook.status_reason.as_deref().unwrap_or("too many failures");
                add("disabled", format!("the webhook is disabled: {reason}"));
            }
        }
        if let Some(own) = webhook.account.as_deref().filter(|own| Some(*own) != occasion.account.as_deref()) {
            let of =
                occasion.account.as_deref().map_or("no account".to_owned(), |account| format!("account {account}"));
            add("account", format!("the webhook belongs to account {own}, the event to {of}"));
        }
        if let Some(own) = webhook.account.as_ref().filter(|own| occasion.closed.contains(*own)) {
            add("plan", accounts::gate_closed(own));
        }
        if let Some(topic) = occasion.topic.as_ref().filter(|topic| !takes(&webhook.topics, topic)) {
            let list = if webhook.topics.is_empty() {
                "all but operational ones".to_owned()
            } else {
                webhook.topics.join(", ")
            };
            add("topic", format!("{topic} is not among the webhook's topics: {list}"));
        }
        if let (Some(topic), Some(event)) = (&occasion.topic, &occasion.seen) {
            let account = occasion.account.as_deref();
            if let Some(text) = &webhook.filter {
                let input = FilterInput { topic: topic.as_str(), account, event_id: &event.id, data: &event.value };
                match Filter::parse(text) {
                    Ok(filter) if filter.matches(&input) => {}
                    Ok(_) => add("filter", format!("the data do not satisfy the webhook's filter {text}")),
                    Err(error) => add("filter", format!("the webhook's filter cannot be read: {error}")),
                }
            }
            // Extensions are asked about what would reach them.
            if found.is_empty() && occasion.asks_extensions {
                match self.extensions.should_deliver(event.context(topic, account), &webhook.id, &event.data) {
                    Ok(true) => {}
                    Ok(false) => {
                        let message = "an extension does not let this event go to this webhook".to_owned();
                        found.push(Obstacle { code: "extension", message });
                    }
                    Err(why) => problems.extend(problems_of(Error::Extension(why))),
                }
            }
        }
        if let Some(reason) = &occasion.stopped {
            let message = format!("the installation is stopped, and the delivery would be held: {reason}");
            found.push(Obstacle { code: "stopped", message });
        }
        found
    }

    /// Accounts of these webhooks whose plan has none.
    fn closed_gates(&mut self, webhooks: &[Webhook]) -> Result<HashSet<String>> {
        let mut names: Vec<&str> = webhooks.iter().filter_map(|webhook| webhook.account.as_deref()).collect();
        names.sort_unstable();
        names.dedup();
        let batch = names.chunks(IN_LIST_MAX).map(|part| self.sql.account_limits(part, false)).collect::<Vec<_>>();
        let mut closed = HashSet::new();
        if batch.is_empty() {
            return Ok(closed);
        }
        for answer in self.read(batch)? {
            let limits = rows(answer, AccountLimitsRow::WIDTH, AccountLimitsRow::read)?;
            closed.extend(limits.into_iter().filter(|row| !row.webhooks_allowed).map(|row| row.account));
        }
        Ok(closed)
    }

    fn stop_reason(&mut self) -> Result<Option<String>> {
        let found = self.read(vec![self.sql.switch()])?.pop().unwrap_or_default();
        Ok(SwitchRow::of(found)?.stopped.map(|(_, reason)| reason))
    }
}

impl SeenEvent {
    fn context<'a>(&'a self, topic: &'a Topic, account: Option<&'a str>) -> EventContext<'a> {
        EventContext { event_id: &self.id, topic: topic.as_str(), account, occurred_at: self.occurred_at }
    }
}

fn takes(patterns: &[String], topic: &Topic) -> bool {
    let matches = |text: &str| Pattern::parse(text).is_ok_and(|pattern| pattern.matches(topic));
    if patterns.is_empty() { matches("*") } else { patterns.iter().any(|text| matches(text)) }
}

/// An event's refusal as fields.
fn problems_of(error: Error) -> Vec<FieldError> {
    let field = |field: &str, message: String| vec![FieldError { field: field.to_owned(), message }];
    match error {
        Error::Invalid(fields) => fields,
        Error::Conflict(why) => {
            field("idempotency-key", why.strip_prefix("idempotency-key: ").unwrap_or(&why).to_owned())
        }
        Error::Forbidden(why) => field("account", why),
        Error::Extension(why) => field("extension", why),
        Error::NotFound(why) => field("topic", why),
        Error::Storage(_) => Vec::new(),
    }
}
