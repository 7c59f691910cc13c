//! `hookwright publish --lines`: one event for each line of a file, many in one commit.
//!
//! A bad line is told with its number and does not stop the others. What stops the run, Ctrl-C too, stops it between
//! two commits, and is told with the last line that was done.

use std::process::ExitCode;
use std::thread;

use hookwright_runtime::Hookwright;
use hookwright_runtime::events::Event;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tokio::sync::mpsc;

use super::reader::{self, Batch, Line};
use super::{AboutArgs, ReceiptJson, refused};
use crate::cli::Context;
use crate::failure::{Failure, Kind};
use crate::input::Input;
use crate::installation::Database;
use crate::output::Output;

/// Refused lines, and warnings, that are shown one by one.
const SHOWN_REFUSALS: u64 = 20;

/// What the events have in common, and what became of them.
struct Run<'a> {
    topic: &'a str,
    input: &'a Input,
    about: &'a AboutArgs,
    out: &'a Output,
    progress: ProgressBar,
    totals: Totals,
    /// For `--json` only.
    items: Vec<LineJson>,
}

#[derive(Debug, Default, Serialize)]
struct Totals {
    /// Events that are stored, with those that were stored before.
    published: u64,
    /// Of these, stored before with the same key.
    replayed: u64,
    refused: u64,
    deliveries: u64,
    /// What publishers should know, over all events.
    warnings: u64,
    /// The last line that is done.
    #[serde(skip)]
    last_line: u64,
}

#[derive(Debug, Serialize)]
struct LinesJson<'a> {
    items: &'a [LineJson],
    total: usize,
    #[serde(flatten)]
    totals: &'a Totals,
}

