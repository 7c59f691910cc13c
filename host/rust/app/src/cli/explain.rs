//! `hookwright explain`: what would become of an event. Stores nothing.

use std::process::ExitCode;

use hookwright_runtime::events::{Event, Explanation, Forecast, Obstacle};
use hookwright_runtime::types::{FieldError, Scope};
use serde::Serialize;

use crate::cli::Context;
use crate::cli::paging::PagingArgs;
use crate::cli::publish::sample;
use crate::failure::Failure;
use crate::input::Input;
use crate::installation::Database;
use crate::json::Page;
use crate::output::table::{Column, Table};
use crate::output::{Output, Tone};

/// Options of `explain`.
#[derive(clap::Args)]
pub(crate) struct ExplainArgs {
    /// Topic of the event (`hookwright topics` lists them)
    topic: String,
    /// Data of the event as JSON; `-` reads standard input [default: the topic's sample]
    #[arg(long, value_name = "FILE")]
    data: Option<Input>,
    /// Account that the event concerns [default: the whole installation]
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Idempotency key
    #[arg(long)]
    key: Option<String>,
    /// Only webhooks of this account
    #[arg(long, value_name = "NAME")]
    webhooks_of: Option<String>,
    #[command(flatten)]
    paging: PagingArgs,
}

#[derive(Serialize)]
struct ForecastJson<'a> {
    problems: Vec<FieldJson<'a>>,
    warnings: &'a [String],
    replay_of: Option<&'a str>,
    webhooks: Page<WebhookJson<'a>>,
}

#[derive(Serialize)]
struct FieldJson<'a> {
    field: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct WebhookJson<'a> {
    id: &'a str,
    name: &'a str,
    url: &'a str,
    receives: bool,
    obstacles: Vec<ObstacleJson<'a>>,
}

#[derive(Serialize)]
struct ObstacleJson<'a> {
    code: &'a str,
    message: &'a str,
}

/// Runs `explain`.
pub(crate) fn run(args: ExplainArgs, context: &Context) -> Result<ExitCode, Failure> {
    let given = args.data.as_ref().map(|input| input.text(&context.out)).transpose()?;
    let hookwright = context.open(Database::MustExist)?.hookwright;
    let data = match given {
        Some(data) => data,
        // A topic that is not there is what the answer is about.
        None => sample(&hookwright, &args.topic).unwrap_or_else(|_| "{}".to_owned()),
    };
    let event = Event { topic: args.topic, data, account: args.account, idempotency_key: args.key, occurred_at: None };
    let scope = args.webhooks_of.map_or(Scope::All, Scope::Account);
    let forecast = hookwright.explain(event, scope, args.paging.into()).wait();
    let forecast = forecast.map_err(|error| Failure::from(error).naming(&[("scope", "--webhooks-of")]))?;
    if context.out.is_json() {
        let webhooks = forecast.webhooks.iter().map(WebhookJson::from);
        context.out.json(&ForecastJson {
            problems: forecast.problems.iter().map(FieldJson::from).collect(),
            warnings: &forecast.warnings,
            replay_of: forecast.replay_of.as_deref(),
            webhooks: Page::of(webhooks, forecast.total, args.paging.into()),
        })?;
    } else {
        tell(&forecast, &context.out)?;
        args.paging.tell(&context.out, forecast.webhooks.len(), forecast.total, "webhooks");
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(forecast: &Forecast, out: &Output) -> Result<(), Failure> {
    const COLUMNS: [Column; 4] = [
        Column::whole("WEBHOOK"),
        Column::text("NAME", 12).optional(1),
        Column::whole("RECEIVES"),
        Column::text("WHY NOT", 30),
    ];
    match (forecast.problems.as_slice(), &forecast.replay_of) {
        ([], None) => out.toned(Tone::Good, "The event would be stored")?,
        ([], Some(id)) => {
            out.toned(Tone::Waiting, format_args!("The event would not be stored again: it is {id}"))?;
        }
        (problems, _) => {
            out.toned(Tone::Bad, "The event would be refused:")?;
            problems.iter().try_for_each(|FieldError { field, message }| out.block(&format!("{field}: {message}")))?;
        }
    }
    forecast.warnings.iter().try_for_each(|warning| out.toned(Tone::Waiting, format_args!("Warning: {warning}")))?;
    if forecast.webhooks.is_empty() {
        return Ok(());
    }
    out.line("")?;
    let mut table = Table::new(&COLUMNS);
    for Explanation { webhook_id, name, obstacles, .. } in &forecast.webhooks {
        let (tone, receives) = if obstacles.is_empty() { (Tone::Good, "yes") } else { (Tone::Bad, "no") };
        let reasons: Vec<&str> = obstacles.iter().map(|obstacle| obstacle.message.as_str()).collect();
        table.row([
            (Tone::Plain, webhook_id.clone()),
            (Tone::Plain, name.clone()),
            (tone, receives.to_owned()),
            (Tone::Plain, reasons.join("; ")),
        ]);
    }
    out.table(table)
}

impl<'a> From<&'a FieldError> for FieldJson<'a> {
    fn from(error: &'a FieldError) -> Self {
        Self { field: &error.field, message: &error.message }
    }
}

impl<'a> From<&'a Explanation> for WebhookJson<'a> {
    fn from(webhook: &'a Explanation) -> Self {
        let obstacle = |Obstacle { code, message }: &'a Obstacle| ObstacleJson { code, message };
        Self {
            id: &webhook.webhook_id,
            name: &webhook.name,
            url: &webhook.url,
            receives: webhook.obstacles.is_empty(),
            obstacles: webhook.obstacles.iter().map(obstacle).collect(),
        }
    }
}
