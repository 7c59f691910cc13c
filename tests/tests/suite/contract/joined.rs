//! Sections 1 and 3: calls inside an application's open transaction, on the application's connection and tables.

use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

use hookwright_runtime::deliveries::Settlement;
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::{Query, Sort};
use hookwright_runtime::types::{Error, Paging, Scope, StorageError};
use hookwright_runtime::{Api, CallError, Hookwright};
use hookwright_storage::JoinedSqlite;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, new_webhook, settlement};
use hookwright_tests::native::NativeCore;
use rusqlite::Connection;

/// An installation whose file an application shares, the application's connection, and a host.
fn shop() -> (Installation, Connection, Hookwright) {
    let mut site = Installation::new(Kind::Component);
    site.webhook(&[]);
    let application = site.database();
    application.execute_batch("CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER)").unwrap();
    let hookwright = site.hookwright();
    (site, application, hookwright)
}

fn joined<T: Send>(
    hookwright: &Hookwright,
    application: &Connection,
    work: impl FnOnce(&mut Api<'_>) -> Result<T, CallError> + Send,
) -> Result<T, CallError> {
    hookwright.joined(&mut JoinedSqlite::new(application), work)
}

fn keyed() -> Event {
    Event { idempotency_key: Some("order 1".to_owned()), ..event("order.created") }
}

fn events(site: &Installation) -> i64 {
    site.number("SELECT COUNT(*) FROM hookwright_events")
}

#[test]
fn a_publish_commits_with_the_application() {
    let (mut site, application, hookwright) = shop();
    application.execute_batch("BEGIN IMMEDIATE; INSERT INTO orders VALUES (1, 100)").unwrap();
    let receipt = joined(&hookwright, &application, |api| api.publish(&[keyed()])).unwrap().remove(0).unwrap();
    assert_eq!((events(&site), receipt.deliveries), (0, 1), "nobody else sees it yet");
    assert!(site.claim_all().requests.is_empty());
    application.execute_batch("COMMIT").unwrap();
    let request = site.claim_one();
    assert_eq!(request.event_id, receipt.event_id);
    site.settle_one(&request, answered(200, &[]));
}

#[test]
fn a_publish_goes_with_the_application_s_rollback_and_nothing_of_it_is_kept() {
    let (mut site, application, hookwright) = shop();
    application.execute_batch("BEGIN IMMEDIATE; INSERT INTO orders VALUES (1, 100)").unwrap();
    let first = joined(&hookwright, &application, |api| api.publish(&[keyed()])).unwrap().remove(0).unwrap();
    application.execute_batch("ROLLBACK").unwrap();
    assert_eq!((events(&site), site.claim_all().requests.len()), (0, 0));
    let again = hookwright.publish(vec![keyed()]).wait().unwrap().remove(0).unwrap();
    assert_eq!((again.event_id, again.replayed), (first.event_id, false), "the key is free again");
    assert_eq!(site.claim_all().requests.len(), 1);
}

#[test]
fn the_core_without_webassembly_joins_in_the_same_way() {
    let mut site = Installation::new(Kind::Native);
    let core = NativeCore::new(site.options());
    let application = site.database();
    let publish = || {
        let event = hookwright_core::NewEvent {
            topic: "order.created".to_owned(),
            data: "1".to_owned(),
            ..hookwright_core::NewEvent::default()
        };
        core.call_on(&mut JoinedSqlite::new(&application), |call| call.publish(vec![event])).unwrap().remove(0).unwrap()
    };
    for (end, stored) in [("ROLLBACK", 0), ("COMMIT", 1)] {
        application.execute_batch("BEGIN").unwrap();
        publish();
        application.execute_batch(end).unwrap();
        assert_eq!(events(&site), stored);
    }
}

#[test]
fn what_must_not_see_the_application_s_rows_is_refused() {
    let (mut site, application, hookwright) = shop();
    let webhook = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    let request = site.claim_all().requests.remove(0);
    let told: Settlement = settlement(&request, answered(200, &[]), site.clock.now());
    application.execute_batch("BEGIN IMMEDIATE; INSERT INTO orders VALUES (1, 100)").unwrap();
    let unavailable = |result: Result<(), CallError>| match result {
        Err(CallError::Api(Error::Storage(StorageError::Unavailable(why)))) => {
            assert!(why.contains("not possible inside an application's transaction"), "{why}");
        }
        other => panic!("{other:?}"),
    };
    joined(&hookwright, &application, |api| api.publish(&[event("order.created")])).unwrap();
    unavailable(joined(&hookwright, &application, |api| api.claim(10, LEASE_MS, &[]).map(drop)));
    unavailable(joined(&hookwright, &application, |api| api.settle(&[told]).map(drop)));
    unavailable(joined(&hookwright, &application, |api| {
        api.test(&Scope::All, &webhook, None, None, LEASE_MS).map(drop)
    }));
    unavailable(joined(&hookwright, &application, |api| api.plugins_note_failure("mask", "boom").map(drop)));
    application.execute_batch("COMMIT").unwrap();
    assert_eq!(site.number("SELECT COUNT(*) FROM orders"), 1, "the application's transaction was not touched");
    assert_eq!(events(&site), 2);
}

#[test]
fn tables_are_never_made_inside_a_transaction() {
    let extensions = std::sync::Arc::new(hookwright_runtime::NoExtensions);
    let mut site = Installation::empty(Kind::Component, &[], extensions);
    let hookwright = site.hookwright();
    let application = site.database();
    application.execute_batch("CREATE TABLE orders (id INTEGER); BEGIN").unwrap();
    let refused = joined(&hookwright, &application, |api| api.migrate()).unwrap_err();
    assert!(matches!(refused, CallError::Api(Error::Storage(StorageError::Unavailable(_)))), "{refused:?}");
    assert!(!application.is_autocommit(), "the transaction is still open");
    application.execute_batch("COMMIT").unwrap();
    assert_eq!(site.number("SELECT COUNT(*) FROM sqlite_schema"), 1);
}

#[test]
fn a_failed_batch_leaves_the_application_s_rows() {
    let (site, application, hookwright) = shop();
    application.execute_batch("BEGIN IMMEDIATE; INSERT INTO orders VALUES (1, 100)").unwrap();
    let refused = joined(&hookwright, &application, |api| {
        api.publish(&[event("order.created")])?;
        // The table's key is taken: the whole batch goes, and only it.
        api.topics_unregister("my.topic")
    });
    assert!(matches!(refused, Err(CallError::Api(Error::NotFound(_)))), "{refused:?}");
    application.execute_batch("COMMIT").unwrap();
    assert_eq!((site.number("SELECT COUNT(*) FROM orders"), events(&site)), (1, 1));
}

#[test]
fn the_registry_joins_too() {
    let (mut site, application, hookwright) = shop();
    application.execute_batch("BEGIN IMMEDIATE").unwrap();
    let created = joined(&hookwright, &application, |api| {
        let created = api.webhooks_create(&new_webhook(&["order.*"]))?;
        api.publish(&[event("order.created")])?;
        Ok(created)
    });
    let id = created.unwrap().webhook.id;
    application.execute_batch("COMMIT").unwrap();
    let claimed = site.claim_all().requests;
    assert_eq!(claimed.len(), 2, "what was published in the same transaction goes to the new webhook");
    assert!(claimed.iter().any(|request| request.webhook_id == id));
}

#[test]
fn a_joined_call_is_never_queued_behind_another() {
    let (site, application, hookwright) = shop();
    application.execute_batch("BEGIN IMMEDIATE; INSERT INTO orders VALUES (1, 100)").unwrap();
    // It waits for the lock that the application holds, and holds the publisher's instance meanwhile.
    let (begun, waiting) = mpsc::channel();
    site.recorder.before_next(hookwright_storage::Mode::Write, move || {
        begun.send(()).unwrap();
        Ok(())
    });
    let stuck = hookwright.publish(vec![event("payment_received")]);
    waiting.recv_timeout(Duration::from_secs(10)).unwrap();
    joined(&hookwright, &application, |api| api.publish(&[event("order.created")])).unwrap().remove(0).unwrap();
    application.execute_batch("COMMIT").unwrap();
    stuck.wait().unwrap().remove(0).unwrap();
    assert_eq!(events(&site), 2);
}

#[test]
fn two_joined_calls_run_at_once() {
    let (site, _, hookwright) = shop();
    let meeting = Barrier::new(2);
    let applications = [site.database(), site.database()];
    let query = Query {
        scope: Scope::All,
        search: None,
        status: None,
        topic: None,
        sort: Sort::Created,
        descending: false,
        paging: Paging { page: 1, per_page: 10 },
    };
    thread::scope(|scope| {
        for application in applications {
            let (hookwright, meeting, query) = (&hookwright, &meeting, &query);
            scope.spawn(move || {
                application.execute_batch("BEGIN").unwrap();
                let found = joined(hookwright, &application, |api| {
                    let before = api.webhooks_find(query)?;
                    // Each is inside while the other is.
                    meeting.wait();
                    let after = api.webhooks_find(query)?;
                    assert_eq!(before, after);
                    Ok(after.total)
                });
                assert_eq!(found.unwrap(), 1);
                application.execute_batch("COMMIT").unwrap();
            });
        }
    });
}

#[test]
fn a_transaction_that_has_read_and_cannot_write_must_start_again() {
    let (mut site, application, hookwright) = shop();
    application.execute_batch("BEGIN").unwrap();
    application.query_row("SELECT COUNT(*) FROM orders", [], |_| Ok(())).unwrap();
    site.publish_one(event("order.created"));
    let refused = joined(&hookwright, &application, |api| api.publish(&[event("order.created")])).unwrap_err();
    let restart = matches!(&refused, CallError::Api(Error::Storage(StorageError::TransactionMustRestart(_))));
    assert!(restart, "{refused:?}");
    application.execute_batch("ROLLBACK; BEGIN IMMEDIATE").unwrap();
    joined(&hookwright, &application, |api| api.publish(&[event("order.created")])).unwrap();
    application.execute_batch("COMMIT").unwrap();
    assert_eq!(events(&site), 2);
}
