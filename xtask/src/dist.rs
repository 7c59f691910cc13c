//! `cargo xtask dist`: the program that users install, into dist/.

use std::env::consts::EXE_SUFFIX;
use std::fs;

use anyhow::Context;

use crate::artifacts;
use crate::build_guest;
use crate::replace::replace;
use crate::report::{self, grouped};
use crate::workspace::Workspace;

/// Builds the program for release and copies it.
///
/// # Errors
/// Where a build fails, or dist/ cannot be written.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    build_guest::run(workspace)?;
    let build = workspace.cargo(["build", "--release", "--package", "hookwright", "--bin", "hookwright"]);
    let built = artifacts::executable(build, "hookwright")?;

    let unreadable = || format!("cannot read {}", built.display());
    let program = fs::read(&built).with_context(unreadable)?;
    let permissions = fs::metadata(&built).with_context(unreadable)?.permissions();
    let name = format!("hookwright{EXE_SUFFIX}");
    replace(&workspace.dist().join(&name), &program, Some(permissions))?;
    report::line(format_args!("dist/{name}: {} bytes", grouped(program.len())));
    Ok(())
}
