//! Plays the conformance suite: on the Rust host, or by the runner of any other host.
//!
//!     cargo run -p hookwright-tests --bin conformance                        the Rust host
//!     cargo run -p hookwright-tests --bin conformance -- PROGRAM [ARGUMENT]  a runner
//!
//! A runner is given two more arguments: the folder with the scenarios, and the receiver.
//!
//! With CONFORMANCE_ONLY=TEXT only scenarios with that text in their names count, and with CONFORMANCE_WRITE=1 the Rust
//! host writes what it got into the files, as what is expected from then on.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, Write as _};
use std::process::{Command, ExitCode, Stdio};

use hookwright_tests::conformance::canonical::line;
use hookwright_tests::conformance::receiver::Receiver;
use hookwright_tests::conformance::rust_host::play;
use hookwright_tests::conformance::scenario::{Scenario, folder, place};
use hookwright_tests::conformance::verdict::Verdict;

fn main() -> anyhow::Result<ExitCode> {
    let only = env::var("CONFORMANCE_ONLY").unwrap_or_default();
    let mut scenarios = Scenario::all();
    scenarios.retain(|name, _| name.contains(&only));
    let receiver = Receiver::start()?;
    let mut runner = env::args_os().skip(1);
    let written = match runner.next() {
        None => rust(&mut scenarios, &receiver),
        Some(program) => {
            let mut command = Command::new(program);
            command.args(runner).arg(folder()).arg(receiver.origin());
            command.env("CONFORMANCE_PLACE", place()).stderr(Stdio::inherit());
            String::from_utf8(command.output()?.stdout)?
        }
    };
    let verdict = Verdict::of(&scenarios, &written);
    let mut out = io::stdout().lock();
    for problem in &verdict.problems {
        writeln!(out, "{problem}")?;
    }
    let (played, left_out) = (verdict.scenarios, verdict.left_out.len());
    writeln!(out, "{played} scenarios with {} results, {left_out} left out", verdict.results)?;
    Ok(if verdict.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn rust(scenarios: &mut BTreeMap<String, Scenario>, receiver: &Receiver) -> String {
    let writes = env::var_os("CONFORMANCE_WRITE").is_some_and(|value| value == "1");
    let mut written = String::new();
    for (name, scenario) in scenarios {
        for (number, result) in play(name, scenario, receiver) {
            written += &line(name, number, &result);
            written.push('\n');
            if writes {
                scenario.steps[number - 1].expect = Some(result);
            }
        }
        if writes {
            scenario.write(name);
        }
    }
    written
}
