//! `hookwright stats`: the installation in numbers.

use std::collections::BTreeMap;
use std::process::ExitCode;

use hookwright_runtime::lifecycle::{Count, Counts};
use serde::Serialize;

use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::Database;
use crate::output::moment::{exact, now_ms};
use crate::output::record::Record;
use crate::output::{Output, Tone};

/// Options of `stats`: none.
#[derive(clap::Args)]
pub(crate) struct StatsArgs {}

#[derive(Debug, Serialize)]
struct StatsJson<'a> {
    webhooks: BTreeMap<&'a str, u64>,
    deliveries: BTreeMap<&'a str, u64>,
    oldest_due: Option<i64>,
    stopped: Option<StoppedJson<'a>>,
}

#[derive(Debug, Serialize)]
struct StoppedJson<'a> {
    reason: &'a str,
    since: i64,
}

/// Runs `stats`.
pub(crate) fn run(_: &StatsArgs, context: &Context) -> Result<ExitCode, Failure> {
    let counts = context.open_without_plugins(Database::MustExist)?.hookwright.stats().wait()?;
    if context.out.is_json() {
        context.out.json(&StatsJson {
            webhooks: by_name(&counts.webhooks),
            deliveries: by_name(&counts.deliveries),
            oldest_due: counts.oldest_due,
            stopped: counts
                .stopped
                .as_ref()
                .map(|stopped| StoppedJson { reason: &stopped.reason, since: stopped.since }),
        })?;
    } else {
        tell(&counts, &context.out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn by_name(counts: &[Count]) -> BTreeMap<&str, u64> {
    counts.iter().map(|count| (count.name.as_str(), count.count)).collect()
}

fn tell(counts: &Counts, out: &Output) -> Result<(), Failure> {
    out.toned(Tone::Strong, "Webhooks")?;
    out.record(&numbers(&counts.webhooks))?;
    out.line("")?;
    out.toned(Tone::Strong, "Deliveries")?;
    out.record(&numbers(&counts.deliveries))?;
    out.line("")?;
    if let Some(stopped) = &counts.stopped {
        let since = exact(stopped.since, now_ms());
        out.toned(Tone::Bad, format_args!("Stopped since {since}, nothing is sent: {}", stopped.reason))?;
        return out.line("`hookwright resume` delivers again");
    }
    out.line(match counts.oldest_due {
        Some(due) => format!("The oldest delivery that waits to be sent was due {}", exact(due, now_ms())),
        None => "Nothing waits to be sent".to_owned(),
    })
}

fn numbers(counts: &[Count]) -> Record {
    let width = counts.iter().map(|count| count.count.to_string().len()).max().unwrap_or(0);
    counts.iter().fold(Record::default(), |record, count| {
        let tone = match (count.count, count.name.as_str()) {
            (0, _) => Tone::Quiet,
            (_, "disabled" | "exhausted") => Tone::Bad,
            _ => Tone::Plain,
        };
        record.toned(&format!("  {}", count.name), tone, format_args!("{:>width$}", count.count))
    })
}
