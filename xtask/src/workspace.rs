//! Decides where the workspace lies and how cargo is called in it. Knows nothing of its crates.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

/// The checkout that xtask was started from.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    cargo: OsString,
}

impl Workspace {
    /// Asks cargo, which started us; a binary started by hand falls back to where it was compiled.
    ///
    /// # Errors
    /// Where the checkout has moved since.
    pub(crate) fn locate() -> anyhow::Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest)
            .parent()
            .filter(|root| root.join("Cargo.lock").is_file())
            .with_context(|| format!("no workspace above {}: run `cargo xtask` inside it", manifest.display()))?;
        Ok(Self { root: root.to_owned(), cargo: env::var_os("CARGO").unwrap_or_else(|| "cargo".into()) })
    }

    /// The folder of the workspace's manifest.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where finished products go.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// A program, run in the root of the workspace.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        // What `cargo run` says about xtask itself. Build scripts that watch these (ring's does) would otherwise run
        // again whenever cargo is called with and without xtask in turn.
        for (name, _) in env::vars_os().filter(|(name, _)| speaks_of_xtask(name)) {
            command.env_remove(name);
        }
        command
    }

    /// Cargo, the one that started us, with these arguments.
    pub(crate) fn cargo<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = self.command(&self.cargo);
        command.args(arguments);
        command
    }
}

fn speaks_of_xtask(variable: &OsStr) -> bool {
    variable.to_str().is_some_and(|name| {
        name.starts_with("CARGO_PKG_")
            || ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_CRATE_NAME"].contains(&name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_tool_itself() {
        let workspace = Workspace::locate().unwrap();
        assert!(workspace.root().join("xtask/Cargo.toml").is_file());
    }

    #[test]
    fn a_child_is_not_told_of_the_package_of_xtask() {
        let command = Workspace::locate().unwrap().cargo(["--version"]);
        let removed: Vec<_> = command.get_envs().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
        assert!(removed.contains(&OsStr::new("CARGO_MANIFEST_DIR")), "{removed:?}");
        assert!(!removed.contains(&OsStr::new("CARGO")), "{removed:?}");
    }
}
