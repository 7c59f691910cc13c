//! The core component behind a C interface of eight functions; `include/hookwright.h` documents them for their callers.
//!
//! Decides what crosses the border to C, and that nothing unwinds over it; refuses to know any function of the
//! interface: names and JSON go through, so that a changed interface changes no C.
//!
//! Open first: `border.rs`, the functions themselves and the only unsafe code; `handle.rs`, what they do in safe Rust.

mod border;
mod handle;
mod loaded;
mod options;
mod refusal;
mod thread_state;

/// The component that is built into the library; empty when there was none to build in.
static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/hookwright.wasm"));
