//! Decides what a machine needs besides Rust itself, and names what is missing, all of it at once. The target of the
//! component is not among it: that one installs itself.

use std::process::Command;

use anyhow::bail;

use crate::command;
use crate::workspace::Workspace;

/// Looks for every program that checks and tests call.
///
/// # Errors
/// With each missing program and how it is installed.
pub(crate) fn require(workspace: &Workspace) -> anyhow::Result<()> {
    let mut git = workspace.command("git");
    git.arg("--version");
    let needed = [
        (workspace.cargo(["fmt", "--version"]), "rustfmt: run `rustup component add rustfmt`"),
        (workspace.cargo(["clippy", "--version"]), "clippy: run `rustup component add clippy`"),
        (git, "git: install your system's package `git`"),
    ];
    let missing = missing(needed);
    if !missing.is_empty() {
        bail!("missing on this machine:\n  {}", missing.join("\n  "));
    }
    Ok(())
}

fn missing<const N: usize>(needed: [(Command, &'static str); N]) -> Vec<&'static str> {
    needed
        .into_iter()
        .filter_map(|(mut program, remedy)| command::answer(&mut program).is_err().then_some(remedy))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_named() {
        let mut present = Command::new("rustc");
        present.arg("--version");
        let absent = Command::new("no-such-program-of-hookwright");
        assert_eq!(missing([(present, "rustc"), (absent, "the other")]), ["the other"]);
    }
}
