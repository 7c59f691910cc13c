//! `hookwright accounts`: what accounts may have, and what of it they use.

use std::process::ExitCode;

use clap::Subcommand;
use hookwright_runtime::accounts::{Limits, Usage};
use serde::Serialize;

use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::Database;
use crate::output::moment::{exact, now_ms};
use crate::output::record::Record;
use crate::output::{Output, Tone};

/// Commands of `accounts`.
#[derive(Subcommand)]
pub(crate) enum AccountsCommand {
    /// Show, set and remove the limits of an account
    #[command(subcommand)]
    Limits(LimitsCommand),
}

/// Commands of `accounts limits`.
#[derive(Subcommand)]
pub(crate) enum LimitsCommand {
    /// Show the limits of an account, with what is used of them
    Show(AccountArg),
    /// Set limits; those that are not given stay as they are
    Set(SetArgs),
    /// Remove the limits of an account
    Remove(AccountArg),
}

#[derive(clap::Args)]
pub(crate) struct AccountArg {
    /// The account, as events and webhooks name it
    #[arg(value_name = "ACCOUNT")]
    name: String,
}

/// Options of `accounts limits set`.
#[derive(clap::Args)]
pub(crate) struct SetArgs {
    #[command(flatten)]
    account: AccountArg,
    /// Whether the account's plan has webhooks: `no` refuses new ones, and stops deliveries to those there are
    #[arg(long, value_name = "YES|NO")]
    webhooks: Option<YesNo>,
    /// Most webhooks at the same time, or `none`
    #[arg(long, value_name = "NUMBER")]
    max_webhooks: Option<Most>,
    /// Most events in a UTC day, or `none`
    #[arg(long, value_name = "NUMBER")]
    max_events_per_day: Option<Most>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum YesNo {
    Yes,
    No,
}

/// A limit as it is typed; `none` lifts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Most(Option<u32>);

impl std::str::FromStr for Most {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self(None));
        }
        text.parse().map(|number| Self(Some(number))).map_err(|_| "write a whole number, or `none`".to_owned())
    }
}

#[derive(Serialize)]
struct UsageJson<'a> {
    account: &'a str,
    webhooks_allowed: bool,
    max_webhooks: Option<u32>,
    max_events_per_day: Option<u32>,
    webhooks: u32,
    events_today: u32,
    resets_at: i64,
}

/// Runs `accounts`.
pub(crate) fn run(command: AccountsCommand, context: &Context) -> Result<ExitCode, Failure> {
    let AccountsCommand::Limits(command) = command;
    match command {
        LimitsCommand::Show(AccountArg { name }) => {
            let usage =
                context.open_without_plugins(Database::MustExist)?.hookwright.accounts_get_limits(name.clone()).wait();
            tell(&name, usage.map_err(refused)?, &context.out)?;
        }
        LimitsCommand::Set(args) => set(args, context)?,
        LimitsCommand::Remove(AccountArg { name }) => {
            let removed = context
                .open_without_plugins(Database::MustExist)?
                .hookwright
                .accounts_remove_limits(name.clone())
                .wait();
            removed.map_err(refused)?;
            if context.out.is_json() {
                context.out.json(&serde_json::json!({ "account": name, "removed": true }))?;
            } else {
                context.out.line(format_args!("{name} has no limits any more"))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn set(args: SetArgs, context: &Context) -> Result<(), Failure> {
    if args.webhooks.is_none() && args.max_webhooks.is_none() && args.max_events_per_day.is_none() {
        return Err(Failure::option("--max-webhooks", "give a limit: this, --max-events-per-day or --webhooks"));
    }
    let name = args.account.name;
    let hookwright = context.open_without_plugins(Database::Create)?.hookwright;
    let free = Limits { webhooks_allowed: true, max_webhooks: None, max_events_per_day: None };
    let former = match hookwright.accounts_get_limits(name.clone()).wait() {
        Ok(usage) => usage.limits,
        Err(hookwright_runtime::CallError::Api(hookwright_runtime::types::Error::NotFound(_))) => free,
        Err(error) => return Err(refused(error)),
    };
    let limits = Limits {
        webhooks_allowed: args.webhooks.map_or(former.webhooks_allowed, |typed| typed == YesNo::Yes),
        max_webhooks: args.max_webhooks.map_or(former.max_webhooks, |typed| typed.0),
        max_events_per_day: args.max_events_per_day.map_or(former.max_events_per_day, |typed| typed.0),
    };
    let usage = hookwright.accounts_set_limits(name.clone(), limits).wait().map_err(refused)?;
    tell(&name, usage, &context.out)
}

fn refused(error: impl Into<Failure>) -> Failure {
    error.into().naming(&[("account", "ACCOUNT")])
}

fn tell(name: &str, usage: Usage, out: &Output) -> Result<(), Failure> {
    let Usage { limits: Limits { webhooks_allowed, max_webhooks, max_events_per_day }, .. } = usage;
    let Usage { webhooks, events_today, resets_at, .. } = usage;
    if out.is_json() {
        let account = name;
        return out.json(&UsageJson {
            account,
            webhooks_allowed,
            max_webhooks,
            max_events_per_day,
            webhooks,
            events_today,
            resets_at,
        });
    }
    let of = |used: u32, most: Option<u32>| match most {
        Some(most) => format!("{used} of {most}"),
        None => format!("{used}, no limit"),
    };
    let (tone, allowed) = if webhooks_allowed { (Tone::Good, "yes") } else { (Tone::Bad, "no") };
    let events = match max_events_per_day {
        Some(_) => format!("{}, again from {}", of(events_today, max_events_per_day), exact(resets_at, now_ms())),
        None => "no limit".to_owned(),
    };
    let record = Record::default()
        .toned("Account", Tone::Strong, name)
        .toned("Webhooks allowed", tone, allowed)
        .field("Webhooks", of(webhooks, max_webhooks))
        .field("Events today", events);
    out.record(&record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_or_none() {
        assert_eq!("7".parse(), Ok(Most(Some(7))));
        assert_eq!("none".parse(), Ok(Most(None)));
        for wrong in ["", "-1", "1.5", "many", "4294967296"] {
            assert!(wrong.parse::<Most>().unwrap_err().contains("`none`"), "{wrong}");
        }
    }
}
