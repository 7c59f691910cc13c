//! `hookwright serve`: the core's functions over HTTP, for applications that cannot load it, and delivery beside it.
//!
//! Decides what is started and in which order it ends: first nothing new is taken, then calls and requests under way end.

mod answer;
mod api;
mod connections;
mod hosts;
mod place;
mod token;

use std::future::pending;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::cli::Context;
use crate::cli::deliver::stop_signals::StopSignals;
use crate::cli::deliver::{self, DeliverArgs};
use crate::failure::{Failure, Kind};
use crate::installation::{Database, Installation};
use crate::output::{Output, Tone};
use api::Api;
use connections::Limits;
use hosts::Hosts;
use place::{Listener, Place};
use token::{Origin, Token};

/// Options of `serve`.
#[derive(clap::Args, Debug)]
pub(crate) struct ServeArgs {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8750")]
    listen: SocketAddr,
    /// Listen on a unix socket at this path instead
    #[cfg(unix)]
    #[arg(long, value_name = "PATH", conflicts_with_all = ["listen", "allow_remote", "host_name"])]
    socket: Option<PathBuf>,
    /// File with the token that calls must carry; made with a new one, for this user alone, if it is not there. Without
    /// it the variable HOOKWRIGHT_TOKEN counts, and without that a new token is printed
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Allow --listen on an address that other machines reach. There is no TLS: token and data go in clear
    #[arg(long)]
    allow_remote: bool,
    /// Name by which clients may call this server, besides `localhost` and addresses; may come again and again
    #[arg(long, value_name = "NAME")]
    host_name: Vec<String>,
    /// Do not send what is due; another process does
    #[arg(long, conflicts_with = "concurrency")]
    no_deliver: bool,
    /// Deliveries under way at once
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1000))]
    concurrency: u16,
}

/// The first line of the JSON.
#[derive(Serialize)]
struct ServingJson<'a> {
    kind: &'static str,
    /// What clients are told: `http://…`, or `unix://…`.
    address: &'a str,
    delivers: bool,
    /// Only if it was made now and is in no file.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
}

/// Runs `serve`.
pub(crate) fn run(args: &ServeArgs, context: &Context) -> Result<ExitCode, Failure> {
    let place = args.place()?;
    let hosts = args.hosts()?;
    let (token, origin) = Token::find(args.token_file.as_deref(), &context.out)?;
    let installation = context.open(Database::Create)?;
    // Dropped before the installation, which waits for its calls.
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::new(Kind::Io, error.to_string()))?;
    runtime.block_on(async {
        let listener = Listener::bind(place).await?;
        announce(args, &listener.address(), &token, &origin, &context.out)?;
        let api = Arc::new(Api::new(installation.hookwright.clone(), token, hosts, !args.no_deliver));
        serve(args, listener, api, &installation, context).await
    })?;
    Ok(ExitCode::SUCCESS)
}

impl ServeArgs {
    fn place(&self) -> Result<Place, Failure> {
        #[cfg(unix)]
        if let Some(path) = &self.socket {
            return Ok(Place::Socket(path.clone()));
        }
        if self.listen.ip().is_loopback() || self.allow_remote {
            return Ok(Place::Tcp(self.listen));
        }
        let refused = format!("{} can be reached by other machines, and token and data would go in clear", self.listen);
        Err(Failure::option("--listen", refused)
            .hint("put a proxy with TLS before 127.0.0.1, or say --allow-remote where the network is your own"))
    }

    fn hosts(&self) -> Result<Hosts, Failure> {
        #[cfg(unix)]
        if self.socket.is_some() {
            return Ok(Hosts::any());
        }
        Hosts::named(&self.host_name)
    }
}

/// Serves, and delivers, until somebody stops it.
async fn serve(
    args: &ServeArgs,
    listener: Listener,
    api: Arc<Api>,
    installation: &Installation,
    context: &Context,
) -> Result<(), Failure> {
    let mut signals = StopSignals::listen().map_err(|error| Failure::new(Kind::Io, error.to_string()))?;
    let (stop, stopped) = watch::channel(());
    let mut serving = tokio::spawn(connections::serve(listener, Arc::clone(&api), Limits::default(), stopped));
    let mut delivering = pin!(deliver_too(args, &api, installation, context));
    // Deliveries that end by themselves have failed.
    let ended = tokio::select! {
        () = signals.next() => None,
        outcome = &mut delivering => {
            // A signal that ended them has come here too; it is not the second one, which cuts calls off.
            let _ = timeout(Duration::ZERO, signals.next()).await;
            Some(outcome)
        }
    };
    if args.no_deliver {
        context.out.note("Stopping: calls under way are finished. Ctrl-C again stops at once.");
    }
    drop(stop);
    let last_calls = async {
        tokio::select! {
            _ = &mut serving => {}
            () = signals.next() => serving.abort(),
        }
    };
    match ended {
        None if !args.no_deliver => {
            // They have heard the same signals, and must be at work to act on them.
            let ((), outcome) = tokio::join!(last_calls, delivering);
            outcome
        }
        ended => {
            last_calls.await;
            ended.unwrap_or(Ok(()))
        }
    }
}

async fn deliver_too(
    args: &ServeArgs,
    api: &Api,
    installation: &Installation,
    context: &Context,
) -> Result<(), Failure> {
    if args.no_deliver {
        return pending().await;
    }
    let run = DeliverArgs::watching(args.concurrency);
    deliver::deliver(&run, installation, context, |deliveries| api.wakes(deliveries)).await
}

fn announce(args: &ServeArgs, address: &str, token: &Token, origin: &Origin, out: &Output) -> Result<(), Failure> {
    let made = matches!(origin, Origin::Made).then(|| token.expose());
    if out.is_json() {
        let delivers = !args.no_deliver;
        return out.json_line(&ServingJson { kind: "serving", address, delivers, token: made });
    }
    out.toned(Tone::Strong, format_args!("Serving on {address}"))?;
    match origin {
        Origin::Made => {
            out.line(format_args!("Token, shown this once: {}", token.expose()))?;
            out.note("Give --token-file FILE to keep one.");
        }
        Origin::MadeFile(path) => out.note(format_args!("A new token is in {}.", path.display())),
        Origin::File | Origin::Variable => {}
    }
    let delivers = if args.no_deliver { "What is due is not sent from here." } else { "What is due is sent." };
    out.note(format_args!("{delivers} Stop with Ctrl-C."));
    Ok(())
}
