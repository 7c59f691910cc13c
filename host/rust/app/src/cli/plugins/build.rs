//! `hookwright plugins build`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use crate::authoring::{self, Language};
use crate::cli::Context;
use crate::failure::{Failure, Kind};
use crate::output::size::size;

/// Options of `plugins build`.
#[derive(clap::Args)]
pub(crate) struct BuildArgs {
    /// Folder of the plugin's project
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// File to write [default: the project's name with `.wasm` behind it, in its folder]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A component in its file.
#[derive(Debug, Serialize)]
pub(super) struct Written {
    pub(super) name: String,
    pub(super) language: &'static str,
    pub(super) file: PathBuf,
    pub(super) size_bytes: usize,
}

/// Runs `plugins build`.
pub(crate) fn run(args: &BuildArgs, context: &Context) -> Result<ExitCode, Failure> {
    let written = write(&args.folder, args.output.as_deref(), context)?;
    if context.out.is_json() {
        context.out.json(&written)?;
    } else {
        let file = written.file.display();
        context.out.line(format_args!("{file}: {}", size(written.size_bytes)))?;
        context.out.note(format_args!("`hookwright plugins check {file}` and `test` say what it does,"));
        context.out.note(format_args!("`hookwright plugins install {file} --activate` puts it to work."));
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the project in a folder, and writes the component.
pub(super) fn write(folder: &Path, output: Option<&Path>, context: &Context) -> Result<Written, Failure> {
    let language = Language::of_project(folder)?;
    let built = authoring::build(language, folder, &context.out)?;
    let file = output.map_or_else(|| folder.join(format!("{}.wasm", built.name)), Path::to_owned);
    // `./name.wasm` is longer than it needs to be.
    let file = file.strip_prefix(".").map(Path::to_owned).unwrap_or(file);
    fs::write(&file, &built.bytes)
        .map_err(|error| Failure::new(Kind::Io, format!("cannot write {}: {error}", file.display())))?;
    Ok(Written { name: built.name, language: language.word(), file, size_bytes: built.bytes.len() })
}
