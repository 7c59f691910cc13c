//! `hookwright plugins install`
//!
//! Decides that bytes are kept before the database names them, and that nothing is installed that cannot run here.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use hookwright_runtime::installed::{FailurePolicy, Package, Plugin as Installed, State};
use hookwright_runtime::plugins::{Plugin, PluginError, PluginFile};
use hookwright_runtime::types::Error;
use hookwright_runtime::{CallError, CodeCache, Hookwright};

use super::described::{Described, own_policy};
use super::{samples, show, tidy};
use crate::cli::Context;
use crate::failure::{Failure, Kind};
use crate::installation::Database;
use crate::json::policy_word;

/// Options of `plugins install`.
#[derive(clap::Args)]
pub(crate) struct InstallArgs {
    /// The plugin: a WebAssembly component, or a JSON or TOML file of topics
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Activate it too
    #[arg(long)]
    activate: bool,
    /// What its failures mean for an event: it goes on without the plugin, or is refused [default: as the plugin says]
    #[arg(long)]
    policy: Option<TypedPolicy>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TypedPolicy {
    FailOpen,
    FailClosed,
}

impl InstallArgs {
    /// Installs this file and activates it.
    pub(super) fn activating(file: PathBuf) -> Self {
        Self { file, activate: true, policy: None }
    }
}

/// Runs `plugins install`.
pub(crate) fn run(args: &InstallArgs, context: &Context) -> Result<ExitCode, Failure> {
    let (installed, former) = put(args, context)?;
    show::tell(&installed, context)?;
    note(&installed, former.as_ref(), context);
    Ok(ExitCode::SUCCESS)
}

/// Installs a plugin. Gives it as it is now and as it was before.
pub(super) fn put(args: &InstallArgs, context: &Context) -> Result<(Installed, Option<Installed>), Failure> {
    // Read first, so that what is no plugin leaves no new database behind.
    let file = read(&args.file)?;
    let plugin = load(&args.file, &file)?;
    samples::require(&plugin, context).map_err(|failure| failure.about(&args.file.display().to_string()))?;
    let hookwright = context.open_without_plugins(Database::Create)?.hookwright;
    let folder = context.plugin_folder();
    let name = plugin.description().name.clone();
    let former = former(&hookwright, &name)?;

    folder.keep(&file)?;
    let installed = match hookwright.plugins_put(package(args, &plugin, &file, former.as_ref())?).wait() {
        Ok(installed) => installed,
        Err(error) => {
            tidy(&hookwright, &folder, [plugin.hash().to_owned()]);
            let names = [("settings_schema", "its settings-schema"), ("topics", "its topics")];
            return Err(Failure::from(error).naming(&names).about(&args.file.display().to_string()));
        }
    };
    tidy(&hookwright, &folder, former.iter().filter_map(|former| former.previous_hash.clone()));
    let installed = match args.activate {
        true => hookwright
            .plugins_set_state(name.clone(), State::Active, None)
            .wait()
            .map_err(|error| not_activated(error, &name))?,
        false => installed,
    };
    Ok((installed, former))
}

/// The file's bytes, but no more than a plugin may have.
pub(super) fn read(path: &Path) -> Result<PluginFile, Failure> {
    PluginFile::read(path).map_err(|error| refused(path, &error))
}

/// The plugin that a file holds.
pub(super) fn load(path: &Path, file: &PluginFile) -> Result<Plugin, Failure> {
    Plugin::load(&file.bytes, &CodeCache::of_user()).map_err(|error| refused(path, &error))
}

fn refused(path: &Path, error: &PluginError) -> Failure {
    match error {
        // It names the file by itself.
        PluginError::Unreadable { .. } => Failure::new(Kind::Io, error.to_string()),
        _ => Failure::new(Kind::Invalid, format!("{}: {error}", path.display())),
    }
}

fn former(hookwright: &Hookwright, name: &str) -> Result<Option<Installed>, Failure> {
    match hookwright.plugins_get(name.to_owned()).wait() {
        Ok(former) => Ok(Some(former)),
        Err(CallError::Api(Error::NotFound(_))) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn package(
    args: &InstallArgs,
    plugin: &Plugin,
    file: &PluginFile,
    former: Option<&Installed>,
) -> Result<Package, Failure> {
    let description = plugin.description();
    let described = Described::of(plugin, file.bytes.len());
    // A policy that the site owner chose before outlasts an upgrade.
    let chosen = former
        .filter(|former| policy_word(former.policy) != Described::stored(former).on_failure)
        .map(|former| former.policy);
    let typed = args.policy.map(|policy| match policy {
        TypedPolicy::FailOpen => FailurePolicy::FailOpen,
        TypedPolicy::FailClosed => FailurePolicy::FailClosed,
    });
    let own = match own_policy(description.on_failure) {
        "fail-closed" => FailurePolicy::FailClosed,
        _ => FailurePolicy::FailOpen,
    };
    Ok(Package {
        name: description.name.clone(),
        version: description.version.clone(),
        hash: plugin.hash().to_owned(),
        policy: typed.or(chosen).unwrap_or(own),
        description: serde_json::to_string(&described)
            .map_err(|error| Failure::new(Kind::Invalid, format!("its description: {error}")))?,
    })
}

fn not_activated(error: CallError, name: &str) -> Failure {
    Failure::from(error).about(&format!("plugin {name} is installed, but not active")).hint(format!(
        "`hookwright plugins settings {name} JSON` sets its settings, `hookwright plugins activate {name}` activates it"
    ))
}

fn note(installed: &Installed, former: Option<&Installed>, context: &Context) {
    let Installed { name, version, state, .. } = installed;
    if let Some(former) = former.filter(|former| former.hash != installed.hash) {
        context.out.note(format_args!(
            "Version {} was replaced by {version}; `hookwright plugins roll-back {name}` goes back.",
            former.version
        ));
    }
    match state {
        State::Active => context.out.note("Commands that run see it within a second."),
        State::Inactive => {
            context.out.note(format_args!("It is not asked yet: `hookwright plugins activate {name}` activates it."));
        }
    }
}
