//! `hookwright plugins logs`: what plugins have said and how they failed, in whichever process.
//!
//! Decides which lines are shown and how. They come from files beside the plugins' own; no database is needed for them.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use clap::ValueEnum;
use hookwright_runtime::plugins::{Journal, JournalEntry, JournalKind, JournalReader};

use crate::cli::Context;
use crate::cli::deliver::stop_signals::StopSignals;
use crate::failure::{Failure, Kind};
use crate::installation::Database;
use crate::json::All;
use crate::output::moment::stamp;
use crate::output::{Output, Tone};

/// Options of `plugins logs`.
#[derive(clap::Args)]
pub(crate) struct LogsArgs {
    /// The plugin's name [default: all plugins]
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Go on with new lines until Ctrl-C
    #[arg(short, long)]
    follow: bool,
    /// The newest so many lines
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// Only lines that matter at least so much
    #[arg(long, value_name = "LEVEL", default_value = "debug")]
    level: TypedLevel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum TypedLevel {
    Debug,
    Info,
    Warn,
    Error,
}

/// Between two looks for new lines.
const EVERY: Duration = Duration::from_millis(200);

/// Runs `plugins logs`.
pub(crate) fn run(args: &LogsArgs, context: &Context) -> Result<ExitCode, Failure> {
    let mut logs = Logs { journal: context.plugin_folder().journal(), readers: BTreeMap::new(), args };
    let found = logs.next()?;
    if let Some(name) = args.name.as_ref().filter(|_| found.is_empty()) {
        // It must at least be one.
        context.open_without_plugins(Database::MustExist)?.hookwright.plugins_get(name.clone()).wait()?;
    }
    let newest = &found[found.len().saturating_sub(args.limit)..];
    if args.follow {
        newest.iter().try_for_each(|entry| tell(entry, &context.out))?;
        return logs.follow(&context.out);
    }
    if context.out.is_json() {
        context.out.json(&All::of(newest))?;
    } else if newest.is_empty() {
        context.out.note("Nothing has been logged.");
    } else {
        newest.iter().try_for_each(|entry| tell(entry, &context.out))?;
    }
    Ok(ExitCode::SUCCESS)
}

struct Logs<'a> {
    journal: Journal,
    readers: BTreeMap<String, JournalReader>,
    args: &'a LogsArgs,
}

impl Logs<'_> {
    /// What has been added since the last call and is wanted, in the order of time.
    fn next(&mut self) -> Result<Vec<JournalEntry>, Failure> {
        let names = match &self.args.name {
            Some(name) => vec![name.clone()],
            None => self.journal.plugins().map_err(|error| unreadable(&error))?,
        };
        for name in names {
            if !self.readers.contains_key(&name)
                && let Some(reader) = self.journal.read(&name)
            {
                self.readers.insert(name, reader);
            }
        }
        let mut entries = Vec::new();
        for reader in self.readers.values_mut() {
            entries.extend(reader.read_new().map_err(|error| unreadable(&error))?);
        }
        entries.retain(|entry| level(entry) >= self.args.level);
        // Processes write in turn, and what one of them notes first may come second.
        entries.sort_by_key(|entry| entry.at);
        Ok(entries)
    }

    fn follow(&mut self, out: &Output) -> Result<ExitCode, Failure> {
        let cannot = |error: std::io::Error| Failure::new(Kind::Io, format!("cannot wait for signals: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot)?;
        runtime.block_on(async {
            let mut signals = StopSignals::listen().map_err(cannot)?;
            loop {
                tokio::select! {
                    () = signals.next() => return Ok(ExitCode::SUCCESS),
                    () = tokio::time::sleep(EVERY) => {}
                }
                self.next()?.iter().try_for_each(|entry| tell(entry, out))?;
            }
        })
    }
}

fn unreadable(error: &std::io::Error) -> Failure {
    Failure::new(Kind::Io, format!("cannot read the plugins' log: {error}"))
        .hint("name the folder where it is with --plugins or HOOKWRIGHT_PLUGINS")
}

fn tell(entry: &JournalEntry, out: &Output) -> Result<(), Failure> {
    if out.is_json() {
        return out.json_line(entry);
    }
    let JournalEntry { at, plugin, level: word, kind, message, .. } = entry;
    let about = [&entry.hook, &entry.topic, &entry.event_id, &entry.delivery_id];
    let about: Vec<&str> = about.into_iter().flatten().map(String::as_str).collect();
    let mut lines = message.lines();
    let first = lines.next().unwrap_or_default();
    let (what, first) = match kind {
        JournalKind::Log => ("", first),
        JournalKind::Failure => ("failed: ", first.strip_prefix("it failed: ").unwrap_or(first)),
        JournalKind::Deactivated => ("deactivated: ", first),
    };
    let tone = match level(entry) {
        TypedLevel::Debug => Tone::Quiet,
        TypedLevel::Info => Tone::Plain,
        TypedLevel::Warn => Tone::Waiting,
        TypedLevel::Error => Tone::Bad,
    };
    let about = if about.is_empty() { String::new() } else { format!(" [{}]", about.join(" ")) };
    out.toned(tone, format_args!("{}  {word:5}  {plugin}  {what}{first}{about}", stamp(*at)))?;
    lines.try_for_each(|line| out.block(&format!("  {line}")))
}

fn level(entry: &JournalEntry) -> TypedLevel {
    TypedLevel::from_str(&entry.level, true).unwrap_or(TypedLevel::Info)
}
