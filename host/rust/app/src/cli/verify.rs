//! `hookwright verify`: whether a message is genuine. Needs no database.

use std::process::ExitCode;

use clap::ArgGroup;
use hookwright_runtime::signing::{HeadersRefusal, Message, Refusal};
use serde::Serialize;

use crate::cli::scheme::SchemeArgs;
use crate::cli::{Context, header_lines, timestamp};
use crate::failure::Failure;
use crate::input::Input;
use crate::installation::Database;
use crate::output::Tone;
use crate::output::moment::now_ms;

/// Options of `verify`.
#[derive(clap::Args)]
#[command(group = ArgGroup::new("received").args(["header", "headers"]).multiple(true))]
pub(crate) struct VerifyArgs {
    /// Secret of the webhook; for `standard-ed25519` its public key `whpk_…`
    #[arg(long)]
    secret: String,
    /// A received header, `Name: value`; needed are those of the scheme, others are ignored
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// File with all received headers, as they were pasted; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    headers: Option<Input>,
    /// Value of the header `webhook-id`
    #[arg(long, required_unless_present = "received", conflicts_with = "received")]
    id: Option<String>,
    /// Value of the header `webhook-timestamp`
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    #[arg(required_unless_present = "received", conflicts_with = "received")]
    timestamp: Option<String>,
    /// Value of the header `webhook-signature`
    #[arg(long, required_unless_present = "received", conflicts_with = "received")]
    signature: Option<String>,
    /// The exact body; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    body: Input,
    /// How old or how far in the future the message may be, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    tolerance: u32,
    /// Time of the check, as 2025-11-21T20:16:05Z or in unix seconds [default: now]
    #[arg(long, value_name = "TIME", value_parser = timestamp::parse, allow_hyphen_values = true)]
    now: Option<i64>,
    #[command(flatten)]
    scheme: SchemeArgs,
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
    let told = match &args {
        VerifyArgs { id: Some(id), timestamp: Some(timestamp), signature: Some(signature), .. } => {
            by_parts(&args, id, timestamp, signature, context)?
        }
        _ => by_headers(&args, context)?,
    };
    let verified = told.is_none();
    match (context.out.is_json(), told) {
        (true, told) => {
            let (refusal, reason) = told.unzip();
            context.out.json(&VerdictJson { verified, refusal, reason })?;
        }
        (false, None) => context.out.toned(Tone::Good, "verified: the signature is right")?,
        (false, Some((_, reason))) => context.out.toned(Tone::Bad, format_args!("refused: {reason}"))?,
    }
    Ok(if verified { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A refusal's name, and the refusal in words; none for a genuine message.
type Told = Option<(&'static str, String)>;

fn by_parts(args: &VerifyArgs, id: &str, timestamp: &str, signature: &str, context: &Context) -> Result<Told, Failure> {
    if !args.scheme.is_standard() {
        return Err(Failure::option("--scheme", "give the received headers of this scheme with --header or --headers"));
    }
    let body = args.body.bytes(&context.out)?;
    let message = Message { id: id.to_owned(), timestamp: timestamp.to_owned(), body };
    let hookwright = context.open(Database::Unused)?.hookwright;
    let (secret, now) = (args.secret.clone(), args.now.unwrap_or_else(now_ms));
    let verdict = hookwright.verify(message, signature.to_owned(), secret, now, args.tolerance).wait()?;
    Ok(verdict.err().map(|refusal| tell(&refusal, args.tolerance)))
}

fn by_headers(args: &VerifyArgs, context: &Context) -> Result<Told, Failure> {
    let scheme = args.scheme.scheme()?;
    let mut headers = header_lines::of_options(&args.header)?;
    if let Some(input) = &args.headers {
        if (input, &args.body) == (&Input::Stdin, &Input::Stdin) {
            return Err(Failure::option("--headers", "standard input is read for --body already; name a file for one"));
        }
        headers.extend(header_lines::of_block(&input.text(&context.out)?)?);
    }
    let body = args.body.bytes(&context.out)?;
    let hookwright = context.open(Database::Unused)?.hookwright;
    let (secret, now) = (args.secret.clone(), args.now.unwrap_or_else(now_ms));
    let verdict = hookwright.verify_headers(scheme, headers, body, secret, now, args.tolerance).wait();
    let verdict = verdict.map_err(|error| Failure::from(error).naming(&[("scheme", "--signature-header")]))?;
    Ok(verdict.err().map(|refusal| tell_of_headers(refusal, args.tolerance)))
}

fn tell_of_headers(refusal: HeadersRefusal, tolerance_seconds: u32) -> (&'static str, String) {
    match refusal {
        HeadersRefusal::MissingHeader(name) => ("missing_header", format!("the header {name} is missing")),
        HeadersRefusal::RepeatedHeader(name) => {
            ("repeated_header", format!("the header {name} is there more than once"))
        }
        HeadersRefusal::Message(refusal) => {
            let (name, told) = tell(&refusal, tolerance_seconds);
            let told = match refusal {
                Refusal::BadTimestamp => {
                    "the message has no time where this scheme has one, in unix seconds".to_owned()
                }
                Refusal::NoSignature => "the signature's header holds no signature of this scheme".to_owned(),
                Refusal::Mismatch => {
                    "no signature is right: check the secret and the scheme, and that headers and body \
                                      are exactly what was received"
                        .to_owned()
                }
                Refusal::TooOld(_) | Refusal::TooNew(_) => told,
            };
            (name, told)
        }
    }
}

/// The refusal's name, and the refusal in words.
fn tell(refusal: &Refusal, tolerance_seconds: u32) -> (&'static str, String) {
    match refusal {
        Refusal::BadTimestamp => ("bad_timestamp", "--timestamp is not a number of unix seconds".to_owned()),
        Refusal::TooOld(seconds) => (
            "too_old",
            format!(
                "the message is {seconds} s old; --tolerance allows {tolerance_seconds} s, --now checks as of another time"
            ),
        ),
        Refusal::TooNew(seconds) => {
            ("too_new", format!("the message is {seconds} s in the future; --tolerance allows {tolerance_seconds} s"))
        }
        Refusal::NoSignature => ("no_signature", "--signature holds no `v1,…` signature".to_owned()),
        Refusal::Mismatch => (
            "mismatch",
            "no signature is right: check the secret, and that id, timestamp and body are exactly what was received"
                .to_owned(),
        ),
    }
}
