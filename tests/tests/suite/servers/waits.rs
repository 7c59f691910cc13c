//! Who waits for an application that has published and does not commit: nobody.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hookwright_runtime::accounts::Limits;
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::{NewWebhook, Status, WebhookChanges, WebhookOptions};
use hookwright_runtime::types::Scope;
use hookwright_tests::database::Database;
use hookwright_tests::environment::SECOND;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, new_webhook, no_changes};
use hookwright_tests::subject::Subject as _;

use super::application::Application;

super::on_servers! {
    an_open_publish_keeps_nobody_waiting,
    an_open_publish_on_an_empty_table_keeps_nobody_waiting,
    a_key_of_a_limited_account_keeps_no_other_publisher_waiting,
    an_open_publish_of_a_limited_account_keeps_no_claim_waiting,
    an_open_change_of_a_webhook_keeps_no_claim_waiting,
    an_open_change_of_a_webhook_keeps_no_end_of_leases_waiting,
}

/// When a step is so slow that it may be waiting for a lock, which it would do for 5 s.
const SLOW: Duration = Duration::from_secs(1);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(5);

const ISOLATIONS: [&str; 2] = ["READ COMMITTED", "REPEATABLE READ"];

/// Who waits for whom in this database, in the server's words.
pub(super) fn waiting(store: &Database, kind: Kind) -> Vec<String> {
    let is_mysql = kind == Kind::Mariadb && !store.texts("SELECT VERSION()")[0].contains("MariaDB");
    store.texts(match kind {
        // The text of a statement comes later than its lock, where many ask.
        _ if is_mysql => {
            "SELECT CONCAT(COALESCE(t.trx_query, ''), ' [', l.lock_mode, ' ', l.object_name, ' ', \
             COALESCE(l.index_name, ''), ' ', COALESCE(l.lock_data, ''), '] waits for a lock of another transaction') \
             FROM performance_schema.data_lock_waits w \
             JOIN performance_schema.data_locks l ON l.engine_lock_id = w.requesting_engine_lock_id \
             LEFT JOIN information_schema.innodb_trx t ON t.trx_id = w.requesting_engine_transaction_id \
             WHERE l.object_schema = DATABASE()"
        }
        Kind::Mariadb => {
            "SELECT CONCAT(COALESCE(t.trx_query, ''), ' [', l.lock_mode, ' ', l.lock_table, ' ', l.lock_index, \
             ' ', COALESCE(l.lock_data, ''), '] waits for a ', h.lock_mode, ' lock of another transaction') \
             FROM information_schema.innodb_lock_waits w \
             JOIN information_schema.innodb_locks l ON l.lock_id = w.requested_lock_id \
             JOIN information_schema.innodb_locks h ON h.lock_id = w.blocking_lock_id \
             JOIN information_schema.innodb_trx t ON t.trx_id = w.requesting_trx_id \
             WHERE LOCATE(CONCAT('`', DATABASE(), '`.'), l.lock_table) = 1"
        }
        _ => {
            "SELECT query || ' waits for ' || CAST(pg_blocking_pids(pid) AS TEXT) FROM pg_stat_activity \
             WHERE cardinality(pg_blocking_pids(pid)) > 0 AND datname = current_database()"
        }
    })
}

/// Runs a step that must not wait for a lock; else tells who waits for whom.
fn at_once<T>(site: &mut Installation, what: &str, step: impl FnOnce(&mut Installation) -> T) -> T {
    let (kind, store) = (site.kind(), site.store().beside());
    let (done, begun) = (AtomicBool::new(false), Instant::now());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                if begun.elapsed() > SLOW {
                    let seen = waiting(&store, kind);
                    assert!(seen.is_empty(), "{what} waits: {seen:?}");
                }
                std::thread::park_timeout(LOOK);
            }
        });
        let outcome = step(site);
        done.store(true, Ordering::SeqCst);
        outcome
    })
}

