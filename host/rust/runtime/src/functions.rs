//! Decides nothing but the duty that serves each exported function: publishing, dispatching or anything else.

use crate::call::Call;
use crate::host::Hookwright;
use crate::types::{Error, Scope};
use crate::{catalogue, deliveries, events, guard, lifecycle, policy, registry, signing};

/// Set-up and state.
impl Hookwright {
    /// Checks the configuration that was given at the start.
    pub fn check_config(&self) -> Call<()> {
        self.general(|api| api.check_config())
    }

    /// Creates the tables or brings them up to date. Safe at any time; no other function does it.
    pub fn migrate(&self) -> Call<lifecycle::Migration> {
        self.general(|api| api.migrate())
    }

    /// Counts webhooks and deliveries by state.
    pub fn stats(&self) -> Call<lifecycle::Counts> {
        self.general(|api| api.stats())
    }
}

/// The registry.
impl Hookwright {
    /// Adds a webhook. The answer holds its secret, this once.
    pub fn webhooks_create(&self, webhook: registry::NewWebhook) -> Call<registry::Created> {
        self.general(move |api| api.webhooks_create(&webhook))
    }

    /// One webhook.
    pub fn webhooks_get(&self, scope: Scope, id: String) -> Call<registry::Webhook> {
        self.general(move |api| api.webhooks_get(&scope, &id))
    }

    /// A page of webhooks.
    pub fn webhooks_find(&self, query: registry::Query) -> Call<registry::Page> {
        self.general(move |api| api.webhooks_find(&query))
    }

    /// Changes a webhook.
    pub fn webhooks_update(
        &self,
        scope: Scope,
        id: String,
        changes: registry::WebhookChanges,
    ) -> Call<registry::Webhook> {
        self.general(move |api| api.webhooks_update(&scope, &id, &changes))
    }

    /// Deletes webhooks, 100 at most; one result for each id.
    pub fn webhooks_delete(&self, scope: Scope, ids: Vec<String>) -> Call<Vec<Result<(), Error>>> {
        self.general(move |api| api.webhooks_delete(&scope, &ids))
    }
}

/// The catalogue.
impl Hookwright {
    /// One topic.
    pub fn topics_get(&self, name: String) -> Call<catalogue::Topic> {
        self.general(move |api| api.topics_get(&name))
    }

    /// A page of topics.
    pub fn topics_find(&self, query: catalogue::Query) -> Call<catalogue::Page> {
        self.general(move |api| api.topics_find(&query))
    }

    /// Registers a topic, or replaces one that was registered before.
    pub fn topics_register(&self, topic: catalogue::NewTopic) -> Call<catalogue::Topic> {
        self.general(move |api| api.topics_register(&topic))
    }

    /// Removes a registered topic.
    pub fn topics_unregister(&self, name: String) -> Call<()> {
        self.general(move |api| api.topics_unregister(&name))
    }

    /// The catalogue, or what the filter leaves of it, as one document.
    pub fn topics_document(&self, format: catalogue::DocumentFormat, filter: catalogue::Filter) -> Call<String> {
        self.general(move |api| api.topics_document(format, &filter))
    }
}

/// Events and their deliveries.
impl Hookwright {
    /// Stores events, 1,000 at most; one result for each. They are durable when the answer is there. Publishes that
    /// wait at the same time share one commit.
    pub fn publish(&self, events: Vec<events::Event>) -> Call<Vec<Result<events::Receipt, Error>>> {
        self.publishing(events)
    }

    /// Leases due deliveries, `limit` at most, for `lease` milliseconds. `busy` tells how many requests are in flight
    /// for each webhook.
    pub fn claim(&self, limit: u32, lease: u32, busy: Vec<deliveries::InFlight>) -> Call<deliveries::Claimed> {
        self.dispatching(move |api| api.claim(limit, lease, &busy))
    }

    /// Records outcomes; one result for each.
    pub fn settle(&self, settlements: Vec<deliveries::Settlement>) -> Call<Vec<Result<deliveries::Decision, Error>>> {
        self.dispatching(move |api| api.settle(&settlements))
    }

