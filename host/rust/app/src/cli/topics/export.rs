//! `hookwright topics export`: the catalogue as one document, for receivers and their tools.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use hookwright_runtime::catalogue::{DocumentFormat, Filter};

use super::ListArgs;
use crate::cli::Context;
use crate::failure::{Failure, Kind};
use crate::installation::Database;

/// Options of `topics export`.
#[derive(clap::Args)]
pub(super) struct ExportArgs {
    /// What to write: data, schemas, a description of the interface, a page for people, or types
    #[arg(long)]
    format: ExportFormat,
    /// Write it into this file [default: standard output]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    filter: ListArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ExportFormat {
    /// All that is known of each topic
    Json,
    /// A bundle of JSON Schema 2020-12
    JsonSchema,
    /// AsyncAPI 3.0
    Asyncapi,
    /// OpenAPI 3.1 with `webhooks`
    Openapi,
    /// For people
    Markdown,
    /// Types and a union of all events
    Typescript,
}

/// Runs `topics export`. The document is the result, also with `--json`.
pub(super) fn run(args: ExportArgs, context: &Context) -> Result<ExitCode, Failure> {
    let ListArgs { search, source, group } = args.filter;
    let hookwright = context.open(Database::IfThere)?.hookwright;
    let document = hookwright.topics_document(args.format.into(), Filter { search, source, group }).wait()?;
    let Some(path) = args.output else {
        context.out.document(&document)?;
        return Ok(ExitCode::SUCCESS);
    };
    fs::write(&path, &document)
        .map_err(|error| Failure::new(Kind::Io, format!("cannot write {}: {error}", path.display())))?;
    context.out.note(format_args!("{}: {} bytes.", path.display(), document.len()));
    Ok(ExitCode::SUCCESS)
}

impl From<ExportFormat> for DocumentFormat {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Json => Self::Json,
            ExportFormat::JsonSchema => Self::JsonSchema,
            ExportFormat::Asyncapi => Self::Asyncapi,
            ExportFormat::Openapi => Self::Openapi,
            ExportFormat::Markdown => Self::Markdown,
            ExportFormat::Typescript => Self::Typescript,
        }
    }
}
