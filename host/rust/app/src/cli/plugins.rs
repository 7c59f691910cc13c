//! `hookwright plugins`: third parties' components, for the site owner and for their authors.
//!
//! What is installed stands in the database, the bytes lie in the folder. Commands here run without the plugins that
//! are active, so that one of them that does harm can still be taken out.

mod activate;
mod build;
mod check;
mod described;
mod dev;
mod install;
mod list;
mod logs;
mod new;
mod roll_back;
mod samples;
mod settings;
mod show;
mod test;
mod uninstall;

use std::process::ExitCode;

use clap::Subcommand;
use hookwright_runtime::Hookwright;

use crate::cli::Context;
use crate::failure::Failure;
use crate::plugins::PluginFolder;

/// Commands of `plugins`.
#[derive(Subcommand)]
pub(crate) enum PluginsCommand {
    /// Install a plugin, inactive, or upgrade it; the version before is kept
    Install(install::InstallArgs),
    /// List installed plugins
    List(list::ListArgs),
    /// Show one plugin
    Show(show::ShowArgs),
    /// Ask plugins from now on; past failures are forgiven
    Activate(activate::NamesArgs),
    /// Ask plugins no more
    Deactivate(activate::NamesArgs),
    /// Show or set the settings of a plugin
    Settings(settings::SettingsArgs),
    /// Show what plugins have said and how they failed, in whichever process
    Logs(logs::LogsArgs),
    /// Exchange a plugin's version for the one before
    RollBack(roll_back::RollBackArgs),
    /// Remove an inactive plugin with its settings
    Uninstall(uninstall::UninstallArgs),
    /// Write a new plugin's project: a tested starting point
    New(new::NewArgs),
    /// Build a plugin's project into a WebAssembly component
    Build(build::BuildArgs),
    /// Build, test, install and activate a plugin's project, again after each change, until Ctrl-C
    Dev(dev::DevArgs),
    /// Say what a plugin is, and whether its topics' samples satisfy their schemas; installs nothing
    Check(check::CheckArgs),
    /// Call a plugin's hooks, or compare its topics' samples with their schemas; stores nothing
    Test(test::TestArgs),
}

/// Runs `plugins`.
pub(crate) fn run(command: PluginsCommand, context: &Context) -> Result<ExitCode, Failure> {
    match command {
        PluginsCommand::Install(args) => install::run(&args, context),
        PluginsCommand::List(args) => list::run(&args, context),
        PluginsCommand::Show(args) => show::run(args, context),
        PluginsCommand::Activate(args) => activate::activate(args, context),
        PluginsCommand::Deactivate(args) => activate::deactivate(args, context),
        PluginsCommand::Settings(args) => settings::run(args, context),
        PluginsCommand::Logs(args) => logs::run(&args, context),
        PluginsCommand::RollBack(args) => roll_back::run(args, context),
        PluginsCommand::Uninstall(args) => uninstall::run(args, context),
        PluginsCommand::New(args) => new::run(&args, context),
        PluginsCommand::Build(args) => build::run(&args, context),
        PluginsCommand::Dev(args) => dev::run(&args, context),
        PluginsCommand::Check(args) => check::run(&args, context),
        PluginsCommand::Test(args) => test::run(&args, context),
    }
}

/// Removes files that no installed plugin leads to.
fn tidy(hookwright: &Hookwright, folder: &PluginFolder, hashes: impl IntoIterator<Item = String>) {
    // What cannot be told stays.
    let Ok(installed) = hookwright.plugins_installed().wait() else { return };
    let needed = |hash: &String| {
        installed.iter().any(|plugin| plugin.hash == *hash || plugin.previous_hash.as_ref() == Some(hash))
    };
    hashes.into_iter().filter(|hash| !needed(hash)).for_each(|hash| folder.remove(&hash));
}