fn begin(application: &mut Application, kind: Kind, isolation: &str) {
    match kind {
        Kind::Mariadb => {
            application.run(&format!("SET TRANSACTION ISOLATION LEVEL {isolation}"));
            application.run("BEGIN");
        }
        _ => application.run(&format!("BEGIN ISOLATION LEVEL {isolation}")),
    }
}

/// Workers, other publishers and people do all that they do while a publish is open.
fn everything_goes_on(kind: Kind, isolation: &str, before: usize) {
    let mut site = Installation::new(kind);
    let (one, other) = (site.webhook(&[]).id, site.webhook(&["order.*"]).id);
    let hookwright = site.hookwright();
    let mut application = Application::of(&site);
    for _ in 0..before {
        site.publish(vec![event("order.created"); 40]).unwrap();
    }
    while !site.claim_all().requests.is_empty() {}
    site.publish(vec![event("order.created"); 2]).unwrap();
    let requests = site.claim_all().requests;
    assert_eq!(requests.len(), 4);

    begin(&mut application, kind, isolation);
    for _ in 0..9 {
        application.publish(&hookwright, event("order.updated"));
    }
    let settled = |request| at_once(&mut site, "a settle", |site| site.settle_one(request, answered(500, &[])));
    requests.iter().map(settled).for_each(drop);
    let own = Event { account: Some("acme".to_owned()), ..event("order.created") };
    at_once(&mut site, "a publish", |site| site.publish(vec![own; 9]).unwrap());
    let claimed = at_once(&mut site, "a claim", Installation::claim_all).requests;
    assert!(!claimed.is_empty() && claimed.iter().all(|request| request.topic == "order.created"));
    at_once(&mut site, "a settle that disables", |site| site.settle_one(&claimed[0], answered(410, &[])));
    assert_eq!(site.webhook_now(&claimed[0].webhook_id).status, Status::Disabled);
    for status in [Status::Paused, Status::Active] {
        at_once(&mut site, "a change of status", |site| site.set_status(&one, status));
    }
    at_once(&mut site, "a stop", |site| site.stop("maintenance".to_owned()).unwrap());
    at_once(&mut site, "a resume", |site| site.resume().unwrap());
    at_once(&mut site, "a purge", |site| site.purge(1_000).unwrap());
    at_once(&mut site, "a deletion", |site| site.webhooks_delete(Scope::All, vec![other.clone()]).unwrap());
    at_once(&mut site, "an end of leases", |site| {
        site.clock.advance(i64::from(LEASE_MS));
        site.claim_all()
    });
    application.run("COMMIT");
    site.set_status(&one, Status::Active);
    let mut late = 0;
    for _ in 0..20 {
        // What is left of deleted webhooks is looked for now and then where there is always something due.
        site.clock.advance(SECOND);
        late += site.claim_all().requests.iter().filter(|request| request.topic == "order.updated").count();
    }
    assert_eq!(late, 9, "what was open is sent to the webhook that is left, {isolation}");
    let orphans = "SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'cancelled' AND topic = 'order.updated'";
    assert_eq!(site.number(orphans), 9, "and to no other");
}

fn an_open_publish_keeps_nobody_waiting(kind: Kind) {
    for isolation in ISOLATIONS {
        everything_goes_on(kind, isolation, 10);
    }
}

/// MariaDB reads a table whole that holds next to nothing, and waits for every row in it.
fn an_open_publish_on_an_empty_table_keeps_nobody_waiting(kind: Kind) {
    for isolation in ISOLATIONS {
        everything_goes_on(kind, isolation, 0);
    }
}

fn a_key_of_a_limited_account_keeps_no_other_publisher_waiting(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let limits = Limits { webhooks_allowed: true, max_webhooks: None, max_events_per_day: Some(10) };
    site.accounts_set_limits("acme".to_owned(), limits).unwrap();
    let hookwright = site.hookwright();
    let mut application = Application::of(&site);
    let keyed = |account: &str, key: &str| Event {
        account: Some(account.to_owned()),
        idempotency_key: Some(key.to_owned()),
        ..event("order.created")
    };
    begin(&mut application, kind, "REPEATABLE READ");
    application.publish(&hookwright, keyed("acme", "order 1"));
    for number in 0..20 {
        let other = keyed("globex", &format!("order {number}"));
        at_once(&mut site, "another account's publish", |site| site.publish_one(other));
    }
    at_once(&mut site, "a publish without a key", |site| site.publish_one(event("order.created")));
    application.run("COMMIT");
    assert!(site.publish_one(keyed("acme", "order 1")).replayed);
}

