//! `hookwright sign`: the headers of a signed message. Needs no database.

use std::process::ExitCode;

use hookwright_runtime::signing::Message;
use serde::{Serialize, Serializer};

use crate::cli::Context;
use crate::cli::scheme::SchemeArgs;
use crate::failure::Failure;
use crate::input::Input;
use crate::installation::Database;
use crate::output::moment::now_ms;

/// Options of `sign`.
#[derive(clap::Args)]
pub(crate) struct SignArgs {
    /// Secret to sign with; several give several signatures where the scheme has room, as while a secret is changed
    #[arg(long, required = true)]
    secret: Vec<String>,
    /// Id of the message, for the schemes that send one: `webhook-id`
    #[arg(long)]
    id: Option<String>,
    /// Time of the message in unix seconds, for the schemes that send one: `webhook-timestamp` [default: now]
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    timestamp: Option<String>,
    /// The exact body; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    body: Input,
    #[command(flatten)]
    scheme: SchemeArgs,
}

/// One object: names of headers to their values.
struct HeadersJson<'a>(&'a [(String, String)]);

impl Serialize for HeadersJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Runs `sign`.
pub(crate) fn run(args: SignArgs, context: &Context) -> Result<ExitCode, Failure> {
    let scheme = args.scheme.scheme()?;
    let timestamp = args.timestamp.unwrap_or_else(|| (now_ms() / 1_000).to_string());
    let body = args.body.bytes(&context.out)?;
    let message = Message { id: args.id.unwrap_or_default(), timestamp, body };
    let signed = context.open(Database::Unused)?.hookwright.sign_headers(scheme, message, args.secret).wait();
    let headers = signed
        .map_err(|error| Failure::from(error).naming(&[("secrets", "--secret"), ("scheme", "--signature-header")]))?;
    if context.out.is_json() {
        context.out.json(&HeadersJson(&headers))?;
    } else {
        for (name, value) in &headers {
            context.out.line(format_args!("{name}: {value}"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
