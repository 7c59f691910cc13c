//! How fast Hookwright is, beside a bare reference measured in the same run.
//!
//! Prints a table and writes JSON. Decides nothing by what it finds: a slow machine is no error.

mod arguments;
mod bare_rows;
mod delivery;
mod fixture;
mod latency;
mod machine;
mod percentile;
mod plugins;
mod publish;
mod receiver;
mod report;
mod sign;
mod startup;
mod stopwatch;

use std::process::ExitCode;

use arguments::Arguments;
use fixture::Fixture;
use machine::Machine;
use report::Report;

fn main() -> ExitCode {
    match Arguments::parse(std::env::args_os().skip(1)).and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let fixture = Fixture::new(arguments.size)?;
    let mut report = Report::new(arguments.size, Machine::of(fixture.folder()));
    report.print_head();
    sign::measure(&fixture, &mut report)?;
    publish::measure(&fixture, &mut report)?;
    delivery::measure(&fixture, &mut report)?;
    startup::measure(&fixture, &mut report)?;
    plugins::measure(&fixture, &mut report)?;
    latency::measure(&fixture, &mut report)?;
    report.print_targets();
    let out = arguments.out.clone().unwrap_or_else(|| fixture.default_out());
    report.write(&out)
}
