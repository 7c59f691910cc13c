//! `hookwright plugins check`: for authors, before they give a plugin to others.

use std::path::PathBuf;
use std::process::ExitCode;

use hookwright_runtime::plugins::{Plugin, Topic};
use serde::Serialize;

use super::described::Described;
use super::install::{load, read};
use super::samples::{self, Verdict};
use crate::cli::Context;
use crate::failure::Failure;
use crate::output::record::Record;
use crate::output::size::size;
use crate::output::table::{Column, Table};
use crate::output::{Output, Tone};

/// Options of `plugins check`.
#[derive(clap::Args)]
pub(crate) struct CheckArgs {
    /// The plugin: a WebAssembly component, or a JSON or TOML file of topics
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Serialize)]
struct CheckJson<'a> {
    name: &'a str,
    version: &'a str,
    hash: &'a str,
    trapping_imports: &'a [String],
    least_memory_bytes: Option<u64>,
    description: &'a Described,
    topics: Vec<TopicJson<'a>>,
    fine: bool,
}

/// A topic and its sample.
#[derive(Serialize)]
pub(super) struct TopicJson<'a> {
    name: &'a str,
    /// `fits`, `unknown` or `wrong`.
    sample: &'static str,
    message: Option<&'a str>,
}

/// Runs `plugins check`. Fails where a topic is wrong.
pub(crate) fn run(args: &CheckArgs, context: &Context) -> Result<ExitCode, Failure> {
    let file = read(&args.file)?;
    let plugin = load(&args.file, &file)?;
    let verdicts = samples::verdicts(&plugin, context)?;
    let fine = samples::are_fine(&verdicts);
    let described = Described::of(&plugin, file.bytes.len());
    if context.out.is_json() {
        context.out.json(&json(&plugin, &described, &verdicts, fine))?;
    } else {
        tell(&plugin, &described, &verdicts, &context.out)?;
    }
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn json<'a>(
    plugin: &'a Plugin,
    described: &'a Described,
    verdicts: &'a [(&Topic, Verdict)],
    fine: bool,
) -> CheckJson<'a> {
    CheckJson {
        name: &plugin.description().name,
        version: &plugin.description().version,
        hash: plugin.hash(),
        trapping_imports: plugin.trapping_imports(),
        least_memory_bytes: plugin.least_memory_bytes(),
        description: described,
        topics: verdicts.iter().map(TopicJson::of).collect(),
        fine,
    }
}

impl<'a> TopicJson<'a> {
    pub(super) fn of((topic, verdict): &'a (&Topic, Verdict)) -> Self {
        let (sample, message) = match verdict {
            Verdict::Fits => ("fits", None),
            Verdict::Unknown(why) => ("unknown", Some(why.as_str())),
            Verdict::Wrong(why) => ("wrong", Some(why.as_str())),
        };
        Self { name: &topic.name, sample, message }
    }
}

/// What an instance has before it does anything.
fn least(bytes: u64) -> String {
    format!("{} at least", size(usize::try_from(bytes).unwrap_or(usize::MAX)))
}

fn tell(plugin: &Plugin, described: &Described, verdicts: &[(&Topic, Verdict)], out: &Output) -> Result<(), Failure> {
    let description = plugin.description();
    let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let trapping = plugin.trapping_imports();
    let imports = match trapping {
        [] if !plugin.has_code() => "none: a file of topics has no code".to_owned(),
        [] => "nothing beyond environment and settings".to_owned(),
        trapping => format!("a call of one of these ends the hook: {}", trapping.join(", ")),
    };
    let record = Record::default()
        .toned("Plugin", Tone::Strong, &description.name)
        .field("Version", &description.version)
        .field("Size", size(described.size_bytes))
        .maybe("Memory", plugin.least_memory_bytes().map(least))
        .toned("Imports", if trapping.is_empty() { Tone::Good } else { Tone::Waiting }, imports)
        .maybe("What it does", text(&described.summary))
        .maybe("Author", text(&described.author))
        .maybe("Homepage", described.homepage.as_ref())
        .maybe("On failure", plugin.has_code().then_some(&described.on_failure))
        .maybe("Hooks", text(&described.hooks()))
        .field("Settings", if described.settings_schema.is_some() { "by a schema" } else { "none" })
        .field("SHA-256", plugin.hash());
    out.record(&record)?;
    if verdicts.is_empty() {
        return Ok(());
    }
    out.line("")?;
    tell_samples(verdicts, out)
}

/// A table of topics, each with what is known of its sample.
pub(super) fn tell_samples(verdicts: &[(&Topic, Verdict)], out: &Output) -> Result<(), Failure> {
    let mut table = Table::new(&[Column::whole("TOPIC"), Column::text("SAMPLE", 20)]);
    for (topic, verdict) in verdicts {
        let (tone, told) = match verdict {
            Verdict::Fits => (Tone::Good, "satisfies the schema".to_owned()),
            Verdict::Unknown(why) => (Tone::Waiting, format!("not compared: {why}")),
            Verdict::Wrong(why) => (Tone::Bad, why.clone()),
        };
        table.row([(Tone::Plain, topic.name.clone()), (tone, told)]);
    }
    out.table(table)
}
