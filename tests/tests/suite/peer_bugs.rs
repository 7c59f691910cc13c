//! Bugs that other senders of webhooks had, as tests of ours: those that nothing else here asks for. The table in
//! tests/README.md has all of them, and where each is tested.

use std::collections::BTreeMap;
use std::thread;

use hookwright_runtime::Options;
use hookwright_runtime::deliveries::{Decision, Request, State};
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::Status;
use hookwright_runtime::types::Scope;
use hookwright_storage::{Mode, Sqlite};
use hookwright_tests::component;
use hookwright_tests::environment::{MINUTE, SECOND};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event};
use hookwright_tests::native::NativeHost;
use hookwright_tests::subject::{Component, Subject};

everywhere! {
    bug_09_each_webhook_of_a_fan_out_is_retried_by_itself,
    bug_11_a_delivery_is_due_only_with_its_event,
    bug_15_half_done_deliveries_go_on_after_an_upgrade,
    bug_24_what_changes_during_a_delivery_is_delivered_too,
    bug_24_a_change_of_the_webhook_during_a_delivery_stays,
}

both! { bug_11_claims_beside_a_publisher_see_whole_events }

/// A key shared by all receivers of an event made one retry of many.
fn bug_09_each_webhook_of_a_fan_out_is_retried_by_itself(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("retry-schedule-ms", "0,5000,5000")]);
    let webhooks: Vec<String> = (0..3).map(|_| site.webhook(&[]).id).collect();
    assert_eq!(site.publish_one(event("order.created")).deliveries, 3);
    // How often each receiver fails before it answers 200; the third never does.
    let failures: BTreeMap<&String, u32> = webhooks.iter().zip([1, 2, 3]).collect();
    let mut sent: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..3 {
        for request in site.claim_all().requests {
            let count = sent.entry(request.webhook_id.clone()).or_default();
            *count += 1;
            assert_eq!(request.attempt, *count, "each counts its own attempts");
            let status = if *count > failures[&request.webhook_id] { 200 } else { 500 };
            site.settle_one(&request, answered(status, &[]));
        }
        site.clock.advance(MINUTE);
    }
    let counts: Vec<u32> = webhooks.iter().map(|id| sent[id]).collect();
    assert_eq!(counts, [2, 3, 3]);
    assert_eq!(site.claim_all().next_due, None);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'delivered'"), 2);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'exhausted'"), 1);
}

/// A worker was faster than the writer of the event's row.
fn bug_11_a_delivery_is_due_only_with_its_event(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let mut worker = site.another();
    site.recorder.take();
    site.recorder.before_next(Mode::Write, move || {
        let early = worker.claim(100, LEASE_MS, vec![]).expect("a claim is possible");
        assert!(early.requests.is_empty() && early.next_due.is_none(), "{early:?}");
        Ok(())
    });
    let receipt = site.publish_one(event("order.created"));
    assert!(site.recorder.is_done());
    let writes = site.recorder.take().into_iter().filter(|batch| batch.mode == Mode::Write).count();
    assert_eq!(writes, 1, "event, payload and deliveries are written together");
    let request = site.claim_one();
    assert_eq!(site.details(&request.delivery_id).delivery.event_id, receipt.event_id);
}

fn bug_11_claims_beside_a_publisher_see_whole_events(kind: Kind) {
    const EVENTS: usize = 40;
    let mut site = Installation::with_config(kind, &[("max-in-flight-per-webhook", "1000")]);
    site.webhook(&[]);
    // On a connection that is not recorded: the recorder tells functions apart only where one is at work.
    let sqlite = Sqlite::open(site.path());
    let mut publisher = NativeHost::start(&sqlite, site.options()).expect("it starts");
    let publishing = thread::spawn(move || {
        for _ in 0..EVENTS {
            publisher.publish(vec![event("order.created")]).expect("a batch is taken").remove(0).expect("it is valid");
        }
    });
    let mut seen = 0;
    loop {
        let ended = publishing.is_finished();
        let requests = site.claim_all().requests;
        for request in &requests {
            let details = site.details(&request.delivery_id);
            assert_eq!((&details.delivery.event_id, &details.payload), (&request.event_id, &request.body));
            assert_eq!(site.settle_one(request, answered(200, &[])).state, State::Delivered);
        }
        seen += requests.len();
        if ended && requests.is_empty() {
            break;
        }
    }
    publishing.join().expect("all were published");
    assert_eq!(seen, EVENTS);
}

