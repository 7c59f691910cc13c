//! Calls by name on a running host: with its threads, and with the answers of the dynamic door.

use std::pin::pin;
use std::sync::{Mutex, mpsc};
use std::task::{Context, Poll, Waker};

use hookwright_runtime::dynamic::DynamicError;
use hookwright_runtime::{Hookwright, Options};

use crate::fixture::{COUNT, ECHO, Script, event, start};

fn call(host: &Hookwright, name: &str, arguments: &str) -> Result<String, DynamicError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(host.call_by_name(name, arguments.as_bytes()))
}

fn events(topic: &str) -> String {
    format!(r#"[[{{"topic":"{topic}","data":"{{}}","account":null,"idempotency-key":"k","occurred-at":-5}}]]"#)
}

fn receipt(topic: &str, call: u32) -> String {
    format!(
        r#"{{"ok":[{{"ok":{{"event-id":"{topic}","deliveries":{call},"published-at":0,"replayed":false,"warnings":[]}}}}]}}"#
    )
}

#[test]
fn answers_and_mistakes_are_those_of_the_dynamic_door() {
    let host = start(&[("lifecycle#migrate", COUNT)], &Script::answering(|_| Ok(Vec::new())), Options::default());
    // One instance serves both.
    for times in [1, 2] {
        let answer = call(&host, "lifecycle.migrate", "[]").unwrap();
        assert!(answer.starts_with(&format!(r#"{{"ok":{{"from-version":{times},"#)), "{answer}");
    }
    let kind = |name, arguments| call(&host, name, arguments).unwrap_err().kind();
    assert_eq!(kind("lifecycle.no-such", "[]"), "unknown-function");
    assert_eq!((kind("lifecycle.migrate", "{}"), kind("lifecycle.migrate", "[1]")), ("invalid-json", "argument"));
    let trap = call(&host, "lifecycle.stats", "[]").unwrap_err();
    assert!(trap.kind() == "trap" && trap.to_string().contains("lifecycle.stats"), "{trap}");
    assert!(call(&host, "lifecycle.migrate", "[]").unwrap().contains(r#""from-version":1,"#), "a new instance");
}

#[test]
fn publishes_by_name_share_a_commit_with_all_others() {
    let (release, released) = mpsc::channel::<()>();
    let (arrived, arrival) = mpsc::channel();
    let gate = Mutex::new(Some((arrived, released)));
    let database = Script::answering(move |_| {
        if let Some((arrived, released)) = gate.lock().unwrap().take() {
            arrived.send(()).unwrap();
            released.recv().unwrap();
        }
        Ok(Vec::new())
    });
    let write = "(call $execute (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 2048))";
    let body = ECHO.replace("(global.set $calls", &format!("{write} (global.set $calls"));
    let host = start(&[("events#publish", &body)], &database, Options::default());
    let first = host.publish(vec![event("first")]);
    arrival.recv().unwrap();
    let (one, other) = (events("one"), events("other"));
    let mut one = pin!(host.call_by_name("events.publish", one.as_bytes()));
    let mut other = pin!(host.call_by_name("events.publish", other.as_bytes()));
    let mut context = Context::from_waker(Waker::noop());
    // Each is queued when it is first asked for.
    assert!(one.as_mut().poll(&mut context).is_pending() && other.as_mut().poll(&mut context).is_pending());
    let typed = host.publish(vec![event("typed")]);
    release.send(()).unwrap();
    assert_eq!(first.wait().unwrap()[0].as_ref().unwrap().deliveries, 1);
    assert_eq!(typed.wait().unwrap()[0].as_ref().unwrap().deliveries, 2);
    let answers = [one.poll(&mut context), other.poll(&mut context)];
    assert_eq!(answers, [receipt("one", 2), receipt("other", 2)].map(|receipt| Poll::Ready(Ok(receipt))));
}

#[test]
fn a_database_that_is_away_is_a_declared_error() {
    let asks = "(drop (call $dialect)) (i32.const 0)";
    let bodies = [("events#publish", asks), ("lifecycle#stats", asks)];
    let host = start(&bodies, &Script::unreachable(), Options::default());
    let refused = r#"{"err":{"storage":{"unavailable":"hooks.db cannot be opened"}}}"#;
    assert_eq!(call(&host, "lifecycle.stats", "[]").as_deref(), Ok(refused));
    assert_eq!(call(&host, "events.publish", &events("one")).as_deref(), Ok(refused));
}
