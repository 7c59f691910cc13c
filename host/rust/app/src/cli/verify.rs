//! `hookwright verify`: whether a message is genuine. Needs no database.

use std::process::ExitCode;

use hookwright_runtime::signing::{Message, Refusal};
use serde::Serialize;

use crate::cli::{Context, timestamp};
use crate::failure::Failure;
use crate::input::Input;
use crate::installation::Database;
use crate::output::Tone;
use crate::output::moment::now_ms;

/// Options of `verify`.
#[derive(clap::Args)]
pub(crate) struct VerifyArgs {
    /// Secret of the webhook, `whsec_…`
    #[arg(long)]
    secret: String,
    /// Value of the header `webhook-id`
    #[arg(long)]
    id: String,
    /// Value of the header `webhook-timestamp`
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    timestamp: String,
    /// Value of the header `webhook-signature`
    #[arg(long)]
    signature: String,
    /// The exact body; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    body: Input,
    /// How old or how far in the future the message may be, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    tolerance: u32,
    /// Time of the check, as 2025-11-21T20:16:05Z or in unix seconds [default: now]
    #[arg(long, value_name = "TIME", value_parser = timestamp::parse, allow_hyphen_values = true)]
    now: Option<i64>,
}

#[derive(Debug, Serialize)]
struct VerdictJson {
    verified: bool,
    /// `too_old` and the like.
    refusal: Option<&'static str>,
    reason: Option<String>,
}

/// Runs `verify`. Exit code 1 when the message is refused.
pub(crate) fn run(args: VerifyArgs, context: &Context) -> Result<ExitCode, Failure> {
    let body = args.body.bytes(&context.out)?;
    let message = Message { id: args.id, timestamp: args.timestamp, body };
    let now = args.now.unwrap_or_else(now_ms);
    let hookwright = context.open(Database::Unused)?.hookwright;
    let verdict = hookwright.verify(message, args.signature, args.secret, now, args.tolerance).wait()?;
    let told = verdict.as_ref().err().map(|refusal| tell(refusal, args.tolerance));
    match (context.out.is_json(), told) {
        (true, told) => {
            let (refusal, reason) = told.unzip();
            context.out.json(&VerdictJson { verified: verdict.is_ok(), refusal, reason })?;
        }
        (false, None) => context.out.toned(Tone::Good, "verified: the signature is right")?,
        (false, Some((_, reason))) => context.out.toned(Tone::Bad, format_args!("refused: {reason}"))?,
    }
    Ok(if verdict.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The refusal's name, and the refusal in words.
fn tell(refusal: &Refusal, tolerance_seconds: u32) -> (&'static str, String) {
    match refusal {
        Refusal::BadTimestamp => ("bad_timestamp", "--timestamp is not a number of unix seconds".to_owned()),
        Refusal::TooOld(seconds) => (
            "too_old",
            format!("the message is {seconds} s old; --tolerance allows {tolerance_seconds} s, --now checks as of another time"),
        ),
        Refusal::TooNew(seconds) => (
            "too_new",
            format!("the message is {seconds} s in the future; --tolerance allows {tolerance_seconds} s"),
        ),
        Refusal::NoSignature => ("no_signature", "--signature holds no `v1,…` signature".to_owned()),
        Refusal::Mismatch => (
            "mismatch",
            "no signature is right: check the secret, and that id, timestamp and body are exactly what was received"
                .to_owned(),
        ),
    }
}
