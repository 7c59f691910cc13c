//! The steps that most tests take, each a call or two of the component that must succeed.

use hookwright_runtime::deliveries::{
    Claimed, Decision, Details, Failure, FailureKind, Outcome, Request, Response, Settlement,
};
use hookwright_runtime::events::{Event, Receipt};
use hookwright_runtime::registry::{NewWebhook, Status, Webhook, WebhookChanges};
use hookwright_runtime::types::Scope;

use super::Installation;
use crate::environment::SECOND;
use crate::subject::{Answer, Subject};

/// A lease that the default settings allow: the time-out of a request and a minute.
pub const LEASE_MS: u32 = 80_000;

/// An event with small data.
#[must_use]
pub fn event(topic: &str) -> Event {
    Event {
        topic: topic.to_owned(),
        data: r#"{"id":1}"#.to_owned(),
        account: None,
        idempotency_key: None,
        occurred_at: None,
    }
}

/// A webhook with these topics, and defaults for all else.
#[must_use]
pub fn new_webhook(topics: &[&str]) -> NewWebhook {
    NewWebhook {
        url: "https://receiver.example/hook".to_owned(),
        topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        ..NewWebhook::default()
    }
}

/// Changes of a webhook that change nothing.
#[must_use]
pub fn no_changes() -> WebhookChanges {
    WebhookChanges { name: None, url: None, topics: None, status: None, revision: None, ..WebhookChanges::default() }
}

/// An answer with this status and these headers.
#[must_use]
pub fn answered(status: u16, headers: &[(&str, &str)]) -> Outcome {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Outcome::Response(Response { status, headers, body: b"noted".to_vec(), truncated: false })
}

/// No answer.
#[must_use]
pub fn failed(kind: FailureKind) -> Outcome {
    Outcome::Failure(Failure { kind, message: "in the client's words".to_owned() })
}

/// What a host says of a request that took a quarter of a second until now.
#[must_use]
pub fn settlement(request: &Request, outcome: Outcome, now: i64) -> Settlement {
    Settlement {
        delivery_id: request.delivery_id.clone(),
        claim_token: request.claim_token.clone(),
        started_at: now - SECOND / 4,
        duration: 250,
        request_headers: request.headers.clone(),
        outcome,
    }
}

impl Installation {
    /// A webhook of the whole installation.
    pub fn webhook(&mut self, topics: &[&str]) -> Webhook {
        self.webhook_of(new_webhook(topics))
    }

    /// A webhook.
    pub fn webhook_of(&mut self, webhook: NewWebhook) -> Webhook {
        self.webhooks_create(webhook).expect("the webhook is valid").webhook
    }

    /// The webhook as it is now.
    pub fn webhook_now(&mut self, id: &str) -> Webhook {
        self.webhooks_get(Scope::All, id.to_owned()).expect("the webhook exists")
    }

    /// Changes the status of a webhook.
    pub fn set_status(&mut self, id: &str, status: Status) -> Webhook {
        let changes = WebhookChanges { status: Some(status), ..no_changes() };
        self.webhooks_update(Scope::All, id.to_owned(), changes).expect("the status can be changed")
    }

    /// Publishes one event that must be taken.
    pub fn publish_one(&mut self, event: Event) -> Receipt {
        self.publish_answer(event).expect("the event is valid")
    }

    /// Publishes one event.
    ///
    /// # Errors
    ///
    /// That of the event.
    pub fn publish_answer(&mut self, event: Event) -> Answer<Receipt> {
        let mut answers = self.publish(vec![event]).expect("the batch is taken");
        assert_eq!(answers.len(), 1);
        answers.remove(0)
    }

    /// Claims up to a hundred deliveries with nothing in flight.
    pub fn claim_all(&mut self) -> Claimed {
        self.claim(100, LEASE_MS, Vec::new()).expect("a claim is possible")
    }

    /// Claims the one delivery that is due.
    pub fn claim_one(&mut self) -> Request {
        let mut claimed = self.claim_all();
        assert_eq!(claimed.requests.len(), 1, "one delivery is due: {claimed:?}");
        claimed.requests.remove(0)
    }

    /// Settles one request.
    ///
    /// # Errors
    ///
    /// That of the item.
    pub fn settle_answer(&mut self, request: &Request, outcome: Outcome) -> Answer<Decision> {
        let settlement = settlement(request, outcome, self.clock.now());
        let mut answers = self.settle(vec![settlement]).expect("a settle is possible");
        assert_eq!(answers.len(), 1);
        answers.remove(0)
    }

    /// Settles one request whose claim still holds.
    pub fn settle_one(&mut self, request: &Request, outcome: Outcome) -> Decision {
        self.settle_answer(request, outcome).expect("the claim holds")
    }

    /// Claims the one delivery that is due, and settles it as answered with this status.
    pub fn attempt(&mut self, status: u16) -> Decision {
        let request = self.claim_one();
        self.settle_one(&request, answered(status, &[]))
    }

    /// Moves the clock to when the decision says that the next attempt is due.
    pub fn wait_for(&self, decision: &Decision) {
        self.clock.set(decision.due_at.expect("another attempt is due"));
    }

    /// A delivery with all that is known of it.
    pub fn details(&mut self, id: &str) -> Details {
        self.deliveries_get(Scope::All, id.to_owned()).expect("the delivery exists")
    }
}
