//! A batch inside an application's transaction: joins, stays inside its savepoint, and tells what became of the whole.

use std::sync::Barrier;

use hookwright_storage::{Mode, StorageError};
use hookwright_test_servers::Brand;

use crate::{Site, change, check_error, insert, is_constraint, is_lost, is_other, is_unavailable, rename};

on_servers! {
    what_is_written_commits_or_goes_with_the_application,
    a_failed_batch_leaves_the_application_s_rows_and_transaction,
    own_and_schema_are_refused,
    a_transaction_begun_in_text_is_joined_and_without_one_a_write_has_its_own,
    a_transaction_that_ended_by_a_deadlock_is_told,
    the_wait_for_a_lock_is_bounded_and_the_application_s_bound_is_given_back,
    a_broken_connection_loses_the_transaction,
    an_application_s_modes_change_nothing,
}

fn what_is_written_commits_or_goes_with_the_application(site: Site) {
    let mut application = site.application();
    for (end, left) in [("ROLLBACK", vec![]), ("COMMIT", vec![1, 2, 3])] {
        application.run("BEGIN");
        application.run("INSERT INTO item (id, name) VALUES (1, 'mine')");
        assert_eq!(application.ids(), [1], "a read sees what is not committed");
        application.execute(Mode::Write, &[insert(2), rename(1)]).unwrap();
        application.execute(Mode::Write, &[insert(3)]).unwrap();
        assert_eq!(site.ids(), [0_i64; 0]);
        application.run(end);
        assert_eq!(site.ids(), left);
    }
}

fn a_failed_batch_leaves_the_application_s_rows_and_transaction(site: Site) {
    let mut application = site.application();
    application.run("BEGIN");
    application.run("INSERT INTO item (id, name) VALUES (1, 'mine')");
    let error = application.execute(Mode::Write, &[insert(2), insert(1)]).unwrap_err();
    check_error(&error, is_constraint, &["statement 1"]);
    let outcome = application.execute(Mode::Write, &[insert(2), rename(1), rename(99)]);
    assert_eq!(outcome, Err(StorageError::ExpectationFailed(2)));
    for mode in [Mode::Read, Mode::Write] {
        let nowhere = crate::query("SELECT id FROM nowhere", [], [hookwright_storage::ColumnType::Integer]);
        let error = application.execute(mode, &[nowhere]).unwrap_err();
        check_error(&error, is_other, &["statement 0", "nowhere"]);
    }
    check_error(&application.execute(Mode::Read, &[insert(2)]).unwrap_err(), is_other, &["its batch is for reading"]);
    assert_eq!((application.ids(), application.text("SELECT name FROM item")), (vec![1], "mine".to_owned()));
    application.run("COMMIT");
    assert_eq!(site.ids(), [1]);
}

fn own_and_schema_are_refused(site: Site) {
    let mut application = site.application();
    application.run("BEGIN");
    application.run("INSERT INTO item (id) VALUES (1)");
    for (mode, word) in [(Mode::Own, "own"), (Mode::Schema, "schema")] {
        let error = application.execute(mode, &[change("CREATE TABLE x (id BIGINT)", [])]).unwrap_err();
        check_error(&error, is_unavailable, &[word, "is not possible inside an application's transaction"]);
    }
    application.run("ROLLBACK");
    assert_eq!(site.ids(), [0_i64; 0], "nothing has committed the application's rows");
}

fn a_transaction_begun_in_text_is_joined_and_without_one_a_write_has_its_own(site: Site) {
    let mut application = site.application();
    let mut begins = vec!["BEGIN", "START TRANSACTION", "START TRANSACTION ISOLATION LEVEL SERIALIZABLE"];
    if site.brand == Brand::Mariadb {
        begins = vec!["BEGIN", "START TRANSACTION", "SET autocommit = 0"];
    }
    for (id, begin) in (1..).zip(begins) {
        application.run(begin);
        application.execute(Mode::Write, &[insert(id)]).unwrap();
        assert_eq!(site.ids(), [0_i64; 0], "{begin}");
        application.run("ROLLBACK");
        assert_eq!(site.ids(), [0_i64; 0], "{begin}");
    }
    if site.brand == Brand::Mariadb {
        application.run("SET autocommit = 1");
    }
    application.execute(Mode::Write, &[insert(9)]).unwrap();
    assert_eq!(site.ids(), [9]);
    let outcome = application.execute(Mode::Write, &[insert(10), rename(99)]);
    assert_eq!(outcome, Err(StorageError::ExpectationFailed(1)));
    assert_eq!(site.ids(), [9]);
}

