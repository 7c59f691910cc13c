//! Throw-away PostgreSQL and MariaDB servers for tests: started when first asked for, gone with the process.
//!
//! Decides that a server never is one of the machine's own: its data lie in a temporary folder, it listens there and on
//! a free port of the loopback, and it runs as an unprivileged user. Knows nothing of Hookwright.
//!
//! A machine that has no such server, and cannot unpack Debian's, skips its tests in so many words; where the variable
//! `CI` is set that is a failure.

mod brand;
pub mod debian;
mod process;
mod programs;
mod server;

pub use brand::Brand;
pub use server::{Database, Server, shared};
