//! `cargo xtask test`: the component and the plugins, every check, every test; what CI runs.
//!
//! A test that needs something which the machine may lack prints a line that starts with `SKIPPED:` and what is
//! missing, and passes; where the variable `CI` is set it panics instead. So nothing is left out unnoticed.

use crate::build_guest;
use crate::build_plugins;
use crate::check;
use crate::command;
use crate::node_host;
use crate::prerequisites;
use crate::report;
use crate::steps::{Ended, Steps, Verdict};
use crate::wordpress;
use crate::workspace::Workspace;

/// Builds, checks and tests; a failed check does not keep the tests from running.
///
/// # Errors
/// Where something is missing, the component or a plugin cannot be built, or any step failed.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    prerequisites::require(workspace)?;
    build_guest::run(workspace)?;
    build_plugins::run(workspace)?;

    let mut steps = Steps::new();
    check::take_all(workspace, &mut steps);
    // First and in one go, because tests start the programs, and `cargo test` alone builds those of other packages
    // only by accident.
    let built = steps.take("build of programs and tests", |_| {
        command::stream(&mut workspace.cargo(["build", "--workspace", "--lib", "--bins", "--tests"]))?;
        Ok(Verdict::Passed)
    });
    if built == Ended::Well {
        steps.take("tests of the Node host", |progress| node_host::test(workspace, progress));
        steps.take("WordPress plugin", |_| wordpress::assemble_built(workspace).map(|_| Verdict::Passed));
        steps.take("tests", |_| {
            report::line("");
            command::stream(&mut workspace.cargo(["test", "--workspace", "--no-fail-fast"]))?;
            Ok(Verdict::Passed)
        });
    }
    steps.finish()
}
