//! Decides nothing: every exported function of the core, as a method on an instance.
//!
//! Whether a call fits into an application's open transaction is the storage contract's matter, not this module's.

use std::fmt;

use crate::call_error::CallError;
use crate::seat::Seat;
use crate::types::{Error, Scope};
use crate::{catalogue, deliveries, events, guard, lifecycle, policy, registry, signing};

/// The core's functions, called at once on the calling thread. One call at a time.
///
/// All methods fail with a [`CallError`]; what the core refuses is [`CallError::Api`], as wit/webhooks says at the
/// function.
pub struct Api<'a> {
    seat: &'a mut Seat,
}

impl<'a> Api<'a> {
    pub(crate) fn new(seat: &'a mut Seat) -> Self {
        Self { seat }
    }
}

impl fmt::Debug for Api<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}

impl Api<'_> {
    /// Adds a webhook; the answer holds its secret, this once.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    pub fn webhooks_create(&mut self, webhook: &registry::NewWebhook) -> Result<registry::Created, CallError> {
        let webhook = webhook.into();
        let created = self
            .seat
            .call("registry.create", |core, store| core.hookwright_webhooks_registry().call_create(store, &webhook))?;
        Ok(created.into())
    }
}

/// Writes one method for each exported function: its name in the host, its WIT interface and function, and its call.
macro_rules! functions {
    ($(
        $(#[$doc:meta])*
        $method:ident($($param:ident: $type:ty),*) -> $result:ty = $name:literal, $interface:ident.$call:ident;
    )*) => {
        impl Api<'_> {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                ///
                /// A [`CallError`].
                pub fn $method(&mut self, $($param: $type),*) -> Result<$result, CallError> {
                    self.seat.call($name, |core, store| core.$interface().$call(store, $($param),*))
                }
            )*
        }
    };
}

