//! `hookwright plugins uninstall`

use std::process::ExitCode;

use super::tidy;
use crate::cli::Context;
use crate::failure::{Failure, Kind};
use crate::installation::Database;

/// Options of `plugins uninstall`.
#[derive(clap::Args)]
pub(crate) struct UninstallArgs {
    /// The plugin's name
    #[arg(value_name = "NAME")]
    name: String,
}

/// Runs `plugins uninstall`.
pub(crate) fn run(args: UninstallArgs, context: &Context) -> Result<ExitCode, Failure> {
    let name = args.name;
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let plugin = hookwright.plugins_get(name.clone()).wait()?;
    hookwright.plugins_remove(name.clone()).wait().map_err(|error| {
        let failure = Failure::from(error);
        match failure.kind() {
            Kind::Conflict => failure.hint(format!("`hookwright plugins deactivate {name}` deactivates it")),
            _ => failure,
        }
    })?;
    let folder = context.plugin_folder();
    tidy(&hookwright, &folder, plugin.previous_hash.into_iter().chain([plugin.hash]));
    folder.journal().remove(&name);
    if context.out.is_json() {
        context.out.json(&serde_json::json!({ "name": name, "uninstalled": true }))?;
    } else {
        context.out.line(format_args!("{name} is uninstalled; its settings and its log are gone"))?;
    }
    Ok(ExitCode::SUCCESS)
}
