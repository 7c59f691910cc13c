//! `hookwright guard`: whether a webhook may call a URL or an address. Needs no database and makes no connection.

use std::net::IpAddr;
use std::process::ExitCode;

use hookwright_runtime::{CallError, Hookwright, guard};
use serde::Serialize;

use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::Database;
use crate::json::All;
use crate::output::Tone;

/// Options of `guard`.
#[derive(Debug, clap::Args)]
pub(crate) struct GuardArgs {
    /// URL, host name or IP address; repeat for more
    #[arg(value_name = "URL|ADDRESS", required = true)]
    targets: Vec<String>,
}

#[derive(Debug, Serialize)]
struct CheckedJson<'a> {
    target: &'a str,
    allowed: bool,
    /// `private`, `metadata` and the like; wit/webhooks/guard.wit lists them.
    reason: Option<&'a str>,
    message: Option<&'a str>,
}

/// Runs `guard`. Exit code 1 when one is refused.
pub(crate) fn run(args: &GuardArgs, context: &Context) -> Result<ExitCode, Failure> {
    let hookwright = context.open(Database::Unused)?.hookwright;
    let mut verdicts = Vec::with_capacity(args.targets.len());
    for target in &args.targets {
        let verdict = check(&hookwright, target)
            .map_err(|error| Failure::from(error).naming(&[("url", target.as_str()), ("address", target.as_str())]))?;
        verdicts.push((target.as_str(), verdict.err()));
    }
    if context.out.is_json() {
        context.out.json(&All::of(verdicts.iter().map(|(target, blocked)| CheckedJson {
            target,
            allowed: blocked.is_none(),
            reason: blocked.as_ref().map(|blocked| blocked.reason.as_str()),
            message: blocked.as_ref().map(|blocked| blocked.message.as_str()),
        })))?;
    } else {
        for (target, blocked) in &verdicts {
            match blocked {
                None => context.out.toned(Tone::Good, format_args!("allowed  {target}"))?,
                Some(blocked) => {
                    context.out.toned(Tone::Bad, format_args!("refused  {target}: {}", blocked.message))?
                }
            }
        }
        if verdicts.iter().any(|(target, blocked)| blocked.is_none() && !is_address(target)) {
            context.out.note("The addresses of a name are checked as well, at each connection.");
        }
    }
    let refused = verdicts.iter().any(|(_, blocked)| blocked.is_some());
    Ok(if refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn check(hookwright: &Hookwright, target: &str) -> Result<Result<(), guard::Blocked>, CallError> {
    match target {
        _ if is_address(target) => hookwright.check_address(target.to_owned()).wait(),
        _ if target.contains("://") => hookwright.check_url(target.to_owned()).wait(),
        _ => hookwright.check_url(format!("https://{target}/")).wait(),
    }
}

fn is_address(target: &str) -> bool {
    target.parse::<IpAddr>().is_ok()
}
