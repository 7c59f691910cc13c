//! How long after its publish an event arrives when little happens: another process publishes, the worker polls.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use hookwright_runtime::Hookwright;
use tokio::process::Command;
use tokio::runtime::Runtime;
use tokio::time::{sleep, timeout};

use crate::fixture::{DATA_BYTES, Fixture, event};
use crate::percentile::percentile;
use crate::receiver::{Keep, Receiver};
use crate::report::{First, Report, Unit};

/// Longer than it takes to start and to compile the component.
const LIMIT: Duration = Duration::from_secs(30);
/// Does not divide the worker's second, so that all phases of it are met.
const PAUSE: Duration = Duration::from_millis(73);

/// Publishes at a low rate beside a running `deliver --watch`.
///
/// # Errors
///
/// When an event does not arrive.
pub(crate) fn measure(fixture: &Fixture, report: &mut Report) -> anyhow::Result<()> {
    let events = fixture.size.choose(150, 30);
    let runtime = Runtime::new().context("no runtime")?;
    let receiver = runtime.block_on(Receiver::start(Keep::Times))?;
    let installation = fixture.install("latency", &receiver.urls(1))?;
    let mut command = fixture.command(&installation.database);
    command.args(["deliver", "--watch", "--json"]).stdin(Stdio::null()).stdout(Stdio::null());
    let times = runtime.block_on(async {
        let _worker = Command::from(command).kill_on_drop(true).spawn().context("`hookwright` cannot be started")?;
        // When this one has arrived, the worker is at work.
        time_one(&installation.hookwright, &receiver).await?;
        let mut published = Vec::with_capacity(events);
        for _ in 0..events {
            published.push(publish(&installation.hookwright).await?);
            sleep(PAUSE).await;
        }
        let mut times = Vec::with_capacity(events);
        for (id, at) in published {
            times.push(milliseconds(at, arrival(&receiver, &id).await?));
        }
        anyhow::Ok(times)
    })?;
    let bare = runtime.block_on(round_trip(&receiver))?;
    let figures = [
        ("bare request there and back, median", bare),
        ("publish to arrival, median", percentile(&times, 50.0).unwrap_or_default()),
        ("publish to arrival, 99th percentile", percentile(&times, 99.0).unwrap_or_default()),
    ];
    let conditions = format!(
        "{events} events of {DATA_BYTES} bytes of data, one every {} ms, by another process than the worker's, which \
         polls once a second",
        PAUSE.as_millis()
    );
    report.add("Latency", &conditions, First::Figure, &figures, Unit::Milliseconds);
    Ok(())
}

async fn time_one(hookwright: &Hookwright, receiver: &Receiver) -> anyhow::Result<f64> {
    let (id, at) = publish(hookwright).await?;
    Ok(milliseconds(at, arrival(receiver, &id).await?))
}

/// The event's id, and when it was durable.
async fn publish(hookwright: &Hookwright) -> anyhow::Result<(String, Instant)> {
    match hookwright.publish(vec![event()]).await?.pop() {
        Some(Ok(receipt)) => Ok((receipt.event_id, Instant::now())),
        other => bail!("the event was not stored: {other:?}"),
    }
}

async fn arrival(receiver: &Receiver, id: &str) -> anyhow::Result<Instant> {
    let arrived = async {
        loop {
            if let Some(at) = receiver.arrival(id) {
                return at;
            }
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(LIMIT, arrived).await.with_context(|| format!("event {id} did not arrive"))
}

async fn round_trip(receiver: &Receiver) -> anyhow::Result<f64> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let url = receiver.urls(1).remove(0);
    let mut times = Vec::new();
    for _ in 0..100 {
        let started = Instant::now();
        client.post(&url).body(event().data).send().await?.bytes().await?;
        times.push(milliseconds(started, Instant::now()));
    }
    percentile(&times, 50.0).context("nothing was measured")
}

fn milliseconds(from: Instant, to: Instant) -> f64 {
    to.saturating_duration_since(from).as_secs_f64() * 1e3
}
