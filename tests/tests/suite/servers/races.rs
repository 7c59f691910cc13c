//! First starts, publishers and workers at the same moment.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use hookwright_runtime::deliveries::Request;
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::Status;
use hookwright_runtime::types::Scope;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, settlement};
use hookwright_tests::native::NativeHost;
use hookwright_tests::subject::Subject;

super::on_servers! {
    first_starts_at_once_all_succeed,
    workers_never_claim_the_same,
    publishers_and_workers_never_lose_to_each_other,
    one_of_many_publishers_of_a_key_wins,
}

/// Processes of one installation. Not recorded: a record names the one function that is at work.
fn processes(site: &mut Installation, number: usize) -> Vec<NativeHost> {
    let options: Vec<_> = (0..number).map(|_| site.options()).collect();
    let connect = site.store().connect();
    options.into_iter().map(|options| NativeHost::start(connect.as_ref(), options).unwrap()).collect()
}

/// Far more than any of these takes; a process that has failed must not keep the others running.
fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

fn first_starts_at_once_all_succeed(kind: Kind) {
    const STARTS: usize = 6;
    let mut site = super::empty(kind);
    let start = Barrier::new(STARTS);
    thread::scope(|scope| {
        for mut process in processes(&mut site, STARTS) {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                process.migrate().unwrap();
            });
        }
    });
    assert_eq!(site.migrate().unwrap().from_version, site.migrate().unwrap().to_version);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    site.attempt(200);
}

fn workers_never_claim_the_same(kind: Kind) {
    const WORKERS: usize = 4;
    const EVENTS: usize = 200;
    const WEBHOOKS: usize = 3;
    let mut site = Installation::with_config(kind, &[("max-in-flight-per-webhook", "1000")]);
    (0..WEBHOOKS).for_each(|_| drop(site.webhook(&["order.*"])));
    for _ in 0..EVENTS / 50 {
        site.publish(vec![event("order.created"); 50]).unwrap();
    }
    let claimed: Mutex<BTreeMap<String, usize>> = Mutex::default();
    let (start, now, deadline) = (Barrier::new(WORKERS), site.clock.now(), deadline());
    thread::scope(|scope| {
        for mut worker in processes(&mut site, WORKERS) {
            let (claimed, start) = (&claimed, &start);
            scope.spawn(move || {
                start.wait();
                while claimed.lock().unwrap().len() < EVENTS * WEBHOOKS && Instant::now() < deadline {
                    let requests = worker.claim(17, LEASE_MS, Vec::new()).unwrap().requests;
                    assert!(requests.len() <= 17, "no more than was asked for: {}", requests.len());
                    for request in &requests {
                        *claimed.lock().unwrap().entry(request.delivery_id.clone()).or_default() += 1;
                    }
                    let told = requests.iter().map(|request| settlement(request, answered(200, &[]), now)).collect();
                    assert!(worker.settle(told).unwrap().iter().all(Result::is_ok));
                }
            });
        }
    });
    assert!(claimed.into_inner().unwrap().values().all(|times| *times == 1), "each was claimed once");
    let delivered = "SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'delivered'";
    assert_eq!(site.number(delivered), (EVENTS * WEBHOOKS) as i64);
    assert_eq!(site.number("SELECT SUM(delivered_count) FROM hookwright_webhooks"), (EVENTS * WEBHOOKS) as i64);
}

/// Publishers, workers and a person who edits, all on the same few webhooks: no call fails.
fn publishers_and_workers_never_lose_to_each_other(kind: Kind) {
    const PUBLISHERS: usize = 3;
    const WORKERS: usize = 3;
    const BATCHES: usize = 25;
    const EVENTS: usize = 4;
    let mut site =
        Installation::with_config(kind, &[("max-in-flight-per-webhook", "1000"), ("retry-schedule-ms", "0,0,0,0,0,0")]);
    let webhooks: Vec<String> = (0..2).map(|_| site.webhook(&["order.*"]).id).collect();
    let expected = PUBLISHERS * BATCHES * EVENTS * webhooks.len();
    let (published, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (now, deadline) = (site.clock.now(), deadline());
    let mut all = processes(&mut site, PUBLISHERS + WORKERS + 1);
    let mut editor = all.pop().unwrap();
    let workers = all.split_off(PUBLISHERS);
    thread::scope(|scope| {
        for mut publisher in all {
            let published = &published;
            scope.spawn(move || {
                for _ in 0..BATCHES {
                    let receipts = publisher.publish(vec![event("order.created"); EVENTS]).unwrap();
                    let deliveries: u32 = receipts.into_iter().map(|receipt| receipt.unwrap().deliveries).sum();
                    published.fetch_add(deliveries as usize, Ordering::SeqCst);
                }
            });
        }
        for mut worker in workers {
            let done = &done;
            scope.spawn(move || {
                while done.load(Ordering::SeqCst) < expected && Instant::now() < deadline {
                    let requests = worker.claim(20, LEASE_MS, Vec::new()).unwrap().requests;
                    let told = |(place, request): (usize, &Request)| {
                        // Every fifth first attempt fails, so that health is written in both directions.
                        let status = if place % 5 == 0 && request.attempt == 1 { 500 } else { 200 };
                        (settlement(request, answered(status, &[]), now), status)
                    };
                    let (told, statuses): (Vec<_>, Vec<u16>) = requests.iter().enumerate().map(told).unzip();
                    assert!(worker.settle(told).unwrap().iter().all(Result::is_ok));
                    done.fetch_add(statuses.into_iter().filter(|status| *status == 200).count(), Ordering::SeqCst);
                }
            });
        }
        scope.spawn(|| {
            let mut turn = 0;
            while done.load(Ordering::SeqCst) < expected && Instant::now() < deadline {
                let changes = hookwright_runtime::registry::WebhookChanges {
                    name: Some(format!("Shop {turn}")),
                    ..hookwright_tests::installation::no_changes()
                };
                editor.webhooks_update(Scope::All, webhooks[turn % 2].clone(), changes).unwrap();
                turn += 1;
            }
        });
    });
    assert_eq!(published.into_inner(), expected);
    let delivered = "SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'delivered'";
    assert_eq!(site.number(delivered), expected as i64);
    assert!(webhooks.iter().all(|id| site.webhook_now(id).status == Status::Active));
}

fn one_of_many_publishers_of_a_key_wins(kind: Kind) {
    const PUBLISHERS: usize = 4;
    const KEYS: usize = 20;
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let start = Barrier::new(PUBLISHERS);
    let first: usize = thread::scope(|scope| {
        let threads: Vec<_> = processes(&mut site, PUBLISHERS)
            .into_iter()
            .map(|mut publisher| {
                let start = &start;
                scope.spawn(move || {
                    let mut first = 0;
                    for key in 0..KEYS {
                        // Case, accents and blanks at the end make another key.
                        for key in [format!("Order-{key}"), format!("order-{key}"), format!("ordér-{key}")] {
                            let keyed = Event { idempotency_key: Some(key), ..event("order.created") };
                            start.wait();
                            let receipt = publisher.publish(vec![keyed]).unwrap().remove(0).unwrap();
                            assert_eq!(receipt.deliveries, 1);
                            first += usize::from(!receipt.replayed);
                        }
                    }
                    first
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(first, 3 * KEYS, "each key has one winner");
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries"), 3 * KEYS as i64);
}
