//! Plugins under the host: what is refused, what is contained, and what all answers come to.

mod contained;
mod core_time;
mod guest;
mod loading;
mod policy;
mod routed;
mod wasi;
