//! `hookwright webhooks rotate-secret`

use std::process::ExitCode;

use hookwright_runtime::registry::{Created, Secret};
use hookwright_runtime::types::{Error, Scope};
use hookwright_runtime::{CallError, Hookwright};

use super::KEEP_THE_SECRET;
use crate::cli::account::AccountArgs;
use crate::cli::{Context, length};
use crate::failure::Failure;
use crate::installation::Database;
use crate::json::CreatedJson;
use crate::output::moment::{exact, now_ms};
use crate::output::record::Record;
use crate::output::{Output, Tone};

/// Options of `webhooks rotate-secret`.
#[derive(clap::Args)]
pub(crate) struct RotateArgs {
    /// Id, `wh_…`
    id: String,
    /// Secret to sign with from now on [default: a new one]
    #[arg(long)]
    secret: Option<String>,
    /// How long the former secret signs beside it, 7d at most [default: 24h, or 0s where the dialect has room for one
    /// signature only]
    #[arg(long, value_name = "DURATION", value_parser = length::parse_ms)]
    overlap: Option<u32>,
    #[command(flatten)]
    account: AccountArgs,
}

const DEFAULT_OVERLAP_MS: u32 = 24 * 3_600_000;

/// Runs `webhooks rotate-secret`.
pub(crate) fn run(args: RotateArgs, context: &Context) -> Result<ExitCode, Failure> {
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let secret = args.secret.map(Secret::from);
    let rotated = rotate(&hookwright, &args.account.scope(), &args.id, secret.as_ref(), args.overlap)?;
    if context.out.is_json() {
        context.out.json(&CreatedJson::from(&rotated))?;
    } else {
        tell(&rotated, &context.out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Only the core knows where there is room for two signatures, so that it is asked; a refusal stores nothing.
fn rotate(
    hookwright: &Hookwright,
    scope: &Scope,
    id: &str,
    secret: Option<&Secret>,
    overlap_ms: Option<u32>,
) -> Result<Created, CallError> {
    let with = |overlap_ms: u32| {
        hookwright.webhooks_rotate_secret(scope.clone(), id.to_owned(), secret.cloned(), overlap_ms).wait()
    };
    match (with(overlap_ms.unwrap_or(DEFAULT_OVERLAP_MS)), overlap_ms) {
        (Err(CallError::Api(Error::Invalid(fields))), None) if fields.iter().all(|field| field.field == "overlap") => {
            with(0)
        }
        (result, _) => result,
    }
}

fn tell(rotated: &Created, out: &Output) -> Result<(), Failure> {
    let webhook = &rotated.webhook;
    let record = Record::default()
        .toned("Id", Tone::Strong, &webhook.id)
        .field("Name", &webhook.name)
        .field("Secret", rotated.secret.expose());
    out.record(&record)?;
    out.note(KEEP_THE_SECRET);
    out.note(match webhook.former_secrets_until.iter().max() {
        Some(until) => format!("The former secret signs beside it until {}.", exact(*until, now_ms())),
        None => "The former secret no longer signs: give the receiver the new one at once.".to_owned(),
    });
    Ok(())
}
