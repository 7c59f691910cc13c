//! What is removed while somebody else has plans for it: one side has it whole.

use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use hookwright_runtime::Hookwright;
use hookwright_runtime::deliveries::RecoverQuery;
use hookwright_runtime::lifecycle::{EraseTarget, Removed};
use hookwright_runtime::registry::{NewWebhook, WebhookChanges};
use hookwright_runtime::types::Scope;
use hookwright_tests::environment::DAY;
use hookwright_tests::installation::{Installation, Kind, answered, event, new_webhook, no_changes};
use hookwright_tests::native::NativeHost;
use hookwright_tests::subject::Subject as _;

use super::application::Application;
use super::waits::waiting;

super::on_servers! {
    what_is_being_purged_is_not_begun_anew,
    what_is_being_begun_anew_is_not_purged,
    a_webhook_deleted_while_its_account_is_erased_is_deleted_once,
    a_webhook_created_while_its_account_is_erased_is_there_or_gone_as_a_whole,
}

/// Between two looks.
const LOOK: Duration = Duration::from_millis(10);

/// Payload and attempts go a day after the delivery, or the attempts nine days later.
const KEPT: [&str; 2] = ["86400000", "864000000"];

fn process(site: &mut Installation) -> NativeHost {
    let options = site.options();
    NativeHost::start(site.store().connect().as_ref(), options).unwrap()
}

/// How many transactions wait for a lock. MariaDB tells of locks what it knew when nobody had asked for a while, so
/// there whoever is at one statement for long counts; if for another reason, a test shows less, and fails no sooner.
fn standing(site: &Installation) -> usize {
    let long = "SELECT CAST(id AS CHAR) FROM information_schema.processlist WHERE db = DATABASE() \
                AND id <> CONNECTION_ID() AND command <> 'Sleep' AND time_ms > 200";
    let is_mariadb = site.kind() == Kind::Mariadb && site.store().texts("SELECT VERSION()")[0].contains("MariaDB");
    if is_mariadb { site.store().texts(long).len() } else { waiting(site.store(), site.kind()).len() }
}

