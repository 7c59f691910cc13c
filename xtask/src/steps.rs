//! Decides how a list of steps is worked through: every step runs, each ends in one line, the first failure sets the
//! exit code. Knows nothing of what the steps do.

use std::fmt;
use std::io::{Stderr, Write, stderr};
use std::time::{Duration, Instant};

use crate::command::CommandFailed;
use crate::report::{Progress, line_to};

/// How a step ended that did not fail.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// All is well.
    Passed,
    /// It could not be done here, and that is allowed. Says why, and what to do.
    Skipped(String),
}

/// The steps done so far, told to `W` as they end.
#[derive(Debug)]
pub(crate) struct Steps<W = Stderr> {
    out: W,
    passed: usize,
    skipped: Vec<String>,
    failed: Vec<String>,
    exit_code: Option<u8>,
}

impl Steps {
    /// None done yet; they are told on standard error.
    pub(crate) fn new() -> Self {
        Self::told_to(stderr())
    }
}

impl<W: Write> Steps<W> {
    fn told_to(out: W) -> Self {
        Self { out, passed: 0, skipped: Vec::new(), failed: Vec::new(), exit_code: None }
    }

    /// Does one step, prints its line, and the whole reason below it where it failed. Gives back whether it failed,
    /// for steps that build on it.
    pub(crate) fn take(&mut self, name: &str, step: impl FnOnce(&mut Progress) -> anyhow::Result<Verdict>) -> Ended {
        let started = Instant::now();
        let mut progress = Progress::of(name);
        let verdict = step(&mut progress);
        progress.clear();
        let took = started.elapsed();
        match verdict {
            Ok(Verdict::Passed) => {
                line_to(&mut self.out, row("ok", name, took));
                self.passed += 1;
                Ended::Well
            }
            Ok(Verdict::Skipped(reason)) => {
                line_to(&mut self.out, format_args!("{}  SKIPPED: {reason}", row("--", name, took)));
                self.skipped.push(format!("{name} ({reason})"));
                Ended::Well
            }
            Err(error) => {
                line_to(&mut self.out, row("FAILED", name, took));
                line_to(&mut self.out, format_args!("{error:#}\n"));
                self.failed.push(name.to_owned());
                let code = error.downcast_ref::<CommandFailed>().map_or(1, CommandFailed::exit_code);
                self.exit_code.get_or_insert(code);
                Ended::Badly
            }
        }
    }

    /// Prints the summary.
    ///
    /// # Errors
    /// [`StepsFailed`] where any step failed.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        line_to(
            &mut self.out,
            format_args!("\n{} passed, {} skipped, {} failed", self.passed, self.skipped.len(), self.failed.len()),
        );
        for skipped in &self.skipped {
            line_to(&mut self.out, format_args!("skipped: {skipped}"));
        }
        match self.exit_code {
            None => Ok(()),
            Some(exit_code) => Err(StepsFailed { names: self.failed, exit_code }.into()),
        }
    }
}

/// Whether later steps can build on a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It passed, or was skipped for an allowed reason.
    Well,
    /// It failed.
    Badly,
}

/// Some steps failed; their reasons have been printed.
#[derive(Debug)]
pub(crate) struct StepsFailed {
    names: Vec<String>,
    exit_code: u8,
}

impl StepsFailed {
    /// That of the first failure.
    pub(crate) fn exit_code(&self) -> u8 {
        self.exit_code
    }
}

impl fmt::Display for StepsFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed, see above: {}", self.names.join(", "))
    }
}

impl std::error::Error for StepsFailed {}

fn row(outcome: &str, name: &str, took: Duration) -> String {
    format!("{outcome:<6}  {name:<28}  {:>6.1} s", took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> &str {
        str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_failed_step_does_not_stop_the_next_and_fails_the_whole() {
        let mut out = Vec::new();
        let mut steps = Steps::told_to(&mut out);
        assert_eq!(steps.take("first", |_| anyhow::bail!("broken")), Ended::Badly);
        assert_eq!(steps.take("second", |_| Ok(Verdict::Passed)), Ended::Well);
        let error = steps.finish().unwrap_err();
        assert_eq!(error.to_string(), "failed, see above: first");
        assert_eq!(error.downcast_ref::<StepsFailed>().unwrap().exit_code(), 1);
        let text = text(&out);
        assert!(text.starts_with("FAILED  first ") && text.contains("\nbroken\n"), "{text}");
        assert!(text.contains("\nok      second ") && text.ends_with("\n1 passed, 0 skipped, 1 failed\n"), "{text}");
    }

    #[test]
    fn a_skipped_step_is_no_failure_but_is_told_twice() {
        let mut out = Vec::new();
        let mut steps = Steps::told_to(&mut out);
        assert_eq!(steps.take("licences", |_| Ok(Verdict::Skipped("no tool".to_owned()))), Ended::Well);
        assert!(steps.finish().is_ok());
        let text = text(&out);
        assert!(text.contains("SKIPPED: no tool\n") && text.ends_with("\nskipped: licences (no tool)\n"), "{text}");
    }
}
