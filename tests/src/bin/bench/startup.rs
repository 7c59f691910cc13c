//! How long a command takes from start to end when its component is compiled already.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail};

use crate::fixture::Fixture;
use crate::percentile::percentile;
use crate::report::{Aim, First, Report, Unit};

const TARGET_MS: f64 = 50.0;

/// Starts the program again and again.
///
/// # Errors
///
/// When it fails.
pub(crate) fn measure(fixture: &Fixture, report: &mut Report) -> anyhow::Result<()> {
    let runs = fixture.size.choose(30, 10);
    let installation = fixture.install("startup", &[])?;
    let version = milliseconds(runs, || fixture.command(&installation.database), &["--version"])?;
    let topics = milliseconds(runs, || fixture.command(&installation.database), &["topics", "--json"])?;
    let median = |times: &[f64]| percentile(times, 50.0).unwrap_or_default();
    let figures = [
        ("hookwright --version, median", median(&version)),
        ("hookwright topics --json, median", median(&topics)),
        ("hookwright topics --json, 95th percentile", percentile(&topics, 95.0).unwrap_or_default()),
    ];
    let conditions = format!("{runs} runs, compiled code cached, from start to end of the process");
    report.add("Cold start", &conditions, First::Figure, &figures, Unit::Milliseconds);
    report.promise("process start to topics listed, median", Aim::Below(TARGET_MS), median(&topics), "ms");
    Ok(())
}

/// The first run, which may compile the component, does not count.
fn milliseconds(runs: usize, command: impl Fn() -> Command, arguments: &[&str]) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::with_capacity(runs);
    for run in 0..=runs {
        let mut command = command();
        command.args(arguments).stdin(Stdio::null());
        let started = Instant::now();
        let output = command.output().context("`hookwright` cannot be started")?;
        let time = started.elapsed();
        if !output.status.success() || output.stdout.is_empty() {
            bail!("`hookwright {}` failed: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
        }
        if run > 0 {
            times.push(time.as_secs_f64() * 1e3);
        }
    }
    Ok(times)
}
