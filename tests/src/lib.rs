//! What the tests of Hookwright stand on: the core natively and as a component, under one clock and one source of
//! random bytes, on a real database whose every statement is checked.
//!
//! The only crate that links the core together with the hosts. Open first: `installation.rs` (what a test is given),
//! `subject.rs` (one test body, two subjects), `statement_rules.rs` (the storage contract, checked on every batch).

pub mod component;
pub mod conformance;
pub mod database;
pub mod environment;
pub mod installation;
pub mod invariants;
pub mod native;
pub mod outside_tools;
pub mod php;
pub mod recorder;
pub mod statement_rules;
pub mod subject;
pub mod wordpress;
