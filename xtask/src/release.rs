//! What is shipped and measured: the program and the C library, of a release build.
//!
//! Decides that both come of one run of cargo. In two runs their features differ, and wasmtime would be compiled twice.

use std::path::PathBuf;

use crate::artifacts;
use crate::workspace::Workspace;

/// Where the files lie.
pub(crate) struct Release {
    /// The command `hookwright`.
    pub(crate) program: PathBuf,
    /// The C library.
    pub(crate) library: PathBuf,
}

/// Builds both.
///
/// # Errors
/// Where the build fails.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<Release> {
    let packages = ["--package", "hookwright", "--package", "hookwright-capi"];
    let mut build = workspace.cargo(["build", "--release", "--bin", "hookwright", "--lib"]);
    build.args(packages);
    let [program, library] = artifacts::program_and_library(build, "hookwright", "hookwright_capi")?;
    Ok(Release { program, library })
}
