//! `hookwright purge` and `hookwright erase`: what is past its retention goes, or everything of an account or event.

use std::collections::BTreeMap;
use std::process::ExitCode;

use hookwright_runtime::CallError;
use hookwright_runtime::lifecycle::{Count, EraseTarget, Removed};

use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::Database;
use crate::output::record::Record;

/// Options of `purge`: none.
#[derive(clap::Args)]
pub(crate) struct PurgeArgs {}

/// Options of `erase`.
#[derive(clap::Args)]
pub(crate) struct EraseArgs {
    #[command(flatten)]
    target: Target,
    /// Do it: there is no way back
    #[arg(long)]
    yes: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Target {
    /// Account whose webhooks, limits, events and deliveries go
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Event that goes with its deliveries, `evt_…`
    #[arg(long, value_name = "ID")]
    event: Option<String>,
}

/// The most deliveries that the core takes at once.
const STEP: u32 = 1_000;

/// Runs `purge`.
pub(crate) fn purge(_: &PurgeArgs, context: &Context) -> Result<ExitCode, Failure> {
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    tell(removed(|| hookwright.purge(STEP).wait())?, context)
}

/// Runs `erase`.
pub(crate) fn erase(args: EraseArgs, context: &Context) -> Result<ExitCode, Failure> {
    let (target, option) = match (args.target.account, args.target.event) {
        (Some(account), _) => (EraseTarget::Account(account), "--account"),
        (None, event) => (EraseTarget::Event(event.unwrap_or_default()), "--event"),
    };
    if !args.yes {
        let what = match &target {
            EraseTarget::Account(account) => {
                format!("the webhooks, limits, events and deliveries of the account `{account}` would be removed")
            }
            EraseTarget::Event(id) => format!("the event {id} would be removed, with its deliveries"),
        };
        return Err(Failure::option("--yes", format!("{what}, for good; add --yes to do it")));
    }
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let rows = removed(|| hookwright.erase(target.clone(), STEP).wait());
    tell(rows.map_err(|error| Failure::from(error).naming(&[("target", option)]))?, context)
}

/// Repeats a step while there is more, and adds up what it removed.
fn removed(mut step: impl FnMut() -> Result<Removed, CallError>) -> Result<Vec<Count>, CallError> {
    let Removed { mut rows, mut more } = step()?;
    while more {
        let next = step()?;
        for (sum, count) in rows.iter_mut().zip(next.rows) {
            sum.count = sum.count.saturating_add(count.count);
        }
        more = next.more;
    }
    Ok(rows)
}

fn tell(rows: Vec<Count>, context: &Context) -> Result<ExitCode, Failure> {
    if context.out.is_json() {
        let rows: BTreeMap<String, u64> = rows.into_iter().map(|row| (row.name, row.count)).collect();
        context.out.json(&rows)?;
    } else {
        context.out.line("Removed")?;
        let record =
            rows.iter().fold(Record::default(), |record, row| record.field(&format!("  {}", row.name), row.count));
        context.out.record(&record)?;
    }
    Ok(ExitCode::SUCCESS)
}
