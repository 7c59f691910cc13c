//! A batch on a connection of our own: all or nothing, and what each statement may do.

use hookwright_storage::{ColumnType, Dialect, Mode, Statement, StorageError, Value};
use hookwright_test_servers::Brand;

use crate::{Site, change, check_error, ids, insert, integers, is_constraint, is_other, query, rename, text};

on_servers! {
    the_dialect_is_the_server_s,
    a_batch_commits_in_every_changing_mode,
    a_violated_constraint_takes_the_whole_batch_back,
    a_mistake_in_the_sql_takes_the_whole_batch_back_and_names_the_statement,
    an_unmet_expectation_takes_the_whole_batch_back_and_names_the_index,
    affected_counts_changed_rows_and_nothing_else,
    a_read_batch_changes_nothing_and_sees_one_state,
    no_statement_touches_the_transaction_or_a_setting,
    parameters_and_columns_are_as_many_as_the_statement_has,
    a_statement_follows_a_change_of_the_tables_by_another_connection,
    a_failed_schema_batch_does_what_the_server_can,
}

fn the_dialect_is_the_server_s(site: Site) {
    let dialect = if site.brand == Brand::Postgres { Dialect::Postgres } else { Dialect::Mysql };
    assert_eq!(site.executor().dialect(), dialect);
    for mode in [Mode::Read, Mode::Write, Mode::Own, Mode::Schema] {
        assert_eq!(site.executor().execute(mode, &[]), Ok(Vec::new()));
    }
}

fn a_batch_commits_in_every_changing_mode(site: Site) {
    for (id, mode) in [(1, Mode::Write), (2, Mode::Own), (3, Mode::Schema)] {
        let results = site.executor().execute(mode, &[insert(id), rename(id)]).unwrap();
        assert_eq!(results.iter().map(|result| result.affected).collect::<Vec<_>>(), [1, 1], "{mode:?}");
    }
    assert_eq!(site.ids(), [1, 2, 3]);
}

fn a_violated_constraint_takes_the_whole_batch_back(site: Site) {
    let mut executor = site.executor();
    let error = executor.execute(Mode::Write, &[insert(1_234_567), insert(2), insert(1_234_567)]).unwrap_err();
    check_error(&error, is_constraint, &["statement 2 (INSERT INTO item", "key"]);
    assert!(!error.to_string().contains("1234567"), "values are not quoted: {error}");
    assert_eq!(ids(executor.as_mut()), Ok(vec![]));
    executor.execute(Mode::Write, &[insert(1)]).unwrap();
    assert_eq!(site.ids(), [1]);
}

fn a_mistake_in_the_sql_takes_the_whole_batch_back_and_names_the_statement(site: Site) {
    for (sql, words) in [
        ("INSERT INTO itme (id) VALUES (7)", "itme"),
        ("INSERT INTO item (ident) VALUES (7)", "ident"),
        ("INSERT IN item (id) VALUES (7)", "syntax"),
    ] {
        let error = site.executor().execute(Mode::Own, &[insert(1), change(sql, [])]).unwrap_err();
        check_error(&error, is_other, &["statement 1 (INSERT IN", words]);
    }
    assert_eq!(site.ids(), [0_i64; 0]);
}

fn an_unmet_expectation_takes_the_whole_batch_back_and_names_the_index(site: Site) {
    let mut executor = site.executor();
    executor.execute(Mode::Write, &[insert(1)]).unwrap();
    let none = executor.execute(Mode::Own, &[insert(2), rename(1), rename(99), insert(3)]);
    assert_eq!(none, Err(StorageError::ExpectationFailed(2)));
    let one = Statement { expect: Some(2), ..change("UPDATE item SET name = 'x' WHERE id >= 1", []) };
    let few = executor.execute(Mode::Own, &[one, insert(2)]);
    assert_eq!(few, Err(StorageError::ExpectationFailed(0)));
    let name = query("SELECT id, name FROM item", [], [ColumnType::Integer, ColumnType::Text]);
    assert_eq!(executor.execute(Mode::Read, &[name]).unwrap()[0].values, [Value::Integer(1), text("an item")]);
}

fn affected_counts_changed_rows_and_nothing_else(site: Site) {
    let results = site.executor().execute(
        Mode::Write,
        &[
            change("INSERT INTO item (id) VALUES (?), (?)", [Value::Integer(1), Value::Integer(2)]),
            query("SELECT id FROM item ORDER BY id", [], [ColumnType::Integer]),
            change("UPDATE item SET name = 'x' WHERE id > 5", []),
            change("UPDATE item SET name = 'x'", []),
            change("DELETE FROM item", []),
        ],
    );
    let results = results.unwrap();
    let affected: Vec<_> = results.iter().map(|result| result.affected).collect();
    assert_eq!(affected, [2, 0, 0, 2, 2]);
    assert_eq!(integers(&results[1]), [1, 2]);
}

