//! The delivery log: what was sent, what came back, and one more attempt or the end when a person asks for it.

use crate::call::Call;
use crate::error::{Error, FieldErrors, Result};
use crate::id::{DeliveryId, EventId, WebhookId};
use crate::paging::Paging;
use crate::ports::{Statement, StorageError};
use crate::registry::Status;
use crate::retry::FailureKind;
use crate::scope::Scope;
use crate::settle::{Outcome, Response};
use crate::sql::{AttemptRow, DeliveryFilter, DeliveryRow, LockedBy, Row, rows};

use crate::topic::Topic;

pub use crate::sql::State;

/// One event to one webhook, over all its attempts. Times are unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// `dlv_…`
    pub id: String,
    /// `evt_…`
    pub event_id: String,
    /// `wh_…`
    pub webhook_id: String,
    /// Topic of the event.
    pub topic: String,
    /// The event's tenant.
    pub account: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Finished attempts.
    pub attempts: u32,
    /// Next attempt, or end of the lease.
    pub due_at: Option<i64>,
    /// Why the last attempt failed or the delivery ended.
    pub reason: Option<String>,
    /// A test event.
    pub test: bool,
    /// When it was published.
    pub created_at: i64,
    /// When it ended.
    pub finished_at: Option<i64>,
}

/// One HTTP request, recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// Unix milliseconds.
    pub started_at: i64,
    /// Milliseconds.
    pub duration_ms: u32,
    /// Where it went.
    pub url: String,
    /// As sent.
    pub request_headers: Vec<(String, String)>,
    /// None when the host died before it told.
    pub outcome: Option<Outcome>,
    /// Why it was a failure.
    pub reason: Option<String>,
}

/// A delivery with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The delivery.
    pub delivery: Delivery,
    /// The request body.
    pub payload: Vec<u8>,
    /// In their order.
    pub attempts: Vec<Attempt>,
}

/// Which deliveries to list.
#[derive(Clone, Debug)]
pub struct DeliveryQuery {
    /// Whose, by the account of the webhook: its URL and its receiver's answers are no one else's business.
    pub scope: Scope,
    /// Only to this webhook.
    pub webhook_id: Option<String>,
    /// Only of this event.
    pub event_id: Option<String>,
    /// Only of this topic.
    pub topic: Option<String>,
    /// Only in this state.
    pub state: Option<State>,
    /// Which page.
    pub paging: Paging,
}

const IDS_MAX: usize = 100;
/// The reason of a delivery that a person ended.
const CANCELLED: &str = "cancelled on request";