/// After a release, what had failed before it was not tried again. Here the other subject takes over, which is another
/// build of the logic, with another schedule.
fn bug_15_half_done_deliveries_go_on_after_an_upgrade(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("retry-schedule-ms", "0,60000,60000,60000")]);
    let held = site.webhook(&["payment_received"]).id;
    site.webhook(&["order.created"]);
    let fail =
        |site: &mut Installation, request: &Request| -> Decision { site.settle_one(request, answered(503, &[])) };
    site.publish_one(event("order.created"));
    let retried_twice = site.claim_one();
    let decision = fail(&mut site, &retried_twice);
    site.wait_for(&decision);
    let again = site.claim_one();
    fail(&mut site, &again);
    site.publish_one(event("order.created"));
    let leased = site.claim_one();
    site.publish_one(event("order.created"));
    site.publish_one(event("payment_received"));
    site.set_status(&held, Status::Paused);

    let upgraded = vec![("retry-schedule-ms".to_owned(), "0,1000,1000,1000,1000".to_owned())];
    let options = Options { config: upgraded, ..site.options() };
    let mut next: Box<dyn Subject> = match kind {
        Kind::Native | Kind::Postgres | Kind::Mariadb => Box::new(Component(component::start(site.connect(), options))),
        Kind::Component => Box::new(NativeHost::start(site.connect().as_ref(), options).expect("it starts")),
    };
    let migration = next.migrate().expect("tables of this version are taken as they are");
    assert_eq!(migration.from_version, migration.to_version);
    // What the old process had under way is recorded, or given back when its lease has ended.
    site.clock.advance(i64::from(LEASE_MS) + 2 * MINUTE);
    let mut attempts: BTreeMap<String, u32> = BTreeMap::new();
    for request in next.claim(100, LEASE_MS, vec![]).expect("a claim is possible").requests {
        attempts.insert(request.delivery_id.clone(), request.attempt);
        let settlement = hookwright_tests::installation::settlement(&request, answered(503, &[]), site.clock.now());
        let decision = next.settle(vec![settlement]).expect("a settle is possible").remove(0).expect("the claim holds");
        assert_eq!(decision.state, State::Retrying, "{decision:?}");
        let wait = decision.due_at.expect("another attempt is due") - site.clock.now();
        assert!(wait <= 2 * SECOND, "the new schedule holds: {wait}");
    }
    assert_eq!(attempts.len(), 3, "{attempts:?}");
    assert_eq!((attempts[&retried_twice.delivery_id], attempts[&leased.delivery_id]), (3, 1));
    site.set_status(&held, Status::Active);
    site.clock.advance(MINUTE);
    assert_eq!(next.claim(100, LEASE_MS, vec![]).expect("a claim is possible").requests.len(), 4);
}

/// An update was dropped because a job for the same object was already there.
fn bug_24_what_changes_during_a_delivery_is_delivered_too(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&["order.*"]);
    let state = |n: u32| Event { data: format!(r#"{{"id":7,"state":{n}}}"#), ..event("order.updated") };
    site.publish_one(state(1));
    let first = site.claim_one();
    // While the first is sent, while it waits for its retry, and twice in one instant.
    site.publish_one(state(2));
    let retry = site.settle_one(&first, answered(500, &[]));
    site.publish_one(state(3));
    site.publish_one(state(3));
    site.wait_for(&retry);
    let mut bodies: Vec<String> = site.claim_all().requests.iter().map(state_in).collect();
    bodies.sort();
    assert_eq!(bodies, ["1", "2", "3", "3"]);
}

fn state_in(request: &Request) -> String {
    let body: serde_json::Value = serde_json::from_slice(&request.body).expect("a payload is JSON");
    body["data"]["state"].to_string()
}

fn bug_24_a_change_of_the_webhook_during_a_delivery_stays(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    let paused = site.set_status(&id, Status::Paused);
    site.settle_one(&request, answered(500, &[]));
    let now = site.webhook_now(&id);
    assert_eq!((now.status, now.revision), (Status::Paused, paused.revision), "an outcome takes no change back");
    assert_eq!(now.health.consecutive_failures, 1, "and the outcome is counted");
    let details = site.deliveries_get(Scope::All, request.delivery_id).expect("the delivery exists");
    assert_eq!(details.delivery.state, State::Held);
}
