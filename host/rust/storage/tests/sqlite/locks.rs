//! Several connections at once, and one that does not let go.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use hookwright_storage::{ColumnType, Connect, Mode, Value};

use crate::{Database, change, check_error, insert, integers, is_unavailable, query};

#[test]
fn writers_that_read_first_all_succeed() {
    const WRITERS: i64 = 4;
    const BATCHES: i64 = 25;
    let database = Database::with_items();
    database.executor().execute(Mode::Write, &[insert(0)]).unwrap();
    let start = Barrier::new(WRITERS as usize);
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (database, start) = (&database, &start);
            scope.spawn(move || {
                let mut executor = database.executor();
                start.wait();
                for batch in 0..BATCHES {
                    let mode = if batch % 2 == 0 { Mode::Write } else { Mode::Own };
                    let read = query("SELECT count(*) FROM item", [], [ColumnType::Integer]);
                    let write = insert(1 + writer * BATCHES + batch);
                    let after = query("SELECT count(*) FROM item", [], [ColumnType::Integer]);
                    let results = executor.execute(mode, &[read, write, after]).unwrap();
                    assert_eq!(integers(&results[0])[0] + 1, integers(&results[2])[0]);
                }
            });
        }
    });
    assert_eq!(database.ids(), (0..=WRITERS * BATCHES).collect::<Vec<_>>());
}

#[test]
fn first_starts_at_once_all_succeed() {
    const STARTS: usize = 8;
    // Entering WAL mode at the same moment takes some luck.
    for _ in 0..25 {
        let database = Database::absent();
        let start = Barrier::new(STARTS);
        thread::scope(|scope| {
            for _ in 0..STARTS {
                scope.spawn(|| {
                    start.wait();
                    let create = change("CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY)", []);
                    let count = change("INSERT INTO item DEFAULT VALUES", []);
                    database.executor().execute(Mode::Schema, &[create, count]).unwrap();
                });
            }
        });
        assert_eq!(database.ids().len(), STARTS);
    }
}

#[test]
fn a_lock_beyond_the_time_out_is_named_with_its_file() {
    let mut database = Database::with_items();
    database.source.busy_timeout = Duration::from_millis(100);
    let mut executor = database.executor();
    let other = database.application();
    other.execute_batch("BEGIN IMMEDIATE; INSERT INTO item (id) VALUES (1)").unwrap();

    for mode in [Mode::Write, Mode::Own, Mode::Schema] {
        let started = Instant::now();
        let error = executor.execute(mode, &[insert(1)]).unwrap_err();
        let path = database.path();
        check_error(&error, is_unavailable, &[path.to_str().unwrap(), "is locked by another process", "waited 0."]);
        assert!(started.elapsed() >= Duration::from_millis(100));
    }
    assert_eq!(database.ids(), [0_i64; 0], "readers do not wait for a writer");

    other.execute_batch("ROLLBACK").unwrap();
    executor.execute(Mode::Own, &[insert(1)]).unwrap();
    assert_eq!(database.ids(), [1]);
}

#[test]
fn a_lock_that_ends_in_time_is_waited_for() {
    let database = Database::with_items();
    let mut executor = database.executor();
    let other = database.application();
    other.execute_batch("BEGIN IMMEDIATE; INSERT INTO item (id) VALUES (1)").unwrap();
    let start = Barrier::new(2);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            start.wait();
            executor.execute(Mode::Own, &[insert(2)])
        });
        start.wait();
        other.execute_batch("COMMIT").unwrap();
        assert_eq!(waiting.join().unwrap().unwrap()[0].affected, 1);
    });
    assert_eq!(database.ids(), [1, 2]);
}

#[test]
fn opening_waits_for_a_lock_no_longer_than_said() {
    let mut database = Database::absent();
    database.source.busy_timeout = Duration::from_millis(50);
    let other = database.application();
    other.execute_batch("BEGIN EXCLUSIVE; CREATE TABLE mine (id)").unwrap();
    let Err(error) = database.source.connect() else { panic!("a locked database was opened") };
    check_error(&error, is_unavailable, &["hookwright.db is locked by another process"]);
}

#[test]
fn a_shared_database_in_rollback_mode_works_beside_a_reader() {
    let mut database = Database::absent();
    database.source.busy_timeout = Duration::from_millis(50);
    let application = database.application();
    application.execute_batch("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)").unwrap();
    let mut executor = database.executor();

    application.execute_batch("BEGIN; SELECT count(*) FROM item").unwrap();
    let error = executor.execute(Mode::Write, &[insert(1)]).unwrap_err();
    check_error(&error, is_unavailable, &["hookwright.db is locked by another process"]);

    application.execute_batch("COMMIT").unwrap();
    executor.execute(Mode::Write, &[insert(1)]).unwrap();
    let count = query("SELECT count(*) FROM item WHERE id = ?", [Value::Integer(1)], [ColumnType::Integer]);
    assert_eq!(integers(&executor.execute(Mode::Read, &[count]).unwrap()[0]), [1]);
}
