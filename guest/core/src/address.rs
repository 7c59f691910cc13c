//! From one event and its subscribers to payloads and deliveries: which bytes each webhook is sent, and when first.
//!
//! Decides by each webhook's filter, shape and retry schedule; knows nothing of where the subscribers come from and of
//! how rows are stored. Webhooks that want the same bytes share one payload.

use std::collections::HashMap;

use serde_json::Value;

use crate::call::Call;
use crate::dialect::{self, Occurrence};
use crate::digest;
use crate::error::{Error, Result};
use crate::filter::{Filter, FilterInput};
use crate::retry::Schedule;
use crate::shape::Shape;
use crate::sql::Subscriber;

/// A delivery of an event, before it has an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addressed {
    pub(crate) webhook_id: String,
    pub(crate) webhook_account: String,
    /// The stored text of a [`Shape`].
    pub(crate) shape: String,
    /// Of the payload.
    pub(crate) digest: String,
    /// Unix milliseconds.
    pub(crate) due_at: i64,
    /// The installation was stopped when the webhook was read.
    pub(crate) stopped: bool,
}

/// The payloads of an event, each with its digest, and its deliveries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Addressing {
    pub(crate) payloads: Vec<(String, Vec<u8>)>,
    pub(crate) deliveries: Vec<Addressed>,
}

impl Call<'_> {
    /// The subscribers whose filter lets the event through. A filter that cannot be read lets nothing through, and no
    /// filter lets data through that hold a number beyond 64-bit floating point.
    pub(crate) fn wanting(&self, occurrence: &Occurrence<'_>, mut subscribers: Vec<Subscriber>) -> Vec<Subscriber> {
        if subscribers.iter().all(|subscriber| subscriber.filter.is_empty()) {
            return subscribers;
        }
        let Ok(data) = serde_json::from_str::<Value>(occurrence.data) else {
            subscribers.retain(|subscriber| subscriber.filter.is_empty());
            return subscribers;
        };
        let input = FilterInput {
            topic: occurrence.topic.as_str(),
            account: occurrence.account,
            event_id: occurrence.event_id,
            data: &data,
        };
        subscribers.retain(|subscriber| {
            subscriber.filter.is_empty() || Filter::parse(&subscriber.filter).is_ok_and(|filter| filter.matches(&input))
        });
        subscribers
    }

    /// Makes the payloads and deliveries of an event for these subscribers.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] when a payload is too large or tells a time that cannot be written.
    pub(crate) fn address(&self, occurrence: &Occurrence<'_>, subscribers: &[Subscriber]) -> Result<Addressing> {
        let mut addressing = Addressing::default();
        let mut digests: HashMap<&str, String> = HashMap::new();
        for subscriber in subscribers {
            let shape = Shape::read(&subscriber.shape);
            let shared = !shape.dialect.body_names_webhook(shape.version);
            let known = digests.get(subscriber.shape.as_str()).filter(|_| shared);
            let digest = match known {
                Some(digest) => digest.clone(),
                None => {
                    let body = self.body(shape, &Occurrence { webhook_id: &subscriber.webhook_id, ..*occurrence })?;
                    let digest = digest::of_parts(&[&body]);
                    if addressing.payloads.iter().all(|(known, _)| *known != digest) {
                        addressing.payloads.push((digest.clone(), body));
                    }
                    digests.insert(&subscriber.shape, digest.clone());
                    digest
                }
            };
            addressing.deliveries.push(Addressed {
                webhook_id: subscriber.webhook_id.clone(),
                webhook_account: subscriber.account.clone(),
                shape: subscriber.shape.clone(),
                digest,
                due_at: self.first_due(&subscriber.retry_schedule),
                stopped: subscriber.stopped,
            });
        }
        Ok(addressing)
    }

    /// The exact bytes of a payload.
    pub(crate) fn body(&self, shape: Shape, occurrence: &Occurrence<'_>) -> Result<Vec<u8>> {
        let body = dialect::body(shape.dialect, shape.version, shape.format, occurrence).map_err(|error| {
            let field = if matches!(error, dialect::BodyError::Time(_)) { "occurred-at" } else { "data" };
            Error::field(field, error.to_string())
        })?;
        if let Some(problem) = self.payload_problem(body.len()) {
            return Err(Error::field("data", format!("the payload has {problem}")));
        }
        Ok(body)
    }

    /// Why a payload of this size is too large.
    pub(crate) fn payload_problem(&self, bytes: usize) -> Option<String> {
        let max = self.config.max_payload_bytes as usize;
        (bytes > max).then(|| {
            format!(
                "{bytes} bytes; at most {max} are allowed (setting max-payload-bytes). Send an id and let the receiver \
                 fetch the rest"
            )
        })
    }

    /// The webhook's own retry schedule, else the installation's.
    pub(crate) fn schedule(&self, own: &str) -> Schedule {
        Some(own)
            .filter(|own| !own.is_empty())
            .and_then(|own| Schedule::parse(own).ok())
            .unwrap_or_else(|| self.config.retry_schedule.clone())
    }

    fn first_due(&self, own_schedule: &str) -> i64 {
        let delay = if own_schedule.is_empty() {
            self.config.retry_schedule.delay_before(1)
        } else {
            self.schedule(own_schedule).delay_before(1)
        };
        self.now.saturating_add_unsigned(delay.unwrap_or(0))
    }
}
