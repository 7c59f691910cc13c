//! The runtime through its public API, with core components that are a few lines of WebAssembly each.
//!
//! What the real component does through it is tested in the workspace's `tests` crate.
#![expect(clippy::unwrap_used, reason = "what fails in a helper is a failed test too")]

mod by_name;
mod database;
mod extensions;
mod fixture;
mod joined;
mod limits;
mod loading;
mod plugins;
mod publishing;
mod stopping;
