//! Which files are opened, which are refused with what advice, and how a connection is set.

use std::fs::{self, File};

use hookwright_storage::{ColumnType, Connect, Mode, OpenMode, Sqlite, StorageError, Value};

use crate::{Database, change, check_error, insert, is_unavailable, query, text};

const HOOK: i64 = 0x484F_4F4B;

/// The setting of a connection that the executor opened.
fn setting(database: &Database, name: &str, column: ColumnType) -> Value {
    let statement = query(&format!("PRAGMA {name}"), [], [column]);
    let mut results = database.executor().execute(Mode::Write, &[statement]).expect("a setting");
    results.remove(0).values.remove(0)
}

/// Asserts that the database is refused, naming its file.
#[track_caller]
fn check_refused(source: &Sqlite, parts: &[&str]) {
    let Err(error) = source.connect() else { panic!("{source:?} was opened") };
    check_error(&error, is_unavailable, parts);
    check_error(&error, is_unavailable, &[&source.path.display().to_string()]);
}

#[test]
fn a_new_database_is_set_for_durable_work() {
    let database = Database::absent();
    assert_eq!(setting(&database, "journal_mode", ColumnType::Text), text("wal"));
    assert_eq!(setting(&database, "synchronous", ColumnType::Integer), Value::Integer(2));
    assert_eq!(setting(&database, "foreign_keys", ColumnType::Integer), Value::Integer(0));
    assert_eq!(setting(&database, "temp_store", ColumnType::Integer), Value::Integer(2));
    assert_eq!(setting(&database, "busy_timeout", ColumnType::Integer), Value::Integer(5_000));
    assert_eq!(setting(&database, "application_id", ColumnType::Integer), Value::Integer(HOOK));
}

#[test]
fn the_defaults_are_five_seconds_and_create() {
    let source = Sqlite::open("a.db");
    assert_eq!((source.busy_timeout.as_millis(), source.create), (5_000, OpenMode::CreateIfMissing));
}

#[test]
fn an_empty_file_becomes_ours() {
    let database = Database::absent();
    File::create(database.path()).unwrap();
    assert_eq!(setting(&database, "application_id", ColumnType::Integer), Value::Integer(HOOK));
    assert_eq!(setting(&database, "journal_mode", ColumnType::Text), text("wal"));
}

#[test]
fn our_own_database_is_opened_again_and_back_in_wal_mode() {
    let database = Database::with_items();
    let mode: String = database.application().query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "delete");
    assert_eq!(setting(&database, "journal_mode", ColumnType::Text), text("wal"));
    assert_eq!(database.ids(), [0_i64; 0]);
}

#[test]
fn an_applications_database_is_shared_and_left_as_it_is() {
    let database = Database::absent();
    database.application().execute_batch("CREATE TABLE post (id); INSERT INTO post VALUES (1)").unwrap();
    let create = change("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)", []);
    database.executor().execute(Mode::Schema, &[create]).unwrap();
    database.executor().execute(Mode::Write, &[insert(1)]).unwrap();
    assert_eq!(setting(&database, "application_id", ColumnType::Integer), Value::Integer(0));
    assert_eq!(setting(&database, "journal_mode", ColumnType::Text), text("delete"));
    assert_eq!(setting(&database, "synchronous", ColumnType::Integer), Value::Integer(2));
}

#[test]
fn another_programs_database_is_refused_and_not_touched() {
    for id in [0x1234_5678_i64, -1] {
        for tables in ["", "CREATE TABLE post (id)"] {
            let database = Database::absent();
            let application = database.application();
            application.execute_batch(&format!("PRAGMA application_id = {id}; {tables}")).unwrap();
            drop(application);
            let before = fs::read(database.path()).unwrap();
            check_refused(&database.source, &["is a database of another program", "give another path"]);
            assert_eq!(fs::read(database.path()).unwrap(), before);
        }
    }
}

#[test]
fn a_file_that_is_no_database_is_refused_and_not_touched() {
    let database = Database::absent();
    for content in [&b"x"[..], b"Dear diary,\n", &[b'a'; 100_000], &[0; 4096], b"\x89PNG\r\n\x1a\n"] {
        fs::write(database.path(), content).unwrap();
        check_refused(&database.source, &["is not a SQLite database", "give another path"]);
        assert_eq!(fs::read(database.path()).unwrap(), content);
    }
}

#[test]
fn a_damaged_schema_is_told_at_opening() {
    let database = Database::with_items();
    let mut content = fs::read(database.path()).unwrap();
    content[100..4096].fill(0xAB);
    fs::write(database.path(), &content).unwrap();
    check_refused(&database.source, &["is damaged", "restore a backup"]);
}

#[test]
fn a_missing_file_is_created_only_when_asked() {
    let mut database = Database::absent();
    database.source.create = OpenMode::MustExist;
    check_refused(&database.source, &["does not exist", "give the path of an existing database"]);
    assert!(!database.path().exists());
    database.source.create = OpenMode::CreateIfMissing;
    database.executor();
    database.source.create = OpenMode::MustExist;
    database.executor();
}

#[test]
fn a_path_that_cannot_hold_a_database_is_refused() {
    let database = Database::absent();
    let folder = database.folder.path();
    check_refused(&Sqlite::open(folder), &["is a folder"]);

    let missing = folder.join("data").join("hookwright.db");
    let missing_folder = folder.join("data").display().to_string();
    check_refused(&Sqlite::open(missing), &["the folder", &missing_folder, "does not exist", "create it"]);
    assert!(!folder.join("data").exists());

    fs::write(folder.join("file"), "text").unwrap();
    check_refused(&Sqlite::open(folder.join("file").join("hookwright.db")), &["cannot be reached"]);
    check_refused(&Sqlite::open("/dev/null"), &["is not a regular file"]);
    check_refused(&Sqlite::open("nul\0byte.db"), &[]);
}

#[test]
fn a_database_in_memory_is_refused() {
    for path in ["", ":memory:"] {
        check_refused(&Sqlite::open(path), &["a database in memory"]);
    }
}

#[test]
fn a_name_like_a_uri_is_a_name() {
    let database = Database::absent();
    let path = database.folder.path().join("file:a?mode=memory");
    Sqlite::open(&path).connect().unwrap();
    assert!(path.is_file());
}

#[cfg(unix)]
#[test]
fn a_read_only_file_or_folder_is_told_with_what_to_do() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    let database = Database::with_items();
    let folder = database.folder.path();
    for (place, writable, read_only) in [(database.path(), 0o644, 0o444), (folder.to_owned(), 0o755, 0o555)] {
        fs::set_permissions(&place, Permissions::from_mode(read_only)).unwrap();
        let probe = if place.is_dir() { place.join("probe") } else { place.clone() };
        let outcome = database.source.connect();
        // Root may write everything, so for it the same file must open.
        match File::options().write(true).create(true).truncate(false).open(probe) {
            Ok(_) => assert!(outcome.is_ok(), "{}", place.display()),
            Err(_) => {
                let error = outcome.err().unwrap();
                check_error(
                    &error,
                    |error| matches!(error, StorageError::Unavailable(_)),
                    &["hookwright.db cannot be"],
                );
            }
        }
        fs::set_permissions(&place, Permissions::from_mode(writable)).unwrap();
    }
}
