//! How many deliveries per second leave the outbox and arrive, beside the same requests sent by a bare loop.

use std::fs::File;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::Value;
use tokio::process::Command;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::fixture::{DATA_BYTES, Fixture, TOPIC, data, event};
use crate::receiver::{Keep, Receiver};
use crate::report::{Aim, First, Report, Unit};
use crate::stopwatch::per_second;

const WEBHOOKS: usize = 8;
const IN_FLIGHT: usize = 64;
const EVENTS_AT_ONCE: usize = 500;
/// Slower than this and something is broken.
const LIMIT: Duration = Duration::from_secs(300);
const TARGET: f64 = 5_000.0;

/// Sends the same number of requests both ways.
///
/// # Errors
///
/// When not every delivery arrived.
pub(crate) fn measure(fixture: &Fixture, report: &mut Report) -> anyhow::Result<()> {
    let deliveries = fixture.size.choose(20_000, 3_000_usize).next_multiple_of(WEBHOOKS);
    let runtime = Runtime::new().context("no runtime")?;
    let bare = runtime.block_on(bare(deliveries))?;
    let receiver = runtime.block_on(Receiver::start(Keep::Count))?;
    let summary = deliver(fixture, &runtime, &receiver, deliveries)?;
    let rate = summary["deliveries_per_second"].as_f64().context("the summary has no deliveries_per_second")?;
    let conditions = format!(
        "{deliveries} prepared deliveries of {DATA_BYTES} bytes of data, fan-out {WEBHOOKS}, {IN_FLIGHT} in flight, \
         receiver on the same machine"
    );
    let figures = [("bare reqwest loop", bare), ("hookwright deliver --json", rate)];
    report.add("Deliver", &conditions, First::Bare, &figures, Unit::RequestsPerSecond);
    report.promise("end-to-end deliveries", Aim::AtLeast(TARGET), rate, "requests/s");
    Ok(())
}

async fn bare(requests: usize) -> anyhow::Result<f64> {
    let receiver = Receiver::start(Keep::Count).await?;
    // Nothing is encrypted here, but the library wants to know how it would be.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().no_proxy().build()?;
    let body = format!(r#"{{"type":"{TOPIC}","timestamp":"2026-01-01T00:00:00.000Z","data":{}}}"#, data());
    let urls = Arc::new(receiver.urls(WEBHOOKS));
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let mut senders = JoinSet::new();
    for _ in 0..IN_FLIGHT {
        let (client, body, urls, next) = (client.clone(), body.clone(), Arc::clone(&urls), Arc::clone(&next));
        senders.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= requests {
                    return anyhow::Ok(());
                }
                let request = client
                    .post(&urls[number % urls.len()])
                    .header("content-type", "application/json")
                    .header("webhook-id", "evt_06d5r3v8q0k1m2n3p4q5r6s7t8")
                    .header("webhook-timestamp", "1800000000")
                    .header("webhook-signature", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
                    .body(body.clone());
                request.send().await?.error_for_status()?.bytes().await?;
            }
        });
    }
    while let Some(sender) = senders.join_next().await {
        sender??;
    }
    let rate = per_second(requests, started.elapsed());
    if receiver.count() != requests {
        bail!("{} of {requests} bare requests arrived", receiver.count());
    }
    Ok(rate)
}

/// Prepares the outbox and lets the program empty it; gives back its summary.
fn deliver(fixture: &Fixture, runtime: &Runtime, receiver: &Receiver, deliveries: usize) -> anyhow::Result<Value> {
    let installation = fixture.install("deliver", &receiver.urls(WEBHOOKS))?;
    let mut left = deliveries / WEBHOOKS;
    while left > 0 {
        let batch = left.min(EVENTS_AT_ONCE);
        for receipt in installation.hookwright.publish(vec![event(); batch]).wait()? {
            receipt.map_err(|error| anyhow::anyhow!("an event was not stored: {error:?}"))?;
        }
        left -= batch;
    }
    let database = installation.database.clone();
    // Closes its connections: the program has the database to itself.
    drop(installation);

    let lines = fixture.folder().join("deliver.jsonl");
    let mut command = fixture.command(&database);
    command.args(["deliver", "--json", "--concurrency", &IN_FLIGHT.to_string()]);
    command.stdin(Stdio::null()).stdout(File::create(&lines)?);
    let status = runtime.block_on(async {
        let mut child = Command::from(command).kill_on_drop(true).spawn().context("`hookwright` cannot be started")?;
        let ended = tokio::time::timeout(LIMIT, child.wait()).await;
        anyhow::Ok(ended.context("`hookwright deliver` was not done in time")??)
    })?;
    let printed = std::fs::read_to_string(&lines)?;
    let summary = printed.lines().last().and_then(|line| serde_json::from_str::<Value>(line).ok()).unwrap_or_default();
    if !status.success() || summary["delivered"] != deliveries || receiver.count() != deliveries {
        let arrived = receiver.count();
        bail!("{arrived} of {deliveries} deliveries arrived; `hookwright deliver` ended with {status}: {summary}");
    }
    Ok(summary)
}
