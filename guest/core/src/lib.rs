//! The webhook logic of Hookwright as plain Rust: registry, catalogue, payloads, signatures, retry policy, outbox.
//!
//! A function of (rows, input, now, random) that returns rows and decisions. It has no clock, no I/O and no randomness
//! of its own: [`ports`] says what it is given. It knows nothing of WebAssembly; `guest/component` maps it to WIT.
//!
//! Open first: [`publish`](Call::publish) (from an event to the outbox), [`claim`](Call::claim) (which deliveries are
//! sent now), [`settle`](Call::settle) (what follows from an answer).

mod call;
mod catalogue;
mod claim;
mod config;
mod deliveries;
mod digest;
mod endpoint_url;
mod envelope;
mod error;
mod export;
pub mod guard;
mod id;
mod json;
mod lifecycle;
mod paging;
pub mod ports;
mod publish;
mod registry;
pub mod retry;
mod scope;
mod secret;
mod settle;
pub mod signing;
mod simulate;
mod sql;
mod test_event;
mod topic;

pub use call::Call;
pub use catalogue::{NewTopic, TopicInfo, TopicQuery};
pub use claim::{Claimed, InFlight, Request};
pub use config::{BadSetting, Config};
pub use deliveries::{Attempt, Delivery, DeliveryQuery, Details, State};
pub use endpoint_url::{EndpointUrl, EndpointUrlError, PlainHttp};
pub use error::{Error, FieldError, Result};
pub use export::{DocumentFormat, TopicFilter};
pub use lifecycle::{Migration, Stats};
pub use paging::Paging;
pub use publish::{NewEvent, Receipt};
pub use registry::{Created, Health, NewWebhook, Status, Webhook, WebhookChanges, WebhookQuery, WebhookSort};
pub use scope::Scope;
pub use secret::{Secret, SecretError};
pub use settle::{Decision, Outcome, Response, Settlement};
pub use simulate::{Moment, SimulatedAnswer, Step};
pub use test_event::TestEvent;
pub use topic::{Pattern, Topic, TopicError};
