//! A test event: one webhook, one attempt, at once.
//!
//! It goes the way of every delivery, so that a test shows what really happens: stored, signed, sent, settled. Unlike
//! others it ignores the webhook's status and topics, is not retried, and leaves no mark on the webhook's health.

use crate::call::Call;
use crate::claim::Request;
use crate::digest;
use crate::envelope;
use crate::error::{Error, Result};
use crate::id::{DeliveryId, EventId, Token};
use crate::json;
use crate::scope::Scope;
use crate::sql::{ClaimedRow, DeliveryInsert, EventInsert, PayloadInsert, Row, rows};
use crate::topic::{Pattern, Topic};

/// What to test with.
#[derive(Clone, Debug, Default)]
pub struct TestEvent {
    /// Default: the first name that the webhook lists, else `payment_received`.
    pub topic: Option<String>,
    /// JSON. Default: the topic's sample.
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
        let webhook = self.webhook(scope, webhook_id)?;
        let named = webhook.topics.iter().find(|text| matches!(Pattern::parse(text), Ok(Pattern::Exact(_))));
        let name = test.topic.or_else(|| named.cloned()).unwrap_or_else(|| DEFAULT_TOPIC.to_owned());
        let topic = Topic::parse(&name).map_err(|error| Error::field("topic", error.to_string()))?;
        let data = match test.data {
            Some(data) => data,
            None => self.sample(&name)?,
        };
        let data = json::compact(&data).map_err(|error| Error::field("data", error.to_string()))?;
        let body = envelope::build(&topic, self.now, &data).map_err(|error| Error::field("now", error.to_string()))?;
        let (size, max) = (body.len(), self.config.max_payload_bytes as usize);
        if size > max {
            return Err(Error::field("data", format!("the payload has {size} bytes; at most {max} are allowed")));
        }

        let (publish_token, claim_token) =
            (Token::new(self.random()).to_string(), Token::new(self.random()).to_string());
        let event_id = EventId::new(self.now, self.random()).to_string();
        let account = webhook.account.unwrap_or_default();
        let digest = digest::of_parts(&[&body]);
        let delivery = DeliveryInsert {
            id: DeliveryId::new(self.now, self.random()).to_string(),
            event_id: event_id.clone(),
            webhook_id: webhook.id.clone(),
            digest: digest.clone(),
            topic: name.clone(),
            account: account.clone(),
            due_at: self.now,
        };
        let event = EventInsert {
            id: event_id.clone(),
            topic: name,
            account,
            occurred_at: self.now,
            deliveries: 1,
            fingerprint: None,
        };
        let payload = PayloadInsert { event_id: event_id.clone(), digest, body: body.clone() };
        let lease_until = self.now.saturating_add(i64::from(lease_ms));
        let mut batch = self.sql.insert_events(&[event], &publish_token, self.now);
        batch.extend(self.sql.insert_payloads(vec![payload], &publish_token));
        batch.push(self.sql.insert_test_delivery(&delivery, &claim_token, lease_until, self.now));
        batch.push(self.sql.webhook_secret(&webhook.id));
        // Never in an application's transaction: what is sent now may be rolled back there.
        let secret = rows(self.own(batch)?.pop().unwrap_or_default(), 1, Row::text)?.pop();
        let secret = secret.ok_or_else(|| Error::NotFound(format!("webhook {webhook_id}")))?;
        let row = ClaimedRow {
            id: delivery.id,
            event_id,
            webhook_id: webhook.id,
            attempts: 0,
            url: webhook.url,
            secret,
            body,
        };
        self.request(row, &claim_token)
    }

    fn sample(&mut self, topic: &str) -> Result<String> {
        let info = self.topic(topic).map_err(|error| match error {
            Error::NotFound(what) => Error::field("topic", format!("{what} is not in the catalogue")),
            other => other,
        })?;
        info.sample.ok_or_else(|| Error::field("data", format!("topic {topic} has no sample; give the data")))
    }
}
