//! The `hookwright` command: the composition root, which alone chooses a database, a component and a client.
//!
//! Reading order: `cli.rs` (what can be typed), `installation.rs` (how the parts are put together), `failure.rs` and
//! `output.rs` (what a person or a program gets to see).

mod address_guard;
mod authoring;
mod cli;
mod embedded;
mod failure;
mod input;
mod installation;
mod json;
mod location;
mod nothing_stored;
mod output;
mod plugins;
mod progress;
mod settings;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
