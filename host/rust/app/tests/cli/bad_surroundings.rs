//! Databases and components that cannot be used.

use std::fs;

use rusqlite::Connection;

use crate::place::Place;

fn place() -> Place {
    let place = Place::new();
    place.webhook("https://a.example/", &[]);
    place
}

#[test]
fn a_file_that_is_no_database() {
    let place = Place::new();
    place.write("hookwright.db", "something else entirely".repeat(100));
    let before = fs::read(place.database()).unwrap();
    place.run(&["stats"]).failed(&["hookwright.db is not a SQLite database"]);
    place.run(&["publish", "order.created", "--sample"]).failed(&["hookwright.db is not a SQLite database"]);
    assert_eq!(fs::read(place.database()).unwrap(), before);
    // What needs no database does not look at it.
    place.run(&["secret", "new"]).succeeded();
}

#[test]
fn a_damaged_database() {
    let place = place();
    Connection::open(place.database()).unwrap().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let mut bytes = fs::read(place.database()).unwrap();
    bytes.iter_mut().skip(4096).for_each(|byte| *byte ^= 0x5a);
    place.write("hookwright.db", bytes);
    place.run(&["webhooks", "list"]).failed(&["hookwright.db is damaged", "backup"]);
    let error = place.run(&["--json", "publish", "order.created", "--sample"]).ended_with(1).error();
    assert_eq!(error["kind"], "storage");
}

#[test]
fn a_database_of_a_newer_hookwright() {
    let place = place();
    let connection = Connection::open(place.database()).unwrap();
    assert_eq!(connection.execute("UPDATE hookwright_meta SET value = '99'", []).unwrap(), 1);
    drop(connection);
    for command in [&["stats"][..], &["publish", "order.created", "--sample"], &["topics"], &["deliver"]] {
        place.run(command).failed(&["hookwright.db: ", "version 99", "newer Hookwright"]);
    }
}

#[test]
fn a_locked_database() {
    let place = place();
    let other = Connection::open(place.database()).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let error = place.run(&["--json", "publish", "order.created", "--sample"]).ended_with(1).error();
    assert_eq!(error["kind"], "storage");
    assert!(error["message"].as_str().unwrap().contains("hookwright.db is locked by another"), "{error}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(place.json(&["deliveries", "list"])["total"], 0);
    place.run(&["publish", "order.created", "--sample"]).succeeded();
}

#[test]
fn a_folder_that_does_not_exist() {
    let place = Place::new();
    let create = ["webhooks", "create", "--url", "https://a.example/", "--database", "none/x.db"];
    place.run(&create).failed(&["none/x.db cannot be created", "the folder"]);
    place.run(&["stats", "--database", "."]).failed(&[". is a folder"]);
}

#[test]
fn a_missing_or_foreign_component() {
    let place = Place::new();
    place.write("text.wasm", "this is no component");
    place.write("module.wasm", b"\0asm\x01\0\0\0");
    let with = |file: &str| place.run(&["--component", file, "topics"]);
    with("none.wasm").failed(&["cannot read the core component none.wasm", "HOOKWRIGHT_COMPONENT"]);
    with("text.wasm").failed(&["text.wasm is a text file", "hint: "]);
    with("module.wasm").failed(&["module.wasm is a WebAssembly core module"]);
    let error = place.run_with(&["--json", "topics"], &[("HOOKWRIGHT_COMPONENT", "text.wasm")], b"").error();
    assert_eq!(error["kind"], "component");
}
