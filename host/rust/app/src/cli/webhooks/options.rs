//! What may be set of a webhook beside URL and topics, the same for a new one and for a change.
//!
//! Decides how it is typed; what is allowed is for the core to say.

use hookwright_runtime::registry::WebhookOptions;

use crate::cli::header_lines;
use crate::cli::length::{self, Schedule};
use crate::failure::Failure;
use crate::input::Input;
use crate::output::Output;

/// Options that concern what is sent, when, and what people want to know of it.
#[derive(clap::Args)]
pub(super) struct OptionsArgs {
    #[command(flatten)]
    receiver: ReceiverArgs,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    notes: NotesArgs,
}

#[derive(clap::Args)]
#[command(next_help_heading = "What the receiver expects")]
struct ReceiverArgs {
    /// Whose webhooks its receiver understands: standard, woocommerce, ultimate-multisite, wink, easy-lms, github,
    /// stripe or shopify
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// How the body is written: json, form or xml [default: the dialect's own]
    #[arg(long)]
    format: Option<String>,
    /// Version of the dialect's payload [default: its newest]
    #[arg(long, value_name = "N")]
    payload_version: Option<u32>,
    /// Whether `webhook-id`, `-timestamp` and `-signature` are sent beside the dialect's headers, signed with a secret
    /// `whsec_…` [default: only where the dialect signs nothing]
    #[arg(long, value_name = "true|false", hide_possible_values = true)]
    standard_headers: Option<bool>,
    /// Header that each request carries besides; repeat for more, all of them take the place of earlier ones
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// File with such headers, a line each, which no list of processes shows; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    headers: Option<Input>,
}

#[derive(clap::Args)]
#[command(next_help_heading = "Which events, and how fast")]
struct PaceArgs {
    /// Which events by their data: `data.total >= 100 && data.currency == "EUR"`; empty for all
    #[arg(long, value_name = "EXPRESSION")]
    filter: Option<String>,
    /// Most requests in a second; 0 for no limit
    #[arg(long, value_name = "N")]
    rate: Option<u32>,
    /// How long the receiver may take for an answer, as 30s; `default` for the installation's
    #[arg(long, value_name = "DURATION", value_parser = length::parse_ms_or_default)]
    timeout: Option<u32>,
    /// Waits before each attempt, as 0s,30s,5m; `default` for the installation's
    #[arg(long, value_name = "DURATION,…")]
    retry_schedule: Option<Schedule>,
}

#[derive(clap::Args)]
#[command(next_help_heading = "For people")]
struct NotesArgs {
    /// What it is for; empty for nothing
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// What made it, as `zapier` [default: manual]
    #[arg(long, value_name = "NAME")]
    integration: Option<String>,
    /// Who answers for it; empty for nobody
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
}

impl OptionsArgs {
    /// As the core takes them.
    ///
    /// # Errors
    ///
    /// When a header is not `Name: value`, or the file with headers cannot be read.
    pub(super) fn into_options(self, out: &Output) -> Result<WebhookOptions, Failure> {
        let headers = self.receiver.headers(out)?;
        let Self { receiver, pace, notes } = self;
        Ok(WebhookOptions {
            description: notes.description,
            integration: notes.integration,
            owner: notes.owner,
            headers,
            dialect: receiver.dialect,
            format: receiver.format,
            payload_version: receiver.payload_version,
            standard_headers: receiver.standard_headers,
            retry_schedule: pace.retry_schedule.map(|schedule| schedule.0),
            timeout: pace.timeout,
            requests_per_second: pace.rate,
            filter: pace.filter,
        })
    }
}

impl ReceiverArgs {
    /// Those that were typed and those of the file; none where neither was named.
    fn headers(&self, out: &Output) -> Result<Option<Vec<(String, String)>>, Failure> {
        let mut headers = header_lines::of_options(&self.header)?;
        if let Some(file) = &self.headers {
            headers.extend(header_lines::of_block(&file.text(out)?)?);
        }
        Ok((self.headers.is_some() || !headers.is_empty()).then_some(headers))
    }
}
