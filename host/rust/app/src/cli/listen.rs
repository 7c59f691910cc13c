//! `hookwright listen`: a receiver on this machine that shows what it gets and whether the signature is right.
//!
//! Decides where to listen and when to end. For trying things out: nothing is kept.

mod answers;
mod received;
mod server;
mod show;
mod verdict;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU64;
use std::process::ExitCode;
use std::time::Duration;

use hookwright_runtime::Hookwright;
use hookwright_runtime::plugins::PluginLimits;
use hookwright_runtime::signing::Scheme;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::cli::Context;
use crate::cli::deliver::stop_signals::StopSignals;
use crate::cli::scheme::SchemeArgs;
use crate::failure::{Failure, Kind};
use crate::installation::{Database, Installation};
use crate::output::Tone;
use crate::plugins::SitePlugins;
use crate::settings::Settings;
use answers::Answers;
use received::Received;
use show::Show;
use verdict::Verifier;

/// Options of `listen`.
#[derive(clap::Args)]
pub(crate) struct ListenArgs {
    /// Port to listen on; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 8787)]
    port: u16,
    /// Address to listen on; 0.0.0.0 lets other machines in
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// Secret of the webhook, `whsec_…`, to check signatures with
    #[arg(long, env = "HOOKWRIGHT_SECRET", hide_env_values = true)]
    secret: Option<String>,
    #[command(flatten)]
    scheme: SchemeArgs,
    /// Statuses to answer with, one after the other; the last is repeated. `timeout` gives no answer
    #[arg(long, value_name = "STATUS,…", default_value = "200")]
    answer: Answers,
    /// End after so many requests
    #[arg(long, value_name = "N")]
    count: Option<NonZeroU64>,
    /// Show long bodies as a whole
    #[arg(long)]
    full: bool,
}

// By hand, because secrets are never printed.
impl std::fmt::Debug for ListenArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ListenArgs").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// The first line of the JSON.
#[derive(Debug, Serialize)]
struct ListeningJson<'a> {
    kind: &'static str,
    url: &'a str,
}

/// Requests that wait to be shown; more wait for their answer.
const QUEUE: usize = 64;
/// How long answers under way may take at the end.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Runs `listen`.
pub(crate) fn run(args: ListenArgs, context: &Context) -> Result<ExitCode, Failure> {
    let scheme = args.scheme.scheme()?;
    let verifier = args.secret.clone().map(|secret| verifier(scheme, secret, context)).transpose()?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::new(Kind::Io, error.to_string()))?;
    runtime.block_on(listen(args, verifier, context))?;
    Ok(ExitCode::SUCCESS)
}

/// A secret that cannot be right is refused before the first request comes.
fn verifier(scheme: Scheme, secret: String, context: &Context) -> Result<Verifier, Failure> {
    // The settings of an installation do not matter here.
    let installation = Installation::open(
        &context.global.database,
        context.global.component.as_deref(),
        Settings::default(),
        Database::Unused,
        SitePlugins::new(PluginLimits::default()),
    )?;
    check(&installation.hookwright, &scheme, &secret)?;
    Ok(Verifier::new(installation.hookwright, scheme, secret))
}

fn check(hookwright: &Hookwright, scheme: &Scheme, secret: &str) -> Result<(), Failure> {
    let verdict = hookwright.verify_headers(scheme.clone(), Vec::new(), Vec::new(), secret.to_owned(), 0, 0).wait();
    let names = [("secret", "--secret"), ("scheme", "--signature-header")];
    verdict.map(drop).map_err(|error| Failure::from(error).naming(&names))
}

async fn listen(args: ListenArgs, verifier: Option<Verifier>, context: &Context) -> Result<(), Failure> {
    let mut signals = StopSignals::listen().map_err(|error| Failure::new(Kind::Io, error.to_string()))?;
    let address = SocketAddr::new(args.host, args.port);
    let listener = TcpListener::bind(address).await.map_err(|error| cannot_listen(address, &error))?;
    let url = format!("http://{}/", listener.local_addr().unwrap_or(address));
    announce(&url, verifier.is_some(), context)?;

    let (requests, mut arriving) = mpsc::channel::<Received>(QUEUE);
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(server::serve(listener, args.answer, verifier, requests, stopped));
    let mut show = Show::new(&context.out, args.full);
    let mut left = args.count.map(NonZeroU64::get);
    let outcome = loop {
        tokio::select! {
            received = arriving.recv() => {
                let Some(received) = received else { break Ok(()) };
                if let Err(failure) = show.request(&received) {
                    break Err(failure);
                }
                left = left.map(|left| left - 1);
                if left == Some(0) {
                    break Ok(());
                }
            }
            () = signals.next() => break Ok(()),
        }
    };
    // Those that come now are refused; those that were answered already are shown.
    arriving.close();
    let outcome = outcome.and_then(|()| match left {
        Some(0) => Ok(()),
        _ => std::iter::from_fn(|| arriving.try_recv().ok()).try_for_each(|received| show.request(&received)),
    });
    let _ = stop.send(());
    // One that hangs on purpose, or a client that never ends, is cut off.
    let _ = timeout(LAST_ANSWERS, serving).await;
    outcome
}

fn announce(url: &str, checks: bool, context: &Context) -> Result<(), Failure> {
    if context.out.is_json() {
        return context.out.json_line(&ListeningJson { kind: "listening", url });
    }
    context.out.toned(Tone::Strong, format_args!("Listening on {url}"))?;
    if !checks {
        context.out.note("Signatures are not checked; give the webhook's secret with --secret to check them.");
    }
    context.out.note(
        "Webhooks do not call this machine by default: create, test and deliver with `hookwright --allow-local`.",
    );
    context.out.note("Stop with Ctrl-C.");
    Ok(())
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> Failure {
    use std::io::ErrorKind;
    let (port, host) = (address.port(), address.ip());
    match error.kind() {
        ErrorKind::AddrInUse => {
            Failure::option("--port", format!("port {port} of {host} is in use by another program"))
                .hint("choose another with --port; --port 0 takes one that is free")
        }
        ErrorKind::PermissionDenied => Failure::option("--port", format!("this user may not listen on port {port}"))
            .hint("choose one above 1023; --port 0 takes one that is free"),
        ErrorKind::AddrNotAvailable => Failure::option("--host", format!("{host} is not an address of this machine"))
            .hint("leave --host out, or use 0.0.0.0 for all addresses"),
        _ => Failure::new(Kind::Io, format!("cannot listen on {address}: {error}")),
    }
}
