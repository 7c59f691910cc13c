//! `cargo xtask bench`: measures a release build. What is measured is decided by the program in `tests`.

use std::ffi::OsString;

use crate::artifacts;
use crate::build_guest;
use crate::build_plugins;
use crate::command;
use crate::workspace::Workspace;

/// Builds for release, and runs the benchmark with these arguments.
///
/// # Errors
/// Where a build fails, or the benchmark: its exit code is passed on.
pub(crate) fn run(workspace: &Workspace, arguments: &[OsString]) -> anyhow::Result<()> {
    build_guest::run(workspace)?;
    build_plugins::run(workspace)?;
    let build = workspace.cargo(["build", "--release", "--workspace", "--bin", "hookwright", "--bin", "bench"]);
    let bench = artifacts::executable(build, "bench")?;
    command::stream(workspace.command(bench).args(arguments))
}
