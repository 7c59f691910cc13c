//! The conformance suite's part in Rust: its files, the receiver that all hosts call, and the Rust host under it.
//!
//! Decides what a scenario is and when two results are the same; tests/conformance/README.md says it for every
//! language. Knows neither Node nor PHP: their runners are programs that write lines.

pub mod canonical;
pub mod difference;
pub mod layout;
pub mod receiver;
pub mod rust_host;
pub mod scenario;
pub mod verdict;

mod calls;
mod delivering;
mod script;
mod stream;
mod substitution;
