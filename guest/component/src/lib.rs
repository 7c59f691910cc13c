//! The core component: `hookwright-core` behind the world of wit/webhooks.
//!
//! Maps types and nothing else: `imports` gives the core what the host offers, `exports` answers the host with what
//! the core decides, one file for each interface. On any other target the crate is empty.

#[cfg(target_family = "wasm")]
mod bindings;
#[cfg(target_family = "wasm")]
mod exports;
#[cfg(target_family = "wasm")]
mod imports;

/// The component: implements the world's exports in `exports`.
#[cfg(target_family = "wasm")]
struct Component;
