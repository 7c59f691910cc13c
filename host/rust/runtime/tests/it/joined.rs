//! Calls inside an application's open transaction: on its connection, its thread, and never behind another.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc;
use std::thread::{self, ThreadId};

use hookwright_runtime::{CallError, ExtensionTopic, Extensions, Options};
use hookwright_storage::{Dialect, Executor, Mode, ResultSet, Statement, StorageError};

use crate::fixture::{ECHO, Script, WRITE, event, start};

/// An application's connection. Not `Send`, as a borrowed transaction often is not.
struct Transaction {
    batches: Vec<(Mode, ThreadId)>,
    on_execute: Rc<dyn Fn() -> Result<(), StorageError>>,
}

impl Transaction {
    fn new(on_execute: impl Fn() -> Result<(), StorageError> + 'static) -> Self {
        Self { batches: Vec::new(), on_execute: Rc::new(on_execute) }
    }
}

impl Executor for Transaction {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute(&mut self, mode: Mode, _statements: &[Statement]) -> Result<Vec<ResultSet>, StorageError> {
        self.batches.push((mode, thread::current().id()));
        (self.on_execute)().map(|()| Vec::new())
    }
}

#[test]
fn sql_runs_on_the_caller_s_connection_and_thread() {
    let database = Script::quiet();
    let host = start(&[("lifecycle#check-config", WRITE)], &database, Options::default());
    let mut transaction = Transaction::new(|| Ok(()));
    host.joined(&mut transaction, |api| {
        api.check_config()?;
        api.check_config()
    })
    .unwrap();
    assert_eq!(transaction.batches, [(Mode::Write, thread::current().id()); 2]);
    assert_eq!(database.connections(), 0);
}

#[test]
fn it_is_never_queued_behind_another_caller() {
    let (arrived, arrival) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let gate = std::sync::Mutex::new((arrived, released));
    let database = Script::answering(move |_| {
        let (arrived, released) = &*gate.lock().unwrap();
        arrived.send(()).unwrap();
        released.recv().unwrap();
        Ok(Vec::new())
    });
    let execute = "(call $execute (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 2048)) (global.set $calls";
    let body = ECHO.replace("(global.set $calls", execute);
    let host = start(&[("events#publish", &body)], &database, Options::default());
    let stuck = host.publish(vec![event("waits for a row")]);
    arrival.recv().unwrap();
    let mut transaction = Transaction::new(|| Ok(()));
    let receipts = host.joined(&mut transaction, |api| api.publish(&[event("holds the row")])).unwrap();
    assert_eq!(receipts[0].as_ref().unwrap().event_id, "holds the row");
    release.send(()).unwrap();
    stuck.wait().unwrap();
}

#[test]
fn joined_calls_nest() {
    let host = start(&[("lifecycle#check-config", WRITE)], &Script::quiet(), Options::default());
    let again = host.clone();
    let mut outer = Transaction::new(move || {
        let mut inner = Transaction::new(|| Ok(()));
        again.joined(&mut inner, |api| api.check_config()).unwrap();
        assert_eq!(inner.batches.len(), 1);
        Ok(())
    });
    host.joined(&mut outer, |api| api.check_config()).unwrap();
    assert_eq!(outer.batches.len(), 1);
}

fn message(panic: Box<dyn std::any::Any + Send>) -> String {
    panic.downcast_ref::<&str>().map(|text| (*text).to_owned()).unwrap_or_default()
}

#[test]
fn the_application_s_panic_goes_on_in_the_application() {
    struct Panicking;
    impl Extensions for Panicking {
        fn topics(&self) -> Vec<ExtensionTopic> {
            panic!("hook failed");
        }
    }
    let ask = "(call $topics (i32.const 2048)) (i32.const 0)";
    let functions = [("lifecycle#check-config", WRITE), ("lifecycle#stats", ask)];
    let options = Options { extensions: std::sync::Arc::new(Panicking), ..Options::default() };
    let host = start(&functions, &Script::quiet(), options);

    let mut transaction = Transaction::new(|| panic!("rollback failed"));
    let panic = catch_unwind(AssertUnwindSafe(|| host.joined(&mut transaction, |api| api.check_config())));
    assert_eq!(message(panic.unwrap_err()), "rollback failed");

    let mut transaction = Transaction::new(|| Ok(()));
    let panic = catch_unwind(AssertUnwindSafe(|| host.joined(&mut transaction, |api| api.stats())));
    assert_eq!(message(panic.unwrap_err()), "hook failed");

    let panic = catch_unwind(AssertUnwindSafe(|| {
        host.joined(&mut transaction, |_| -> Result<(), CallError> { panic!("work failed") })
    }));
    assert_eq!(message(panic.unwrap_err()), "work failed");

    host.joined(&mut transaction, |api| api.check_config()).unwrap();
}

#[test]
fn after_a_trap_the_connection_is_still_the_application_s() {
    let functions = [("lifecycle#check-config", WRITE), ("lifecycle#stats", "unreachable")];
    let database = Script::quiet();
    let host = start(&functions, &database, Options::default());
    let mut transaction = Transaction::new(|| Ok(()));
    host.joined(&mut transaction, |api| {
        assert!(matches!(api.stats(), Err(CallError::Trap { .. })));
        api.check_config()
    })
    .unwrap();
    assert_eq!((transaction.batches.len(), database.connections()), (1, 0));
}
