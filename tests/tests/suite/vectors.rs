//! The vector files under tests/vectors: each case through the core and through the component.
//!
//! Any implementation can read the files; `schema.json` says what stands in them.

mod dialects;
mod envelope;
mod files;
mod headers;
mod json;
mod retry;
mod secrets;
mod signing;
mod topics;
mod urls;
