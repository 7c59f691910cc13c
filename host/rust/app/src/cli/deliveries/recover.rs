//! `hookwright deliveries recover`: repeats the core's bounded step until nothing is left.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::ValueEnum;
use hookwright_runtime::deliveries::{RecoverQuery, State};
use serde::Serialize;

use crate::cli::Context;
use crate::cli::account::AccountArgs;
use crate::cli::timestamp;
use crate::failure::Failure;
use crate::installation::Database;

/// Options of `deliveries recover`.
#[derive(clap::Args)]
pub(crate) struct RecoverArgs {
    /// Deliveries that ended since this time, or so long ago: `2026-11-21T20:16:05Z`, unix seconds, `30m`, `2h`, `7d`
    #[arg(long, value_name = "TIME", value_parser = timestamp::parse_or_ago)]
    since: i64,
    /// Deliveries that ended until this time; default: now
    #[arg(long, value_name = "TIME", value_parser = timestamp::parse_or_ago)]
    until: Option<i64>,
    /// Only deliveries to this webhook
    #[arg(long, value_name = "ID")]
    webhook: Option<String>,
    /// Only deliveries of this topic
    #[arg(long)]
    topic: Option<String>,
    /// Which of those that failed; may be given twice
    #[arg(long, default_value = "exhausted")]
    state: Vec<FailedState>,
    #[command(flatten)]
    account: AccountArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailedState {
    Exhausted,
    Cancelled,
}

#[derive(Debug, Default, Serialize)]
struct RecoveredJson {
    recovered: u64,
    /// By reason.
    skipped: BTreeMap<String, u64>,
}

/// Deliveries that one call looks at.
const STEP: u32 = 500;

/// Runs `deliveries recover`.
pub(crate) fn run(args: RecoverArgs, context: &Context) -> Result<ExitCode, Failure> {
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let query = RecoverQuery {
        scope: args.account.scope(),
        webhook_id: args.webhook,
        topic: args.topic,
        states: args.state.into_iter().map(State::from).collect(),
        since: args.since,
        until: args.until,
    };
    let mut total = RecoveredJson::default();
    let mut cursor = None;
    loop {
        let step = hookwright.recover(query.clone(), STEP, cursor).wait()?;
        total.recovered += u64::from(step.recovered);
        for skipped in step.skipped {
            *total.skipped.entry(skipped.reason).or_default() += u64::from(skipped.deliveries);
        }
        cursor = step.next;
        if cursor.is_none() {
            break;
        }
    }
    if context.out.is_json() {
        context.out.json(&total)?;
        return Ok(ExitCode::SUCCESS);
    }
    context.out.line(match total.recovered {
        0 => "No delivery is to be sent again.".to_owned(),
        1 => "1 delivery is due again.".to_owned(),
        many => format!("{many} deliveries are due again."),
    })?;
    for (reason, count) in &total.skipped {
        context.out.note(format_args!("{count} left as they are: {}.", why(reason)));
    }
    if total.recovered > 0 {
        context.out.note("`hookwright deliver` sends what is due.");
    }
    Ok(ExitCode::SUCCESS)
}

fn why(reason: &str) -> String {
    match reason {
        "paused" | "disabled" => format!("the webhook is {reason}; make it active first"),
        "deleted" => "the webhook was deleted".to_owned(),
        "changed" => "something else happened to them meanwhile; run this again".to_owned(),
        other => other.to_owned(),
    }
}

impl From<FailedState> for State {
    fn from(state: FailedState) -> Self {
        match state {
            FailedState::Exhausted => Self::Exhausted,
            FailedState::Cancelled => Self::Cancelled,
        }
    }
}