fn a_read_batch_changes_nothing_and_sees_one_state(site: Site) {
    let mut executor = site.executor();
    let count = query("SELECT count(*) FROM item", [], [ColumnType::Integer]);
    let error = executor.execute(Mode::Read, &[count.clone(), insert(1)]).unwrap_err();
    check_error(&error, is_other, &["statement 1", "its batch is for reading"]);
    assert_eq!(site.ids(), [0_i64; 0]);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut writer = site.executor();
            (0..200).for_each(|id| drop(writer.execute(Mode::Write, &[insert(id)]).unwrap()));
        });
        while !writer.is_finished() {
            let results = executor.execute(Mode::Read, &vec![count.clone(); 10]).unwrap();
            let counts: Vec<_> = results.iter().flat_map(integers).collect();
            assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
        }
    });
    assert_eq!(site.ids().len(), 200);
}

fn no_statement_touches_the_transaction_or_a_setting(site: Site) {
    let mut executor = site.executor();
    for sql in ["COMMIT", "ROLLBACK", "BEGIN", "SAVEPOINT a", "/* x */ COMMIT", "", "SET autocommit = 1"] {
        for mode in [Mode::Write, Mode::Own, Mode::Schema] {
            let error = executor.execute(mode, &[insert(1), change(sql, []), insert(2)]).unwrap_err();
            check_error(&error, is_other, &["statement 1", "neither reads nor changes"]);
        }
    }
    let error = executor.execute(Mode::Own, &[change("DROP TABLE item", [])]).unwrap_err();
    check_error(&error, is_other, &["it changes tables"]);
    let two = change("DELETE FROM item; COMMIT", []);
    check_error(&executor.execute(Mode::Write, &[insert(1), two]).unwrap_err(), is_other, &["statement 1"]);
    assert_eq!(ids(executor.as_mut()), Ok(vec![]));
}

fn parameters_and_columns_are_as_many_as_the_statement_has(site: Site) {
    let mut executor = site.executor();
    let sql = "SELECT id FROM item WHERE id > ? AND id < ?";
    let two = || [Value::Integer(1), Value::Integer(2)];
    for (statement, words) in [
        (query(sql, [Value::Integer(1)], [ColumnType::Integer]), "1 parameters for 2 placeholders"),
        (query(sql, two(), [ColumnType::Integer, ColumnType::Text]), "2 columns are declared, 1 come back"),
        (change(sql, two()), "0 columns are declared, 1 come back"),
    ] {
        let good = query(sql, two(), [ColumnType::Integer]);
        let error = executor.execute(Mode::Read, &[good, statement]).unwrap_err();
        check_error(&error, is_other, &["statement 1 (SELECT id FROM item", words]);
    }
}

fn a_statement_follows_a_change_of_the_tables_by_another_connection(site: Site) {
    let mut executor = site.executor();
    let all = query("SELECT id, name FROM item", [], [ColumnType::Integer, ColumnType::Text]);
    executor.execute(Mode::Write, &[insert(1), all.clone()]).unwrap();
    for sql in ["ALTER TABLE item ADD COLUMN state BIGINT", "ALTER TABLE item DROP COLUMN body"] {
        site.executor().execute(Mode::Schema, &[change(sql, [])]).unwrap();
        executor.execute(Mode::Write, &[all.clone(), insert(site.ids().len() as i64 + 1)]).unwrap();
    }
    assert_eq!(site.ids(), [1, 2, 3]);
}

/// On MySQL each statement that changes tables commits; there the core sends one at a time.
fn a_failed_schema_batch_does_what_the_server_can(site: Site) {
    let batch = [change("CREATE TABLE a (id BIGINT)", []), change("CREATE TABLE b (id BIGINT", [])];
    site.executor().execute(Mode::Schema, &batch).unwrap_err();
    let exists = query("SELECT COUNT(*) FROM a", [], [ColumnType::Integer]);
    let left = site.executor().execute(Mode::Read, &[exists]).is_ok();
    assert_eq!(left, site.brand == Brand::Mariadb);
    // The lock of schema batches is free again.
    site.executor().execute(Mode::Schema, &[change("CREATE TABLE c (id BIGINT)", [])]).unwrap();
}
