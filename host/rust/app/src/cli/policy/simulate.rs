//! `hookwright policy simulate`: plays answers against the installation's policy. Needs no database.

use std::process::ExitCode;

use hookwright_runtime::deliveries::State;
use hookwright_runtime::policy::{Moment, Step};
use serde::Serialize;

use super::answers::{RetryAfter, TypedAnswer, joined};
use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::Database;
use crate::json::state_word;
use crate::output::table::{Column, Table};
use crate::output::{Output, Tone};

/// Options of `policy simulate`.
#[derive(clap::Args)]
pub(crate) struct SimulateArgs {
    /// What the receiver answers, one after the other: a status, or dns, connect, tls, timeout, blocked, protocol
    #[arg(long, required = true, value_delimiter = ',', value_name = "ANSWER,…")]
    answers: Vec<TypedAnswer>,
    /// Retry-After of an answer, by its number: `#2=120`; seconds or an HTTP date
    #[arg(long, value_name = "#NUMBER=VALUE")]
    retry_after: Vec<RetryAfter>,
}

#[derive(Serialize)]
struct SimulationJson<'a> {
    /// One for each attempt that is made.
    steps: Vec<StepJson<'a>>,
    /// Answers after the delivery's end.
    unused_answers: usize,
}

/// Times are in milliseconds since the event was published.
#[derive(Serialize)]
struct StepJson<'a> {
    attempt: u32,
    answer: &'a str,
    at: MomentJson,
    state: &'static str,
    reason: Option<&'a str>,
    next: Option<MomentJson>,
    failures: u32,
    slowed_until: Option<MomentJson>,
    disabled: Option<&'a str>,
}

#[derive(Serialize)]
struct MomentJson {
    earliest: u64,
    expected: u64,
    latest: u64,
}

/// Runs `policy simulate`.
pub(crate) fn run(args: &SimulateArgs, context: &Context) -> Result<ExitCode, Failure> {
    let answers = joined(&args.answers, &args.retry_after)?;
    let steps = context.open(Database::Unused)?.hookwright.simulate(answers).wait()?;
    let unused_answers = args.answers.len().saturating_sub(steps.len());
    if context.out.is_json() {
        let steps = steps.iter().zip(&args.answers).map(|(step, typed)| StepJson::of(step, &typed.text)).collect();
        context.out.json(&SimulationJson { steps, unused_answers })?;
        return Ok(ExitCode::SUCCESS);
    }
    context.out.table(table(&steps, &args.answers))?;
    context.out.line("")?;
    tell_webhook(&steps, &context.out)?;
    if unused_answers > 0 {
        let many = if unused_answers == 1 { "answer is" } else { "answers are" };
        context.out.note(format_args!("The last {unused_answers} {many} not reached: the delivery has ended."));
    }
    context.out.note("Times count from the publish, with the bounds of the random part of every wait in brackets.");
    Ok(ExitCode::SUCCESS)
}

fn table(steps: &[Step], answers: &[TypedAnswer]) -> Table {
    const COLUMNS: [Column; 6] = [
        Column::whole("TRY"),
        Column::whole("AT"),
        Column::whole("AFTER").optional(3),
        Column::whole("ANSWER"),
        Column::text("VERDICT", 20),
        Column::text("NEXT", 14),
    ];
    let mut table = Table::new(&COLUMNS);
    let mut before = None;
    for (step, typed) in steps.iter().zip(answers) {
        let at = step.at.expected;
        let waited = before.replace(at).map_or(0, |before| at.saturating_sub(before));
        table.row([
            (Tone::Plain, step.attempt.to_string()),
            (Tone::Plain, moment(step.at)),
            (Tone::Quiet, length(waited)),
            (Tone::Plain, typed.text.clone()),
            (tone(step.state), step.reason.clone().unwrap_or_else(|| "success".to_owned())),
            (Tone::Plain, next(step)),
        ]);
    }
    table
}

fn next(step: &Step) -> String {
    match step.next {
        Some(at) => format!("tried again at {}", length(at.expected)),
        None => state_word(step.state).to_owned(),
    }
}

/// What becomes of the webhook, and of the delivery when no answer is left.
fn tell_webhook(steps: &[Step], out: &Output) -> Result<(), Failure> {
    for step in steps {
        let attempt = step.attempt;
        if let Some(until) = step.slowed_until {
            let text = format!("After try {attempt} nothing is sent to the webhook until {}", moment(until));
            out.toned(Tone::Waiting, text)?;
        }
        if let Some(reason) = &step.disabled {
            out.toned(Tone::Bad, format_args!("After try {attempt} the webhook is disabled: {reason}"))?;
        }
    }
    let Some(last) = steps.last() else { return Ok(()) };
    let text = match (last.state, last.next) {
        (State::Delivered, _) => format!("Delivered at {}", moment(last.at)),
        (State::Held, _) => "The delivery is held until the webhook is active again".to_owned(),
        (_, Some(next)) => format!("The delivery is retrying; try {} is due at {}", last.attempt + 1, moment(next)),
        (state, None) => format!("The delivery is {} after {} tries", state_word(state), last.attempt),
    };
    out.toned(tone(last.state), text)?;
    match last.failures {
        0 => Ok(()),
        1 => out.line("The webhook has 1 failed attempt in a row"),
        failures => out.line(format_args!("The webhook has {failures} failed attempts in a row")),
    }
}

fn tone(state: State) -> Tone {
    match state {
        State::Delivered => Tone::Good,
        State::Exhausted => Tone::Bad,
        _ => Tone::Waiting,
    }
}

/// `5 min (4 min to 6 min)`
fn moment(moment: Moment) -> String {
    let Moment { earliest, expected, latest } = moment;
    if earliest == latest {
        return length(expected);
    }
    format!("{} ({} to {})", length(expected), length(earliest), length(latest))
}

/// In the two largest units: `2 h 35 min`.
fn length(ms: u64) -> String {
    const UNITS: [(u64, &str); 5] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms")];
    let Some(first) = UNITS.iter().position(|(unit, _)| ms >= *unit) else { return "0 s".to_owned() };
    let mut rest = ms;
    let mut parts = Vec::new();
    for (unit, name) in UNITS.iter().skip(first).take(2) {
        if rest >= *unit {
            parts.push(format!("{} {name}", rest / unit));
        }
        rest %= unit;
    }
    parts.join(" ")
}

impl<'a> StepJson<'a> {
    fn of(step: &'a Step, answer: &'a str) -> Self {
        Self {
            attempt: step.attempt,
            answer,
            at: step.at.into(),
            state: state_word(step.state),
            reason: step.reason.as_deref(),
            next: step.next.map(Into::into),
            failures: step.failures,
            slowed_until: step.slowed_until.map(Into::into),
            disabled: step.disabled.as_deref(),
        }
    }
}

impl From<Moment> for MomentJson {
    fn from(moment: Moment) -> Self {
        Self { earliest: moment.earliest, expected: moment.expected, latest: moment.latest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_two_units() {
        let found = [0, 250, 5_000, 61_500, 3_600_000, 90_061_000].map(length);
        assert_eq!(found, ["0 s", "250 ms", "5 s", "1 min 1 s", "1 h", "1 d 1 h"]);
    }
}
