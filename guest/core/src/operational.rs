//! Events about webhooks and deliveries themselves, for webhooks that name their topics.
//!
//! Decides what such an event says and who gets it; knows nothing of why a webhook was disabled or a delivery given up.
//! Deliveries of these events and of test events tell of nothing, or two webhooks that watch each other would never end.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::call::Call;
use crate::dialect::Occurrence;
use crate::envelope;
use crate::error::{Error, Result};
use crate::id::{EventId, Token};
use crate::ports::{Level, Statement};
use crate::publish::OutboxEvent;
use crate::settle::Outcome;
use crate::settle::Settlement;
use crate::sql::{SettleRow, SettleWebhook, Subscriber};
use crate::topic::Topic;

/// So many failures in a row are told of when they end. Svix calls an endpoint failing from then on.
pub(crate) const FAILING_AFTER: u32 = 4;

/// The topic of the event about a disabled webhook.
const DISABLED: &str = "webhook.disabled";
/// The topic of the event about the first success after many failures.
const RECOVERED: &str = "webhook.recovered";
/// The topic of the event about a delivery that was given up.
const EXHAUSTED: &str = "delivery.exhausted";

/// Something to tell, not yet an event: nobody may want it.
#[derive(Debug)]
pub(crate) struct Notice {
    topic: &'static str,
    webhook_id: String,
    account: String,
    data: Map<String, Value>,
}

impl Notice {
    /// The policy disabled a webhook.
    pub(crate) fn disabled(row: &SettleRow, webhook: &SettleWebhook, reason: &str, now: i64) -> Self {
        let notice = Self::about(DISABLED, row, webhook);
        notice.with("reason", reason.into()).with("disabled_at", time(now))
    }

    /// A webhook had its first success after a run of failures, or after it was active again.
    pub(crate) fn recovered(row: &SettleRow, webhook: &SettleWebhook, failures: u32, now: i64) -> Self {
        let notice = Self::about(RECOVERED, row, webhook);
        notice.with("failures", failures.into()).with("recovered_at", time(now))
    }

    /// A delivery was given up after `settlement`, or because its host died again and again.
    pub(crate) fn exhausted(
        row: &SettleRow,
        webhook: &SettleWebhook,
        settlement: Option<&Settlement>,
        reason: &str,
        now: i64,
    ) -> Self {
        let status = match settlement.map(|settlement| &settlement.outcome) {
            Some(Outcome::Response(response)) => response.status.into(),
            _ => Value::Null,
        };
        Self::about(EXHAUSTED, row, webhook)
            .with("delivery_id", row.id.as_str().into())
            .with("event_id", row.event_id.as_str().into())
            .with("topic", row.topic.as_str().into())
            .with("attempts", row.attempts.saturating_add(1).into())
            .with("reason", reason.into())
            .with("status", status)
            .with("exhausted_at", time(now))
    }

    fn about(topic: &'static str, row: &SettleRow, webhook: &SettleWebhook) -> Self {
        let notice =
            Self { topic, webhook_id: row.webhook_id.clone(), account: webhook.account.clone(), data: Map::new() };
        notice
            .with("webhook_id", row.webhook_id.as_str().into())
            .with("name", webhook.name.as_str().into())
            .with("url", webhook.url.as_str().into())
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.data.insert(name.to_owned(), value);
        self
    }
}

/// Whether what becomes of a delivery is told.
pub(crate) fn is_told(row: &SettleRow) -> bool {
    !row.test && !Topic::parse(&row.topic).is_ok_and(|topic| topic.is_operational())
}

impl Call<'_> {
    /// What stores the events of those notices that a webhook wants. No webhook is told that it was disabled itself.
    pub(crate) fn notice_statements(&mut self, notices: Vec<Notice>) -> Result<Vec<Statement>> {
        let pairs: BTreeSet<_> = notices.iter().map(|notice| (notice.topic, notice.account.clone())).collect();
        if pairs.is_empty() {
            return Ok(Vec::new());
        }
        let reads =
            pairs.iter().map(|(topic, account)| self.sql.subscribers(&[(*topic).to_owned()], account)).collect();
        let mut subscribers = BTreeMap::new();
        for (pair, result) in pairs.into_iter().zip(self.read(reads)?) {
            subscribers.insert(pair, Subscriber::each(result)?);
        }
        let mut events = Vec::new();
        for notice in notices {
            let mut wanting = subscribers.get(&(notice.topic, notice.account.clone())).cloned().unwrap_or_default();
            wanting.retain(|one| !(notice.topic == DISABLED && one.webhook_id == notice.webhook_id));
            if wanting.is_empty() {
                continue;
            }
            let topic = notice.topic;
            match self.notice_event(notice, wanting) {
                Ok(event) if event.addressing.deliveries.is_empty() => {}
                Ok(event) => events.push(event),
                // Outcomes are recorded all the same.
                Err(error) => self.environment.log(Level::Warn, &format!("{topic} is told to nobody: {error:?}")),
            }
        }
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let token = Token::new(self.random()).to_string();
        Ok(self.outbox_statements(events, &token))
    }

    fn notice_event(&mut self, notice: Notice, subscribers: Vec<Subscriber>) -> Result<OutboxEvent> {
        let topic = Topic::parse(notice.topic).map_err(|error| Error::field("now", error.to_string()))?;
        let id = EventId::new(self.now, self.random()).to_string();
        let data = Value::Object(notice.data).to_string();
        let occurrence = Occurrence {
            event_id: &id,
            webhook_id: "",
            topic: &topic,
            occurred_at_ms: self.now,
            data: &data,
            account: Some(notice.account.as_str()).filter(|account| !account.is_empty()),
        };
        let subscribers = self.wanting(&occurrence, subscribers);
        let addressing = self.address(&occurrence, &subscribers)?;
        Ok(OutboxEvent {
            id,
            topic: notice.topic.to_owned(),
            account: notice.account,
            occurred_at: self.now,
            fingerprint: None,
            addressing,
        })
    }
}

fn time(now: i64) -> Value {
    envelope::timestamp_text(now).unwrap_or_default().into()
}
