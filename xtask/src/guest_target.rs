//! Decides how the Rust target of the component comes onto a machine, and what to say where it cannot.

use std::env;
use std::path::Path;

use anyhow::{Context, bail};

use crate::command;
use crate::report;
use crate::workspace::Workspace;

/// The one target of all guests: a component built from it needs no WASI.
pub(crate) const GUEST_TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that the target's standard library is installed, by rustup where it is missing.
///
/// # Errors
/// Where it is missing and rustup is too, or fails: the message says what to install or run.
pub(crate) fn ensure(workspace: &Workspace) -> anyhow::Result<()> {
    // The compiler knows best: this also finds a target that a distribution packaged, where there is no rustup.
    if is_installed(workspace)? {
        return Ok(());
    }
    let mut version = workspace.command("rustup");
    if command::answer(version.arg("--version")).is_err() {
        bail!(
            "the Rust target {GUEST_TARGET} is not installed, and neither is rustup, which would add it. \
             Install rustup from https://rustup.rs, then run this command again. \
             Without rustup: install your distribution's package of the Rust standard library for {GUEST_TARGET}"
        );
    }
    report::line(format_args!("adding the Rust target {GUEST_TARGET}, once"));
    let mut add = workspace.command("rustup");
    command::stream(add.args(["target", "add", GUEST_TARGET])).with_context(|| {
        format!(
            "the Rust target {GUEST_TARGET} could not be added. It is downloaded from static.rust-lang.org: \
             with a connection to it, run `rustup target add {GUEST_TARGET}` in this folder, then this command again"
        )
    })?;
    if !is_installed(workspace)? {
        bail!(
            "rustup added {GUEST_TARGET}, but to another toolchain than `rustc` on the PATH belongs to. \
             Put rustup's programs first on the PATH (`rustup which rustc` shows where they lead)"
        );
    }
    Ok(())
}

fn is_installed(workspace: &Workspace) -> anyhow::Result<bool> {
    let mut rustc = workspace.command(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let folder = command::answer(rustc.args(["--print", "target-libdir", "--target", GUEST_TARGET]))?;
    Ok(holds_core(Path::new(folder.trim())))
}

fn holds_core(folder: &Path) -> bool {
    let is_core = |name: &str| name.starts_with("libcore-") && name.ends_with(".rlib");
    folder.read_dir().is_ok_and(|entries| {
        entries.filter_map(Result::ok).any(|entry| entry.file_name().to_str().is_some_and(is_core))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_without_the_core_library_is_no_target() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!holds_core(&folder.path().join("missing")));
        assert!(!holds_core(folder.path()));
        fs::write(folder.path().join("libcore-0123.rlib"), b"").unwrap();
        assert!(holds_core(folder.path()));
    }
}
