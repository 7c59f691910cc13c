//! `hookwright deliveries list`

use std::process::ExitCode;

use clap::ValueEnum;
use hookwright_runtime::deliveries::{Delivery, Page, Query, State};

use super::tone;
use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::cli::paging::PagingArgs;
use crate::failure::Failure;
use crate::installation::Database;
use crate::json::{self, DeliveryJson, state_word};
use crate::output::Tone;
use crate::output::moment::{now_ms, relative};
use crate::output::table::{Column, Table};

/// Options of `deliveries list`.
#[derive(clap::Args)]
pub(crate) struct ListArgs {
    /// Only deliveries to this webhook
    #[arg(long, value_name = "ID")]
    webhook: Option<String>,
    /// Only deliveries of this event
    #[arg(long, value_name = "ID")]
    event: Option<String>,
    /// Only deliveries of this topic
    #[arg(long)]
    topic: Option<String>,
    /// Only deliveries in this state
    #[arg(long)]
    state: Option<ListedState>,
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    paging: PagingArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ListedState {
    Pending,
    Sending,
    Retrying,
    Held,
    Delivered,
    Exhausted,
    Cancelled,
}

/// Runs `deliveries list`.
pub(crate) fn run(args: ListArgs, context: &Context) -> Result<ExitCode, Failure> {
    let query = Query {
        scope: args.account.scope(),
        webhook_id: args.webhook,
        event_id: args.event,
        topic: args.topic,
        state: args.state.map(State::from),
        paging: args.paging.into(),
    };
    let page = context.open_without_plugins(Database::MustExist)?.hookwright.deliveries_find(query.clone()).wait()?;
    if context.out.is_json() {
        let items = page.items.iter().map(DeliveryJson::from);
        context.out.json(&json::Page::of(items, page.total, query.paging))?;
        return Ok(ExitCode::SUCCESS);
    }
    if !page.items.is_empty() {
        context.out.table(table(&page))?;
    }
    args.paging.tell(&context.out, page.items.len(), page.total, "deliveries");
    Ok(ExitCode::SUCCESS)
}

fn table(page: &Page) -> Table {
    const COLUMNS: [Column; 8] = [
        Column::whole("ID"),
        Column::whole("STATE"),
        Column::text("TOPIC", 12),
        Column::whole("TRIES").optional(2),
        Column::whole("CREATED").optional(1),
        Column::whole("NEXT TRY").optional(4),
        Column::text("REASON", 20).optional(3),
        Column::whole("WEBHOOK").optional(5),
    ];
    let now = now_ms();
    let mut table = Table::new(&COLUMNS);
    for delivery in &page.items {
        table.row([
            (Tone::Plain, delivery.id.clone()),
            (tone(delivery.state), state_word(delivery.state).to_owned()),
            (Tone::Plain, topic(delivery)),
            (Tone::Plain, delivery.attempts.to_string()),
            (Tone::Plain, relative(delivery.created_at, now)),
            (Tone::Plain, next_try(delivery, now)),
            (Tone::Plain, delivery.reason.clone().unwrap_or_default()),
            (Tone::Quiet, delivery.webhook_id.clone()),
        ]);
    }
    table
}

fn topic(delivery: &Delivery) -> String {
    if delivery.test { format!("{} (test)", delivery.topic) } else { delivery.topic.clone() }
}

fn next_try(delivery: &Delivery, now: i64) -> String {
    match (delivery.state, delivery.due_at) {
        (State::Pending | State::Retrying, Some(due)) if due <= now => "now".to_owned(),
        (State::Pending | State::Retrying, Some(due)) => relative(due, now),
        _ => String::new(),
    }
}

impl From<ListedState> for State {
    fn from(state: ListedState) -> Self {
        match state {
            ListedState::Pending => Self::Pending,
            ListedState::Sending => Self::Sending,
            ListedState::Retrying => Self::Retrying,
            ListedState::Held => Self::Held,
            ListedState::Delivered => Self::Delivered,
            ListedState::Exhausted => Self::Exhausted,
            ListedState::Cancelled => Self::Cancelled,
        }
    }
}
