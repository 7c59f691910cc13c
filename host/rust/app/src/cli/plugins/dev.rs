//! `hookwright plugins dev`: the project, built and reloaded after each change.
//!
//! Decides what must go well before a version is activated: its build, its samples and its hooks on samples. What goes
//! wrong is told, and the next change is waited for; the version before stays active.

mod sources;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use hookwright_runtime::installed::Plugin as Installed;
use serde::Serialize;
use tokio::runtime::Runtime;

use super::build::{self, Written};
use super::install::{self, InstallArgs, load, read};
use super::test::{Detail, Given, Tried, TriedJson, try_hooks};
use crate::authoring::Language;
use crate::cli::Context;
use crate::cli::deliver::stop_signals::StopSignals;
use crate::failure::{Failure, Kind};
use crate::installation::Database;
use crate::output::Tone;
use crate::output::size::size;
use sources::Sources;

/// Between two looks at the sources.
const EVERY: Duration = Duration::from_millis(300);

/// Options of `plugins dev`.
#[derive(clap::Args)]
pub(crate) struct DevArgs {
    /// Folder of the plugin's project
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
}

/// A line of the JSON: one for each version that is active.
#[derive(Serialize)]
struct ReloadedJson<'a> {
    kind: &'static str,
    version: &'a str,
    #[serde(flatten)]
    written: &'a Written,
    hooks: Vec<TriedJson<'a>>,
}

/// A line of the JSON: one for each version that is not.
#[derive(Serialize)]
struct FailedJson<'a> {
    kind: &'static str,
    error: &'a Failure,
}

/// Runs `plugins dev`.
pub(crate) fn run(args: &DevArgs, context: &Context) -> Result<ExitCode, Failure> {
    // Where there is no project, no change will help.
    Language::of_project(&args.folder)?;
    let failed = |error: std::io::Error| Failure::new(Kind::Io, error.to_string());
    let runtime = Runtime::new().map_err(failed)?;
    let mut signals = runtime.block_on(async { StopSignals::listen() }).map_err(failed)?;
    loop {
        // Before the build, so that a change during it counts.
        let built = Sources::of(&args.folder);
        match round(&args.folder, context) {
            Err(failure) if failure.kind() == Kind::BrokenPipe => return Err(failure),
            Err(failure) if context.out.is_json() => {
                context.out.json_line(&FailedJson { kind: "failed", error: &failure })?;
            }
            Err(failure) => drop(context.out.failure(&failure)),
            Ok(()) => {}
        }
        context.out.note("Waiting for a change; stop with Ctrl-C.");
        if !runtime.block_on(changed(&args.folder, &built, &mut signals)) {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// Waits until the sources are others, and have been still for a while; false when somebody asks to stop.
async fn changed(folder: &Path, built: &Sources, signals: &mut StopSignals) -> bool {
    let mut former = Sources::of(folder);
    loop {
        tokio::select! {
            () = signals.next() => return false,
            () = tokio::time::sleep(EVERY) => {}
        }
        let now = Sources::of(folder);
        if now != *built && now == former {
            return true;
        }
        former = now;
    }
}

fn round(folder: &Path, context: &Context) -> Result<(), Failure> {
    let written = build::write(folder, None, context)?;
    let plugin = load(&written.file, &read(&written.file)?)?;
    let settings = settings(&plugin.description().name, context)?;
    let tried = try_hooks(&plugin, &settings, &Given::default(), context)?;
    if !context.out.is_json() {
        tried.iter().try_for_each(|tried| tried.tell(Detail::Brief, &context.out))?;
    }
    if let Some(failure) = tried.iter().find_map(Tried::failure) {
        return Err(Failure::new(Kind::Invalid, format!("it was not reloaded: {failure}")));
    }
    let (installed, _) = install::put(&InstallArgs::activating(written.file.clone()), context)?;
    tell(&installed, &written, &tried, context)
}

/// Those of the plugin that is installed.
fn settings(name: &str, context: &Context) -> Result<String, Failure> {
    let none = || "{}".to_owned();
    let installation = context.open_without_plugins(Database::IfThere)?;
    if !installation.is_stored {
        return Ok(none());
    }
    // It has no settings before it is installed.
    Ok(installation.hookwright.plugins_settings(name.to_owned()).wait().unwrap_or_else(|_| none()))
}

fn tell(installed: &Installed, written: &Written, tried: &[Tried], context: &Context) -> Result<(), Failure> {
    let Installed { name, version, .. } = installed;
    if context.out.is_json() {
        let hooks = tried.iter().map(Tried::json).collect();
        return context.out.json_line(&ReloadedJson { kind: "reloaded", version, written, hooks });
    }
    let size = size(written.size_bytes);
    context.out.toned(Tone::Good, format_args!("{name} {version} is active, {size}"))?;
    context.out.note(format_args!("`hookwright plugins test {name}` shows what its hooks return."));
    Ok(())
}
