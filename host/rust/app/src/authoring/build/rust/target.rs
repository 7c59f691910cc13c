//! Decides how the Rust target of plugins comes onto a machine, and what to say where it cannot.

use std::path::Path;

use super::REMEDY;
use crate::authoring::program::Program;
use crate::failure::{Failure, Kind};
use crate::output::Output;

/// The target: a component made from it needs no WASI.
pub(super) const NAME: &str = "wasm32-unknown-unknown";

/// Makes sure that the target's standard library is installed for the toolchain of a folder, by rustup where it is
/// missing.
///
/// # Errors
///
/// Where it is missing and rustup is too, or fails.
pub(super) fn require(folder: &Path, out: &Output) -> Result<(), Failure> {
    // The compiler knows best: this also finds a target that a distribution packaged, where there is no rustup.
    if is_installed(folder)? {
        return Ok(());
    }
    out.note(format_args!("Adding the Rust target {NAME} (once)."));
    let by_hand = format!("with a connection to static.rust-lang.org, run `rustup target add {NAME}`");
    let without = format!(
        "install rustup from https://rustup.rs, or your distribution's package of the Rust standard library for {NAME}"
    );
    Program::new("rustup", without)
        .args(["target", "add", NAME])
        .within(folder)
        .show(out)
        .map_err(|failure| failure.about(&format!("the Rust target {NAME} is missing")).hint(by_hand))?;
    if is_installed(folder)? {
        return Ok(());
    }
    let failure = format!("rustup added {NAME}, but to another toolchain than `rustc` on the PATH belongs to");
    Err(Failure::new(Kind::Tool, failure)
        .hint("put rustup's programs first on the PATH; `rustup which rustc` shows where they lead"))
}

fn is_installed(folder: &Path) -> Result<bool, Failure> {
    let libraries =
        Program::new("rustc", REMEDY).args(["--print", "target-libdir", "--target", NAME]).within(folder).answer()?;
    Ok(holds_core(Path::new(libraries.trim())))
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