fn webhooks_of(claimed: &hookwright_runtime::deliveries::Claimed) -> Vec<&str> {
    let mut ids: Vec<&str> = claimed.requests.iter().map(|request| request.webhook_id.as_str()).collect();
    ids.sort_unstable();
    ids
}

fn an_open_publish_of_a_limited_account_keeps_no_claim_waiting(kind: Kind) {
    let mut site = Installation::new(kind);
    let limits = Limits { webhooks_allowed: true, max_webhooks: None, max_events_per_day: Some(10) };
    site.accounts_set_limits("acme".to_owned(), limits).unwrap();
    let acme = Some("acme".to_owned());
    let mut ids = [site.webhook(&[]).id, site.webhook_of(NewWebhook { account: acme.clone(), ..new_webhook(&[]) }).id];
    ids.sort_unstable();
    let of_acme = Event { account: acme, ..event("order.created") };
    site.publish_one(of_acme.clone());
    let hookwright = site.hookwright();
    let mut application = Application::of(&site);
    begin(&mut application, kind, "REPEATABLE READ");
    application.publish(&hookwright, of_acme);
    assert_eq!(webhooks_of(&at_once(&mut site, "a claim", Installation::claim_all)), ids);
    application.run("COMMIT");
    assert_eq!(webhooks_of(&site.claim_all()), ids);
}

/// An application that has changed the name of the first webhook and the secret of the second, and does not commit.
fn editing(site: &mut Installation, ids: [&str; 2]) -> Application {
    let hookwright = site.hookwright();
    let mut application = Application::of(site);
    begin(&mut application, site.kind(), "REPEATABLE READ");
    let changes = WebhookChanges { name: Some("Shop".to_owned()), ..no_changes() };
    application.call(&hookwright, |api| api.webhooks_update(&Scope::All, ids[0], &changes)).unwrap();
    application.call(&hookwright, |api| api.webhooks_rotate_secret(&Scope::All, ids[1], None, 1_000)).unwrap();
    application
}

fn an_open_change_of_a_webhook_keeps_no_claim_waiting(kind: Kind) {
    let mut site = Installation::new(kind);
    let options = WebhookOptions { requests_per_second: Some(50), ..WebhookOptions::default() };
    let rated = site.webhook_of(NewWebhook { options, ..new_webhook(&[]) }).id;
    let (plain, other) = (site.webhook(&[]).id, site.webhook(&[]).id);
    site.publish_one(event("order.created"));
    let mut application = editing(&mut site, [&plain, &rated]);
    let claimed = at_once(&mut site, "a claim", Installation::claim_all);
    let mut ids = [plain.as_str(), &other];
    ids.sort_unstable();
    assert_eq!(webhooks_of(&claimed), ids, "a rate that cannot be charged is not used");
    assert!(claimed.oldest_due.is_some());
    application.run("COMMIT");
    assert_eq!(webhooks_of(&site.claim_all()), [rated]);
}

fn an_open_change_of_a_webhook_keeps_no_end_of_leases_waiting(kind: Kind) {
    let mut site = Installation::new(kind);
    let (one, other) = (site.webhook(&[]).id, site.webhook(&[]).id);
    site.publish_one(event("order.created"));
    assert_eq!(site.claim_all().requests.len(), 2);
    site.clock.advance(i64::from(LEASE_MS));
    let mut application = editing(&mut site, [&one, &other]);
    assert_eq!(at_once(&mut site, "an end of leases", Installation::claim_all).requests.len(), 2);
    application.run("COMMIT");
}
