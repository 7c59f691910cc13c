//! Decides nothing but the duty that serves each exported function: publishing, dispatching or anything else.

use crate::call::Call;
use crate::host::Hookwright;
use crate::types::{Error, Paging, Scope};
use crate::{accounts, catalogue, deliveries, events, guard, installed, lifecycle, policy, registry, signing};

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

    /// Stops all deliveries until [`resume`](Self::resume); the number of those held.
    pub fn stop(&self, reason: String) -> Call<u64> {
        self.general(move |api| api.stop(&reason))
    }

    /// Ends a stop, and takes the present site identity for the right one; the number of deliveries freed.
    pub fn resume(&self) -> Call<u64> {
        self.general(|api| api.resume())
    }

    /// Seals the secrets of up to `limit` webhooks, 1,000 at most, under the first of the encryption keys. Call it until
    /// nothing changes.
    pub fn rekey(&self, limit: u32) -> Call<lifecycle::Rekeyed> {
        self.general(move |api| api.rekey(limit))
    }

    /// Removes what is past its retention: the rows of about `limit` deliveries, 1,000 at most. Call it while there is
    /// more.
    pub fn purge(&self, limit: u32) -> Call<lifecycle::Removed> {
        self.general(move |api| api.purge(limit))
    }

    /// Removes everything of an account or event: the rows of about `limit` deliveries, 1,000 at most. Call it while
    /// there is more.
    pub fn erase(&self, target: lifecycle::EraseTarget, limit: u32) -> Call<lifecycle::Removed> {
        self.general(move |api| api.erase(&target, limit))
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

    /// Gives webhooks a status, 100 at most; one result for each id.
    pub fn webhooks_set_status(
        &self,
        scope: Scope,
        ids: Vec<String>,
        status: registry::Status,
    ) -> Call<Vec<Result<registry::Webhook, Error>>> {
        self.general(move |api| api.webhooks_set_status(&scope, &ids, status))
    }

    /// Replaces a webhook's secret; the former one signs beside it for `overlap` milliseconds. The answer holds the new
    /// one, this once.
    pub fn webhooks_rotate_secret(
        &self,
        scope: Scope,
        id: String,
        secret: Option<registry::Secret>,
        overlap: u32,
    ) -> Call<registry::Created> {
        self.general(move |api| api.webhooks_rotate_secret(&scope, &id, secret.as_ref(), overlap))
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

    /// The settings of a topic; the defaults where nothing was set.
    pub fn topics_settings(&self, name: String) -> Call<catalogue::TopicSettings> {
        self.general(move |api| api.topics_settings(&name))
    }

    /// Sets all settings of a topic, in the place of the former ones.
    pub fn topics_configure(&self, name: String, settings: catalogue::TopicSettings) -> Call<catalogue::TopicSettings> {
        self.general(move |api| api.topics_configure(&name, &settings))
    }
}

/// What accounts may have. For the operator, not for the account.
impl Hookwright {
    /// Sets the limits of an account, in the place of former ones.
    pub fn accounts_set_limits(&self, account: String, limits: accounts::Limits) -> Call<accounts::Usage> {
        self.general(move |api| api.accounts_set_limits(&account, limits))
    }

    /// The limits of an account, with what is used.
    pub fn accounts_get_limits(&self, account: String) -> Call<accounts::Usage> {
        self.general(move |api| api.accounts_get_limits(&account))
    }

    /// Removes the limits of an account.
    pub fn accounts_remove_limits(&self, account: String) -> Call<()> {
        self.general(move |api| api.accounts_remove_limits(&account))
    }
}

/// Which plugins are installed, as the database knows them: their bytes lie elsewhere. For the operator.
impl Hookwright {
    /// All plugins: the active ones in the order of activation, then the others by name.
    pub fn plugins_installed(&self) -> Call<Vec<installed::Plugin>> {
        self.general(|api| api.plugins_installed())
    }

    /// One plugin.
    pub fn plugins_get(&self, name: String) -> Call<installed::Plugin> {
        self.general(move |api| api.plugins_get(&name))
    }

    /// Installs a plugin, inactive, or upgrades it; the version before is kept.
    pub fn plugins_put(&self, package: installed::Package) -> Call<installed::Plugin> {
        self.general(move |api| api.plugins_put(&package))
    }

    /// Activates a plugin, or deactivates it for a reason.
    pub fn plugins_set_state(
        &self,
        name: String,
        state: installed::State,
        reason: Option<String>,
    ) -> Call<installed::Plugin> {
        self.general(move |api| api.plugins_set_state(&name, state, reason.as_deref()))
    }

    /// Replaces all settings of a plugin with a JSON object.
    pub fn plugins_set_settings(&self, name: String, settings: String) -> Call<installed::Plugin> {
        self.general(move |api| api.plugins_set_settings(&name, &settings))
    }

    /// The settings of a plugin, in clear: for the plugin and nobody else.
    pub fn plugins_settings(&self, name: String) -> Call<String> {
        self.general(move |api| api.plugins_settings(&name))
    }

    /// Exchanges the present version of a plugin for the one before.
    pub fn plugins_roll_back(&self, name: String) -> Call<installed::Plugin> {
        self.general(move |api| api.plugins_roll_back(&name))
    }

    /// Removes an inactive plugin with its settings.
    pub fn plugins_remove(&self, name: String) -> Call<()> {
        self.general(move |api| api.plugins_remove(&name))
    }

    /// Counts a failure of a plugin. Answers how many there have been in a row, in all processes.
    pub fn plugins_note_failure(&self, name: String, message: String) -> Call<u32> {
        self.general(move |api| api.plugins_note_failure(&name, &message))
    }

    /// A plugin has worked: its failures in a row have ended. Writes only where there were some.
    pub fn plugins_note_success(&self, name: String) -> Call<()> {
        self.general(move |api| api.plugins_note_success(&name))
    }

    /// The number of the last change of any plugin; a host that has loaded another looks again.
    pub fn plugins_generation(&self) -> Call<i64> {
        self.general(|api| api.plugins_generation())
    }
}

/// Events and their deliveries.
impl Hookwright {
    /// Stores events, 1,000 at most; one result for each. They are durable when the answer is there. Publishes that
    /// wait at the same time share one commit.
    pub fn publish(&self, events: Vec<events::Event>) -> Call<Vec<Result<events::Receipt, Error>>> {
        self.publishing(events)
    }

    /// What would become of an event, and which webhooks would receive it or not, and why. Stores nothing.
    pub fn explain(&self, event: events::Event, scope: Scope, paging: Paging) -> Call<events::Forecast> {
        self.general(move |api| api.explain(&event, &scope, paging))
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

    /// Stores a ping for one webhook and leases its delivery to the caller for `lease` milliseconds.
    pub fn ping(&self, scope: Scope, webhook_id: String, lease: u32) -> Call<deliveries::Request> {
        self.general(move |api| api.ping(&scope, &webhook_id, lease))
    }

    /// One more attempt for each delivery, 100 at most; one result for each.
    pub fn redeliver(&self, scope: Scope, ids: Vec<String>) -> Call<Vec<Result<deliveries::Delivery, Error>>> {
        self.general(move |api| api.redeliver(&scope, &ids))
    }

    /// Ends deliveries that wait, 100 at most; one result for each.
    pub fn cancel(&self, scope: Scope, ids: Vec<String>) -> Call<Vec<Result<deliveries::Delivery, Error>>> {
        self.general(move |api| api.cancel(&scope, &ids))
    }

    /// Sends again what failed: a step of `limit` deliveries, from the `next` of the step before on.
    pub fn recover(
        &self,
        query: deliveries::RecoverQuery,
        limit: u32,
        cursor: Option<String>,
    ) -> Call<deliveries::Recovered> {
        self.general(move |api| api.recover(&query, limit, cursor.as_deref()))
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
