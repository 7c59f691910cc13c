//! `hookwright plugins activate` and `hookwright plugins deactivate`

use std::process::ExitCode;

use hookwright_runtime::installed::{Plugin, State};
use serde::Serialize;

use crate::cli::Context;
use crate::cli::each::one_by_one;
use crate::failure::Failure;
use crate::installation::Database;
use crate::json::plugin_state_word;
use crate::plugins::load_from;

/// Options of `plugins activate` and `plugins deactivate`.
#[derive(clap::Args)]
pub(crate) struct NamesArgs {
    /// Names of plugins
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
}

#[derive(Debug, Serialize)]
struct StateJson {
    state: &'static str,
    position: u32,
}

/// Runs `plugins activate`.
pub(crate) fn activate(args: NamesArgs, context: &Context) -> Result<ExitCode, Failure> {
    run(args, State::Active, context)
}

/// Runs `plugins deactivate`.
pub(crate) fn deactivate(args: NamesArgs, context: &Context) -> Result<ExitCode, Failure> {
    run(args, State::Inactive, context)
}

fn run(args: NamesArgs, state: State, context: &Context) -> Result<ExitCode, Failure> {
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let folder = context.plugin_folder();
    let results = one_by_one(args.names, |name| {
        if state == State::Active {
            let plugin = hookwright.plugins_get(name.to_owned()).wait()?;
            load_from(&folder, &plugin.hash).map_err(|failure| failure.about(&format!("plugin {name}")))?;
        }
        hookwright.plugins_set_state(name.to_owned(), state, None).wait().map_err(|error| {
            Failure::from(error).hint(format!("`hookwright plugins settings {name}` shows what can be set"))
        })
    });
    results.tell(&context.out, |name, plugin| format!("{name} is {}", plugin_state_word(plugin.state)), json)
}

fn json(plugin: Plugin) -> StateJson {
    StateJson { state: plugin_state_word(plugin.state), position: plugin.position }
}
