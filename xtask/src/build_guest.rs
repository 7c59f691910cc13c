//! `cargo xtask build-guest`: the guest crates become dist/hookwright.wasm.
//!
//! Decides how the guest is compiled, so that every machine gets the same bytes.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::artifacts;
use crate::component;
use crate::guest_target::{self, GUEST_TARGET};
use crate::replace::{Replaced, replace};
use crate::report::{self, grouped};
use crate::workspace::Workspace;

/// Builds the component and puts it into dist/, untouched where its bytes are the same.
///
/// # Errors
/// Where the target is missing, the build fails, or the component is not what it must be.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    guest_target::ensure(workspace)?;
    let mut build = cargo_build(workspace);
    build.args(["--package", "hookwright-component"]);
    let module = artifacts::module(build, "hookwright_component")?;
    wrap(workspace, &module, "hookwright.wasm", &component::CORE)
}

/// A build of guest crates, which are still to be named: the same bytes on every machine.
pub(crate) fn cargo_build(workspace: &Workspace) -> Command {
    let mut build = workspace.cargo(["build", "--profile", "guest", "--target", GUEST_TARGET]);
    // Flags of the machine (a CPU, a linker) are none of the component's business; paths in its messages neither.
    build.env("CARGO_ENCODED_RUSTFLAGS", path_flags(workspace).join("\x1f"));
    build
}

/// Makes a module the component `name` in dist/ and tells its size.
///
/// # Errors
/// Where the component is not what the rules say, or cannot be written.
pub(crate) fn wrap(workspace: &Workspace, module: &Path, name: &str, rules: &component::Rules) -> anyhow::Result<()> {
    let module = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let component = component::from_module(&module, rules).with_context(|| name.to_owned())?;
    let note = match replace(&workspace.dist().join(name), &component, None)? {
        Replaced::Written => "",
        Replaced::Unchanged => " (unchanged)",
    };
    report::line(format_args!("dist/{name}: {} bytes{note}", grouped(component.len())));
    Ok(())
}

/// Compiler flags that give the folders of this machine neutral names.
fn path_flags(workspace: &Workspace) -> Vec<String> {
    let cargo_home =
        env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    [(Some(workspace.root().to_owned()), "hookwright"), (cargo_home, "cargo")]
        .into_iter()
        .filter_map(|(folder, name)| folder.map(|folder| format!("--remap-path-prefix={}={name}", folder.display())))
        .collect()
}
