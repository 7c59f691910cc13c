//! `hookwright deliver`: sends what is due, until nothing is left or somebody stops it.
//!
//! Decides when the run ends and how it is stopped. What is claimed and not sent goes back into the outbox.

mod bar;
mod lines;
mod names;
mod run_report;
pub(crate) mod stop_signals;
mod tally;
mod teller;
mod upkeep;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hookwright_dispatcher::{Client, ClientOptions, Control, Dispatcher, Options, Summary, Until};
use hookwright_outbox::RuntimeOutbox;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::address_guard;
use crate::cli::{Context, length};
use crate::failure::{Failure, Kind};
use crate::installation::{Database, Installation};
use crate::progress::{News, Progress};
pub(crate) use lines::time_of_day;
use stop_signals::StopSignals;
use teller::Teller;

/// Options of `deliver`.
#[derive(Debug, clap::Args)]
pub(crate) struct DeliverArgs {
    /// Go on when nothing is due, until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// Requests under way at once
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1000))]
    concurrency: u16,
    /// How long to wait for the next retry, for example 30s, 5m or 2h
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = length::parse)]
    wait: Duration,
}

impl DeliverArgs {
    /// Of a run that goes on until it is stopped.
    pub(super) fn watching(concurrency: u16) -> Self {
        Self { watch: true, concurrency, wait: Duration::ZERO }
    }
}

/// After so many failures in a row the database counts as broken. A person is waiting.
const FAILURES: u32 = 5;

/// Runs `deliver`.
pub(crate) fn run(args: DeliverArgs, context: &Context) -> Result<ExitCode, Failure> {
    let installation = context.open(Database::MustExist)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| cannot_start(&error))?;
    runtime.block_on(deliver(&args, &installation, context, drop))?;
    Ok(ExitCode::SUCCESS)
}

/// Delivers until nothing is left, or a signal to stop. `started` gets a handle on it.
///
/// # Errors
///
/// When it cannot start, or what was done could not be recorded.
pub(super) async fn deliver(
    args: &DeliverArgs,
    installation: &Installation,
    context: &Context,
    started: impl FnOnce(Control),
) -> Result<(), Failure> {
    let signals = StopSignals::listen().map_err(|error| cannot_start(&error))?;
    let teller = Teller::choose(args, &installation.hookwright, &context.out).await?;
    let (progress, news) = Progress::new();
    let dispatcher = Dispatcher::new(
        RuntimeOutbox(installation.hookwright.clone()),
        client(args, installation)?,
        options(args, installation),
    )
    .observed_by(Arc::new(progress));
    let run = Run { watch: args.watch, control: dispatcher.control(), signals, teller };
    started(dispatcher.control());
    let begun = Instant::now();
    let dispatching = tokio::spawn(dispatcher.run(until(args)));
    let upkeep = args.watch.then(|| tokio::spawn(upkeep::keep_up(installation.hookwright.clone())));
    let (trouble, teller) = run.follow(news).await;
    let summary = dispatching
        .await
        .map_err(|error| Failure::new(Kind::Component, format!("the dispatcher broke off: {error}")))?;
    let took = begun.elapsed();
    if let Some(upkeep) = upkeep {
        upkeep.abort();
    }
    // Whoever read the output may be gone; that the run failed counts more.
    let told = teller.conclude(&summary, took);
    match verdict(&summary, trouble) {
        Some(failure) => Err(failure),
        None => told,
    }
}

/// A dispatcher at work, seen from outside.
struct Run<'a> {
    watch: bool,
    control: Control,
    signals: StopSignals,
    teller: Teller<'a>,
}

impl<'a> Run<'a> {
    /// Shows the news until there are no more. Gives back the failure that ended the run early, if one did.
    async fn follow(mut self, mut news: UnboundedReceiver<News>) -> (Trouble, Teller<'a>) {
        let mut trouble = Trouble::default();
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                count = news.recv_many(&mut batch, 256) => {
                    if count == 0 {
                        return (trouble, self.teller);
                    }
                    self.notice(&batch, &mut trouble);
                    if trouble.unheard.is_none()
                        && let Err(failure) = self.teller.tell(&batch).await
                    {
                        trouble.unheard = Some(failure);
                        self.control.stop();
                    }
                    batch.clear();
                }
                () = self.signals.next() => self.stop(&mut trouble),
            }
        }
    }

    fn notice(&self, batch: &[News], trouble: &mut Trouble) {
        for news in batch {
            if let News::Trouble { failure, in_a_row } = news {
                trouble.last = Some(failure.clone());
                if !self.watch && *in_a_row >= FAILURES {
                    trouble.gave_up = true;
                    self.control.stop();
                }
            }
        }
    }

    /// The first time gracefully, then at once.
    fn stop(&self, trouble: &mut Trouble) {
        if trouble.stopped {
            self.teller.note("Stopping at once.");
            self.control.stop_now();
        } else {
            self.teller.note("Stopping: requests under way are finished. Ctrl-C again stops at once.");
            self.control.stop();
        }
        trouble.stopped = true;
    }
}

/// What went wrong around a run.
#[derive(Debug, Default)]
struct Trouble {
    /// The last failure of the outbox.
    last: Option<Failure>,
    /// It failed too often.
    gave_up: bool,
    /// Nobody reads the output.
    unheard: Option<Failure>,
    /// Somebody asked for the end.
    stopped: bool,
}

/// Why the run failed; none when all that was done is recorded.
fn verdict(summary: &Summary, trouble: Trouble) -> Option<Failure> {
    let lost = summary.unsettled;
    if lost == 0 && !trouble.gave_up {
        return trouble.unheard;
    }
    let failure = trouble.last.unwrap_or_else(|| Failure::new(Kind::Storage, "the database did not answer in time"));
    Some(match lost {
        0 => failure,
        1 => failure.about("1 outcome could not be recorded, so that delivery will be sent again"),
        _ => failure.about(&format!("{lost} outcomes could not be recorded, so those deliveries will be sent again")),
    })
}

fn until(args: &DeliverArgs) -> Until {
    if args.watch { Until::Stopped } else { Until::Empty { wait_at_most: Some(args.wait) } }
}

fn options(args: &DeliverArgs, installation: &Installation) -> Options {
    let concurrency = usize::from(args.concurrency);
    let defaults = Options::default();
    Options {
        concurrency,
        longest_timeout: installation.settings.longest_timeout(),
        lease_margin: installation.settings.lease_margin(),
        // Enough that sending goes on while outcomes are being recorded.
        unsettled: defaults.unsettled.max(4 * concurrency),
        ..defaults
    }
}

fn client(args: &DeliverArgs, installation: &Installation) -> Result<Client, Failure> {
    let defaults = ClientOptions::default();
    let idle_per_receiver = defaults.idle_per_receiver.max(args.concurrency.into());
    address_guard::client(&installation.hookwright, ClientOptions { idle_per_receiver, ..defaults })
}

fn cannot_start(error: &std::io::Error) -> Failure {
    Failure::new(Kind::Io, format!("cannot start to send: {error}"))
}
