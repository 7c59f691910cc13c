//! What PostgreSQL and MySQL have in common behind the storage contract: a server, reached by a URL, whose connection may
//! break and whose transactions may collide.
//!
//! Decides how a batch stands to a transaction, when it is replayed and when a connection is replaced; refuses to know
//! how either server is spoken to. Source: ARCHITECTURE.md, "Storage contract".

mod batch;
mod check;
mod failure;
mod joined;
mod link;
mod opening;
mod own;
mod url;

use std::time::Duration;

pub(crate) use check::{in_statement, refused};
pub(crate) use failure::Failure;
pub(crate) use joined::execute_joined;
pub(crate) use link::Link;
pub(crate) use opening::Opening;
pub(crate) use own::Own;
pub use url::without_password;

/// How long a statement waits for another transaction's lock.
pub(crate) const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a server may take to accept a connection, where the URL does not say. It has as long again to answer.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
