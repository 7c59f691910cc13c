//! The webhook logic of Hookwright as plain Rust: registry, catalogue, payloads, signatures, retry policy, outbox.
//!
//! A function of (rows, input, now, random) that returns rows and decisions. It has no clock, no I/O and no randomness
//! of its own: [`ports`] says what it is given. It knows nothing of WebAssembly; `guest/component` maps it to WIT.
//!
//! Open first: [`publish`](Call::publish) (from an event to the outbox), [`claim`](Call::claim) (which deliveries are
//! sent now), [`settle`](Call::settle) (what follows from an answer).

mod accounts;
mod address;
mod call;
mod catalogue;
mod claim;
mod config;
mod deliveries;
mod dialect;
mod digest;
mod endpoint_url;
mod envelope;
mod error;
mod export;
mod filter;
mod format;
#[doc(hidden)]
pub mod fuzzing;
pub mod guard;
mod hooks;
mod id;
mod json;
mod json_schema;
mod json_value;
mod lifecycle;
mod operational;
mod paging;
mod ping;
mod plugins;
pub mod ports;
mod publish;
mod rate;
mod recover;
mod registry;
mod rekey;
mod rescue;
mod retention;
pub mod retry;
mod scope;
mod sealing;
mod secret;
mod settle;
mod shape;
pub mod signing;
mod simulate;
mod sql;
mod switch;
mod test_event;
mod topic;

pub use accounts::{AccountLimits, AccountUse};
pub use call::Call;
pub use catalogue::{NewTopic, TopicInfo, TopicQuery, TopicSettings, Validation};
pub use claim::{Claimed, InFlight, Request};
pub use config::{BadSetting, Config};
pub use deliveries::{Attempt, Delivery, DeliveryQuery, Details, State};
pub use endpoint_url::{EndpointUrl, EndpointUrlError, PlainHttp};
pub use error::{Error, FieldError, Result};
pub use export::{DocumentFormat, TopicFilter};
pub use filter::{Filter, FilterError, FilterInput};
pub use json_schema::{Schema, SchemaError, Violation};
pub use lifecycle::{Migration, Stats};
pub use paging::Paging;
pub use plugins::{FailurePolicy, Plugin, PluginPackage, PluginState};
pub use publish::{Explanation, Forecast, NewEvent, Obstacle, Receipt};
pub use recover::{RecoverQuery, Recovered};
pub use registry::{
    Created, Health, NewWebhook, Status, Webhook, WebhookChanges, WebhookOptions, WebhookQuery, WebhookSort,
};
pub use rekey::Rekeyed;
pub use retention::{EraseTarget, Removed};
pub use scope::Scope;
pub use sealing::{SealError, Sealer};
pub use secret::{Secret, SecretError, SecretText};
pub use settle::{Decision, Outcome, Response, Settlement};
pub use simulate::{Moment, SimulatedAnswer, Step};
pub use switch::Stopped;
pub use test_event::TestEvent;
pub use topic::{Pattern, Topic, TopicError};
