//! The stop of all deliveries: by hand, and by itself where a database is opened for another site than its own.

use hookwright_runtime::deliveries::{Outcome, State};
use hookwright_runtime::lifecycle::Stopped;
use hookwright_runtime::registry::Status;
use hookwright_runtime::types::Scope;
use hookwright_storage::{Mode, Sqlite};
use hookwright_tests::component;
use hookwright_tests::environment::{MINUTE, START_MS};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event};
use hookwright_tests::native::NativeHost;
use hookwright_tests::subject::{Component, Subject};

use crate::expect::{conflict, invalid, says};

everywhere! {
    nothing_is_sent_until_the_installation_is_resumed,
    what_is_published_meanwhile_waits,
    tests_pings_and_redeliveries_are_refused,
    what_is_under_way_is_settled_and_then_held,
    leases_that_end_meanwhile_are_held,
    a_webhook_that_becomes_active_meanwhile_waits,
    held_for_another_reason_stays_held,
    the_reason_is_checked,
    nothing_is_written_where_nothing_is_stopped,
}

both! {
    a_copy_of_the_database_stops_by_itself,
    an_identity_is_remembered_from_the_first_time,
}

const LEASE: i64 = LEASE_MS as i64;

/// The same database, opened for another site.
fn opened_for(site: &mut Installation, identity: &str) -> Box<dyn Subject> {
    let connect = Sqlite::open(site.path());
    let mut options = site.options();
    options.config.retain(|(key, _)| key != "site-identity");
    options.config.push(("site-identity".to_owned(), identity.to_owned()));
    match site.kind() {
        Kind::Native | Kind::Postgres | Kind::Mariadb => Box::new(NativeHost::start(&connect, options).unwrap()),
        Kind::Component => Box::new(Component(component::start(std::sync::Arc::new(connect), options))),
    }
}

fn count(site: &mut Installation, state: &str) -> u64 {
    site.stats().unwrap().deliveries.iter().find(|count| count.name == state).unwrap().count
}

fn nothing_is_sent_until_the_installation_is_resumed(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish(vec![event("order.created"); 3]).unwrap();
    let request = site.claim(1, LEASE_MS, vec![]).unwrap().requests.remove(0);
    assert_eq!(site.settle_one(&request, answered(500, &[])).state, State::Retrying);
    assert_eq!(site.stop("a copy for tests".to_owned()), Ok(3));
    let claimed = site.claim_all();
    assert_eq!((claimed.requests.len(), claimed.next_due, claimed.oldest_due), (0, None, None));
    assert_eq!(claimed.stopped.as_deref(), Some("a copy for tests"));
    let stopped = Stopped { reason: "a copy for tests".to_owned(), since: START_MS };
    assert_eq!(site.stats().unwrap().stopped, Some(stopped));
    assert_eq!(count(&mut site, "held"), 3);
    site.restart();
    assert!(site.claim_all().stopped.is_some(), "a stop outlives the process");
    assert_eq!(site.stop("again".to_owned()), Ok(0));
    assert_eq!(site.claim_all().stopped.as_deref(), Some("again"));

    site.clock.advance(MINUTE);
    assert_eq!(site.resume(), Ok(3));
    assert_eq!(site.stats().unwrap().stopped, None);
    let claimed = site.claim_all();
    assert_eq!((claimed.requests.len(), claimed.stopped), (3, None));
    assert_eq!(site.resume(), Ok(0), "to resume what is not stopped is no mistake");
}

fn what_is_published_meanwhile_waits(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.stop("maintenance".to_owned()).unwrap();
    let receipt = site.publish_one(event("order.created"));
    assert_eq!(receipt.deliveries, 1);
    assert_eq!(count(&mut site, "held"), 1);
    assert!(site.claim_all().requests.is_empty());
    assert_eq!(site.resume(), Ok(1));
    assert_eq!(site.claim_one().event_id, receipt.event_id);
}

fn tests_pings_and_redeliveries_are_refused(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.settle_one(&request, answered(200, &[]));
    site.stop("maintenance".to_owned()).unwrap();
    let words = "the installation is stopped and sends nothing (maintenance); resume it first";
    says(&conflict(site.test(Scope::All, id.clone(), None, None, LEASE_MS)), words);
    says(&conflict(site.ping(Scope::All, id.clone(), LEASE_MS)), words);
    let again = site.redeliver(Scope::All, vec![request.delivery_id.clone()]).unwrap().remove(0);
    says(&conflict(again), words);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 1, "nothing was stored for them");
    site.resume().unwrap();
    site.test(Scope::All, id, None, None, LEASE_MS).unwrap();
    site.redeliver(Scope::All, vec![request.delivery_id]).unwrap().remove(0).unwrap();
}

