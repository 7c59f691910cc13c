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
use crate::output::table::{Column, Table};
use crate::output::{Output, Tone};

/// Options of `plugins check`.
#[derive(clap::Args)]
pub(crate) struct CheckArgs {
    /// The plugin, a WebAssembly component
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Serialize)]
struct CheckJson<'a> {
    name: &'a str,
    version: &'a str,
    hash: &'a str,
    trapping_imports: &'a [String],
    description: &'a Described,
    topics: Vec<TopicJson<'a>>,
    fine: bool,
}

#[derive(Serialize)]
struct TopicJson<'a> {
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
    let fine = verdicts.iter().all(|(_, verdict)| !matches!(verdict, Verdict::Wrong(_)));
    let described = Described::of(plugin.description(), file.bytes.len());
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
    let topics = verdicts.iter().map(|(topic, verdict)| {
        let (sample, message) = match verdict {
            Verdict::Fits => ("fits", None),
            Verdict::Unknown(why) => ("unknown", Some(why.as_str())),
            Verdict::Wrong(why) => ("wrong", Some(why.as_str())),
        };
        TopicJson { name: &topic.name, sample, message }
    });
    CheckJson {
        name: &plugin.description().name,
        version: &plugin.description().version,
        hash: plugin.hash(),
        trapping_imports: plugin.trapping_imports(),
        description: described,
        topics: topics.collect(),
        fine,
    }
}

fn tell(plugin: &Plugin, described: &Described, verdicts: &[(&Topic, Verdict)], out: &Output) -> Result<(), Failure> {
    let description = plugin.description();
    let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let trapping = plugin.trapping_imports();
    let imports = match trapping {
        [] => "nothing beyond environment and settings".to_owned(),
        trapping => format!("a call of one of these ends the hook: {}", trapping.join(", ")),
    };
    let record = Record::default()
        .toned("Plugin", Tone::Strong, &description.name)
        .field("Version", &description.version)
        .field("Size", format!("{} bytes", described.size_bytes))
        .toned("Imports", if trapping.is_empty() { Tone::Good } else { Tone::Waiting }, imports)
        .maybe("What it does", text(&described.summary))
        .maybe("Author", text(&described.author))
        .maybe("Homepage", described.homepage.as_ref())
        .field("On failure", &described.on_failure)
        .maybe("Hooks", text(&described.hooks()))
        .field("Settings", if described.settings_schema.is_some() { "by a schema" } else { "none" })
        .field("SHA-256", plugin.hash());
    out.record(&record)?;
    if verdicts.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[Column::whole("TOPIC"), Column::text("SAMPLE", 20)]);
    for (topic, verdict) in verdicts {
        let (tone, told) = match verdict {
            Verdict::Fits => (Tone::Good, "satisfies the schema".to_owned()),
            Verdict::Unknown(why) => (Tone::Waiting, format!("not compared: {why}")),
            Verdict::Wrong(why) => (Tone::Bad, why.clone()),
        };
        table.row([(Tone::Plain, topic.name.clone()), (tone, told)]);
    }
    out.line("")?;
    out.table(table)
}
