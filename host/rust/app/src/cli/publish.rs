//! `hookwright publish`: stores one event, or one for each line of a file.

mod lines;
mod reader;

use std::process::ExitCode;

use hookwright_runtime::Hookwright;
use hookwright_runtime::events::{Event, Receipt};
use serde::Serialize;

use crate::cli::{Context, timestamp};
use crate::failure::{Failure, Kind};
use crate::input::Input;
use crate::installation::Database;
use crate::output::Output;

/// Options of `publish`.
#[derive(clap::Args)]
pub(crate) struct PublishArgs {
    /// Topic of the event (`hookwright topics` lists them)
    topic: String,
    #[command(flatten)]
    source: SourceArgs,
    /// The data holds one JSON document on each line: one event for each
    #[arg(long, conflicts_with = "sample")]
    lines: bool,
    #[command(flatten)]
    about: AboutArgs,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct SourceArgs {
    /// Data of the event as JSON; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    data: Option<Input>,
    /// Take the topic's sample as data
    #[arg(long)]
    sample: bool,
}

#[derive(Clone, clap::Args)]
struct AboutArgs {
    /// Account that the event concerns [default: the whole installation]
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Idempotency key: publishing again with the same key stores nothing new. With --lines, line 7 has the key `KEY:7`
    #[arg(long)]
    key: Option<String>,
    /// When it happened, as 2025-11-21T20:16:05Z or in unix seconds [default: now]
    #[arg(long, value_name = "TIME", value_parser = timestamp::parse, allow_hyphen_values = true)]
    occurred_at: Option<i64>,
}

/// What a publish gave; the same for one event and for one line.
#[derive(Debug, Serialize)]
struct ReceiptJson {
    event_id: String,
    deliveries: u32,
    published_at: i64,
    replayed: bool,
    warnings: Vec<String>,
}

/// Runs `publish`.
pub(crate) fn run(args: PublishArgs, context: &Context) -> Result<ExitCode, Failure> {
    let PublishArgs { topic, source, lines: by_line, about } = args;
    match source.data {
        Some(input) if by_line => lines::publish(&topic, &input, &about, context),
        data => publish_one(&topic, data.as_ref(), &about, context),
    }
}

fn publish_one(topic: &str, input: Option<&Input>, about: &AboutArgs, context: &Context) -> Result<ExitCode, Failure> {
    // Read first, so that a file that cannot be read leaves no new database behind.
    let given = input.map(|input| input.text(&context.out)).transpose()?;
    let hookwright = context.open(Database::Create)?.hookwright;
    let data = match given {
        Some(data) => data,
        None => sample(&hookwright, topic)?,
    };
    let event = about.event(topic, data, about.key.clone());
    let result = hookwright.publish(vec![event]).wait()?.pop();
    let lost = || Failure::new(Kind::Component, "the core component gave no receipt for the event");
    let receipt = result.ok_or_else(lost)?.map_err(|error| {
        let label = input.map_or_else(|| "--sample".to_owned(), |input| format!("--data ({input})"));
        refused(error, &label)
    })?;
    tell(topic, receipt, about, &context.out)?;
    Ok(ExitCode::SUCCESS)
}

/// The topic's sample as data.
pub(crate) fn sample(hookwright: &Hookwright, topic: &str) -> Result<String, Failure> {
    let found = hookwright.topics_get(topic.to_owned()).wait()?;
    found
        .sample
        .ok_or_else(|| Failure::option("--sample", format!("topic {topic} has no sample; give the data with --data")))
}

/// The core's refusal of an event. `data` says where its data came from.
fn refused(error: impl Into<Failure>, data: &str) -> Failure {
    let names = [("topic", "TOPIC"), ("data", data), ("idempotency-key", "--key"), ("occurred-at", "--occurred-at")];
    error.into().naming(&names)
}

fn tell(topic: &str, receipt: Receipt, about: &AboutArgs, out: &Output) -> Result<(), Failure> {
    if out.is_json() {
        return out.json(&ReceiptJson::from(receipt));
    }
    let Receipt { event_id, deliveries, replayed, warnings, .. } = receipt;
    let webhooks = match deliveries {
        1 => "1 webhook".to_owned(),
        number => format!("{number} webhooks"),
    };
    let before = match (replayed, &about.key) {
        (false, _) => "",
        (true, Some(_)) => ", stored before with this key",
        (true, None) => ", stored before with the same data",
    };
    out.line(format_args!("{event_id}  {topic} to {webhooks}{before}"))?;
    warnings.iter().for_each(|warning| out.note(format_args!("Warning: {warning}.")));
    match (deliveries, replayed) {
        (0, _) => out.note(format_args!("No active webhook wants {topic}; `hookwright webhooks create` makes one.")),
        (_, true) => {}
        (_, false) => out.note("`hookwright deliver` sends what is due."),
    }
    Ok(())
}

impl AboutArgs {
    fn event(&self, topic: &str, data: String, key: Option<String>) -> Event {
        Event {
            topic: topic.to_owned(),
            data,
            account: self.account.clone(),
            idempotency_key: key,
            occurred_at: self.occurred_at,
        }
    }
}

impl From<Receipt> for ReceiptJson {
    fn from(receipt: Receipt) -> Self {
        let Receipt { event_id, deliveries, published_at, replayed, warnings } = receipt;
        Self { event_id, deliveries, published_at, replayed, warnings }
    }
}
