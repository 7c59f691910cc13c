//! The exported functions of the component, answered by the core without it.

use hookwright_core::guard::{Blocked, Policy, Refused, check_address, check_url, parse_address};
use hookwright_core::signing::{self as core, MessageId};
use hookwright_core::{Error, Secret, TestEvent};
use hookwright_runtime::types::{Paging, Scope};
use hookwright_runtime::{
    accounts, catalogue, deliveries, events, guard, installed, lifecycle, policy, registry, signing,
};

use super::NativeHost;
use super::signing as mapping;
use super::wire::Wire;
use crate::subject::{Answer, Each, Subject};

impl Subject for NativeHost {
    fn check_config(&mut self) -> Answer<()> {
        self.call(|_| Ok(())).wire()
    }

    fn migrate(&mut self) -> Answer<lifecycle::Migration> {
        self.call(|call| call.migrate()).wire()
    }

    fn stats(&mut self) -> Answer<lifecycle::Counts> {
        self.call(|call| call.stats()).wire()
    }

    fn stop(&mut self, reason: String) -> Answer<u64> {
        self.call(|call| call.stop(&reason)).map_err(Wire::wire)
    }

    fn resume(&mut self) -> Answer<u64> {
        self.call(|call| call.resume()).map_err(Wire::wire)
    }

    fn rekey(&mut self, limit: u32) -> Answer<lifecycle::Rekeyed> {
        self.call(|call| call.rekey(limit)).wire()
    }

    fn purge(&mut self, limit: u32) -> Answer<lifecycle::Removed> {
        self.call(|call| call.purge(limit)).wire()
    }

    fn erase(&mut self, target: lifecycle::EraseTarget, limit: u32) -> Answer<lifecycle::Removed> {
        self.call(|call| call.erase(&target.wire(), limit)).wire()
    }

    fn webhooks_create(&mut self, webhook: registry::NewWebhook) -> Answer<registry::Created> {
        self.call(|call| call.create_webhook(webhook.wire())).wire()
    }

    fn webhooks_get(&mut self, scope: Scope, id: String) -> Answer<registry::Webhook> {
        self.call(|call| call.webhook(&scope.wire(), &id)).wire()
    }

    fn webhooks_find(&mut self, query: registry::Query) -> Answer<registry::Page> {
        let (items, total) = self.call(|call| call.find_webhooks(&query.wire())).map_err(Wire::wire)?;
        Ok(registry::Page { items: items.wire(), total })
    }

    fn webhooks_update(
        &mut self,
        scope: Scope,
        id: String,
        changes: registry::WebhookChanges,
    ) -> Answer<registry::Webhook> {
        self.call(|call| call.update_webhook(&scope.wire(), &id, &changes.wire())).wire()
    }

    fn webhooks_set_status(
        &mut self,
        scope: Scope,
        ids: Vec<String>,
        status: registry::Status,
    ) -> Answer<Each<registry::Webhook>> {
        self.call(|call| call.set_status(&scope.wire(), &ids, status.wire())).wire()
    }

    fn webhooks_rotate_secret(
        &mut self,
        scope: Scope,
        id: String,
        secret: Option<registry::Secret>,
        overlap: u32,
    ) -> Answer<registry::Created> {
        let secret = secret.as_ref().map(registry::Secret::expose);
        self.call(|call| call.rotate_secret(&scope.wire(), &id, secret, overlap)).wire()
    }

    fn webhooks_delete(&mut self, scope: Scope, ids: Vec<String>) -> Answer<Each<()>> {
        self.call(|call| call.delete_webhooks(&scope.wire(), &ids)).wire()
    }

    fn topics_get(&mut self, name: String) -> Answer<catalogue::Topic> {
        self.call(|call| call.topic(&name)).wire()
    }

    fn topics_find(&mut self, query: catalogue::Query) -> Answer<catalogue::Page> {
        let (items, total) = self.call(|call| call.find_topics(&query.wire())).map_err(Wire::wire)?;
        Ok(catalogue::Page { items: items.wire(), total })
    }

    fn topics_register(&mut self, topic: catalogue::NewTopic) -> Answer<catalogue::Topic> {
        self.call(|call| call.register_topic(topic.wire())).wire()
    }

    fn topics_unregister(&mut self, name: String) -> Answer<()> {
        self.call(|call| call.unregister_topic(&name)).wire()
    }

    fn topics_document(&mut self, format: catalogue::DocumentFormat, filter: catalogue::Filter) -> Answer<String> {
        self.call(|call| call.document(format.wire(), &filter.wire())).map_err(Wire::wire)
    }

    fn simulate(&mut self, answers: Vec<policy::Answer>) -> Answer<Vec<policy::Step>> {
        self.call(|call| call.simulate(&answers.wire())).wire()
    }

    fn topics_settings(&mut self, name: String) -> Answer<catalogue::TopicSettings> {
        self.call(|call| call.topic_settings(&name)).wire()
    }

