//! `hookwright sign`: the signature of a message. Needs no database.

use std::process::ExitCode;

use hookwright_runtime::signing::Message;
use serde::Serialize;

use crate::cli::Context;
use crate::failure::Failure;
use crate::input::Input;
use crate::installation::Database;
use crate::output::moment::now_ms;

/// Options of `sign`.
#[derive(clap::Args)]
pub(crate) struct SignArgs {
    /// Secret to sign with, `whsec_…`; several give several signatures, as while a secret is changed
    #[arg(long, required = true)]
    secret: Vec<String>,
    /// Value of the header `webhook-id`
    #[arg(long)]
    id: String,
    /// Value of the header `webhook-timestamp`, in unix seconds [default: now]
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    timestamp: Option<String>,
    /// The exact body; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    body: Input,
}

#[derive(Debug, Serialize)]
struct SignedJson<'a> {
    #[serde(rename = "webhook-id")]
    id: &'a str,
    #[serde(rename = "webhook-timestamp")]
    timestamp: &'a str,
    #[serde(rename = "webhook-signature")]
    signature: &'a str,
}

/// Runs `sign`.
pub(crate) fn run(args: SignArgs, context: &Context) -> Result<ExitCode, Failure> {
    let timestamp = args.timestamp.unwrap_or_else(|| (now_ms() / 1_000).to_string());
    let body = args.body.bytes(&context.out)?;
    let message = Message { id: args.id.clone(), timestamp: timestamp.clone(), body };
    let signed = context.open(Database::Unused)?.hookwright.sign(message, args.secret).wait();
    let signature = signed.map_err(|error| Failure::from(error).naming(&[("secrets", "--secret")]))?;
    if context.out.is_json() {
        context.out.json(&SignedJson { id: &args.id, timestamp: &timestamp, signature: &signature })?;
    } else {
        context.out.line(format_args!("webhook-id: {}", args.id))?;
        context.out.line(format_args!("webhook-timestamp: {timestamp}"))?;
        context.out.line(format_args!("webhook-signature: {signature}"))?;
    }
    Ok(ExitCode::SUCCESS)
}
