//! Shows a run: as a line for each attempt, as a bar when there are many and a person watches, or as lines of JSON.

use std::io::{self, Write};
use std::time::Duration;

use hookwright_dispatcher::{State, Summary};
use hookwright_runtime::Hookwright;
use serde::Serialize;

use super::DeliverArgs;
use super::bar::Bar;
use super::lines;
use super::names::Names;
use super::run_report::RunReport;
use super::tally::Tally;
use crate::failure::Failure;
use crate::output::Output;
use crate::output::moment::now_ms;
use crate::progress::{Attempt, News};

/// More due deliveries than this are too many lines for a person to read.
const LINES: u64 = 50;

/// Shows one run.
pub(super) struct Teller<'a> {
    out: &'a Output,
    form: Form,
    tally: Tally,
    watches: bool,
}

enum Form {
    Lines(Names),
    Bar(Bar),
    Json,
}

impl<'a> Teller<'a> {
    /// The form that suits reader and work.
    ///
    /// # Errors
    ///
    /// When the work cannot be counted.
    pub(super) async fn choose(args: &DeliverArgs, hookwright: &Hookwright, out: &'a Output) -> Result<Self, Failure> {
        let form = if out.is_json() {
            Form::Json
        } else if out.shows_progress() && !args.watch {
            match unsent(hookwright).await? {
                many @ LINES.. => Form::Bar(Bar::new(many, args.wait)),
                _ => Form::Lines(Names::new(hookwright.clone())),
            }
        } else {
            Form::Lines(Names::new(hookwright.clone()))
        };
        Ok(Self { out, form, tally: Tally::default(), watches: args.watch })
    }

    /// Shows some news.
    ///
    /// # Errors
    ///
    /// When they cannot be written.
    pub(super) async fn tell(&mut self, batch: &[News]) -> Result<(), Failure> {
        let mut json = Vec::new();
        for news in batch {
            match news {
                News::Attempt(attempt) => {
                    self.tally.note(attempt);
                    match &mut self.form {
                        Form::Bar(bar) => bar.advance(attempt),
                        Form::Json => write_line(&mut json, &AttemptJson::of(attempt))?,
                        Form::Lines(names) => {
                            let name = names.of(&attempt.webhook_id, &attempt.url).await;
                            let (tone, line) = lines::line(attempt, &name, now_ms());
                            self.out.toned(tone, line)?;
                        }
                    }
                }
                News::Lost(id) => {
                    self.note(&format!("Another worker has delivery {id} meanwhile, and sends it again."));
                }
                // A run that ends by itself tells it in its report.
                News::Stopped(reason) if self.watches => {
                    self.note(&format!("The installation is stopped: {reason}. `hookwright resume` delivers again."));
                }
                News::Stopped(_) => {}
                News::Trouble { failure, in_a_row } => {
                    if *in_a_row == 1 || in_a_row.is_multiple_of(TROUBLES) {
                        // Its exit code is that of a run which ends by this; whether it does is not known yet.
                        self.aside(|| {
                            let _ = self.out.failure(failure);
                        });
                    }
                }
            }
        }
        if !json.is_empty() {
            io::stdout().write_all(&json)?;
        }
        Ok(())
    }

    /// Says something that is not a result.
    pub(super) fn note(&self, text: &str) {
        self.aside(|| self.out.note(text));
    }

    /// Shows what the run came to.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub(super) fn conclude(self, summary: &Summary, took: Duration) -> Result<(), Failure> {
        let report = RunReport { summary, took, waiting: self.tally.waiting(), held: self.tally.held() };
        match self.form {
            Form::Json => {
                let mut line = Vec::new();
                write_line(&mut line, &report.to_json())?;
                return Ok(io::stdout().write_all(&line)?);
            }
            Form::Bar(bar) => bar.end(),
            Form::Lines(_) => {}
        }
        report.sentences(now_ms()).iter().try_for_each(|sentence| self.out.line(sentence))
    }

    fn aside(&self, write: impl FnOnce()) {
        match &self.form {
            Form::Bar(bar) => bar.aside(write),
            Form::Lines(_) | Form::Json => write(),
        }
    }
}

/// The same trouble is told again after so many tries, which is once in a minute.
const TROUBLES: u32 = 12;

async fn unsent(hookwright: &Hookwright) -> Result<u64, Failure> {
    let counts = hookwright.stats().await?;
    Ok(counts.deliveries.iter().filter(|state| state.name == "pending").map(|state| state.count).sum())
}

fn write_line(out: &mut Vec<u8>, object: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, object).map_err(io::Error::from)?;
    out.push(b'\n');
    Ok(())
}

#[derive(Serialize)]
struct AttemptJson<'a> {
    kind: &'static str,
    delivery_id: &'a str,
    event_id: &'a str,
    webhook_id: &'a str,
    topic: &'a str,
    url: &'a str,
    attempt: u32,
    started_at: i64,
    duration_ms: u32,
    status: Option<u16>,
    failure: Option<&'static str>,
    message: Option<&'a str>,
    state: &'static str,
    due_at: Option<i64>,
    reason: Option<&'a str>,
    webhook_disabled: bool,
}

impl<'a> AttemptJson<'a> {
    fn of(attempt: &'a Attempt) -> Self {
        let failure = attempt.answer.as_ref().err();
        Self {
            kind: "attempt",
            delivery_id: &attempt.delivery_id,
            event_id: &attempt.event_id,
            webhook_id: &attempt.webhook_id,
            topic: &attempt.topic,
            url: &attempt.url,
            attempt: attempt.number,
            started_at: attempt.started_at,
            duration_ms: attempt.duration_ms,
            status: attempt.answer.as_ref().ok().copied(),
            failure: failure.map(|failure| lines::word(failure.kind)),
            message: failure.map(|failure| failure.message.as_str()),
            state: word(attempt.decision.state),
            due_at: attempt.decision.due_at,
            reason: attempt.decision.reason.as_deref(),
            webhook_disabled: attempt.decision.webhook_disabled,
        }
    }
}

fn word(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Sending => "sending",
        State::Retrying => "retrying",
        State::Held => "held",
        State::Delivered => "delivered",
        State::Exhausted => "exhausted",
        State::Cancelled => "cancelled",
    }
}