    fn topics_configure(
        &mut self,
        name: String,
        settings: catalogue::TopicSettings,
    ) -> Answer<catalogue::TopicSettings> {
        self.call(|call| call.configure_topic(&name, settings.wire())).wire()
    }

    fn accounts_set_limits(&mut self, account: String, limits: accounts::Limits) -> Answer<accounts::Usage> {
        self.call(|call| call.set_account_limits(&account, &limits.wire())).wire()
    }

    fn accounts_get_limits(&mut self, account: String) -> Answer<accounts::Usage> {
        self.call(|call| call.account_limits(&account)).wire()
    }

    fn accounts_remove_limits(&mut self, account: String) -> Answer<()> {
        self.call(|call| call.remove_account_limits(&account)).wire()
    }

    fn plugins_installed(&mut self) -> Answer<Vec<installed::Plugin>> {
        self.call(|call| call.plugins()).wire()
    }

    fn plugins_get(&mut self, name: String) -> Answer<installed::Plugin> {
        self.call(|call| call.plugin(&name)).wire()
    }

    fn plugins_put(&mut self, package: installed::Package) -> Answer<installed::Plugin> {
        self.call(|call| call.put_plugin(&package.wire())).wire()
    }

    fn plugins_set_state(
        &mut self,
        name: String,
        state: installed::State,
        reason: Option<String>,
    ) -> Answer<installed::Plugin> {
        self.call(|call| call.set_plugin_state(&name, state.wire(), reason.as_deref())).wire()
    }

    fn plugins_set_settings(&mut self, name: String, settings: String) -> Answer<installed::Plugin> {
        self.call(|call| call.set_plugin_settings(&name, &settings)).wire()
    }

    fn plugins_settings(&mut self, name: String) -> Answer<String> {
        self.call(|call| call.plugin_settings(&name)).map_err(Wire::wire)
    }

    fn plugins_roll_back(&mut self, name: String) -> Answer<installed::Plugin> {
        self.call(|call| call.roll_back_plugin(&name)).wire()
    }

    fn plugins_remove(&mut self, name: String) -> Answer<()> {
        self.call(|call| call.remove_plugin(&name)).wire()
    }

    fn plugins_note_failure(&mut self, name: String, message: String) -> Answer<u32> {
        self.call(|call| call.note_plugin_failure(&name, &message)).map_err(Wire::wire)
    }

    fn plugins_note_success(&mut self, name: String) -> Answer<()> {
        self.call(|call| call.note_plugin_success(&name)).map_err(Wire::wire)
    }

    fn plugins_generation(&mut self) -> Answer<i64> {
        self.call(|call| call.plugins_generation()).map_err(Wire::wire)
    }

    fn explain(&mut self, event: events::Event, scope: Scope, paging: Paging) -> Answer<events::Forecast> {
        self.call(|call| call.explain(event.wire(), &scope.wire(), paging.wire())).wire()
    }

    fn publish(&mut self, events: Vec<events::Event>) -> Answer<Each<events::Receipt>> {
        self.call(|call| call.publish(events.wire())).wire()
    }

    fn claim(&mut self, limit: u32, lease: u32, busy: Vec<deliveries::InFlight>) -> Answer<deliveries::Claimed> {
        self.call(|call| call.claim(limit, lease, &busy.wire())).wire()
    }

    fn settle(&mut self, settlements: Vec<deliveries::Settlement>) -> Answer<Each<deliveries::Decision>> {
        self.call(|call| call.settle(&settlements.wire())).wire()
    }

    fn test(
        &mut self,
        scope: Scope,
        webhook_id: String,
        topic: Option<String>,
        data: Option<String>,
        lease: u32,
    ) -> Answer<deliveries::Request> {
        self.call(|call| call.test(&scope.wire(), &webhook_id, TestEvent { topic, data }, lease)).wire()
    }

    fn ping(&mut self, scope: Scope, webhook_id: String, lease: u32) -> Answer<deliveries::Request> {
        self.call(|call| call.ping(&scope.wire(), &webhook_id, lease)).wire()
    }

    fn redeliver(&mut self, scope: Scope, ids: Vec<String>) -> Answer<Each<deliveries::Delivery>> {
        self.call(|call| call.redeliver(&scope.wire(), &ids)).wire()
    }

    fn cancel(&mut self, scope: Scope, ids: Vec<String>) -> Answer<Each<deliveries::Delivery>> {
        self.call(|call| call.cancel(&scope.wire(), &ids)).wire()
    }

    fn recover(
        &mut self,
        query: deliveries::RecoverQuery,
        limit: u32,
        cursor: Option<String>,
    ) -> Answer<deliveries::Recovered> {
        self.call(|call| call.recover(&query.wire(), limit, cursor.as_deref())).wire()
    }

    fn deliveries_get(&mut self, scope: Scope, id: String) -> Answer<deliveries::Details> {
        self.call(|call| call.delivery(&scope.wire(), &id)).wire()
    }

