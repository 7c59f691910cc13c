//! A batch inside an application's transaction: joins, stays inside its savepoint, and tells what became of the whole.

use std::time::Duration;

use hookwright_storage::{ColumnType, Dialect, Executor, JoinedSqlite, Mode, StorageError};
use rusqlite::{Connection, StatementStatus, TransactionBehavior};

use crate::{
    Database, change, check_error, ids, insert, is_constraint, is_lost, is_other, is_unavailable, must_restart, query,
    rename,
};

/// Ids as the application sees them.
fn seen_by(application: &Connection) -> Vec<i64> {
    ids(&mut JoinedSqlite::new(application)).expect("ids")
}

fn application_inserts(application: &Connection, id: i64) {
    application.execute("INSERT INTO item (id, name) VALUES (?1, 'mine')", [id]).expect("a row");
}

#[test]
fn a_read_sees_uncommitted_rows() {
    let database = Database::with_items();
    let mut application = database.application();
    let transaction = application.transaction().unwrap();
    application_inserts(&transaction, 1);
    let count = query("SELECT count(*) FROM item", [], [ColumnType::Integer]);
    let results = JoinedSqlite::new(&transaction).execute(Mode::Read, &[count.clone(), count]).unwrap();
    assert_eq!(results.iter().flat_map(crate::integers).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(seen_by(&transaction), [1]);
    assert_eq!(database.ids(), [0_i64; 0]);
}

#[test]
fn what_is_written_commits_with_the_application() {
    let database = Database::with_items();
    let mut application = database.application();
    let transaction = application.transaction().unwrap();
    application_inserts(&transaction, 1);
    let mut joined = JoinedSqlite::new(&transaction);
    assert_eq!(joined.dialect(), Dialect::Sqlite);
    joined.execute(Mode::Write, &[insert(2), rename(1)]).unwrap();
    joined.execute(Mode::Write, &[insert(3)]).unwrap();
    assert_eq!(database.ids(), [0_i64; 0]);
    transaction.commit().unwrap();
    assert_eq!(database.ids(), [1, 2, 3]);
}

#[test]
fn what_is_written_goes_with_the_application() {
    let database = Database::with_items();
    let mut application = database.application();
    let transaction = application.transaction().unwrap();
    JoinedSqlite::new(&transaction).execute(Mode::Write, &[insert(1)]).unwrap();
    assert_eq!(seen_by(&transaction), [1]);
    transaction.rollback().unwrap();
    assert_eq!(seen_by(&application), [0_i64; 0]);
}

#[test]
fn a_failed_write_leaves_the_applications_rows_and_transaction() {
    let database = Database::with_items();
    let mut application = database.application();
    let transaction = application.transaction().unwrap();
    application_inserts(&transaction, 1);
    let mut joined = JoinedSqlite::new(&transaction);

    let error = joined.execute(Mode::Write, &[insert(2), insert(1)]).unwrap_err();
    check_error(&error, is_constraint, &["statement 1", "item.id"]);
    let outcome = joined.execute(Mode::Write, &[insert(2), rename(1), rename(99)]);
    assert_eq!(outcome, Err(StorageError::ExpectationFailed(2)));
    let error = joined.execute(Mode::Write, &[insert(2), change("DELETE FROM nowhere", [])]).unwrap_err();
    check_error(&error, is_other, &["statement 1", "no such table"]);

    assert_eq!(seen_by(&transaction), [1]);
    let name: String = transaction.query_row("SELECT name FROM item", [], |row| row.get(0)).unwrap();
    assert_eq!(name, "mine");
    application_inserts(&transaction, 3);
    transaction.commit().unwrap();
    assert_eq!(database.ids(), [1, 3]);
}

#[test]
fn a_failed_read_leaves_the_applications_transaction() {
    let database = Database::with_items();
    let mut application = database.application();
    let transaction = application.transaction().unwrap();
    application_inserts(&transaction, 1);
    let mut joined = JoinedSqlite::new(&transaction);
    check_error(&joined.execute(Mode::Read, &[insert(2)]).unwrap_err(), is_other, &["its batch is for reading"]);
    check_error(&joined.execute(Mode::Read, &[change("COMMIT", [])]).unwrap_err(), is_other, &["statement 0"]);
    transaction.commit().unwrap();
    assert_eq!(database.ids(), [1]);
}

#[test]
fn own_and_schema_are_refused() {
    let database = Database::with_items();
    let mut application = database.application();
    let transaction = application.transaction().unwrap();
    let mut joined = JoinedSqlite::new(&transaction);
    let error = joined.execute(Mode::Own, &[insert(1)]).unwrap_err();
    check_error(&error, is_unavailable, &["own is not possible inside an application's transaction"]);
    let error = joined.execute(Mode::Schema, &[change("CREATE TABLE x (id)", [])]).unwrap_err();
    check_error(&error, is_unavailable, &["schema is not possible inside an application's transaction"]);
    transaction.commit().unwrap();
    assert_eq!(database.ids(), [0_i64; 0]);
}

#[test]
fn a_transaction_begun_in_text_is_joined() {
    let database = Database::with_items();
    for (id, begin) in [(1, "BEGIN"), (2, "BEGIN IMMEDIATE"), (3, "SAVEPOINT mine")] {
        let application = database.application();
        application.execute_batch(begin).unwrap();
        JoinedSqlite::new(&application).execute(Mode::Write, &[insert(id)]).unwrap();
        assert!(!application.is_autocommit(), "{begin}: the application's transaction was ended");
        assert_eq!(database.ids(), [0_i64; 0]);
        application.execute_batch("ROLLBACK").unwrap();
    }
    assert_eq!(database.ids(), [0_i64; 0]);
}

#[test]
fn without_a_transaction_a_write_has_its_own() {
    let database = Database::with_items();
    let application = database.application();
    let mut joined = JoinedSqlite::new(&application);
    joined.execute(Mode::Write, &[insert(1)]).unwrap();
    assert_eq!(database.ids(), [1]);
    let outcome = joined.execute(Mode::Write, &[insert(2), rename(99)]);
    assert_eq!(outcome, Err(StorageError::ExpectationFailed(1)));
    assert!(application.is_autocommit());
    assert_eq!(seen_by(&application), [1]);
}

#[test]
fn without_a_transaction_a_lock_is_named_with_its_file() {
    let database = Database::with_items();
    let other = database.application();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let application = database.application();
    application.busy_timeout(Duration::from_millis(1)).unwrap();
    let mut joined = JoinedSqlite::new(&application);
    let error = joined.execute(Mode::Write, &[insert(1)]).unwrap_err();
    check_error(&error, is_unavailable, &["hookwright.db is locked by another process"]);
    other.execute_batch("COMMIT").unwrap();
    joined.execute(Mode::Write, &[insert(1)]).unwrap();
}

#[test]
fn a_deferred_transaction_that_another_writer_overtook_must_restart() {
    let database = Database::with_items();
    let mut application = database.application();
    let transaction = application.transaction().unwrap();
    assert_eq!(seen_by(&transaction), [0_i64; 0]);
    database.executor().execute(Mode::Write, &[insert(1)]).unwrap();

    let error = JoinedSqlite::new(&transaction).execute(Mode::Write, &[insert(2)]).unwrap_err();
    check_error(&error, must_restart, &["hookwright.db", "BEGIN IMMEDIATE"]);
    assert!(!transaction.is_autocommit());
    transaction.rollback().unwrap();

    let again = application.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    JoinedSqlite::new(&again).execute(Mode::Write, &[insert(2)]).unwrap();
    again.commit().unwrap();
    assert_eq!(database.ids(), [1, 2]);
}

#[test]
fn a_deferred_transaction_beside_a_writer_must_restart() {
    let database = Database::with_items();
    let other = database.application();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let application = database.application();
    application.busy_timeout(Duration::from_millis(1)).unwrap();
    for has_read in [true, false] {
        application.execute_batch("BEGIN").unwrap();
        if has_read {
            assert_eq!(seen_by(&application), [0_i64; 0]);
        }
        let error = JoinedSqlite::new(&application).execute(Mode::Write, &[insert(1)]).unwrap_err();
        check_error(&error, must_restart, &["hookwright.db"]);
        application.execute_batch("ROLLBACK").unwrap();
    }
}

#[test]
fn another_attached_database_is_not_locked() {
    let (database, attached) = (Database::with_items(), Database::with_items());
    let other = attached.application();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let application = database.application();
    application.execute("ATTACH ?1 AS attached", [attached.path().to_str().unwrap()]).unwrap();
    application.execute_batch("BEGIN").unwrap();
    JoinedSqlite::new(&application).execute(Mode::Write, &[insert(1)]).unwrap();
    application.execute_batch("COMMIT").unwrap();
    assert_eq!(database.ids(), [1]);
}

#[test]
fn a_transaction_that_sqlite_rolled_back_is_lost() {
    let database = Database::with_items();
    let mut application = database.application();
    let trigger = "CREATE TRIGGER refuse BEFORE INSERT ON item WHEN new.id = 13
                   BEGIN SELECT RAISE(ROLLBACK, 'never thirteen'); END";
    application.execute_batch(trigger).unwrap();
    let transaction = application.transaction().unwrap();
    application_inserts(&transaction, 1);
    let error = JoinedSqlite::new(&transaction).execute(Mode::Write, &[insert(2), insert(13), insert(3)]).unwrap_err();
    check_error(&error, is_lost, &["statement 1", "never thirteen"]);
    assert!(transaction.commit().is_err());
    assert_eq!(database.ids(), [0_i64; 0]);
}

#[test]
fn a_full_disk_is_told_as_a_loss_when_sqlite_rolled_back_and_else_not() {
    let fill_by_insert = "INSERT INTO item (id, body) VALUES (9, zeroblob(100000))";
    let fill_by_update = "UPDATE item SET body = zeroblob(100000)";
    let mut losses = Vec::new();
    for fill in [fill_by_insert, fill_by_update] {
        let database = Database::with_items();
        let application = database.application();
        application.execute_batch("PRAGMA max_page_count = 3; BEGIN IMMEDIATE").unwrap();
        application_inserts(&application, 1);
        let batch = [insert(2), change(fill, [])];
        let error = JoinedSqlite::new(&application).execute(Mode::Write, &batch).unwrap_err();
        let lost = application.is_autocommit();
        check_error(&error, if lost { is_lost } else { is_unavailable }, &["no room for", "hookwright.db"]);
        assert_eq!(seen_by(&application), if lost { vec![] } else { vec![1] }, "{fill}");
        losses.push(lost);
    }
    assert_eq!(losses, [true, false], "SQLite rolls back where it kept no statement journal");
}

#[test]
fn a_connection_that_may_not_write_says_so() {
    let database = Database::with_items();
    let application = database.application();
    application.execute_batch("PRAGMA query_only = ON; BEGIN").unwrap();
    let error = JoinedSqlite::new(&application).execute(Mode::Write, &[insert(1)]).unwrap_err();
    check_error(&error, is_unavailable, &["hookwright.db cannot be written", "write permission"]);
    assert!(!application.is_autocommit());
}

#[test]
fn an_applications_cursor_goes_on() {
    let database = Database::with_items();
    let application = database.application();
    application.execute_batch("BEGIN").unwrap();
    for id in 1..=3 {
        application_inserts(&application, id);
    }
    let mut select = application.prepare("SELECT id FROM item WHERE id < 10 ORDER BY id").unwrap();
    let mut rows = select.query([]).unwrap();
    let mut seen = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let id: i64 = row.get(0).unwrap();
        let mut joined = JoinedSqlite::new(&application);
        joined.execute(Mode::Write, &[insert(id + 10)]).unwrap();
        joined.execute(Mode::Write, &[insert(id + 20), insert(1)]).unwrap_err();
        seen.push(id);
    }
    assert_eq!(seen, [1, 2, 3]);
    assert_eq!(seen_by(&application), [1, 2, 3, 11, 12, 13]);
}

#[test]
fn a_database_in_memory_can_be_joined() {
    let application = Connection::open_in_memory().unwrap();
    application.execute_batch("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); BEGIN").unwrap();
    JoinedSqlite::new(&application).execute(Mode::Write, &[insert(1)]).unwrap();
    assert_eq!(seen_by(&application), [1]);
    application.execute_batch("COMMIT; PRAGMA query_only = ON").unwrap();
    let error = JoinedSqlite::new(&application).execute(Mode::Write, &[insert(2)]).unwrap_err();
    check_error(&error, is_unavailable, &["the application's database cannot be written"]);
}

#[test]
fn a_statement_is_prepared_once() {
    let database = Database::with_items();
    let application = database.application();
    application.execute_batch("BEGIN").unwrap();
    for id in 1..=3 {
        JoinedSqlite::new(&application).execute(Mode::Write, &[insert(id)]).unwrap();
    }
    let prepared = application.prepare_cached(&insert(0).sql).unwrap();
    assert_eq!(prepared.get_status(StatementStatus::Run), 3);
}
