#![cfg(target_family = "wasm")]
//! The core component: `hookwright-core` behind the world of wit/webhooks.
//!
//! Maps types and nothing else: `imports` gives the core what the host offers, `exports` answers the host with what
//! the core decides, one file for each interface.

mod bindings;
mod exports;
mod imports;

/// The component: implements the world's exports in `exports`.
struct Component;
