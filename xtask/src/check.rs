//! `cargo xtask check`: everything that can be judged without running the product.
//!
//! Decides which checks there are and in which order; the checks of our own stand in the modules below.

mod directions;
mod licences;
mod tree_files;
mod wit;

use std::env;
use std::process::Command;

use anyhow::bail;

use crate::build_guest;
use crate::build_plugins;
use crate::command;
use crate::guest_target::GUEST_TARGET;
use crate::prerequisites;
use crate::steps::{Steps, Verdict};
use crate::workspace::Workspace;

/// Runs all checks.
///
/// # Errors
/// Where something is missing, the component cannot be built (the host embeds it), or a check failed.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    prerequisites::require(workspace)?;
    build_guest::run(workspace)?;
    let mut steps = Steps::new();
    take_all(workspace, &mut steps);
    steps.finish()
}

/// Takes every check as a step. The component must be built.
pub(crate) fn take_all(workspace: &Workspace, steps: &mut Steps) {
    steps.take("wit", |_| judge(wit::problems(&workspace.root().join("wit"))?));
    steps.take("files", |_| tree_files::check(workspace));
    steps.take("dependency directions", |progress| {
        judge(directions::problems(workspace, |package| progress.show(package))?)
    });
    steps.take("licences and sources", |_| licences::check(workspace));

    for (name, cargo) in cargo_checks(workspace) {
        steps.take(name, |progress| {
            command::watch(cargo, |line| progress.show(line))?;
            Ok(Verdict::Passed)
        });
    }
}

fn cargo_checks(workspace: &Workspace) -> [(&'static str, Command); 4] {
    let format = workspace.cargo(["fmt", "--all", "--", "--check", "--files-with-diff"]);
    let native = workspace.cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    let mut wasm = workspace.cargo(["clippy", "--target", GUEST_TARGET]);
    wasm.args(["--package", "hookwright-core", "--package", "hookwright-component", "--package", "hookwright-plugin"]);
    wasm.args(build_plugins::PACKAGES.iter().flat_map(|package| ["--package", package])).args(["--", "-D", "warnings"]);
    let mut rustdoc = workspace.cargo(["doc", "--workspace", "--no-deps"]);
    let flags = env::var("RUSTDOCFLAGS").unwrap_or_default();
    rustdoc.env("RUSTDOCFLAGS", format!("{flags} -D warnings").trim_start());
    [("rustfmt", format), ("clippy, native", native), ("clippy, wasm", wasm), ("rustdoc", rustdoc)]
}

/// A list of problems fails the step, with one line for each.
fn judge(problems: Vec<String>) -> anyhow::Result<Verdict> {
    if problems.is_empty() {
        return Ok(Verdict::Passed);
    }
    bail!("{}", problems.join("\n"));
}
