//! What is tested: the core without WebAssembly, or the component through the runtime.
//!
//! Decides that both are called by the same names with the same types, those of the WIT, so that one test body runs on
//! both; knows nothing of how either answers.

use hookwright_runtime::types::{Error, Paging, Scope};
use hookwright_runtime::{
    CallError, Hookwright, accounts, catalogue, deliveries, events, guard, installed, lifecycle, policy, registry,
    signing,
};

use crate::recorder::Recorder;

/// What a function of the component answers.
pub type Answer<T> = Result<T, Error>;

/// One result for each item of a batch.
pub type Each<T> = Vec<Result<T, Error>>;

/// Writes the trait and those implementations that only pass a call on.
macro_rules! subject {
    ($($method:ident($($param:ident: $type:ty),*) -> $result:ty;)*) => {
        /// Every exported function of the component; wit/webhooks says what each means and when it fails.
        #[allow(missing_docs, clippy::allow_attributes_without_reason)]
        pub trait Subject {
            $(fn $method(&mut self $(, $param: $type)*) -> Answer<$result>;)*
        }

        impl Subject for Component {
            $(fn $method(&mut self $(, $param: $type)*) -> Answer<$result> {
                declared(stringify!($method), self.0.$method($($param),*).wait())
            })*
        }

        impl Subject for Watched {
            $(fn $method(&mut self $(, $param: $type)*) -> Answer<$result> {
                let _entered = self.recorder.enter(stringify!($method));
                self.inner.$method($($param),*)
            })*
        }
    };
}

subject! {
    check_config() -> ();
    migrate() -> lifecycle::Migration;
    stats() -> lifecycle::Counts;
    stop(reason: String) -> u64;
    resume() -> u64;
    rekey(limit: u32) -> lifecycle::Rekeyed;
    purge(limit: u32) -> lifecycle::Removed;
    erase(target: lifecycle::EraseTarget, limit: u32) -> lifecycle::Removed;
    webhooks_create(webhook: registry::NewWebhook) -> registry::Created;
    webhooks_get(scope: Scope, id: String) -> registry::Webhook;
    webhooks_find(query: registry::Query) -> registry::Page;
    webhooks_update(scope: Scope, id: String, changes: registry::WebhookChanges) -> registry::Webhook;
    webhooks_set_status(scope: Scope, ids: Vec<String>, status: registry::Status) -> Each<registry::Webhook>;
    webhooks_rotate_secret(
        scope: Scope, id: String, secret: Option<registry::Secret>, overlap: u32
    ) -> registry::Created;
    webhooks_delete(scope: Scope, ids: Vec<String>) -> Each<()>;
    topics_get(name: String) -> catalogue::Topic;
    topics_find(query: catalogue::Query) -> catalogue::Page;
    topics_register(topic: catalogue::NewTopic) -> catalogue::Topic;
    topics_unregister(name: String) -> ();
    topics_document(format: catalogue::DocumentFormat, filter: catalogue::Filter) -> String;
    simulate(answers: Vec<policy::Answer>) -> Vec<policy::Step>;
    topics_settings(name: String) -> catalogue::TopicSettings;
    topics_configure(name: String, settings: catalogue::TopicSettings) -> catalogue::TopicSettings;
    accounts_set_limits(account: String, limits: accounts::Limits) -> accounts::Usage;
    accounts_get_limits(account: String) -> accounts::Usage;
    accounts_remove_limits(account: String) -> ();
    plugins_installed() -> Vec<installed::Plugin>;
    plugins_get(name: String) -> installed::Plugin;
    plugins_put(package: installed::Package) -> installed::Plugin;
    plugins_set_state(name: String, state: installed::State, reason: Option<String>) -> installed::Plugin;
    plugins_set_settings(name: String, settings: String) -> installed::Plugin;
    plugins_settings(name: String) -> String;
    plugins_roll_back(name: String) -> installed::Plugin;
    plugins_remove(name: String) -> ();
    plugins_note_failure(name: String, message: String) -> u32;
    plugins_note_success(name: String) -> ();
    plugins_generation() -> i64;
    explain(event: events::Event, scope: Scope, paging: Paging) -> events::Forecast;
    publish(events: Vec<events::Event>) -> Each<events::Receipt>;
    claim(limit: u32, lease: u32, busy: Vec<deliveries::InFlight>) -> deliveries::Claimed;
    settle(settlements: Vec<deliveries::Settlement>) -> Each<deliveries::Decision>;
    test(scope: Scope, webhook_id: String, topic: Option<String>, data: Option<String>, lease: u32)
        -> deliveries::Request;
    ping(scope: Scope, webhook_id: String, lease: u32) -> deliveries::Request;
    redeliver(scope: Scope, ids: Vec<String>) -> Each<deliveries::Delivery>;
    cancel(scope: Scope, ids: Vec<String>) -> Each<deliveries::Delivery>;
    recover(query: deliveries::RecoverQuery, limit: u32, cursor: Option<String>) -> deliveries::Recovered;
    deliveries_get(scope: Scope, id: String) -> deliveries::Details;
    deliveries_find(query: deliveries::Query) -> deliveries::Page;
    sign(message: signing::Message, secrets: Vec<String>) -> String;
    verify(message: signing::Message, signature: String, secret: String, now: i64, tolerance_seconds: u32)
        -> Result<(), signing::Refusal>;
    generate_secret(len: u32) -> String;
    check_url(url: String) -> Result<(), guard::Blocked>;
    check_address(address: String) -> Result<(), guard::Blocked>;
    sign_headers(scheme: signing::Scheme, message: signing::Message, secrets: Vec<String>) -> Vec<(String, String)>;
    verify_headers(
        scheme: signing::Scheme,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
        secret: String,
        now: i64,
        tolerance_seconds: u32
    ) -> Result<(), signing::HeadersRefusal>;
    generate_key(kind: signing::SecretKind) -> String;
    public_key(secret: String) -> String;
}

/// The component, in a running host.
#[derive(Clone, Debug)]
pub struct Component(pub Hookwright);

/// A subject whose statements are recorded under the name of the function that made them.
pub struct Watched {
    inner: Box<dyn Subject + Send>,
    recorder: Recorder,
}

impl Watched {
    /// Records `inner`'s statements in `recorder`, through which its connection must run.
    #[must_use]
    pub fn new(inner: Box<dyn Subject + Send>, recorder: Recorder) -> Self {
        Self { inner, recorder }
    }
}

impl std::fmt::Debug for Watched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watched").finish_non_exhaustive()
    }
}

/// What the component declares; anything else that can end a call is a defect of the component or of the host.
fn declared<T>(function: &str, result: Result<T, CallError>) -> Answer<T> {
    match result {
        Ok(value) => Ok(value),
        Err(CallError::Api(error)) => Err(error),
        Err(other) => panic!("{function} broke off: {other}"),
    }
}
