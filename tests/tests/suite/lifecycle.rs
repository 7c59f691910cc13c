//! Tables made and kept, settings judged, the installation in numbers.

use std::sync::{Arc, Barrier};
use std::thread;

use hookwright_runtime::NoExtensions;
use hookwright_runtime::lifecycle::{Count, Migration};
use hookwright_runtime::registry::Status;
use hookwright_storage::Mode;
use hookwright_tests::environment::START_MS;
use hookwright_tests::installation::{Installation, Kind, answered, event};
use hookwright_tests::subject::{Subject, Watched};

use crate::expect::{conflict, fields, invalid, says};

everywhere! {
    tables_are_made_once,
    first_starts_at_the_same_time_agree,
    bad_settings_are_named,
    numbers_by_state,
}

both! {
    newer_tables_are_left_alone,
    nothing_else_makes_tables,
    a_failed_migration_leaves_nothing,
    the_prefix_of_the_tables_is_a_setting,
}

fn empty(kind: Kind) -> Installation {
    Installation::empty(kind, &[], Arc::new(NoExtensions))
}

fn tables_are_made_once(kind: Kind) {
    let mut site = empty(kind);
    assert_eq!(site.migrate(), Ok(Migration { from_version: 0, to_version: 1 }));
    site.webhook(&[]);
    for _ in 0..2 {
        assert_eq!(site.migrate(), Ok(Migration { from_version: 1, to_version: 1 }));
        site.restart();
    }
    assert_eq!(site.stats().unwrap().webhooks[0].count, 1);
}

fn first_starts_at_the_same_time_agree(kind: Kind) {
    for _ in 0..5 {
        let mut site = empty(kind);
        let starts: Vec<Watched> = (0..2).map(|_| site.another()).collect();
        let barrier = Barrier::new(starts.len());
        let migrations: Vec<Migration> = thread::scope(|scope| {
            let start = |mut subject: Watched| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    subject.migrate().unwrap()
                })
            };
            let threads: Vec<_> = starts.into_iter().map(start).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(migrations.iter().all(|migration| migration.to_version == 1));
        assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_meta"), 1);
        site.webhook(&[]);
    }
}

fn newer_tables_are_left_alone(kind: Kind) {
    let mut site = Installation::new(kind);
    site.database().execute("UPDATE hookwright_meta SET value = '7' WHERE name = 'schema-version'", []).unwrap();
    let refusal = conflict(site.migrate());
    says(&refusal, "tables of version 7, made by a newer Hookwright; this one knows version 1");
    assert_eq!(site.number("SELECT CAST(value AS INTEGER) FROM hookwright_meta"), 7);
}

fn nothing_else_makes_tables(kind: Kind) {
    let mut site = empty(kind);
    site.stats().unwrap_err();
    site.publish(vec![event("order.created")]).unwrap_err();
    site.webhooks_create(hookwright_tests::installation::new_webhook(&[])).unwrap_err();
    site.claim(1, 80_000, vec![]).unwrap_err();
    assert_eq!(site.number("SELECT COUNT(*) FROM sqlite_schema"), 0);
    assert!(site.recorder.take().iter().all(|batch| batch.mode != Mode::Schema));
}

fn a_failed_migration_leaves_nothing(kind: Kind) {
    let mut site = empty(kind);
    let full = hookwright_storage::StorageError::Unavailable("no room".to_owned());
    site.recorder.before_next(Mode::Schema, move || Err(full));
    site.migrate().unwrap_err();
    assert_eq!(site.number("SELECT COUNT(*) FROM sqlite_schema"), 0);
    assert_eq!(site.migrate().unwrap().from_version, 0);
}

fn the_prefix_of_the_tables_is_a_setting(kind: Kind) {
    let mut site = Installation::empty(kind, &[("table-prefix", "wp_2_hooks_")], Arc::new(NoExtensions));
    site.migrate().unwrap();
    site.webhook(&["order.*"]);
    site.publish_one(event("order.created"));
    site.attempt(200);
    assert_eq!(site.number("SELECT COUNT(*) FROM wp_2_hooks_attempts"), 1);
    let names = "SELECT COUNT(*) FROM sqlite_schema WHERE name NOT LIKE 'wp!_2!_hooks!_%' ESCAPE '!' \
                 AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";
    assert_eq!(site.number(names), 0);
}

fn bad_settings_are_named(kind: Kind) {
    let bad = [("allow-htp", "true"), ("allow-http", "yes"), ("retry-schedule-ms", "0,x"), ("user-agent", "ok")];
    let mut site = Installation::empty(kind, &bad, Arc::new(NoExtensions));
    let keys = ["config.allow-htp", "config.allow-http", "config.retry-schedule-ms"];
    assert_eq!(fields(site.check_config()), keys);
    assert_eq!(fields(site.publish(vec![])), keys, "nothing works with settings that are not what was meant");
    assert_eq!(fields(site.migrate()), keys);
    assert_eq!(Installation::new(kind).check_config(), Ok(()));
    let mut site = Installation::empty(kind, &[("allow-htp", "true")], Arc::new(NoExtensions));
    says(&invalid(site.check_config()), "config.allow-htp: there is no such setting; did you mean `allow-http`?");
}

fn numbers_by_state(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&["order.created"]).id;
    site.publish(vec![event("order.created"); 4]).unwrap();
    let requests = site.claim(3, 80_000, vec![]).unwrap().requests;
    site.settle_one(&requests[0], answered(200, &[]));
    site.settle_one(&requests[1], answered(500, &[]));
    let numbers = |counts: Vec<Count>| -> Vec<(String, u64)> {
        counts.into_iter().map(|count| (count.name, count.count)).collect()
    };
    let named = |pairs: &[(&str, u64)]| -> Vec<(String, u64)> {
        pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    };
    let counts = site.stats().unwrap();
    assert_eq!(numbers(counts.webhooks), named(&[("active", 1), ("paused", 0), ("disabled", 0)]));
    let mut states = [
        ("pending", 1),
        ("sending", 1),
        ("retrying", 1),
        ("held", 0),
        ("delivered", 1),
        ("exhausted", 0),
        ("cancelled", 0),
    ];
    assert_eq!(numbers(counts.deliveries), named(&states));
    assert_eq!(counts.oldest_due, Some(START_MS));
    site.set_status(&id, Status::Paused);
    let counts = site.stats().unwrap();
    (states[0].1, states[2].1, states[3].1) = (0, 0, 2);
    assert_eq!(numbers(counts.deliveries), named(&states));
    assert_eq!(counts.oldest_due, None);
}
