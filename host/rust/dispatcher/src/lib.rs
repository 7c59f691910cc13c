//! Carries deliveries: claims what is due, sends it over HTTP, settles what came of it.
//!
//! Decides how many requests are under way, when to ask for more, what counts as which kind of failure, and how an
//! outcome survives until it is recorded. Refuses to know what a delivery means: which database holds it, how it was
//! signed, whether a status is a success and when the next attempt is due are answers of the [`Outbox`].

mod backoff;
mod classify;
mod client;
mod clock;
mod control;
mod dispatcher;
mod exchange;
mod guard;
mod observer;
mod options;
mod outbox;
mod pace;
mod sending;
mod summary;
mod tls;
mod unsettled;

pub use client::{Client, ClientError, ClientOptions};
pub use control::Control;
pub use dispatcher::Dispatcher;
pub use exchange::{Failure, FailureKind, Outcome, Request, Response, Settlement, UnixMs};
pub use guard::{AddressGuard, Blocked, Checking};
pub use observer::{Observer, Step};
pub use options::{Options, Until};
pub use outbox::{Claimed, Decision, InFlight, Outbox, State};
pub use summary::Summary;