    fn deliveries_find(&mut self, query: deliveries::Query) -> Answer<deliveries::Page> {
        let (items, total) = self.call(|call| call.find_deliveries(&query.wire())).map_err(Wire::wire)?;
        Ok(deliveries::Page { items: items.wire(), total })
    }

    fn sign(&mut self, message: signing::Message, secrets: Vec<String>) -> Answer<String> {
        sign(&message, &secrets).map_err(Wire::wire)
    }

    fn verify(
        &mut self,
        message: signing::Message,
        signature: String,
        secret: String,
        now: i64,
        tolerance_seconds: u32,
    ) -> Answer<Result<(), signing::Refusal>> {
        let secret = Secret::parse_any_length(&secret).map_err(|error| Error::field("secret", error.to_string()));
        let signing::Message { id, timestamp, body } = message;
        let verdict =
            core::verify(&secret.map_err(Wire::wire)?, &id, &timestamp, &body, &signature, now, tolerance_seconds);
        Ok(verdict.map_err(Wire::wire))
    }

    fn check_url(&mut self, url: String) -> Answer<Result<(), guard::Blocked>> {
        match check_url(&url, &self.guard()?) {
            Ok(()) => Ok(Ok(())),
            Err(Refused::Blocked(blocked)) => Ok(Err(blocked_on_the_wire(blocked))),
            Err(Refused::Malformed(error)) => Err(Error::field("url", error.to_string()).wire()),
        }
    }

    fn check_address(&mut self, address: String) -> Answer<Result<(), guard::Blocked>> {
        let policy = self.guard()?;
        let address = parse_address(&address).map_err(Wire::wire)?;
        Ok(check_address(address, &policy).map_err(blocked_on_the_wire))
    }

    fn generate_secret(&mut self, len: u32) -> Answer<String> {
        if !(24..=64).contains(&len) {
            return Err(Error::field("len", format!("{len} bytes; a secret has 24 to 64")).wire());
        }
        let mut bytes = vec![0; len as usize];
        self.fill_random(&mut bytes);
        let secret = Secret::generate(&bytes).map_err(|error| Error::field("len", error.to_string()).wire())?;
        Ok(secret.expose())
    }

    fn sign_headers(
        &mut self,
        scheme: signing::Scheme,
        message: signing::Message,
        secrets: Vec<String>,
    ) -> Answer<Vec<(String, String)>> {
        let signing::Message { id, timestamp, body } = &message;
        let headers = mapping::scheme(scheme)
            .and_then(|scheme| core::sign_headers(&scheme, &core::Message { id, timestamp, body }, &secrets));
        headers.map_err(Wire::wire)
    }

    fn verify_headers(
        &mut self,
        scheme: signing::Scheme,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
        secret: String,
        now: i64,
        tolerance_seconds: u32,
    ) -> Answer<Result<(), signing::HeadersRefusal>> {
        let verdict = mapping::scheme(scheme)
            .and_then(|scheme| core::verify_headers(&scheme, &headers, &body, &secret, now, tolerance_seconds));
        verdict.map(|verdict| verdict.map_err(Wire::wire)).map_err(Wire::wire)
    }

    fn generate_key(&mut self, kind: signing::SecretKind) -> Answer<String> {
        let mut random = [0; core::KEY_RANDOM_BYTES];
        self.fill_random(&mut random);
        Ok(core::generate_key(mapping::secret_kind(kind), &random))
    }

    fn public_key(&mut self, secret: String) -> Answer<String> {
        core::public_key(&secret).map_err(|error| Error::field("secret", error.to_string()).wire())
    }
}

/// What `signing.sign` of the component does around the core's function: it is mapping, and so is repeated here.
fn sign(message: &signing::Message, secrets: &[String]) -> hookwright_core::Result<String> {
    let id = MessageId::parse(&message.id).map_err(|error| Error::field("message.id", error.to_string()))?;
    let timestamp = core::parse_timestamp(&message.timestamp)
        .ok_or_else(|| Error::field("message.timestamp", "the timestamp is not a number of unix seconds"))?;
    let parse = |(index, text): (usize, &String)| {
        Secret::parse_any_length(text).map_err(|error| Error::field(format!("secrets[{index}]"), error.to_string()))
    };
    let parsed = secrets.iter().enumerate().map(parse).collect::<hookwright_core::Result<Vec<_>>>()?;
    if parsed.is_empty() {
        return Err(Error::field("secrets", "no secret; give one or more"));
    }
    Ok(core::sign_with_each(&parsed, id, timestamp, &message.body))
}

impl NativeHost {
    fn guard(&self) -> Answer<Policy> {
        match &self.core.config {
            Ok(config) => Ok(config.guard.clone()),
            Err(bad) => Err(super::bad_config(bad).wire()),
        }
    }
}

fn blocked_on_the_wire(blocked: Blocked) -> guard::Blocked {
    guard::Blocked { reason: blocked.reason.word().to_owned(), message: blocked.message }
}