fn what_is_under_way_is_settled_and_then_held(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish(vec![event("order.created"); 3]).unwrap();
    let requests = site.claim_all().requests;
    assert_eq!(site.stop("maintenance".to_owned()), Ok(0));
    assert_eq!(site.settle_one(&requests[0], answered(200, &[])).state, State::Delivered);
    let decision = site.settle_one(&requests[1], answered(500, &[]));
    assert_eq!((decision.state, decision.due_at), (State::Held, None));
    let decision = site.settle_one(&requests[2], Outcome::Released);
    assert_eq!((decision.state, decision.due_at), (State::Held, None));
    assert_eq!(site.resume(), Ok(2));
    assert_eq!(site.claim_all().requests.len(), 2);
}

fn leases_that_end_meanwhile_are_held(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.stop("maintenance".to_owned()).unwrap();
    let claimed = site.claim_all();
    assert_eq!(claimed.next_due, Some(START_MS + LEASE), "the host comes again for the lease");
    site.clock.advance(LEASE);
    assert!(site.claim_all().requests.is_empty());
    let delivery = site.details(&request.delivery_id).delivery;
    assert_eq!((delivery.state, delivery.due_at), (State::Held, None));
    assert_eq!(site.resume(), Ok(1));
    assert_eq!(site.claim_one().delivery_id, request.delivery_id);
}

fn a_webhook_that_becomes_active_meanwhile_waits(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    site.set_status(&id, Status::Paused);
    site.stop("maintenance".to_owned()).unwrap();
    site.set_status(&id, Status::Active);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'pending'"), 0);
    assert!(site.claim_all().requests.is_empty());
    assert!(site.resume().unwrap() >= 1);
    assert!(!site.claim_all().requests.is_empty());
}

fn held_for_another_reason_stays_held(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    site.stop("maintenance".to_owned()).unwrap();
    site.set_status(&id, Status::Paused);
    assert_eq!(site.resume(), Ok(0));
    assert_eq!(count(&mut site, "held"), 1);
    site.set_status(&id, Status::Active);
    assert_eq!(count(&mut site, "held"), 0);
}

fn the_reason_is_checked(kind: Kind) {
    let mut site = Installation::new(kind);
    for reason in [String::new(), "a".repeat(1_001), "a\0b".to_owned()] {
        says(&invalid(site.stop(reason)), "reason: write 1 to 1000 bytes that tell a person why");
    }
    assert_eq!(site.stats().unwrap().stopped, None);
}

fn a_copy_of_the_database_stops_by_itself(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("site-identity", "https://shop.example")]);
    let id = site.webhook(&[]).id;
    site.publish(vec![event("order.created"); 2]).unwrap();
    site.claim(1, LEASE_MS, vec![]).unwrap();
    let mut copy = opened_for(&mut site, "https://staging.example");
    let reason = "the site identity changed from https://shop.example to https://staging.example: this looks like a \
                  copy of another installation; run resume to deliver from here";
    copy.migrate().unwrap();
    says(&conflict(copy.test(Scope::All, id, None, None, LEASE_MS)), reason);
    let claimed = copy.claim(10, LEASE_MS, vec![]).unwrap();
    assert!(claimed.requests.is_empty());
    assert_eq!(claimed.stopped.as_deref(), Some(reason));
    assert_eq!(copy.stats().unwrap().stopped.unwrap().reason, reason);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'pending'"), 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'held'"), 1);

    assert_eq!(copy.resume(), Ok(1));
    assert_eq!(copy.claim(10, LEASE_MS, vec![]).unwrap().requests.len(), 1);
    copy.claim(10, LEASE_MS, vec![]).unwrap();
    assert!(site.claim_all().stopped.is_some(), "the installation is that of the copy now");
    site.resume().unwrap();
}

fn an_identity_is_remembered_from_the_first_time(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let identity = "SELECT COUNT(*) FROM hookwright_meta WHERE name = 'site-identity' AND value = 'a'";
    let mut named = opened_for(&mut site, "a");
    assert_eq!(named.claim(1, LEASE_MS, vec![]).unwrap().requests.len(), 1);
    assert_eq!(site.number(identity), 1, "the first claim takes it");
    assert_eq!(site.claim_all().stopped, None, "without an identity nothing is checked");
    let mut site = Installation::with_config(kind, &[("site-identity", "a")]);
    assert_eq!(site.number(identity), 1, "the first migration takes it");
    site.restart();
    site.migrate().unwrap();
    assert_eq!(site.claim_all().stopped, None);
    assert_eq!(opened_for(&mut site, "").claim(1, LEASE_MS, vec![]).unwrap().stopped, None);
}

/// What the switch costs: a read in batches that are run anyhow.
fn nothing_is_written_where_nothing_is_stopped(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("site-identity", "a")]);
    site.webhook(&[]);
    site.claim_all();
    site.recorder.take();
    site.claim_all();
    let batches = site.recorder.take();
    assert_eq!(batches.len(), 2, "the queue, and what strayed from it: {batches:?}");
    for batch in batches {
        assert_eq!(batch.mode, Mode::Read);
        let of_meta = batch.statements.iter().filter(|sql| sql.contains("hookwright_meta"));
        assert_eq!(of_meta.count(), 1);
    }
}
