//! `hookwright plugins new`
//!
//! Decides where a new project may be written: into a folder that is not there yet, or is empty.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;

use crate::authoring::templates::Template;
use crate::authoring::{Language, Name};
use crate::cli::Context;
use crate::failure::{Failure, Kind};

/// Options of `plugins new`.
#[derive(clap::Args)]
pub(crate) struct NewArgs {
    /// Name of the plugin: lower-case letters, digits and `-`
    #[arg(value_name = "NAME")]
    name: Name,
    /// Language to write it in
    #[arg(long, value_name = "LANGUAGE", value_enum)]
    lang: Language,
    /// Folder to write into [default: the plugin's name]
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

#[derive(Debug, Serialize)]
struct NewJson<'a> {
    name: &'a str,
    language: &'static str,
    folder: String,
    files: Vec<&'a str>,
}

/// Runs `plugins new`.
pub(crate) fn run(args: &NewArgs, context: &Context) -> Result<ExitCode, Failure> {
    let folder = args.dir.clone().unwrap_or_else(|| args.name.text().into());
    require_room(&folder)?;
    let files = Template::of(args.lang).files(&args.name);
    for (path, text) in &files {
        write(&folder.join(path), text).map_err(|error| cannot_write(&folder, &error))?;
    }
    let shown = folder.display();
    if context.out.is_json() {
        let files = files.iter().map(|(path, _)| path.as_str()).collect();
        let (name, language) = (args.name.text(), args.lang.word());
        context.out.json(&NewJson { name, language, folder: shown.to_string(), files })?;
    } else {
        context.out.line(format_args!("{} is in {shown}: {} files", args.name.text(), files.len()))?;
        context.out.note(format_args!("Its README.md says what to do with it. `cd {shown}`, then:"));
        context.out.note(format_args!("  {}", args.lang.tests()));
        context.out.note("  hookwright plugins build");
    }
    Ok(ExitCode::SUCCESS)
}

fn require_room(folder: &Path) -> Result<(), Failure> {
    let taken =
        |what| Failure::new(Kind::Conflict, format!("{} {what}", folder.display())).hint("--dir names another folder");
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(taken("is there already, and is not empty")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(taken("is there already, as a file")),
        Err(error) => Err(cannot_write(folder, &error)),
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text)
}

fn cannot_write(folder: &Path, error: &io::Error) -> Failure {
    Failure::new(Kind::Io, format!("cannot write into {}: {error}", folder.display()))
        .hint("--dir names another folder")
}
