//! Decides where things go: the result to stdout, all else to stderr; colours only where a person sees them.
//!
//! Text from outside (names, URLs, answers of receivers) is made harmless here before a terminal gets it. Knows nothing
//! of webhooks.

pub(crate) mod json_text;
pub(crate) mod moment;
pub(crate) mod printable;
pub(crate) mod record;
pub(crate) mod size;
pub(crate) mod table;

use std::env;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use owo_colors::{OwoColorize, Style};
use serde::Serialize;

use crate::failure::{Failure, Kind};
use json_text::pretty;
use printable::{printable, printable_json};
use record::Record;
use table::Table;

/// For whom the result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Tables and text.
    Human,
    /// One JSON document.
    Json,
}

/// Where a command writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    format: Format,
    result: Stream,
    talk: Stream,
}

/// What is known of stdout or stderr.
#[derive(Clone, Copy, Debug)]
struct Stream {
    terminal: bool,
    colours: bool,
}

/// Whether something is good, so that it can be seen at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    /// Of less interest than the rest.
    Quiet,
    Strong,
    Good,
    Waiting,
    Bad,
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        Self { format, result: Stream::of(&io::stdout()), talk: Stream::of(&io::stderr()) }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether a person watches stderr, who would like to see progress.
    pub(crate) fn shows_progress(&self) -> bool {
        self.talk.terminal && !self.is_json()
    }

    /// Whether a person watches the result, which goes nowhere else.
    pub(crate) fn is_watched(&self) -> bool {
        self.result.terminal
    }

    /// Writes the result as JSON: easy to read on a terminal, else in one line.
    pub(crate) fn json(&self, result: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(result).map_err(io::Error::from)?;
        let text = self.result.layout(text);
        self.write(format_args!("{text}\n"))
    }

    /// Writes one of many objects as a line, whoever reads it.
    pub(crate) fn json_line(&self, object: &impl Serialize) -> Result<(), Failure> {
        self.write(format_args!("{}\n", serde_json::to_string(object).map_err(io::Error::from)?))
    }

    /// Writes a whole document as the result, as it is; on a terminal without control characters.
    pub(crate) fn document(&self, text: &str) -> Result<(), Failure> {
        if !self.result.terminal {
            return self.write(format_args!("{text}"));
        }
        text.lines().try_for_each(|line| self.line(line))
    }

    /// Writes a line of the result. Control characters are replaced.
    pub(crate) fn line(&self, text: impl Display) -> Result<(), Failure> {
        self.write(format_args!("{}\n", printable(&text.to_string())))
    }

    /// Writes a line of the result in a tone.
    pub(crate) fn toned(&self, tone: Tone, text: impl Display) -> Result<(), Failure> {
        self.write(format_args!("{}\n", self.result.paint(tone, &printable(&text.to_string()))))
    }

    /// Writes several lines of the result, indented. Control characters but tab and line end are replaced.
    pub(crate) fn block(&self, text: &str) -> Result<(), Failure> {
        text.lines().try_for_each(|line| self.write(format_args!("  {}\n", printable(line))))
    }

    /// Writes fields with their values.
    pub(crate) fn record(&self, record: &Record) -> Result<(), Failure> {
        record
            .lines(|tone, text| self.result.paint(tone, text))
            .try_for_each(|line| self.write(format_args!("{line}\n")))
    }

    /// Writes a table as wide as the terminal, or as its content where there is none.
    pub(crate) fn table(&self, table: Table) -> Result<(), Failure> {
        let table = table.render(self.width(), self.result.colours);
        self.write(format_args!("{table}\n"))
    }

    /// Tells the person something that is not the result. Not in JSON.
    pub(crate) fn note(&self, text: impl Display) {
        if !self.is_json() {
            let text = self.talk.paint(Tone::Quiet, &printable(&text.to_string()));
            // There is nobody left to tell that this failed.
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// Tells why the command failed, and gives its exit code.
    pub(crate) fn failure(&self, failure: &Failure) -> ExitCode {
        let _ = match (failure.kind(), self.format) {
            // The reader has what it wanted.
            (Kind::BrokenPipe, _) => return ExitCode::SUCCESS,
            (_, Format::Json) => self.failure_as_json(failure),
            (_, Format::Human) => self.failure_as_text(failure),
        };
        match failure.kind() {
            Kind::Interrupted => ExitCode::from(INTERRUPTED),
            _ => ExitCode::FAILURE,
        }
    }

    fn failure_as_json(&self, failure: &Failure) -> io::Result<()> {
        let text = serde_json::to_string(&Told { error: failure })?;
        let text = self.talk.layout(text);
        writeln!(io::stderr(), "{text}")
    }

    fn failure_as_text(&self, failure: &Failure) -> io::Result<()> {
        let mut stderr = io::stderr().lock();
        for line in failure.lines() {
            // What a tool said keeps its lines, indented; nobody else's text may begin a line here.
            let (line, rest) = match failure.kind() {
                Kind::Tool => line.split_once('\n').unwrap_or((&line, "")),
                _ => (line.as_str(), ""),
            };
            writeln!(stderr, "{} {}", self.talk.paint(Tone::Bad, "error:"), printable(line))?;
            rest.lines().try_for_each(|line| writeln!(stderr, "  {}", printable(line)))?;
        }
        match failure.advice() {
            Some(advice) => writeln!(stderr, "{} {}", self.talk.paint(Tone::Strong, "hint:"), printable(advice)),
            None => Ok(()),
        }
    }

    fn write(&self, text: std::fmt::Arguments<'_>) -> Result<(), Failure> {
        Ok(io::stdout().write_fmt(text)?)
    }

    /// Columns of the terminal; none when the result goes elsewhere.
    fn width(&self) -> Option<u16> {
        self.result.terminal.then(|| comfy_table::Table::new().width()).flatten()
    }
}

/// What shells give a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

#[derive(Serialize)]
struct Told<'a> {
    error: &'a Failure,
}

impl Stream {
    fn of(stream: &impl IsTerminal) -> Self {
        let terminal = stream.is_terminal();
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self { terminal, colours: terminal && !refused && !dumb }
    }

    /// JSON as this stream's reader wants it.
    fn layout(self, json: String) -> String {
        if self.terminal { printable_json(&pretty(&json)) } else { json }
    }

    fn paint(self, tone: Tone, text: &str) -> String {
        if self.colours { text.style(tone.style()).to_string() } else { text.to_owned() }
    }
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Quiet => Style::new().dimmed(),
            Self::Strong => Style::new().bold(),
            Self::Good => Style::new().green(),
            Self::Waiting => Style::new().yellow(),
            Self::Bad => Style::new().red().bold(),
        }
    }
}