    /// Stores a test event for one webhook and leases its delivery to the caller for `lease` milliseconds.
    pub fn test(
        &self,
        scope: Scope,
        webhook_id: String,
        topic: Option<String>,
        data: Option<String>,
        lease: u32,
    ) -> Call<deliveries::Request> {
        self.general(move |api| api.test(&scope, &webhook_id, topic.as_deref(), data.as_ref(), lease))
    }

    /// One more attempt for each delivery, 100 at most; one result for each.
    pub fn redeliver(&self, scope: Scope, ids: Vec<String>) -> Call<Vec<Result<deliveries::Delivery, Error>>> {
        self.general(move |api| api.redeliver(&scope, &ids))
    }

    /// One delivery with payload and attempts.
    pub fn deliveries_get(&self, scope: Scope, id: String) -> Call<deliveries::Details> {
        self.general(move |api| api.deliveries_get(&scope, &id))
    }

    /// A page of deliveries, newest first.
    pub fn deliveries_find(&self, query: deliveries::Query) -> Call<deliveries::Page> {
        self.general(move |api| api.deliveries_find(&query))
    }
}

/// Signatures.
impl Hookwright {
    /// The signature header's value for a message, with each secret.
    pub fn sign(&self, message: signing::Message, secrets: Vec<String>) -> Call<String> {
        self.general(move |api| api.sign(&message, &secrets))
    }

    /// Checks a signed message. The inner result says why it was refused.
    pub fn verify(
        &self,
        message: signing::Message,
        signature: String,
        secret: String,
        now: i64,
        tolerance_seconds: u32,
    ) -> Call<Result<(), signing::Refusal>> {
        self.general(move |api| api.verify(&message, &signature, &secret, now, tolerance_seconds))
    }

    /// A new secret of `len` random bytes, 24 to 64.
    pub fn generate_secret(&self, len: u32) -> Call<String> {
        self.general(move |api| api.generate_secret(len))
    }

    /// The headers of a scheme for a message, with each secret.
    pub fn sign_headers(
        &self,
        scheme: signing::Scheme,
        message: signing::Message,
        secrets: Vec<String>,
    ) -> Call<Vec<(String, String)>> {
        self.general(move |api| api.sign_headers(&scheme, &message, &secrets))
    }

    /// Checks received headers and the exact body. The inner result says why they were refused.
    pub fn verify_headers(
        &self,
        scheme: signing::Scheme,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
        secret: String,
        now: i64,
        tolerance_seconds: u32,
    ) -> Call<Result<(), signing::HeadersRefusal>> {
        self.general(move |api| api.verify_headers(&scheme, &headers, &body, &secret, now, tolerance_seconds))
    }

    /// A new secret of 32 random bytes.
    pub fn generate_key(&self, kind: signing::SecretKind) -> Call<String> {
        self.general(move |api| api.generate_key(kind))
    }

    /// The public key `whpk_…` of an ed25519 secret `whsk_…`.
    pub fn public_key(&self, secret: String) -> Call<String> {
        self.general(move |api| api.public_key(&secret))
    }
}

/// The address guard. Its answers hold as long as the core runs.
impl Hookwright {
    /// Whether a URL may be called, as far as its text says. The inner result says why not.
    pub fn check_url(&self, url: String) -> Call<Result<(), guard::Blocked>> {
        self.general(move |api| api.check_url(&url))
    }

    /// Whether a connection to an address may be made. The inner result says why not.
    pub fn check_address(&self, address: String) -> Call<Result<(), guard::Blocked>> {
        self.general(move |api| api.check_address(&address))
    }
}

/// The retry policy.
impl Hookwright {
    /// What would happen to a delivery and its webhook if the receiver gave these answers. Nothing is stored.
    pub fn simulate(&self, answers: Vec<policy::Answer>) -> Call<Vec<policy::Step>> {
        self.general(move |api| api.simulate(&answers))
    }
}
