//! Time, memory and traps: a broken call costs its caller, and nobody else.

use std::time::{Duration, Instant};

use hookwright_runtime::{CallError, Options};

use crate::fixture::{COUNT, OK, Script, WRITE, start};

const LOOP: &str = "(loop $again (br $again)) (unreachable)";

fn trap(error: &CallError) -> (&'static str, &str) {
    match error {
        CallError::Trap { function, message, .. } => (function, message),
        other => panic!("expected a trap: {other:?}"),
    }
}

fn with_deadline(call_deadline: Duration) -> Options {
    Options { call_deadline, ..Options::default() }
}

#[test]
fn an_endless_loop_is_stopped_by_the_deadline() {
    let functions = [("lifecycle#check-config", LOOP), ("lifecycle#migrate", COUNT)];
    let host = start(&functions, &Script::quiet(), with_deadline(Duration::from_millis(50)));
    let began = Instant::now();
    let error = host.check_config().wait().unwrap_err();
    assert!(began.elapsed() >= Duration::from_millis(50));
    let (function, message) = trap(&error);
    assert_eq!(function, "lifecycle.check-config");
    assert!(message.contains("more than 50 ms of its own time"), "{message}");
    assert_eq!(host.migrate().wait().unwrap().from_version, 1, "the next call is served");
}

#[test]
fn the_host_s_own_time_does_not_count() {
    let deadline = Duration::from_millis(50);
    let slow = Script::answering(move |_| {
        let began = Instant::now();
        while began.elapsed() < 3 * deadline {
            std::thread::yield_now();
        }
        Ok(Vec::new())
    });
    // The loop after the import lets the clock be looked at.
    let body = r"(local $i i32)
        (call $execute (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 2048))
        (loop $again (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))
        (i32.const 0)";
    let host = start(&[("lifecycle#check-config", body)], &slow, with_deadline(deadline));
    host.check_config().wait().unwrap();
}

#[test]
fn an_instance_that_trapped_is_replaced() {
    let functions = [("lifecycle#migrate", COUNT), ("lifecycle#stats", "unreachable")];
    let database = Script::quiet();
    let host = start(&functions, &database, Options::default());
    let calls = || host.migrate().wait().unwrap().from_version;
    assert_eq!((calls(), calls()), (1, 2), "one instance serves many calls");
    let error = host.stats().wait().unwrap_err();
    let (function, message) = trap(&error);
    assert_eq!(function, "lifecycle.stats");
    assert_eq!(message, "wasm trap: wasm `unreachable` instruction executed");
    assert_eq!(calls(), 1, "a new one counts from the start");
}

#[test]
fn a_trap_after_a_commit_says_so() {
    let write = "(call $execute (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 2048)) (unreachable)";
    let read = "(call $execute (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 2048)) (unreachable)";
    let functions = [("lifecycle#check-config", write), ("lifecycle#stats", read)];
    let host = start(&functions, &Script::quiet(), Options::default());
    let committed = |error| matches!(error, CallError::Trap { committed: true, .. });
    assert!(committed(host.check_config().wait().unwrap_err()));
    assert!(!committed(host.stats().wait().unwrap_err()));
}

#[test]
fn memory_has_a_cap_that_is_named() {
    let body = "(drop (memory.grow (i32.const 4096))) (i32.const 0)";
    let host = start(&[("lifecycle#check-config", body)], &Script::quiet(), Options::default());
    let error = host.check_config().wait().unwrap_err();
    assert!(trap(&error).1.contains("256 MiB is the most"), "{error}");
}

#[test]
fn an_instance_that_has_grown_is_replaced_and_its_connection_kept() {
    let grow = format!("(drop (memory.grow (i32.const 1100))) {WRITE}");
    let functions = [("lifecycle#migrate", COUNT), ("lifecycle#check-config", &grow)];
    let database = Script::quiet();
    let host = start(&functions, &database, Options::default());
    assert_eq!(host.migrate().wait().unwrap().from_version, 1);
    host.check_config().wait().unwrap();
    assert_eq!(host.migrate().wait().unwrap().from_version, 1);
    host.check_config().wait().unwrap();
    assert_eq!(database.connections(), 1);
}

#[test]
fn random_bytes_have_a_cap() {
    let body = "(call $random (i32.const 100000000) (i32.const 2048)) (i32.const 0)";
    let functions = [("lifecycle#check-config", body), ("lifecycle#stats", OK)];
    let host = start(&functions, &Script::quiet(), Options::default());
    let error = host.check_config().wait().unwrap_err();
    assert!(matches!(error, CallError::Host { part: "environment.random-bytes", .. }), "{error:?}");
    host.stats().wait().unwrap();
}
