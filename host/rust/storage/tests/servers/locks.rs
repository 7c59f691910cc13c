//! Several connections at once, one that does not let go, and one that breaks.

use std::sync::Barrier;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use std::time::Instant;

use hookwright_storage::{ColumnType, Mode, Statement, StorageError};
use hookwright_test_servers::{Brand, Server};

use crate::{Site, change, check_error, insert, integers, is_unavailable, query, rename, source};

on_servers! {
    deadlocks_are_replayed,
    schema_batches_wait_for_each_other,
    a_lock_beyond_the_time_out_is_told,
    a_connection_that_broke_is_replaced_unseen,
    a_batch_whose_connection_breaks_is_stored_once_or_not_at_all,
    a_read_only_database_is_told,
}

/// Batches that lock the same rows in opposite orders, which no careful core would make.
fn deadlocks_are_replayed(site: Site) {
    const BATCHES: i64 = 40;
    site.executor().execute(Mode::Write, &[insert(1), insert(2)]).unwrap();
    let bump = |id: i64| Statement {
        expect: Some(1),
        ..change(&format!("UPDATE item SET name = CONCAT(name, 'x') WHERE id = {id}"), [])
    };
    let start = Barrier::new(4);
    thread::scope(|scope| {
        for worker in 0..4 {
            let (site, start) = (&site, &start);
            scope.spawn(move || {
                let mut executor = site.executor();
                start.wait();
                let order = if worker % 2 == 0 { [1, 2] } else { [2, 1] };
                for _ in 0..BATCHES {
                    let batch = order.map(bump);
                    // What was replayed in vain is told as such, and is the caller's to send again.
                    while let Err(error) = executor.execute(Mode::Own, &batch) {
                        assert!(matches!(error, StorageError::Retryable(_)), "{error:?}");
                    }
                }
            });
        }
    });
    let length = query("SELECT CHAR_LENGTH(name) FROM item ORDER BY id", [], [ColumnType::Integer]);
    let lengths = integers(&site.executor().execute(Mode::Read, &[length]).unwrap()[0]);
    let expected = "an item".len() as i64 + 4 * BATCHES;
    assert_eq!(lengths, [expected, expected], "each batch took effect once");
}

/// Without the lock, first starts at the same moment fail on PostgreSQL: two processes make one table.
fn schema_batches_wait_for_each_other(site: Site) {
    const STARTS: usize = 8;
    for round in 0..5 {
        let start = Barrier::new(STARTS);
        thread::scope(|scope| {
            for _ in 0..STARTS {
                scope.spawn(|| {
                    let mut executor = site.executor();
                    start.wait();
                    let create = format!("CREATE TABLE IF NOT EXISTS first_{round} (id BIGINT)");
                    let count = format!("INSERT INTO first_{round} (id) VALUES (1)");
                    executor.execute(Mode::Schema, &[change(&create, []), change(&count, [])]).unwrap();
                });
            }
        });
        let count = query(&format!("SELECT COUNT(*) FROM first_{round}"), [], [ColumnType::Integer]);
        assert_eq!(integers(&site.executor().execute(Mode::Read, &[count]).unwrap()[0]), [STARTS as i64]);
    }
}

fn a_lock_beyond_the_time_out_is_told(site: Site) {
    site.executor().execute(Mode::Write, &[insert(1)]).unwrap();
    let mut other = site.application();
    other.run("BEGIN");
    other.run("UPDATE item SET name = 'taken' WHERE id = 1");
    let mut executor = site.executor();
    let started = Instant::now();
    let error = executor.execute(Mode::Own, &[insert(2), rename(1)]).unwrap_err();
    check_error(&error, is_unavailable, &[&site.database.name, "are locked by another transaction", "waited 5 s"]);
    assert!(started.elapsed().as_secs() < 20);
    other.run("ROLLBACK");
    executor.execute(Mode::Own, &[insert(2), rename(1)]).unwrap();
    assert_eq!(site.ids(), [1, 2]);
}

fn a_connection_that_broke_is_replaced_unseen(site: Site) {
    let mut executor = site.executor();
    executor.execute(Mode::Write, &[insert(1)]).unwrap();
    for (id, mode) in [(2, Mode::Write), (3, Mode::Own), (4, Mode::Schema)] {
        site.end_connections();
        executor.execute(mode, &[insert(id), rename(id)]).unwrap();
    }
    site.end_connections();
    assert_eq!(crate::ids(executor.as_mut()), Ok(vec![1, 2, 3, 4]));
}

/// Connections end while batches run, at any of their statements.
fn a_batch_whose_connection_breaks_is_stored_once_or_not_at_all(site: Site) {
    const BATCHES: i64 = 300;
    let done = AtomicI64::new(0);
    let mut executor = site.executor();
    let unknown = thread::scope(|scope| {
        let (site, done) = (&site, &done);
        let writer = scope.spawn(move || {
            let mut unknown = Vec::new();
            for id in 0..BATCHES {
                if let Err(error) = executor.execute(Mode::Write, &[insert(id), rename(id)]) {
                    // In the very moment of the commit, or of connecting again.
                    check_error(&error, is_unavailable, &[&site.database.name]);
                    unknown.push(id);
                }
                done.fetch_add(1, Ordering::SeqCst);
            }
            unknown
        });
        let mut ended_at = 0;
        while !writer.is_finished() {
            if done.load(Ordering::SeqCst) >= ended_at + 5 {
                ended_at = done.load(Ordering::SeqCst);
                site.end_connections();
            }
        }
        writer.join().unwrap()
    });
    let stored = site.ids();
    assert!((0..BATCHES).all(|id| stored.contains(&id) || unknown.contains(&id)), "{unknown:?}");
    assert!(unknown.len() < BATCHES as usize / 5, "{} of {BATCHES} have failed", unknown.len());
}

fn a_read_only_database_is_told(site: Site) {
    let name = &site.database.name;
    match site.brand {
        Brand::Postgres => {
            let sql = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
            site.server.admin(&sql).unwrap();
            // Our batches say READ WRITE themselves; a user without rights is what is left.
            site.executor().execute(Mode::Write, &[insert(1)]).unwrap();
        }
        Brand::Mariadb => {
            // A server's switch would hit the other tests.
            let Some(server) = Server::start(Brand::Mariadb) else { return };
            let database = server.database();
            let user = "CREATE USER reader@'%' IDENTIFIED BY 'pw'";
            server.admin(user).unwrap();
            server.admin(&format!("GRANT ALL ON {}.* TO reader@'%'", database.name)).unwrap();
            server.admin("SET GLOBAL read_only = ON").unwrap();
            let url = format!("mysql://reader:pw@127.0.0.1:{}/{}", server.port(), database.name);
            let mut executor = source(Brand::Mariadb, &url).unwrap().connect().unwrap();
            let error = executor.execute(Mode::Schema, &[change("CREATE TABLE a (id BIGINT)", [])]).unwrap_err();
            check_error(&error, is_unavailable, &[&database.name, "cannot be written"]);
        }
    }
}
