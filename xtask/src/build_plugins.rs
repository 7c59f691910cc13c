//! `cargo xtask build-plugins`: the plugins written in Rust become dist/plugins/*.wasm.
//!
//! Decides which plugins those are. How a plugin outside this repository is built stands in guest/README.md.

use crate::artifacts;
use crate::build_guest;
use crate::component;
use crate::guest_target;
use crate::workspace::Workspace;

/// The packages of guest/plugins that are written in Rust; each gives a plugin of its name.
pub(crate) const PACKAGES: [&str; 4] = ["booking", "every-hook", "mask-personal-data", "misbehaving"];

/// Builds all of them in one go, since they share their dependencies.
///
/// # Errors
/// Where the target is missing, a build fails, or a plugin is not what it must be.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    guest_target::ensure(workspace)?;
    let mut build = build_guest::cargo_build(workspace);
    build.args(PACKAGES.iter().flat_map(|package| ["--package", package]));
    let modules = artifacts::modules(build, &PACKAGES.map(|package| package.replace('-', "_")))?;
    for (name, module) in PACKAGES.iter().zip(&modules) {
        build_guest::wrap(workspace, module, &format!("plugins/{name}.wasm"), &component::PLUGIN)?;
    }
    Ok(())
}
