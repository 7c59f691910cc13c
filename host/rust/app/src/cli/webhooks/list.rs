//! `hookwright webhooks list`

use std::process::ExitCode;

use clap::ValueEnum;
use hookwright_runtime::registry::{Page, Query, Sort, Status, Webhook};
use hookwright_runtime::types::Paging;
use hookwright_runtime::{CallError, Hookwright};

use super::{tone, topics};
use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::cli::paging::PagingArgs;
use crate::failure::Failure;
use crate::installation::Database;
use crate::json::{self, WebhookJson, status_word};
use crate::output::Tone;
use crate::output::moment::{now_ms, relative};
use crate::output::table::{Column, Table};

/// Options of `webhooks list`.
#[derive(clap::Args)]
pub(crate) struct ListArgs {
    /// Only webhooks with this text in name, URL or integration
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only webhooks of this status
    #[arg(long)]
    status: Option<ListedStatus>,
    /// Only webhooks that would receive this topic
    #[arg(long)]
    topic: Option<String>,
    #[command(flatten)]
    account: AccountArgs,
    /// Order of the list
    #[arg(long, default_value = "created")]
    sort: ListedSort,
    /// Turn the order round
    #[arg(long)]
    descending: bool,
    #[command(flatten)]
    paging: PagingArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ListedStatus {
    Active,
    Paused,
    Disabled,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ListedSort {
    Created,
    Updated,
    Name,
    Url,
}

/// Runs `webhooks list`.
pub(crate) fn run(args: ListArgs, context: &Context) -> Result<ExitCode, Failure> {
    let query = Query {
        scope: args.account.scope(),
        search: args.search,
        status: args.status.map(Status::from),
        topic: args.topic,
        sort: args.sort.into(),
        descending: args.descending,
        paging: args.paging.into(),
    };
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let page = hookwright.webhooks_find(query.clone()).wait()?;
    if context.out.is_json() {
        let items = page.items.iter().map(WebhookJson::from);
        context.out.json(&json::Page::of(items, page.total, query.paging))?;
        return Ok(ExitCode::SUCCESS);
    }
    context.out.line(counts(&hookwright, &query)?)?;
    if !page.items.is_empty() {
        context.out.line("")?;
        context.out.table(table(&page))?;
    }
    args.paging.tell(&context.out, page.items.len(), page.total, "webhooks");
    Ok(ExitCode::SUCCESS)
}

/// How many webhooks the filters find, by status: `All (5) | Active (3) | …`.
fn counts(hookwright: &Hookwright, query: &Query) -> Result<String, CallError> {
    let count = |status: Option<Status>| {
        let paging = Paging { page: 1, per_page: 1 };
        hookwright.webhooks_find(Query { status, paging, ..query.clone() }).wait().map(|page| page.total)
    };
    Ok(format!(
        "All ({}) | Active ({}) | Paused ({}) | Disabled ({})",
        count(None)?,
        count(Some(Status::Active))?,
        count(Some(Status::Paused))?,
        count(Some(Status::Disabled))?
    ))
}

fn table(page: &Page) -> Table {
    const COLUMNS: [Column; 8] = [
        Column::whole("ID"),
        Column::whole("STATUS"),
        Column::text("NAME", 14),
        Column::text("URL", 20).optional(1),
        Column::text("TOPICS", 10).optional(2),
        Column::whole("LAST RESULT").optional(3),
        Column::whole("DELIVERED").optional(4),
        Column::text("INTEGRATION", 11).optional(5),
    ];
    let now = now_ms();
    let mut table = Table::new(&COLUMNS);
    for webhook in &page.items {
        table.row([
            (Tone::Plain, webhook.id.clone()),
            (tone(webhook.status), status_word(webhook.status).to_owned()),
            (Tone::Plain, webhook.name.clone()),
            (Tone::Plain, webhook.url.clone()),
            (Tone::Quiet, topics(&webhook.topics)),
            last_result(webhook, now),
            delivered(webhook),
            (Tone::Quiet, webhook.integration.clone()),
        ]);
    }
    table
}

fn last_result(webhook: &Webhook, now: i64) -> (Tone, String) {
    let health = &webhook.health;
    match (health.last_success_at, health.last_failure_at) {
        (None, None) => (Tone::Quiet, "none yet".to_owned()),
        (Some(at), failure) if failure.is_none_or(|failure| failure <= at) => {
            (Tone::Good, format!("success {}", relative(at, now)))
        }
        (_, Some(at)) | (Some(at), None) => (Tone::Bad, format!("failure {}", relative(at, now))),
    }
}

fn delivered(webhook: &Webhook) -> (Tone, String) {
    match webhook.health.failed {
        0 => (Tone::Plain, webhook.health.delivered.to_string()),
        failed => (Tone::Plain, format!("{}, {failed} failed", webhook.health.delivered)),
    }
}

impl From<ListedStatus> for Status {
    fn from(status: ListedStatus) -> Self {
        match status {
            ListedStatus::Active => Self::Active,
            ListedStatus::Paused => Self::Paused,
            ListedStatus::Disabled => Self::Disabled,
        }
    }
}

impl From<ListedSort> for Sort {
    fn from(sort: ListedSort) -> Self {
        match sort {
            ListedSort::Created => Self::Created,
            ListedSort::Updated => Self::Updated,
            ListedSort::Name => Self::Name,
            ListedSort::Url => Self::Url,
        }
    }
}