/// Until those that have not ended wait for a lock.
fn until_waiting<T>(site: &Installation, threads: &[&ScopedJoinHandle<'_, T>]) {
    let deadline = Instant::now() + Duration::from_secs(4);
    let goes_on = |thread: &&&ScopedJoinHandle<'_, T>| !thread.is_finished();
    while standing(site) < threads.iter().filter(goes_on).count() {
        assert!(Instant::now() < deadline, "they neither end nor wait");
        thread::park_timeout(LOOK);
    }
}

/// Two deliveries of one event that are past their retention: one delivered, one exhausted.
fn old(kind: Kind, keep_attempts: &str) -> (Installation, [String; 2]) {
    let config = [("keep-payloads-ms", KEPT[0]), ("keep-attempts-ms", keep_attempts), ("retry-schedule-ms", "0")];
    let mut site = Installation::with_config(kind, &config);
    (0..2).for_each(|_| drop(site.webhook(&[])));
    site.publish_one(event("order.created"));
    let requests = site.claim_all().requests;
    site.settle_one(&requests[0], answered(200, &[]));
    site.settle_one(&requests[1], answered(500, &[]));
    site.clock.advance(2 * DAY);
    (site, [requests[0].delivery_id.clone(), requests[1].delivery_id.clone()])
}

fn failed() -> RecoverQuery {
    RecoverQuery { scope: Scope::All, webhook_id: None, topic: None, states: vec![], since: 0, until: None }
}

fn what_is_being_purged_is_not_begun_anew(kind: Kind) {
    for keep_attempts in KEPT {
        let (mut site, [delivered, _]) = old(kind, keep_attempts);
        let (mut one, mut two, mut three) = (process(&mut site), process(&mut site), process(&mut site));
        let mut application = Application::of(&site);
        application.run("BEGIN");
        application.run("SELECT event_id FROM hookwright_payloads FOR UPDATE");
        let begun = thread::scope(|scope| {
            let purge = scope.spawn(move || one.purge(100).map(|_| 0).unwrap());
            until_waiting(&site, &[&purge]);
            let redeliver = scope.spawn(move || {
                let outcomes = two.redeliver(Scope::All, vec![delivered]).unwrap();
                outcomes.iter().filter(|outcome| outcome.is_ok()).count()
            });
            let recover = scope.spawn(move || three.recover(failed(), 10, None).unwrap().recovered as usize);
            until_waiting(&site, &[&purge, &redeliver, &recover]);
            application.run("COMMIT");
            purge.join().unwrap() + redeliver.join().unwrap() + recover.join().unwrap()
        });
        assert_eq!(site.claim_all().requests.len(), begun, "what is said to begin anew does, attempts {keep_attempts}");
        assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'pending'"), 0);
    }
}

fn what_is_being_begun_anew_is_not_purged(kind: Kind) {
    for keep_attempts in KEPT {
        let (mut site, [delivered, _]) = old(kind, keep_attempts);
        let mut process = process(&mut site);
        let hookwright = site.hookwright();
        let mut application = Application::of(&site);
        application.run("BEGIN");
        application.call(&hookwright, |api| api.redeliver(&Scope::All, &[delivered])).unwrap().remove(0).unwrap();
        let recovered = application.call(&hookwright, |api| api.recover(&failed(), 10, None)).unwrap();
        assert_eq!(recovered.recovered, 1);
        thread::scope(|scope| {
            let purge = scope.spawn(move || process.purge(100).unwrap());
            until_waiting(&site, &[&purge]);
            application.run("COMMIT");
            purge.join().unwrap();
        });
        assert_eq!(site.claim_all().requests.len(), 2, "attempts {keep_attempts}");
    }
}

fn of_acme() -> NewWebhook {
    NewWebhook { account: Some("acme".to_owned()), ..new_webhook(&["order.created"]) }
}

/// Erases the account while the application is at work on its webhook; `meanwhile` comes before the application's
/// commit. Gives the number of webhooks erased.
fn erased(site: &mut Installation, application: &mut Application, meanwhile: impl FnOnce(&mut Installation)) -> u64 {
    let mut process = process(site);
    let Removed { rows, .. } = thread::scope(|scope| {
        let erase = scope.spawn(move || process.erase(EraseTarget::Account("acme".to_owned()), 100).unwrap());
        until_waiting(site, &[&erase]);
        meanwhile(site);
        application.run("COMMIT");
        erase.join().unwrap()
    });
    rows.iter().find(|row| row.name == "webhooks").unwrap().count
}

/// A webhook of the account, and an application with an open transaction.
fn at_work(kind: Kind) -> (Installation, String, Hookwright, Application) {
    let mut site = Installation::new(kind);
    let id = site.webhook_of(of_acme()).id;
    let hookwright = site.hookwright();
    let mut application = Application::of(&site);
    application.run("BEGIN");
    (site, id, hookwright, application)
}

fn a_webhook_deleted_while_its_account_is_erased_is_deleted_once(kind: Kind) {
    let (mut site, id, hookwright, mut application) = at_work(kind);
    application.call(&hookwright, |api| api.webhooks_delete(&Scope::All, &[id])).unwrap().remove(0).unwrap();
    assert_eq!(erased(&mut site, &mut application, |_| ()), 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deleted_webhooks"), 1);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_subscriptions"), 0);
}

fn a_webhook_created_while_its_account_is_erased_is_there_or_gone_as_a_whole(kind: Kind) {
    let (mut site, id, hookwright, mut application) = at_work(kind);
    let changes = WebhookChanges { name: Some("Shop".to_owned()), ..no_changes() };
    application.call(&hookwright, |api| api.webhooks_update(&Scope::All, &id, &changes)).unwrap();
    let count = erased(&mut site, &mut application, |site| drop(site.webhook_of(of_acme())));
    let left = site.number("SELECT COUNT(*) FROM hookwright_webhooks");
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_subscriptions"), left);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deleted_webhooks"), 2 - left);
    assert_eq!(i64::try_from(count).unwrap(), 2 - left);
}
