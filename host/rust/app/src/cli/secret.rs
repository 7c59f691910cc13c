//! `hookwright secret`: new secrets. Needs no database.

use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use hookwright_runtime::Hookwright;
use hookwright_runtime::signing::SecretKind;
use serde::Serialize;

use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::Database;

/// Commands of `secret`.
#[derive(Subcommand)]
pub(crate) enum SecretCommand {
    /// Print a new secret, stored nowhere
    New {
        /// Which kind of key it is
        #[arg(long, value_enum, default_value_t = KindName::Standard)]
        kind: KindName,
        /// Random bytes in a standard secret, 24 to 64 [default: 32]
        #[arg(long, value_name = "N")]
        bytes: Option<u32>,
    },
}

/// The kinds of secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindName {
    /// `whsec_…`, for the schemes standard and svix
    Standard,
    /// A pair for the scheme standard-ed25519: `whsk_…` to sign, `whpk_…` for whoever verifies
    #[value(name = "ed25519")]
    Ed25519,
    /// 64 hex digits, for all other schemes
    Text,
}

#[derive(Serialize)]
struct SecretJson {
    secret: String,
    /// Of a pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    public: Option<String>,
}

/// Runs `secret`.
pub(crate) fn run(command: &SecretCommand, context: &Context) -> Result<ExitCode, Failure> {
    let SecretCommand::New { kind, bytes } = *command;
    let made = make(&context.open(Database::Unused)?.hookwright, kind, bytes)?;
    if context.out.is_json() {
        context.out.json(&made)?;
        return Ok(ExitCode::SUCCESS);
    }
    context.out.line(made.secret)?;
    if let Some(public) = made.public {
        context.out.line(public)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn make(hookwright: &Hookwright, kind: KindName, bytes: Option<u32>) -> Result<SecretJson, Failure> {
    match (kind, bytes) {
        (KindName::Standard, bytes) => {
            let secret = hookwright.generate_secret(bytes.unwrap_or(32)).wait();
            let secret = secret.map_err(|error| Failure::from(error).naming(&[("len", "--bytes")]))?;
            Ok(SecretJson { secret, public: None })
        }
        (_, Some(_)) => Err(Failure::option("--bytes", "a secret of this kind has one length; leave it out")),
        (KindName::Ed25519, None) => {
            let secret = hookwright.generate_key(SecretKind::Ed25519).wait()?;
            let public = hookwright.public_key(secret.clone()).wait()?;
            Ok(SecretJson { secret, public: Some(public) })
        }
        (KindName::Text, None) => {
            Ok(SecretJson { secret: hookwright.generate_key(SecretKind::Text).wait()?, public: None })
        }
    }
}
