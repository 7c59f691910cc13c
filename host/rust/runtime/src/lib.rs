//! Runs the Hookwright core component: loads it, limits it, calls it, and serves its imports.
//!
//! Decides how an instance lives and who may call it when; refuses to know SQL, HTTP and what a webhook is. This is
//! the only crate that uses wasmtime.
//!
//! Three files to open first:
//!
//! 1. `host.rs`: [`Hookwright`], what an application holds; which thread serves which call.
//! 2. `instance.rs`: one call of the core, with its limits, and what becomes of the instance after it.
//! 3. `imports.rs`: what the core can ask of the host, and why nothing unwinds through it.
//!
//! From there: `seat.rs` and `owner.rs` (one instance, many callers), `group.rs` (many publishes, one commit),
//! `joined.rs` (inside an application's transaction), `plugins.rs` (third parties' components), `component.rs` and
//! `code_cache.rs` (from file to machine code).
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use hookwright_runtime::{CodeCache, Component, Hookwright, Options, events::Event};
//! # fn start(connect: Arc<dyn hookwright_storage::Connect>) -> Result<(), Box<dyn std::error::Error>> {
//! let component = Component::from_file("dist/hookwright.wasm", &CodeCache::of_user())?;
//! let hookwright = Hookwright::start(component, connect, Options::default())?;
//! hookwright.migrate().wait()?;
//! let event = Event {
//!     topic: "order.created".to_owned(),
//!     data: r#"{"id":1}"#.to_owned(),
//!     account: None,
//!     idempotency_key: None,
//!     occurred_at: None,
//! };
//! let receipts = hookwright.publish(vec![event]).wait()?;
//! # Ok(()) }
//! ```

mod api;
mod bindings;
mod call;
mod call_error;
mod code_cache;
mod component;
mod database;
mod depth;
pub mod dynamic;
mod engine;
mod environment;
mod extensions;
mod file_kind;
mod functions;
mod group;
mod host;
mod imports;
mod instance;
mod interface_name;
mod joined;
mod limits;
mod owner;
pub mod plugins;
mod private_folder;
mod seat;
mod secret;
mod storage_types;

pub use api::Api;
pub use call::Call;
pub use call_error::CallError;
pub use code_cache::CodeCache;
pub use component::{COMPONENT_CAP_BYTES, Component, LoadError, Mismatch};
pub use environment::{Environment, Level, SystemEnvironment};
pub use extensions::{DeliveryContext, EventContext, ExtensionTopic, Extensions, Hook, Interest, NoExtensions};
pub use file_kind::FileKind;
pub use host::{Hookwright, Options, WeakHookwright};

/// Nouns that the interfaces share.
pub mod types {
    pub use crate::bindings::hookwright::webhooks::types::{Error, FieldError, Paging, Scope, StorageError};
}

/// Set-up and state of an installation.
pub mod lifecycle {
    pub use crate::bindings::exports::hookwright::webhooks::lifecycle::{
        Count, Counts, EraseTarget, Migration, Rekeyed, Removed, Stopped,
    };
}

/// The webhooks.
pub mod registry {
    pub use crate::bindings::exports::hookwright::webhooks::registry::{Health, Page, Query, Sort, Status, Webhook};
    pub use crate::secret::{Created, NewWebhook, Secret, WebhookChanges, WebhookOptions};
}

/// All known topics.
pub mod catalogue {
    pub use crate::bindings::exports::hookwright::webhooks::catalogue::{
        DocumentFormat, Filter, NewTopic, Page, Query, Topic, TopicSettings, Validation,
    };
}

/// What accounts may have.
pub mod accounts {
    pub use crate::bindings::exports::hookwright::webhooks::accounts::{Limits, Usage};
}

/// Which plugins are installed, as the database knows them.
pub mod installed {
    pub use crate::bindings::exports::hookwright::webhooks::plugins::{FailurePolicy, Package, Plugin, State};
}

/// What happened, told by the platform.
pub mod events {
    pub use crate::bindings::exports::hookwright::webhooks::events::{Event, Explanation, Forecast, Obstacle, Receipt};
}

/// Deliveries and their attempts.
pub mod deliveries {
    pub use crate::bindings::exports::hookwright::webhooks::deliveries::{
        Attempt, Claimed, Decision, Delivery, Details, Failure, FailureKind, InFlight, Outcome, Page, Query,
        RecoverQuery, Recovered, Request, Response, Settlement, Skipped, State,
    };
}

/// Signatures: Standard Webhooks and the schemes of other senders.
pub mod signing {
    pub use crate::bindings::exports::hookwright::webhooks::signing::{
        HeadersRefusal, Message, Refusal, Scheme, SecretKind,
    };
}

/// Whom a webhook may call.
pub mod guard {
    pub use crate::bindings::exports::hookwright::webhooks::guard::Blocked;
}

/// When deliveries are tried again.
pub mod policy {
    pub use crate::bindings::exports::hookwright::webhooks::policy::{Answer, Moment, Response, Step};
}
