//! A process that publishes and delivers is killed again and again, at any point: nothing that it acknowledged is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use hookwright_dispatcher::{Dispatcher, Options as Pace, Until};
use hookwright_outbox::RuntimeOutbox;
use hookwright_runtime::NoExtensions;
use hookwright_runtime::registry::NewWebhook;
use hookwright_tests::component;
use hookwright_tests::environment::MINUTE;
use hookwright_tests::installation::{Installation, Kind, new_webhook};
use hookwright_tests::invariants;
use hookwright_tests::subject::Subject;

use super::receiver::{PATIENCE, Receiver};
use super::shop::{LOOPBACK, client};

const ROUNDS: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn bug_01_nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let receiver = Receiver::willing().await;
    let mut site = Installation::with_config(Kind::Native, &LOOPBACK);
    for path in ["/one", "/other"] {
        site.webhook_of(NewWebhook { url: receiver.url(path), ..new_webhook(&["order.*"]) });
    }
    let code = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    for round in 0..ROUNDS {
        let victim = start(&site.path(), code.path());
        // Another point of the loop each time: 1, 8, 22, 43, …
        let before = 1 + 7 * round * (round + 1) / 2;
        acknowledged.extend(kill_after(victim, before % 97 + 1));
        assert_eq!(invariants::broken(site.store()), [""; 0], "round {round}");
    }
    let arrived_before = receiver.count("/one") + receiver.count("/other");
    assert!(acknowledged.len() >= ROUNDS && arrived_before > 0);

    // A new process, after the dead ones' leases have ended.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    site.clock.set(now.as_millis() as i64 + 10 * MINUTE);
    let outbox = RuntimeOutbox(site.hookwright());
    let dispatcher = Dispatcher::new(outbox, client(), Pace::default());
    let summary = dispatcher.run(Until::Empty { wait_at_most: None }).await;
    assert_eq!(summary.delivered, summary.attempts);

    let stored: BTreeSet<String> = events(&site);
    assert!(acknowledged.is_subset(&stored));
    for path in ["/one", "/other"] {
        let mut bodies: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for arrival in receiver.arrivals(path) {
            let body = arrival.body.to_vec();
            let id = arrival.header("webhook-id").to_owned();
            assert_eq!(bodies.entry(id).or_insert_with(|| body.clone()), &body, "the same id has the same body");
        }
        let arrived: BTreeSet<String> = bodies.into_keys().collect();
        assert_eq!(arrived, stored, "at {path}: all that was stored arrived, and nothing else");
    }
    let delivered = "SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'delivered'";
    assert_eq!(site.number(delivered), 2 * stored.len() as i64);
}

#[test]
fn a_first_start_that_is_killed_is_simply_made_again() {
    let code = tempfile::tempdir().unwrap();
    // So that the victims do not spend their time compiling.
    drop(component::load(&hookwright_runtime::CodeCache::in_folder(code.path())));
    for _ in 0..5 {
        let mut site = Installation::empty(Kind::Component, &LOOPBACK, Arc::new(NoExtensions));
        let mut victim = start(&site.path(), code.path());
        let begun = Instant::now();
        while !site.path().exists() {
            assert!(begun.elapsed() < PATIENCE, "the victim makes its database");
            std::thread::yield_now();
        }
        victim.kill().unwrap();
        victim.wait().unwrap();
        site.migrate().unwrap();
        assert_eq!(site.migrate().unwrap().from_version, site.migrate().unwrap().to_version);
        site.webhook(&[]);
    }
}

fn start(database: &Path, code: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_victim"));
    command.arg(database).arg(code).stdout(Stdio::piped()).spawn().unwrap()
}

/// Reads the ids that the victim acknowledges, kills it after so many, and gives all that it had told by then.
fn kill_after(mut victim: Child, count: usize) -> Vec<String> {
    let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    let mut ids: Vec<String> = lines.by_ref().take(count).map(Result::unwrap).collect();
    assert_eq!(ids.len(), count, "the victim publishes until it is killed");
    victim.kill().unwrap();
    ids.extend(lines.map_while(Result::ok));
    victim.wait().unwrap();
    // A line that the kill cut in two acknowledges nothing.
    ids.retain(|id| id.len() == "evt_".len() + 26);
    ids
}

fn events(site: &Installation) -> BTreeSet<String> {
    let database = site.database();
    let mut statement = database.prepare("SELECT id FROM hookwright_events").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}
