//! What was found, as a table for people and as JSON.
//!
//! Decides the form and whether a target is met; knows nothing of how anything is measured.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use crate::arguments::Size;
use crate::machine::Machine;

/// All figures of one run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    quick: bool,
    debug_build: bool,
    machine: Machine,
    /// How SQLite writes in all measurements, the bare ones too.
    database: &'static str,
    figures: Vec<Figure>,
    targets: Vec<Target>,
}

/// One measurement.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    /// What it is about, the same for all that stand together.
    pub(crate) group: String,
    /// What was measured.
    pub(crate) name: String,
    /// How much.
    pub(crate) value: f64,
    /// Of what.
    pub(crate) unit: &'static str,
    /// How fast it is against the bare reference of its group: 1 is as fast, 0.5 takes twice the time.
    pub(crate) speed_to_bare: Option<f64>,
}

/// A promise, and what became of it.
#[derive(Debug, Serialize)]
struct Target {
    name: &'static str,
    target: f64,
    found: f64,
    unit: &'static str,
    met: bool,
}

/// What the first figure of a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum First {
    /// The bare reference, to which the others are compared.
    Bare,
    /// A figure like the others.
    Figure,
}

/// On which side of a target one has to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Aim {
    /// At least so much.
    AtLeast(f64),
    /// Less than so much.
    Below(f64),
}

impl Report {
    /// A report without figures.
    pub(crate) fn new(size: Size, machine: Machine) -> Self {
        Self {
            quick: size == Size::Quick,
            debug_build: cfg!(debug_assertions),
            machine,
            database: "SQLite, journal_mode=WAL, synchronous=FULL",
            figures: Vec::new(),
            targets: Vec::new(),
        }
    }

    /// Prints what the figures are measured on.
    pub(crate) fn print_head(&self) {
        let Machine { cpu, cores, memory_mib, kernel, filesystem } = &self.machine;
        let memory = memory_mib.map_or_else(|| "unknown".to_owned(), |size| format!("{size} MiB"));
        line(format_args!("{cpu}, {cores} cores, {memory}, {kernel}, databases on {filesystem}"));
        line(self.database);
        if self.debug_build {
            line("This is not a release build: the figures say nothing. Use `cargo xtask bench`.");
        }
        if self.quick {
            line("A quick look, with fewer repetitions.");
        }
    }

    /// Adds and prints figures that belong together. `conditions` says batch, payload size and fan-out.
    pub(crate) fn add(&mut self, group: &str, conditions: &str, first: First, figures: &[(&str, f64)], unit: Unit) {
        line(format_args!("\n{group}  ({conditions})"));
        let bare = figures.first().map_or(0.0, |(_, value)| *value);
        for (index, (name, value)) in figures.iter().enumerate() {
            let speed_to_bare = (first == First::Bare && index > 0).then(|| unit.speed(*value, bare));
            let beside = match (first, speed_to_bare) {
                (First::Bare, None) => "reference".to_owned(),
                (_, Some(speed)) => format!("{speed:.2} of its speed"),
                (First::Figure, None) => String::new(),
            };
            line(format!("  {name:<44} {:>12} {:<12} {beside}", grouped(*value), unit.name()).trim_end());
            let group = format!("{group} ({conditions})");
            let figure = Figure { group, name: (*name).to_owned(), value: *value, unit: unit.name(), speed_to_bare };
            self.figures.push(figure);
        }
    }

    /// Adds and judges a promise.
    pub(crate) fn promise(&mut self, name: &'static str, aim: Aim, found: f64, unit: &'static str) {
        let (target, met) = match aim {
            Aim::AtLeast(target) => (target, found >= target),
            Aim::Below(target) => (target, found < target),
        };
        self.targets.push(Target { name, target, found, unit, met });
    }

    /// Prints the promises.
    pub(crate) fn print_targets(&self) {
        line("\nTargets");
        for Target { name, target, found, unit, met } in &self.targets {
            let verdict = if *met { "met" } else { "NOT met" };
            let (found, target) = (grouped(*found), grouped(*target));
            line(format_args!("  {name:<44} {found:>12} {unit:<12} target {target}: {verdict}"));
        }
    }

    /// Writes the JSON.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let json = serde_json::to_string_pretty(self)?;
        std::fs::write(file, json + "\n").with_context(|| format!("{} cannot be written", file.display()))?;
        line(format_args!("\nWritten to {}", file.display()));
        Ok(())
    }
}

/// What a figure counts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit {
    /// Time of one operation; less is faster.
    Microseconds,
    /// Time of one operation; less is faster.
    Milliseconds,
    /// Events; more is faster.
    EventsPerSecond,
    /// Requests; more is faster.
    RequestsPerSecond,
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Microseconds => "µs",
            Self::Milliseconds => "ms",
            Self::EventsPerSecond => "events/s",
            Self::RequestsPerSecond => "requests/s",
        }
    }

    fn speed(self, value: f64, bare: f64) -> f64 {
        match self {
            Self::Microseconds | Self::Milliseconds => bare / value,
            Self::EventsPerSecond | Self::RequestsPerSecond => value / bare,
        }
    }
}

/// Says on standard error why there is no report.
pub(crate) fn complain(error: &anyhow::Error) {
    // Nobody is left to tell when this fails.
    let _ = writeln!(io::stderr(), "bench: {error:#}");
}

fn line(text: impl Display) {
    // A reader that has gone away is no reason to stop: the JSON is still written.
    let _ = writeln!(io::stdout(), "{text}");
}

/// Three significant digits or more, and commas between thousands.
fn grouped(value: f64) -> String {
    let decimals = if value >= 100.0 { 0 } else { 2 };
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if fraction.is_empty() { out } else { format!("{out}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(
            [0.128, 9.5, 99.999, 1234.4, 1_234_567.0].map(grouped),
            ["0.13", "9.50", "100.00", "1,234", "1,234,567"]
        );
    }

    #[test]
    fn faster_is_greater_in_every_unit() {
        assert_eq!(Unit::Microseconds.speed(20.0, 10.0), 0.5);
        assert_eq!(Unit::EventsPerSecond.speed(20.0, 10.0), 2.0);
    }
}