/// Two transactions, each of which wants the row that the other has: MySQL ends one of them, PostgreSQL its last
/// statement only, but then it cannot go on either.
fn a_transaction_that_ended_by_a_deadlock_is_told(site: Site) {
    site.executor().execute(Mode::Write, &[insert(1), insert(2)]).unwrap();
    let show = bound(&site);
    let meeting = Barrier::new(2);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let meet = |mine: i64, other: i64| {
            let (site, meeting) = (&site, &meeting);
            scope.spawn(move || {
                let mut application = site.application();
                let usual = application.text(show);
                application.run("BEGIN");
                application.run(&format!("INSERT INTO item (id) VALUES ({})", mine + 10));
                application.execute(Mode::Write, &[rename(mine)]).unwrap();
                meeting.wait();
                let outcome = application.execute(Mode::Write, &[insert(mine + 20), rename(other)]);
                // What an application may do that does not look.
                let _ = application.try_run("COMMIT");
                assert_eq!(application.text(show), usual, "it waits for locks as it did");
                (mine, outcome)
            })
        };
        [meet(1, 2), meet(2, 1)].map(|thread| thread.join().unwrap()).into()
    });
    let failed: Vec<_> = outcomes.iter().filter(|(_, outcome)| outcome.is_err()).collect();
    let [(victim, Err(error))] = failed.as_slice() else { panic!("{outcomes:?}") };
    match site.brand {
        Brand::Postgres => {
            assert!(matches!(error, StorageError::TransactionMustRestart(_)), "{error:?}");
            assert!(!site.ids().contains(&(victim + 20)));
        }
        Brand::Mariadb => {
            check_error(error, is_lost, &["1213"]);
            assert!(!site.ids().contains(&(victim + 10)), "its rows are gone, and nothing came after");
        }
    }
    assert!(site.ids().contains(&(3 - victim + 20)));
}

/// A query for how long a connection waits for a lock.
fn bound(site: &Site) -> &'static str {
    match site.brand {
        Brand::Postgres => "SELECT current_setting('lock_timeout')",
        Brand::Mariadb => "SELECT CAST(@@innodb_lock_wait_timeout AS CHAR)",
    }
}

fn the_wait_for_a_lock_is_bounded_and_the_application_s_bound_is_given_back(site: Site) {
    site.executor().execute(Mode::Write, &[insert(1)]).unwrap();
    let (set, value) = match site.brand {
        Brand::Postgres => ("SET lock_timeout = '1s'", "1s"),
        Brand::Mariadb => ("SET innodb_lock_wait_timeout = 1", "1"),
    };
    let show = bound(&site);
    let mut other = site.application();
    other.run("BEGIN");
    other.run("UPDATE item SET name = 'taken' WHERE id = 1");
    let mut application = site.application();
    let usual = application.text(show);
    application.run("BEGIN");
    application.execute(Mode::Write, &[insert(2)]).unwrap();
    assert_eq!(application.text(show), usual);
    application.run(set);
    let error = application.execute(Mode::Write, &[insert(3), rename(1)]).unwrap_err();
    check_error(&error, is_unavailable, &["are locked by another transaction"]);
    assert_eq!(application.text(show), value);
    application.run("COMMIT");
    assert_eq!(site.ids(), [1, 2]);
    other.run("ROLLBACK");
}

fn a_broken_connection_loses_the_transaction(site: Site) {
    let mut application = site.application();
    application.run("BEGIN");
    application.execute(Mode::Write, &[insert(1)]).unwrap();
    site.end_connections();
    let error = application.execute(Mode::Write, &[insert(2)]).unwrap_err();
    check_error(&error, is_lost, &[]);
    assert_eq!(site.ids(), [0_i64; 0]);
}

/// How an application has set its connection is its own matter.
fn an_application_s_modes_change_nothing(site: Site) {
    let settings: &[&str] = match site.brand {
        Brand::Postgres => &[
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SET standard_conforming_strings = off",
        ],
        Brand::Mariadb => &[
            "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,ONLY_FULL_GROUP_BY'",
            "SET sql_mode = ''",
            "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        ],
    };
    let mut application = site.application();
    let odd = r#"it's \n "odd" \' ; -- 🪝"#;
    for (id, setting) in (1..).zip(settings) {
        application.run(setting);
        application.run("BEGIN");
        let params = [hookwright_storage::Value::Integer(id), crate::text(odd)];
        application.execute(Mode::Write, &[change("INSERT INTO item (id, name) VALUES (?, ?)", params)]).unwrap();
        application.run("COMMIT");
        assert_eq!(application.text(&format!("SELECT name FROM item WHERE id = {id}")), odd);
    }
}
