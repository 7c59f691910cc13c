//! `hookwright plugins roll-back`

use std::process::ExitCode;

use super::show;
use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::Database;
use crate::plugins::load_from;

/// Options of `plugins roll-back`.
#[derive(clap::Args)]
pub(crate) struct RollBackArgs {
    /// The plugin's name
    #[arg(value_name = "NAME")]
    name: String,
}

/// Runs `plugins roll-back`.
pub(crate) fn run(args: RollBackArgs, context: &Context) -> Result<ExitCode, Failure> {
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let present = hookwright.plugins_get(args.name.clone()).wait()?;
    if let Some(hash) = &present.previous_hash {
        load_from(&context.plugin_folder(), hash).map_err(|failure| failure.about("the version before"))?;
    }
    let plugin = hookwright.plugins_roll_back(args.name).wait()?;
    show::tell(&plugin, context)?;
    context.out.note(format_args!("Version {} was replaced by {}.", present.version, plugin.version));
    Ok(ExitCode::SUCCESS)
}
