//! `cargo xtask demo`: the main job, once, on this machine. The demo itself is a program of `tests`.

use std::ffi::OsString;

use crate::artifacts;
use crate::build_guest;
use crate::command;
use crate::workspace::Workspace;

/// Builds what the demo needs, and runs it with these arguments.
///
/// # Errors
/// Where a build fails, or the demo: its exit code is passed on.
pub(crate) fn run(workspace: &Workspace, arguments: &[OsString]) -> anyhow::Result<()> {
    build_guest::run(workspace)?;
    // With the features of the whole workspace, as the tests have them: so dependencies are compiled once for both.
    let build = workspace.cargo(["build", "--workspace", "--bin", "hookwright", "--bin", "demo"]);
    let demo = artifacts::executable(build, "demo")?;
    command::stream(workspace.command(demo).args(arguments))
}
