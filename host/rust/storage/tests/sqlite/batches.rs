//! A batch on a connection of our own: all or nothing, and what each statement may do.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hookwright_storage::{ColumnType, Dialect, Mode, Statement, StorageError, Value};

use crate::{Database, change, check_error, ids, insert, integers, is_constraint, is_other, query, rename, text};

#[test]
fn the_dialect_is_sqlite() {
    assert_eq!(Database::absent().executor().dialect(), Dialect::Sqlite);
}

#[test]
fn a_batch_commits_in_every_changing_mode() {
    let database = Database::with_items();
    for (id, mode) in [(1, Mode::Write), (2, Mode::Own), (3, Mode::Schema)] {
        let results = database.executor().execute(mode, &[insert(id), rename(id)]).unwrap();
        assert_eq!(results.iter().map(|result| result.affected).collect::<Vec<_>>(), [1, 1], "{mode:?}");
    }
    assert_eq!(database.ids(), [1, 2, 3]);
}

#[test]
fn an_empty_batch_gives_nothing() {
    let database = Database::absent();
    for mode in [Mode::Read, Mode::Write, Mode::Own, Mode::Schema] {
        assert_eq!(database.executor().execute(mode, &[]), Ok(Vec::new()));
    }
}

#[test]
fn a_violated_constraint_takes_the_whole_batch_back() {
    let database = Database::with_items();
    let mut executor = database.executor();
    let error = executor.execute(Mode::Write, &[insert(1), insert(2), insert(1)]).unwrap_err();
    check_error(&error, is_constraint, &["statement 2 (INSERT INTO item", "UNIQUE", "item.id"]);
    assert_eq!(ids(executor.as_mut()), Ok(vec![]));
    executor.execute(Mode::Write, &[insert(1)]).unwrap();
    assert_eq!(database.ids(), [1]);
}

#[test]
fn a_mistake_in_the_sql_takes_the_whole_batch_back_and_names_the_statement() {
    let database = Database::with_items();
    for (sql, words) in [
        ("INSERT INTO itme (id) VALUES (7)", "no such table: itme"),
        ("INSERT INTO item (ident) VALUES (7)", "ident"),
        ("INSRT INTO item (id) VALUES (7)", "syntax error"),
    ] {
        let error = database.executor().execute(Mode::Own, &[insert(1), change(sql, [])]).unwrap_err();
        check_error(&error, is_other, &["statement 1 (IN", words]);
    }
    assert_eq!(database.ids(), [0_i64; 0]);
}

#[test]
fn an_unmet_expectation_takes_the_whole_batch_back_and_names_the_index() {
    let database = Database::with_items();
    let mut executor = database.executor();
    executor.execute(Mode::Write, &[insert(1)]).unwrap();

    let none = executor.execute(Mode::Own, &[insert(2), rename(1), rename(99), insert(3)]);
    assert_eq!(none, Err(StorageError::ExpectationFailed(2)));
    let many = Statement { expect: Some(1), ..change("UPDATE item SET name = 'x' WHERE id >= 1", []) };
    assert_eq!(executor.execute(Mode::Own, &[insert(2), many]), Err(StorageError::ExpectationFailed(1)));

    let name = query("SELECT id, name FROM item", [], [ColumnType::Integer, ColumnType::Text]);
    assert_eq!(executor.execute(Mode::Read, &[name]).unwrap()[0].values, [Value::Integer(1), text("an item")]);
}

#[test]
fn affected_counts_changed_rows_and_nothing_else() {
    let database = Database::with_items();
    let returning = "INSERT INTO item (id) VALUES (?), (?) RETURNING id";
    let results = database.executor().execute(
        Mode::Write,
        &[
            query(returning, [Value::Integer(1), Value::Integer(2)], [ColumnType::Integer]),
            query("SELECT id FROM item", [], [ColumnType::Integer]),
            change("UPDATE item SET name = 'x' WHERE id > 5", []),
            change("UPDATE item SET name = 'x'", []),
            change("CREATE TABLE IF NOT EXISTS item (id)", []),
            change("CREATE TABLE other (id)", []),
            change("DELETE FROM item", []),
        ],
    );
    let results = results.unwrap();
    let affected: Vec<_> = results.iter().map(|result| result.affected).collect();
    assert_eq!(affected, [2, 0, 0, 2, 0, 0, 2]);
    assert_eq!(integers(&results[0]), [1, 2]);
    assert_eq!(integers(&results[1]), [1, 2]);
    assert!(results[2..].iter().all(|result| result.values.is_empty()));
}

#[test]
fn a_failed_schema_batch_leaves_no_table() {
    let database = Database::absent();
    let batch = [change("CREATE TABLE a (id)", []), change("CREATE TABLE b (id", [])];
    database.executor().execute(Mode::Schema, &batch).unwrap_err();
    let tables = query("SELECT count(*) FROM sqlite_schema", [], [ColumnType::Integer]);
    assert_eq!(integers(&database.executor().execute(Mode::Read, &[tables]).unwrap()[0]), [0]);
}

