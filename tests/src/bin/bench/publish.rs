//! What a durable publish costs: a bare loop of inserts, the core natively, the component, and many callers at once.

use std::time::Instant;

use anyhow::{Context, bail};
use hookwright_core::NewEvent;
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::NewWebhook;
use hookwright_storage::Sqlite;
use hookwright_tests::native::NativeHost;
use tokio::task::JoinSet;

use crate::bare_rows::BareRows;
use crate::fixture::{DATA_BYTES, Fixture, Installation, data, event, options};
use crate::report::{First, Report, Unit};
use crate::stopwatch::per_second;

const PUBLISHERS: usize = 64;

/// Active webhooks that want other events.
const OTHERS: usize = 2_000;

/// Publishes in batches of 1, 100 and 1,000, among many other webhooks, and by 64 callers at once.
///
/// # Errors
///
/// When a publish fails.
pub(crate) fn measure(fixture: &Fixture, report: &mut Report) -> anyhow::Result<()> {
    let [mut one_by_one, mut alone] = [0.0; 2];
    for (batch, full, quick) in [(1, 3_000, 500), (100, 20_000, 4_000), (1_000, 40_000, 8_000)] {
        let batches = fixture.size.choose(full, quick) / batch;
        let bare = bare(&installation(fixture, &format!("bare-{batch}"))?, batch, batches)?;
        let native = native(&installation(fixture, &format!("native-{batch}"))?, batch, batches)?;
        let component = component(&installation(fixture, &format!("component-{batch}"))?, batch, batches)?;
        let figures = [("bare inserts", bare), ("native core", native), ("component", component)];
        report.add("Publish", &conditions(&format!("batch {batch}")), First::Bare, &figures, Unit::EventsPerSecond);
        if batch == 1 {
            [one_by_one, alone] = [bare, component];
        }
    }
    let crowded = installation(fixture, "crowded")?;
    create_others(&crowded)?;
    let crowded = component(&crowded, 1, fixture.size.choose(3_000, 500))?;
    let figures = [("component, no other webhook", alone), ("component", crowded)];
    report.add(
        &format!("Publish among {OTHERS} other webhooks"),
        &conditions("batch 1"),
        First::Bare,
        &figures,
        Unit::EventsPerSecond,
    );
    let grouped = grouped(&installation(fixture, "grouped")?, fixture.size.choose(400, 50))?;
    let name = format!("component, {PUBLISHERS} callers, one event each");
    let figures = [("bare inserts, one by one", one_by_one), (name.as_str(), grouped)];
    report.add("Publish, grouped", &conditions("grouped by the runtime"), First::Bare, &figures, Unit::EventsPerSecond);
    Ok(())
}

fn conditions(batch: &str) -> String {
    format!("{batch}, {DATA_BYTES} bytes of data, fan-out 1")
}

fn installation(fixture: &Fixture, name: &str) -> anyhow::Result<Installation> {
    // Nobody calls it: these deliveries stay.
    fixture.install(name, &["http://127.0.0.1:9/".to_owned()])
}

fn create_others(installation: &Installation) -> anyhow::Result<()> {
    for _ in 0..OTHERS {
        let url = "http://127.0.0.1:9/".to_owned();
        let other = NewWebhook { url, topics: vec!["account_created".to_owned()], ..NewWebhook::default() };
        installation.hookwright.webhooks_create(other).wait()?;
    }
    Ok(())
}

fn bare(installation: &Installation, batch: usize, batches: usize) -> anyhow::Result<f64> {
    installation.hookwright.publish(vec![event()]).wait()?;
    let mut rows = BareRows::open(&installation.database)?;
    let started = Instant::now();
    for _ in 0..batches {
        rows.publish(batch)?;
    }
    Ok(per_second(batch * batches, started.elapsed()))
}

fn native(installation: &Installation, batch: usize, batches: usize) -> anyhow::Result<f64> {
    let mut host = NativeHost::start(&Sqlite::open(&installation.database), options())?;
    let event = NewEvent { topic: event().topic, data: data(), ..NewEvent::default() };
    let prepared: Vec<Vec<NewEvent>> = vec![vec![event; batch]; batches];
    let started = Instant::now();
    for events in prepared {
        let receipts = host.call(|call| call.publish(events)).map_err(|error| anyhow::anyhow!("{error:?}"))?;
        check(receipts.iter().map(|receipt| receipt.as_ref().ok().map(|receipt| receipt.deliveries)), batch)?;
    }
    Ok(per_second(batch * batches, started.elapsed()))
}

fn component(installation: &Installation, batch: usize, batches: usize) -> anyhow::Result<f64> {
    let prepared: Vec<Vec<Event>> = vec![vec![event(); batch]; batches];
    let started = Instant::now();
    for events in prepared {
        let receipts = installation.hookwright.publish(events).wait()?;
        check(receipts.iter().map(|receipt| receipt.as_ref().ok().map(|receipt| receipt.deliveries)), batch)?;
    }
    Ok(per_second(batch * batches, started.elapsed()))
}

fn grouped(installation: &Installation, each: usize) -> anyhow::Result<f64> {
    let runtime = tokio::runtime::Runtime::new().context("no runtime")?;
    runtime.block_on(async {
        let mut publishers = JoinSet::new();
        let started = Instant::now();
        for _ in 0..PUBLISHERS {
            let hookwright = installation.hookwright.clone();
            publishers.spawn(async move {
                for _ in 0..each {
                    let receipts = hookwright.publish(vec![event()]).await?;
                    check(receipts.iter().map(|receipt| receipt.as_ref().ok().map(|receipt| receipt.deliveries)), 1)?;
                }
                anyhow::Ok(())
            });
        }
        while let Some(publisher) = publishers.join_next().await {
            publisher??;
        }
        Ok(per_second(PUBLISHERS * each, started.elapsed()))
    })
}

/// A figure counts only if every event was stored for its one webhook.
fn check(deliveries: impl Iterator<Item = Option<u32>>, batch: usize) -> anyhow::Result<()> {
    let stored = deliveries.filter(|deliveries| *deliveries == Some(1)).count();
    if stored != batch {
        bail!("{stored} of {batch} events were stored with their delivery");
    }
    Ok(())
}
