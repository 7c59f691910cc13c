//! Decides nothing: every exported function of the core, as a method on an instance.
//!
//! Whether a call fits into an application's open transaction is the storage contract's matter, not this module's.

use std::fmt;

use crate::call_error::CallError;
use crate::seat::Seat;
use crate::types::{Error, Paging, Scope};
use crate::{accounts, catalogue, deliveries, events, guard, installed, lifecycle, policy, registry, signing};

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

    /// For calls of functions that are not listed here.
    pub(crate) fn seat(&mut self) -> &mut Seat {
        self.seat
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

    /// Changes a webhook.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    pub fn webhooks_update(
        &mut self,
        scope: &Scope,
        id: &str,
        changes: &registry::WebhookChanges,
    ) -> Result<registry::Webhook, CallError> {
        let changes = changes.into();
        self.seat.call("registry.update", |core, store| {
            core.hookwright_webhooks_registry().call_update(store, scope, id, &changes)
        })
    }

    /// Replaces a webhook's secret; the former one signs beside it for `overlap` milliseconds.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    pub fn webhooks_rotate_secret(
        &mut self,
        scope: &Scope,
        id: &str,
        secret: Option<&registry::Secret>,
        overlap: u32,
    ) -> Result<registry::Created, CallError> {
        let secret = secret.map(registry::Secret::expose);
        let rotated = self.seat.call("registry.rotate-secret", |core, store| {
            core.hookwright_webhooks_registry().call_rotate_secret(store, scope, id, secret, overlap)
        })?;
        Ok(rotated.into())
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
    /// Stops all deliveries; the number of those held. Refused inside an application's transaction.
    stop(reason: &str) -> u64 = "lifecycle.stop", hookwright_webhooks_lifecycle.call_stop;
    /// Ends a stop; the number of deliveries freed. Refused inside an application's transaction.
    resume() -> u64 = "lifecycle.resume", hookwright_webhooks_lifecycle.call_resume;
    /// Seals the secrets of up to `limit` webhooks under the first key. Refused inside an application's transaction.
    rekey(limit: u32) -> lifecycle::Rekeyed = "lifecycle.rekey", hookwright_webhooks_lifecycle.call_rekey;
    /// Removes what is past its retention, a part of it. Refused inside an application's transaction.
    purge(limit: u32) -> lifecycle::Removed = "lifecycle.purge", hookwright_webhooks_lifecycle.call_purge;
    /// Removes everything of an account or event, a part of it. Refused inside an application's transaction.
    erase(target: &lifecycle::EraseTarget, limit: u32) -> lifecycle::Removed =
        "lifecycle.erase", hookwright_webhooks_lifecycle.call_erase;

    /// One webhook.
    webhooks_get(scope: &Scope, id: &str) -> registry::Webhook =
        "registry.get", hookwright_webhooks_registry.call_get;
    /// A page of webhooks.
    webhooks_find(query: &registry::Query) -> registry::Page =
        "registry.find", hookwright_webhooks_registry.call_find;
    /// Gives webhooks a status, 100 at most; one result for each.
    webhooks_set_status(scope: &Scope, ids: &[String], status: registry::Status)
        -> Vec<Result<registry::Webhook, Error>> =
        "registry.set-status", hookwright_webhooks_registry.call_set_status;
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

    /// The settings of a topic.
    topics_settings(name: &str) -> catalogue::TopicSettings =
        "catalogue.settings", hookwright_webhooks_catalogue.call_settings;
    /// Sets all settings of a topic.
    topics_configure(name: &str, settings: &catalogue::TopicSettings) -> catalogue::TopicSettings =
        "catalogue.configure", hookwright_webhooks_catalogue.call_configure;

    /// Sets the limits of an account.
    accounts_set_limits(account: &str, limits: accounts::Limits) -> accounts::Usage =
        "accounts.set-limits", hookwright_webhooks_accounts.call_set_limits;
    /// The limits of an account, with what is used.
    accounts_get_limits(account: &str) -> accounts::Usage =
        "accounts.get-limits", hookwright_webhooks_accounts.call_get_limits;
    /// Removes the limits of an account.
    accounts_remove_limits(account: &str) -> () =
        "accounts.remove-limits", hookwright_webhooks_accounts.call_remove_limits;

    /// All plugins.
    plugins_installed() -> Vec<installed::Plugin> = "plugins.installed", hookwright_webhooks_plugins.call_installed;
    /// One plugin.
    plugins_get(name: &str) -> installed::Plugin = "plugins.get", hookwright_webhooks_plugins.call_get;
    /// Installs or upgrades a plugin.
    plugins_put(package: &installed::Package) -> installed::Plugin =
        "plugins.put", hookwright_webhooks_plugins.call_put;
    /// Activates or deactivates a plugin.
    plugins_set_state(name: &str, state: installed::State, reason: Option<&str>) -> installed::Plugin =
        "plugins.set-state", hookwright_webhooks_plugins.call_set_state;
    /// Replaces the settings of a plugin.
    plugins_set_settings(name: &str, settings: &String) -> installed::Plugin =
        "plugins.set-settings", hookwright_webhooks_plugins.call_set_settings;
    /// The settings of a plugin, in clear.
    plugins_settings(name: &str) -> String = "plugins.settings", hookwright_webhooks_plugins.call_settings;
    /// Gives a plugin the version before.
    plugins_roll_back(name: &str) -> installed::Plugin =
        "plugins.roll-back", hookwright_webhooks_plugins.call_roll_back;
    /// Removes an inactive plugin.
    plugins_remove(name: &str) -> () = "plugins.remove", hookwright_webhooks_plugins.call_remove;
    /// Counts a failure of a plugin; their number in a row.
    plugins_note_failure(name: &str, message: &str) -> u32 =
        "plugins.note-failure", hookwright_webhooks_plugins.call_note_failure;
    /// Ends a plugin's failures in a row.
    plugins_note_success(name: &str) -> () = "plugins.note-success", hookwright_webhooks_plugins.call_note_success;
    /// The number of the last change of any plugin.
    plugins_generation() -> i64 = "plugins.generation", hookwright_webhooks_plugins.call_generation;

    /// What would become of an event, and why; stores nothing.
    explain(event: &events::Event, scope: &Scope, paging: Paging) -> events::Forecast =
        "events.explain", hookwright_webhooks_events.call_explain;
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
    /// Stores a ping for one webhook and leases its delivery for `lease` milliseconds.
    ping(scope: &Scope, webhook_id: &str, lease: u32) -> deliveries::Request =
        "deliveries.ping", hookwright_webhooks_deliveries.call_ping;
    /// One more attempt for each delivery, 100 at most; one result for each.
    redeliver(scope: &Scope, ids: &[String]) -> Vec<Result<deliveries::Delivery, Error>> =
        "deliveries.redeliver", hookwright_webhooks_deliveries.call_redeliver;
    /// Ends deliveries that wait, 100 at most; one result for each.
    cancel(scope: &Scope, ids: &[String]) -> Vec<Result<deliveries::Delivery, Error>> =
        "deliveries.cancel", hookwright_webhooks_deliveries.call_cancel;
    /// Sends again what failed, a step of `limit` deliveries from the cursor on.
    recover(query: &deliveries::RecoverQuery, limit: u32, cursor: Option<&str>) -> deliveries::Recovered =
        "deliveries.recover", hookwright_webhooks_deliveries.call_recover;
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