#[test]
fn a_statement_follows_a_change_of_the_schema_by_another_connection() {
    let database = Database::with_items();
    let mut executor = database.executor();
    executor.execute(Mode::Write, &[insert(1)]).unwrap();
    let add = change("ALTER TABLE item ADD COLUMN state TEXT", []);
    database.executor().execute(Mode::Schema, &[add]).unwrap();
    executor.execute(Mode::Write, &[insert(2)]).unwrap();
    assert_eq!(database.ids(), [1, 2]);
}

#[test]
fn a_read_batch_changes_nothing() {
    let database = Database::with_items();
    let mut executor = database.executor();
    let error = executor.execute(Mode::Read, &[insert(1)]).unwrap_err();
    check_error(&error, is_other, &["statement 0", "its batch is for reading"]);
    let count = query("SELECT count(*) FROM item", [], [ColumnType::Integer]);
    let error = executor.execute(Mode::Read, &[count, insert(1)]).unwrap_err();
    check_error(&error, is_other, &["statement 1", "its batch is for reading"]);
    assert_eq!(database.ids(), [0_i64; 0]);
}

#[test]
fn a_read_batch_sees_one_state() {
    const COUNTS: usize = 30;
    let database = Database::with_items();
    let read_enough = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut executor = database.executor();
            let mut id = 0;
            while !read_enough.load(Ordering::Relaxed) {
                executor.execute(Mode::Write, &[insert(id)]).unwrap();
                id += 1;
            }
        });
        let mut executor = database.executor();
        let count = query("SELECT count(*) FROM item", [], [ColumnType::Integer]);
        let batch = vec![count; 20];
        let deadline = Instant::now() + Duration::from_secs(60);
        let mut seen = Vec::new();
        let mut torn = None;
        while seen.len() < COUNTS && torn.is_none() && Instant::now() < deadline {
            let counts: Vec<_> = executor.execute(Mode::Read, &batch).unwrap().iter().flat_map(integers).collect();
            if counts.iter().any(|count| *count != counts[0]) {
                torn = Some(counts);
            } else if seen.last() != Some(&counts[0]) {
                seen.push(counts[0]);
            }
        }
        read_enough.store(true, Ordering::Relaxed);
        assert_eq!(torn, None);
        assert_eq!(seen.len(), COUNTS, "the writer was not seen to write");
    });
}

#[test]
fn no_statement_touches_the_transaction_or_a_setting() {
    let database = Database::with_items();
    let mut executor = database.executor();
    for sql in ["COMMIT", "ROLLBACK", "BEGIN", "SAVEPOINT a", "/* x */ END", "", "-- nothing"] {
        for mode in [Mode::Write, Mode::Own, Mode::Schema] {
            let error = executor.execute(mode, &[insert(1), change(sql, []), insert(2)]).unwrap_err();
            check_error(&error, is_other, &["statement 1", "neither reads nor changes"]);
        }
        let error = executor.execute(Mode::Read, &[change(sql, [])]).unwrap_err();
        check_error(&error, is_other, &["statement 0", "neither reads nor changes"]);
    }
    assert_eq!(ids(executor.as_mut()), Ok(vec![]));
}

#[test]
fn a_statement_is_one_statement() {
    let database = Database::with_items();
    for sql in ["DELETE FROM item; COMMIT", "DELETE FROM item\0 WHERE id = 99"] {
        let mut executor = database.executor();
        let error = executor.execute(Mode::Write, &[insert(1), change(sql, [])]).unwrap_err();
        check_error(&error, is_other, &["statement 1"]);
    }
    assert_eq!(database.ids(), [0_i64; 0]);
}

#[test]
fn parameters_and_columns_are_as_many_as_the_statement_has() {
    let database = Database::with_items();
    let mut executor = database.executor();
    let sql = "SELECT id FROM item WHERE id > ? AND id < ?";
    let one = query(sql, [Value::Integer(1)], [ColumnType::Integer]);
    let three = query(sql, [Value::Integer(1), Value::Integer(2), Value::Integer(3)], [ColumnType::Integer]);
    let two = query(sql, [Value::Integer(1), Value::Integer(2)], [ColumnType::Integer]);
    let wide = query(sql, [Value::Integer(1), Value::Integer(2)], [ColumnType::Integer, ColumnType::Text]);
    let narrow = change(sql, [Value::Integer(1), Value::Integer(2)]);
    for (statement, words) in [
        (one, "1 parameters for 2 placeholders"),
        (three, "3 parameters for 2 placeholders"),
        (wide, "2 columns are declared, 1 come back"),
        (narrow, "0 columns are declared, 1 come back"),
    ] {
        let error = executor.execute(Mode::Read, &[two.clone(), statement]).unwrap_err();
        check_error(&error, is_other, &["statement 1 (SELECT id FROM item", words]);
    }
}

#[test]
fn an_error_quotes_the_beginning_of_a_long_statement_and_no_value() {
    let database = Database::with_items();
    let sql = format!("INSERT INTO item (id, name) VALUES (?, ?), {}", vec!["(NULL, 'é')"; 1000].join(", "));
    let statement = change(&sql, [Value::Integer(1), text("whsec_secret")]);
    let error = database.executor().execute(Mode::Write, &[insert(1), statement]).unwrap_err();
    check_error(&error, is_constraint, &["statement 1 (INSERT INTO item (id, name) VALUES (?, ?), ", "…)"]);
    assert!(error.to_string().len() < 200 && !error.to_string().contains("whsec"), "{error}");
}