impl Call<'_> {
    /// One delivery with payload and attempts.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`]
    pub fn delivery(&mut self, scope: &Scope, id: &str) -> Result<Details> {
        let row = self.delivery_row(scope, id)?;
        let batch = vec![self.sql.payload(&row.event_id, &row.digest), self.sql.attempts(id)];
        let mut results = self.read(batch)?.into_iter();
        let payload = rows(results.next().unwrap_or_default(), 1, Row::blob)?.pop().unwrap_or_default();
        let attempts = rows(results.next().unwrap_or_default(), AttemptRow::WIDTH, AttemptRow::read)?;
        Ok(Details { delivery: delivery(row), payload, attempts: attempts.into_iter().map(attempt).collect() })
    }

    /// One page of deliveries, newest first, and the number on all pages.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]
    pub fn find_deliveries(&mut self, query: &DeliveryQuery) -> Result<(Vec<Delivery>, u64)> {
        query.paging.check()?;
        query.scope.check()?;
        let mut errors = FieldErrors::default();
        if let Some(id) = &query.webhook_id {
            errors.check("webhook-id", WebhookId::parse(id));
        }
        if let Some(id) = &query.event_id {
            errors.check("event-id", EventId::parse(id));
        }
        if let Some(topic) = &query.topic {
            errors.check("topic", Topic::parse(topic));
        }
        errors.into_result()?;
        let filter = DeliveryFilter {
            account: query.scope.account().map(str::to_owned),
            webhook_id: query.webhook_id.clone(),
            event_id: query.event_id.clone(),
            topic: query.topic.clone(),
            state: query.state,
        };
        let batch = vec![
            self.sql.find_deliveries(&filter, query.paging.limit(), query.paging.offset()),
            self.sql.count_deliveries(&filter),
        ];
        let mut results = self.read(batch)?.into_iter();
        let found = rows(results.next().unwrap_or_default(), DeliveryRow::WIDTH, DeliveryRow::read)?;
        let total = rows(results.next().unwrap_or_default(), 1, Row::integer)?;
        let total = total.first().copied().unwrap_or(0).unsigned_abs();
        Ok((found.into_iter().map(delivery).collect(), total))
    }

    /// One more attempt for each delivery, now. One result for each id.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] when there are too many ids; an item fails with [`Error::NotFound`], or [`Error::Conflict`]
    /// when its state or its webhook's does not allow an attempt.
    pub fn redeliver(&mut self, scope: &Scope, ids: &[String]) -> Result<Vec<Result<Delivery>>> {
        self.each(scope, ids, Self::redeliver_one)
    }

    /// Ends deliveries that wait. One result for each id.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] when there are too many ids; an item fails with [`Error::NotFound`], or [`Error::Conflict`]
    /// when it is being sent or has ended.
    pub fn cancel(&mut self, scope: &Scope, ids: &[String]) -> Result<Vec<Result<Delivery>>> {
        self.each(scope, ids, Self::cancel_one)
    }

    fn each(
        &mut self,
        scope: &Scope,
        ids: &[String],
        one: fn(&mut Self, &Scope, &str) -> Result<Delivery>,
    ) -> Result<Vec<Result<Delivery>>> {
        if ids.len() > IDS_MAX {
            return Err(Error::field("ids", format!("{} ids; at most {IDS_MAX} at once", ids.len())));
        }
        ids.iter()
            .map(|id| match one(self, scope, id) {
                Err(Error::Storage(error)) => Err(Error::Storage(error)),
                result => Ok(result),
            })
            .collect()
    }

    fn cancel_one(&mut self, scope: &Scope, id: &str) -> Result<Delivery> {
        let row = self.delivery_row(scope, id)?;
        let refusal = match row.state {
            State::Pending | State::Retrying | State::Held => {
                return self.change_one(scope, id, vec![self.sql.cancel(id, row.state, CANCELLED, self.now)]);
            }
            State::Sending => "it is being sent now; look at it again when the attempt is over",
            State::Delivered => "it is delivered already",
            State::Exhausted | State::Cancelled => "it has ended already, and nothing more is sent",
        };
        Err(Error::Conflict(format!("delivery {id}: {refusal}")))
    }

    fn redeliver_one(&mut self, scope: &Scope, id: &str) -> Result<Delivery> {
        let row = self.delivery_row(scope, id)?;
        let webhook = self.load_webhooks(std::slice::from_ref(&row.webhook_id))?.pop().map(|(webhook, _)| webhook);
        let refusal = match (&webhook, row.state) {
            (None, _) => Some("its webhook was deleted".to_owned()),
            (Some(webhook), _) if webhook.status != Status::Active => {
                Some(format!("its webhook is {}; make it active first", webhook.status.word()))
            }
            (_, State::Sending) => Some("it is being sent now".to_owned()),
            (_, State::Pending | State::Retrying) if row.due_at.is_some_and(|due| due <= self.now) => {
                Some("it is due already and will be sent next".to_owned())
            }
            _ => None,
        };
        if let Some(refusal) = refusal {
            return Err(Error::Conflict(format!("delivery {id}: {refusal}")));
        }
        self.refuse_while_stopped()?;
        let payload = self.read(vec![self.sql.has_payload(&row.event_id)])?.pop().unwrap_or_default();
        if rows(payload, 1, Row::integer)?.is_empty() {
            return Err(Error::Conflict(format!(
                "delivery {id}: its payload is past its retention and gone; publish the event again"
            )));
        }
        let lock = self.sql.lock_events(std::slice::from_ref(&row.event_id), LockedBy::Redelivery);
        self.change_one(scope, id, vec![lock, self.sql.redeliver(&row, self.now)])
    }

    /// Changes a delivery that must still be as it was read, and reads it again.
    fn change_one(&mut self, scope: &Scope, id: &str, change: Vec<Statement>) -> Result<Delivery> {
        match self.write(change) {
            Ok(_) => {}
            Err(Error::Storage(StorageError::ExpectationFailed(_))) => {
                return Err(Error::Conflict(format!("delivery {id} has just changed; look at it again")));
            }
            Err(error) => return Err(error),
        }
        self.delivery_row(scope, id).map(delivery)
    }

    fn delivery_row(&mut self, scope: &Scope, id: &str) -> Result<DeliveryRow> {
        DeliveryId::parse(id).map_err(|_| not_found(id))?;
        let result = self.read(vec![self.sql.delivery_by_id(id)])?.into_iter().next().unwrap_or_default();
        rows(result, DeliveryRow::WIDTH, DeliveryRow::read)?
            .into_iter()
            .find(|row| scope.sees(Some(row.webhook_account.as_str()).filter(|account| !account.is_empty())))
            .ok_or_else(|| not_found(id))
    }
}

fn not_found(id: &str) -> Error {
    Error::NotFound(format!("delivery {id}"))
}

fn delivery(row: DeliveryRow) -> Delivery {
    Delivery {
        id: row.id,
        event_id: row.event_id,
        webhook_id: row.webhook_id,
        topic: row.topic,
        account: Some(row.account).filter(|account| !account.is_empty()),
        state: row.state,
        attempts: row.attempts,
        due_at: row.due_at,
        reason: row.reason,
        test: row.test,
        created_at: row.created_at,
        finished_at: row.finished_at,
    }
}

fn attempt(row: AttemptRow) -> Attempt {
    let outcome = match (row.status, row.failure) {
        (Some(status), _) => Some(Outcome::Response(Response {
            status: u16::try_from(status).unwrap_or(0),
            headers: pairs(row.response_headers.as_deref().unwrap_or_default()),
            body: row.response_body.unwrap_or_default(),
            truncated: row.truncated,
        })),
        (None, Some(word)) => FailureKind::from_word(&word)
            .map(|kind| Outcome::Failure { kind, message: row.message.unwrap_or_default() }),
        (None, None) => None,
    };
    Attempt {
        number: row.number,
        started_at: row.started_at,
        duration_ms: row.duration_ms,
        url: row.url,
        request_headers: pairs(&row.request_headers),
        outcome,
        reason: row.reason,
    }
}

fn pairs(json: &[u8]) -> Vec<(String, String)> {
    serde_json::from_slice(json).unwrap_or_default()
}
