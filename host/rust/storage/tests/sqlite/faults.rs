//! What a batch says, and leaves, when the file under it fails.

use std::fs;

use hookwright_storage::{ColumnType, Connect, Mode, Value};

use crate::{Database, change, check_error, ids, insert, integers, is_unavailable, query};

#[test]
fn a_full_disk_is_told_and_leaves_what_was_committed() {
    let database = Database::with_items();
    let mut executor = database.executor();
    executor.execute(Mode::Write, &[insert(1)]).unwrap();
    let limit = |pages| query(&format!("PRAGMA max_page_count = {pages}"), [], [ColumnType::Integer]);
    assert_eq!(integers(&executor.execute(Mode::Read, &[limit(10)]).unwrap()[0]), [10]);

    let body = Value::Blob(vec![7; 60_000]);
    let fill = change("INSERT INTO item (id, body) VALUES (?, ?)", [Value::Integer(3), body]);
    for mode in [Mode::Write, Mode::Own] {
        let error = executor.execute(mode, &[insert(2), fill.clone()]).unwrap_err();
        check_error(&error, is_unavailable, &["no room for", "hookwright.db", "free space"]);
        assert_eq!(ids(executor.as_mut()), Ok(vec![1]));
    }

    executor.execute(Mode::Read, &[limit(1000)]).unwrap();
    executor.execute(Mode::Write, &[insert(2), fill]).unwrap();
    assert_eq!(database.ids(), [1, 2, 3]);
}

#[test]
fn a_damaged_page_is_told_by_the_batch_that_meets_it() {
    let database = Database::with_items();
    database.executor().execute(Mode::Write, &[insert(1)]).unwrap();
    let mut content = fs::read(database.path()).unwrap();
    content[4096..].fill(0xAB);
    fs::write(database.path(), &content).unwrap();

    let mut executor = database.executor();
    for mode in [Mode::Write, Mode::Own] {
        let error = executor.execute(mode, &[insert(2)]).unwrap_err();
        check_error(&error, is_unavailable, &["hookwright.db", "is damaged", "restore a backup"]);
    }
    check_error(&ids(executor.as_mut()).unwrap_err(), is_unavailable, &["hookwright.db", "is damaged"]);
}

#[test]
fn a_file_cut_short_is_told() {
    let database = Database::with_items();
    let long_row = change("INSERT INTO item (id, body) VALUES (1, zeroblob(50000))", []);
    database.executor().execute(Mode::Write, &[long_row]).unwrap();
    let file = fs::File::options().write(true).open(database.path()).unwrap();
    file.set_len(4096).unwrap();

    let statement = query("SELECT body FROM item", [], [ColumnType::Blob]);
    let error = match database.source.connect() {
        Ok(mut executor) => executor.execute(Mode::Read, &[statement]).unwrap_err(),
        Err(error) => error,
    };
    check_error(&error, is_unavailable, &["hookwright.db", "is damaged"]);
}
