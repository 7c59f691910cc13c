//! A test event: one webhook, one attempt, at once.
//!
//! It goes the way of every delivery, so that a test shows what really happens: filtered by extensions, stored, signed,
//! sent, settled. Unlike others it ignores the webhook's status and topics, is not retried, and leaves no mark on the webhook's health.

use crate::call::Call;
use crate::claim::Request;
use crate::dialect::Occurrence;
use crate::digest;
use crate::error::{Error, Result};
use crate::id::{DeliveryId, EventId, Token};
use crate::json;
use crate::ports::{EventContext, Statement};
use crate::scope::Scope;
use crate::shape::Shape;
use crate::sql::{ClaimedRow, DeliveryInsert, EventInsert, PayloadInsert, WebhookRow, rows};
use crate::topic::{Pattern, Topic};

/// What to test with.
#[derive(Clone, Debug, Default)]
pub struct TestEvent {
    /// Default: the first name that the webhook lists, else `payment_received`.
    pub topic: Option<String>,
    /// JSON, as it is published. Default: the topic's sample, as its receivers see it.
    pub data: Option<String>,
}

/// The topic of a test where a webhook names none.
pub(crate) const DEFAULT_TOPIC: &str = "payment_received";

impl Call<'_> {
    /// Stores a test event for one webhook and claims it.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Invalid`]
    pub fn test(&mut self, scope: &Scope, webhook_id: &str, test: TestEvent, lease_ms: u32) -> Result<Request> {
        self.check_lease(lease_ms)?;
        let (row, topics) = self.load_row(scope, webhook_id)?;
        self.open_gate(&row.account)?;
        let named = topics.iter().find(|text| matches!(Pattern::parse(text), Ok(Pattern::Exact(_))));
        let name = test.topic.or_else(|| named.cloned()).unwrap_or_else(|| DEFAULT_TOPIC.to_owned());
        let topic = Topic::parse(&name).map_err(|error| Error::field("topic", error.to_string()))?;
        let event_id = self.event_id();
        let compact = |data: &str| json::compact(data).map_err(|error| Error::field("data", error.to_string()));
        let account = Some(row.account.as_str()).filter(|account| !account.is_empty());
        let context = EventContext { event_id: &event_id, topic: topic.as_str(), account, occurred_at: self.now };
        let interests = self.extensions.interests();
        let data = match test.data {
            Some(data) => {
                let data = compact(&data)?;
                self.built(&interests, &topic, context, &data)?.unwrap_or(data)
            }
            // It is what building comes to.
            None => compact(&self.sample(&name)?)?,
        };
        let data = self.filtered(&interests, &topic, context, data)?;
        self.send_alone(&row, event_id, &topic, &data, lease_ms)
    }

    /// The id of an event that happens now.
    pub(crate) fn event_id(&mut self) -> String {
        EventId::new(self.now, self.random()).to_string()
    }

    /// Stores an event for one webhook and claims its only delivery.
    pub(crate) fn send_alone(
        &mut self,
        webhook: &WebhookRow,
        event_id: String,
        topic: &Topic,
        data: &str,
        lease_ms: u32,
    ) -> Result<Request> {
        self.refuse_to_send_while_stopped()?;
        let claim_token = Token::new(self.random()).to_string();
        let lease_until = self.now.saturating_add(i64::from(lease_ms));
        let mut batch = self.lone_event(webhook, event_id, topic, data, Some((&claim_token, lease_until)))?;
        batch.push(self.sql.claimed(&claim_token, lease_until));
        // Never in an application's transaction: what is sent now may be rolled back there.
        let claimed = rows(self.own(batch)?.pop().unwrap_or_default(), ClaimedRow::WIDTH, ClaimedRow::read)?.pop();
        let claimed = claimed.ok_or_else(|| Error::NotFound(format!("webhook {}", webhook.id)))?;
        self.request(claimed, &claim_token, lease_ms, &self.extensions.interests())
    }

    /// What stores an event for one webhook, whatever its status, topics and filter, with one attempt that leaves no
    /// mark on its health: leased from the start, or due at once.
    pub(crate) fn lone_event(
        &mut self,
        webhook: &WebhookRow,
        event_id: String,
        topic: &Topic,
        data: &str,
        lease: Option<(&str, i64)>,
    ) -> Result<Vec<Statement>> {
        let occurrence = Occurrence {
            event_id: &event_id,
            webhook_id: &webhook.id,
            topic,
            occurred_at_ms: self.now,
            data,
            account: Some(webhook.account.as_str()).filter(|account| !account.is_empty()),
        };
        let body = self.body(Shape::read(&webhook.settings.shape), &occurrence)?;
        let digest = digest::of_parts(&[&body]);
        let delivery = DeliveryInsert {
            id: DeliveryId::new(self.now, self.random()).to_string(),
            event_id: event_id.clone(),
            webhook_id: webhook.id.clone(),
            digest: digest.clone(),
            topic: topic.as_str().to_owned(),
            account: webhook.account.clone(),
            webhook_account: webhook.account.clone(),
            shape: webhook.settings.shape.clone(),
            due_at: self.now,
            stopped: false,
        };
        let event = EventInsert {
            id: event_id.clone(),
            topic: topic.as_str().to_owned(),
            account: webhook.account.clone(),
            occurred_at: self.now,
            deliveries: 1,
            fingerprint: None,
        };
        let token = Token::new(self.random()).to_string();
        let mut batch = self.sql.insert_events(&[event], &token, self.now);
        batch.extend(self.sql.insert_payloads(vec![PayloadInsert { event_id, digest, body }], &token));
        batch.push(self.sql.insert_test_delivery(&delivery, lease, self.now));
        Ok(batch)
    }

    fn sample(&mut self, topic: &str) -> Result<String> {
        let info = self.topic(topic).map_err(|error| match error {
            Error::NotFound(what) => Error::field("topic", format!("{what} is not in the catalogue")),
            other => other,
        })?;
        info.sample.ok_or_else(|| Error::field("data", format!("topic {topic} has no sample; give the data")))
    }
}
