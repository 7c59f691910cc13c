//! Decides when deny.toml is enforced: wherever cargo-deny is installed. What it allows stands there.

use crate::command;
use crate::steps::Verdict;
use crate::workspace::Workspace;

/// Runs cargo-deny, or says that it is missing.
///
/// # Errors
/// What cargo-deny found.
pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Verdict> {
    if command::answer(&mut workspace.cargo(["deny", "--version"])).is_err() {
        return Ok(Verdict::Skipped("cargo-deny is not installed (cargo install cargo-deny)".to_owned()));
    }
    command::watch(workspace.cargo(["deny", "check", "licenses", "sources", "bans"]), |_| {})?;
    Ok(Verdict::Passed)
}
