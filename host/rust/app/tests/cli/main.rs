//! The binary as a person or a script uses it: what is typed, what comes out, and with which exit code.
#![expect(clippy::unwrap_used, reason = "what fails in a helper is a failed test too")]

mod bad_input;
mod bad_surroundings;
mod cold_start;
mod deliver;
mod deliveries;
mod dialects;
mod documents;
mod guard;
mod guide;
mod hostile_plugins;
mod listen;
mod output;
mod ping;
mod place;
mod plugin_authors;
mod plugin_failures;
mod plugin_javascript;
mod plugin_logs;
mod plugin_projects;
mod plugins;
mod plugins_in_python;
mod policy;
mod publish;
mod publish_lines;
mod publishing_rules;
mod receiver;
mod rotate_secret;
mod schemes;
mod serve;
#[cfg(unix)]
mod servers;
mod signatures;
mod test_event;
mod topic_files;
mod topics;
mod upkeep;
mod webhook_options;
mod webhooks;
mod workshop;