functions! {
    /// Checks the configuration.
    check_config() -> () = "lifecycle.check-config", hookwright_webhooks_lifecycle.call_check_config;
    /// Creates the tables or brings them up to date. Refused inside an application's transaction.
    migrate() -> lifecycle::Migration = "lifecycle.migrate", hookwright_webhooks_lifecycle.call_migrate;
    /// Counts webhooks and deliveries by state.
    stats() -> lifecycle::Counts = "lifecycle.stats", hookwright_webhooks_lifecycle.call_stats;

    /// One webhook.
    webhooks_get(scope: &Scope, id: &str) -> registry::Webhook =
        "registry.get", hookwright_webhooks_registry.call_get;
    /// A page of webhooks.
    webhooks_find(query: &registry::Query) -> registry::Page =
        "registry.find", hookwright_webhooks_registry.call_find;
    /// Changes a webhook.
    webhooks_update(scope: &Scope, id: &str, changes: &registry::WebhookChanges) -> registry::Webhook =
        "registry.update", hookwright_webhooks_registry.call_update;
    /// Deletes webhooks, 100 at most; one result for each.
    webhooks_delete(scope: &Scope, ids: &[String]) -> Vec<Result<(), Error>> =
        "registry.delete", hookwright_webhooks_registry.call_delete;

    /// One topic.
    topics_get(name: &str) -> catalogue::Topic = "catalogue.get", hookwright_webhooks_catalogue.call_get;
    /// A page of topics.
    topics_find(query: &catalogue::Query) -> catalogue::Page =
        "catalogue.find", hookwright_webhooks_catalogue.call_find;
    /// Registers a topic.
    topics_register(topic: &catalogue::NewTopic) -> catalogue::Topic =
        "catalogue.register", hookwright_webhooks_catalogue.call_register;
    /// Removes a registered topic.
    topics_unregister(name: &str) -> () =
        "catalogue.unregister", hookwright_webhooks_catalogue.call_unregister;
    /// The catalogue as one document.
    topics_document(format: catalogue::DocumentFormat, filter: &catalogue::Filter) -> String =
        "catalogue.document", hookwright_webhooks_catalogue.call_document;

    /// Stores events, 1,000 at most; one result for each.
    publish(events: &[events::Event]) -> Vec<Result<events::Receipt, Error>> =
        "events.publish", hookwright_webhooks_events.call_publish;

    /// Leases due deliveries, `limit` at most, for `lease` milliseconds. Refused inside an application's transaction.
    claim(limit: u32, lease: u32, busy: &[deliveries::InFlight]) -> deliveries::Claimed =
        "deliveries.claim", hookwright_webhooks_deliveries.call_claim;
    /// Records outcomes; one result for each. Refused inside an application's transaction.
    settle(settlements: &[deliveries::Settlement]) -> Vec<Result<deliveries::Decision, Error>> =
        "deliveries.settle", hookwright_webhooks_deliveries.call_settle;
    /// Stores a test event for one webhook and leases its delivery for `lease` milliseconds.
    test(scope: &Scope, webhook_id: &str, topic: Option<&str>, data: Option<&String>, lease: u32)
        -> deliveries::Request = "deliveries.test", hookwright_webhooks_deliveries.call_test;
    /// One more attempt for each delivery, 100 at most; one result for each.
    redeliver(scope: &Scope, ids: &[String]) -> Vec<Result<deliveries::Delivery, Error>> =
        "deliveries.redeliver", hookwright_webhooks_deliveries.call_redeliver;
    /// One delivery with payload and attempts.
    deliveries_get(scope: &Scope, id: &str) -> deliveries::Details =
        "deliveries.get", hookwright_webhooks_deliveries.call_get;
    /// A page of deliveries.
    deliveries_find(query: &deliveries::Query) -> deliveries::Page =
        "deliveries.find", hookwright_webhooks_deliveries.call_find;

    /// Signs a message with each secret.
    sign(message: &signing::Message, secrets: &[String]) -> String =
        "signing.sign", hookwright_webhooks_signing.call_sign;
    /// Checks a signed message. The inner result says why it was refused.
    verify(message: &signing::Message, signature: &str, secret: &str, now: i64, tolerance_seconds: u32)
        -> Result<(), signing::Refusal> = "signing.verify", hookwright_webhooks_signing.call_verify;
    /// A new secret of `len` random bytes, 24 to 64.
    generate_secret(len: u32) -> String = "signing.generate-secret", hookwright_webhooks_signing.call_generate_secret;
    /// The headers of a scheme for a message, with each secret.
    sign_headers(scheme: &signing::Scheme, message: &signing::Message, secrets: &[String]) -> Vec<(String, String)> =
        "signing.sign-headers", hookwright_webhooks_signing.call_sign_headers;
    /// Checks received headers and a body. The inner result says why they were refused.
    verify_headers(
        scheme: &signing::Scheme,
        headers: &[(String, String)],
        body: &[u8],
        secret: &str,
        now: i64,
        tolerance_seconds: u32
    ) -> Result<(), signing::HeadersRefusal> =
        "signing.verify-headers", hookwright_webhooks_signing.call_verify_headers;
    /// A new secret of 32 random bytes.
    generate_key(kind: signing::SecretKind) -> String =
        "signing.generate-key", hookwright_webhooks_signing.call_generate_key;
    /// The public key of an ed25519 secret.
    public_key(secret: &str) -> String = "signing.public-key", hookwright_webhooks_signing.call_public_key;

    /// Whether a URL may be called, as far as its text says. The inner result says why not.
    check_url(url: &str) -> Result<(), guard::Blocked> = "guard.check-url", hookwright_webhooks_guard.call_check_url;
    /// Whether a connection to an address may be made. The inner result says why not.
    check_address(address: &str) -> Result<(), guard::Blocked> =
        "guard.check-address", hookwright_webhooks_guard.call_check_address;

    /// What would happen to a delivery and its webhook with these answers.
    simulate(answers: &[policy::Answer]) -> Vec<policy::Step> =
        "policy.simulate", hookwright_webhooks_policy.call_simulate;
}