#[derive(Debug, Serialize)]
struct LineJson {
    line: u64,
    #[serde(flatten)]
    result: LineResult,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum LineResult {
    Stored(ReceiptJson),
    Refused { error: Failure },
}

/// Publishes all lines of `input`.
pub(super) fn publish(topic: &str, input: &Input, about: &AboutArgs, context: &Context) -> Result<ExitCode, Failure> {
    let source = input.open(&context.out)?;
    let hookwright = context.open(Database::Create)?.hookwright;
    // A topic that does not exist is wrong on every line.
    hookwright.topics_get(topic.to_owned()).wait()?;
    let asynchronous = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Kind::Io, format!("cannot start to publish: {error}")))?;
    let (sender, batches) = mpsc::channel(8);
    let reading = thread::spawn(move || reader::read(source, &sender));
    let progress = progress(input, &context.out);
    let mut run =
        Run { topic, input, about, out: &context.out, progress, totals: Totals::default(), items: Vec::new() };
    let ended = asynchronous.block_on(run.all(&hookwright, batches));
    run.progress.finish_and_clear();
    // After Ctrl-C the reader may wait for a line that never comes; it ends with the process.
    let read = if ended.is_ok() { reading.join().unwrap_or(Ok(())) } else { Ok(()) };
    let ended = ended.and_then(|()| read.map_err(|error| run.stopped(input.unreadable(&error))));
    if ended.is_ok() && run.totals.last_line == 0 {
        return Err(Failure::new(Kind::Invalid, format!("{input}: it holds no line with data")));
    }
    if ended.is_ok() || run.totals.last_line > 0 {
        run.tell()?;
    }
    ended?;
    Ok(if run.totals.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Run<'_> {
    async fn all(&mut self, hookwright: &Hookwright, mut batches: mpsc::Receiver<Batch>) -> Result<(), Failure> {
        let interrupted = tokio::signal::ctrl_c();
        tokio::pin!(interrupted);
        loop {
            let batch = tokio::select! {
                biased;
                _ = &mut interrupted => {
                    return Err(self.stopped(Failure::new(Kind::Interrupted, "interrupted")));
                }
                batch = batches.recv() => batch,
            };
            let Some(mut batch) = batch else { return Ok(()) };
            while !batch.is_full()
                && let Ok(next) = batches.try_recv()
            {
                batch.append(next);
            }
            let bytes = batch.bytes;
            self.batch(hookwright, batch).await?;
            self.progress.inc(bytes);
            self.progress.set_message(format!("{} events", self.totals.published));
        }
    }

    async fn batch(&mut self, hookwright: &Hookwright, batch: Batch) -> Result<(), Failure> {
        let Some(last_line) = batch.lines.last().map(|line| line.number) else {
            return Ok(());
        };
        let mut refusals = Vec::new();
        let mut events = Vec::new();
        for Line { number, text } in batch.lines {
            let key = self.about.key.as_ref().map(|key| format!("{key}:{number}"));
            match text {
                Ok(data) => events.push((number, self.about.event(self.topic, data, key))),
                Err(why) => refusals.push((number, Err(Failure::new(Kind::Invalid, why)))),
            }
        }
        let (numbers, events): (Vec<u64>, Vec<Event>) = events.into_iter().unzip();
        let answers = match events.is_empty() {
            true => Vec::new(),
            false => hookwright.publish(events).await.map_err(|error| self.stopped(error.into()))?,
        };
        let answers = answers.into_iter().map(|answer| answer.map_err(|error| refused(error, "data")));
        let mut results: Vec<_> = numbers.into_iter().zip(answers).chain(refusals).collect();
        results.sort_by_key(|(number, _)| *number);
        for (number, result) in results {
            match result {
                Ok(receipt) => self.stored(number, receipt.into()),
                Err(failure) => self.refused(number, failure),
            }
        }
        self.totals.last_line = last_line;
        Ok(())
    }

    fn stored(&mut self, line: u64, receipt: ReceiptJson) {
        self.totals.published += 1;
        self.totals.replayed += u64::from(receipt.replayed);
        self.totals.deliveries += u64::from(receipt.deliveries);
        if self.out.is_json() {
            self.totals.warnings += receipt.warnings.len() as u64;
            self.items.push(LineJson { line, result: LineResult::Stored(receipt) });
            return;
        }
        for warning in &receipt.warnings {
            self.totals.warnings += 1;
            if self.totals.warnings <= SHOWN_REFUSALS {
                self.progress.suspend(|| self.out.note(format_args!("{}, line {line}: {warning}", self.input)));
            }
        }
    }

    fn refused(&mut self, line: u64, failure: Failure) {
        self.totals.refused += 1;
        if self.out.is_json() {
            self.items.push(LineJson { line, result: LineResult::Refused { error: failure } });
        } else if self.totals.refused <= SHOWN_REFUSALS {
            let failure = failure.about(&format!("{}, line {line}", self.input));
            self.progress.suspend(|| self.out.failure(&failure));
        }
    }

    /// The failure, with what is done and how to go on.
    fn stopped(&self, failure: Failure) -> Failure {
        failure.hint(match (self.totals.last_line, &self.about.key) {
            (0, _) => "nothing is stored".to_owned(),
            (line, Some(_)) => format!(
                "all up to line {line} is done, nothing after it is stored; run the same command again to go on, its \
                 key keeps lines from being stored twice"
            ),
            (line, None) => format!(
                "all up to line {line} is done, nothing after it is stored; give the lines after it to go on (with \
                 --key the whole file could simply be given again)"
            ),
        })
    }

    fn tell(&self) -> Result<(), Failure> {
        let totals = &self.totals;
        if self.out.is_json() {
            return self.out.json(&LinesJson { items: &self.items, total: self.items.len(), totals });
        }
        if totals.refused > SHOWN_REFUSALS {
            self.out
                .note(format_args!("{} more lines were refused; --json lists all.", totals.refused - SHOWN_REFUSALS));
        }
        if totals.warnings > SHOWN_REFUSALS {
            self.out.note(format_args!("{} more warnings; --json lists all.", totals.warnings - SHOWN_REFUSALS));
        }
        let replayed =
            if totals.replayed > 0 { format!(" ({} stored before)", totals.replayed) } else { String::new() };
        let refused = if totals.refused > 0 { format!(", {} lines refused", totals.refused) } else { String::new() };
        self.out.line(format_args!(
            "{} events of {}{replayed}, {} deliveries{refused}",
            totals.published, self.topic, totals.deliveries
        ))
    }
}

/// A bar where the size is known, else only what is done; neither where nobody watches.
fn progress(input: &Input, out: &Output) -> ProgressBar {
    if !out.shows_progress() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match input.size_bytes() {
        Some(size) => (ProgressBar::new(size), "{bar:30} {percent:>3} %  {msg}"),
        None => (ProgressBar::new_spinner(), "{spinner} {msg}"),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
