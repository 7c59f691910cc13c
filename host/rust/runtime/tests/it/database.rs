//! The connection: opened late, opened again, and its failures told.

use std::sync::atomic::{AtomicU32, Ordering};

use hookwright_runtime::types::{Error, StorageError as Told};
use hookwright_runtime::{CallError, Options};
use hookwright_storage::StorageError;

use crate::fixture::{OK, Script, WRITE, start};

const DIALECT: &str = "(call $dialect)";

#[test]
fn no_connection_is_opened_for_what_needs_none() {
    let database = Script::unreachable();
    let host = start(&[("lifecycle#check-config", OK)], &database, Options::default());
    host.check_config().wait().unwrap();
    assert_eq!(database.connections(), 0);
}

#[test]
fn a_connection_is_kept() {
    let database = Script::quiet();
    let host = start(&[("lifecycle#check-config", WRITE)], &database, Options::default());
    host.check_config().wait().unwrap();
    host.check_config().wait().unwrap();
    assert_eq!(database.connections(), 1);
}

#[test]
fn bug_03_the_next_call_opens_another_connection_after_a_failure() {
    let batches = AtomicU32::new(0);
    let database = Script::answering(move |_| match batches.fetch_add(1, Ordering::SeqCst) {
        0 => Err(StorageError::Unavailable("the server went away".to_owned())),
        1 => Err(StorageError::Constraint("not a matter of the connection".to_owned())),
        _ => Ok(Vec::new()),
    });
    let host = start(&[("lifecycle#check-config", WRITE)], &database, Options::default());
    let opened = [(); 3].map(|()| {
        host.check_config().wait().unwrap();
        database.connections()
    });
    assert_eq!(opened, [1, 2, 2]);
}

#[test]
fn a_database_that_cannot_be_opened_is_a_storage_error() {
    let functions = [("lifecycle#check-config", DIALECT), ("lifecycle#stats", OK)];
    let host = start(&functions, &Script::unreachable(), Options::default());
    let error = host.check_config().wait().unwrap_err();
    let told = Told::Unavailable("hooks.db cannot be opened".to_owned());
    assert_eq!(error, CallError::Api(Error::Storage(told)));
    assert_eq!(error.to_string(), "the database is unavailable: hooks.db cannot be opened");
    host.stats().wait().unwrap();
}

#[test]
fn a_panic_of_the_driver_costs_one_call_and_the_connection() {
    let batches = AtomicU32::new(0);
    let database = Script::answering(move |_| {
        assert!(batches.fetch_add(1, Ordering::SeqCst) > 0, "driver bug 17");
        Ok(Vec::new())
    });
    let host = start(&[("lifecycle#check-config", WRITE)], &database, Options::default());
    let error = host.check_config().wait().unwrap_err();
    assert!(matches!(error, CallError::Host { part: "storage.execute", .. }), "{error:?}");
    assert!(error.to_string().contains("driver bug 17"), "{error}");
    host.check_config().wait().unwrap();
    assert_eq!(database.connections(), 2);
}
