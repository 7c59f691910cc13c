//! The storage contract (ARCHITECTURE.md, "Storage contract"), rule by rule, as far as it concerns SQLite.
//!
//! What can be seen in a batch is checked on every batch of every test, by `statement_rules.rs`.

mod component_file;
mod instances;
mod joined;
mod plugin_files;
mod reentry;
mod statements;
mod tables;
mod values;
