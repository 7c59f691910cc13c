//! Publishes that wait together share one commit, and each caller gets its own answer.

use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};

use hookwright_runtime::types::{Error, StorageError as Told};
use hookwright_runtime::{Call, CallError, Hookwright, Options, events::Receipt};

use crate::fixture::{ECHO, Script, event, start};

type Receipts = Vec<Result<Receipt, Error>>;

/// A publisher that runs an empty batch first, and in its first call waits there until it is released: what is
/// published meanwhile waits.
struct Held {
    host: Hookwright,
    first: Call<Receipts>,
    release: Sender<()>,
}

fn held(mode: u32) -> Held {
    let (release, released) = mpsc::channel();
    let (arrived, arrival) = mpsc::channel();
    let gate = Mutex::new(Some((arrived, released)));
    let database = Script::answering(move |_| {
        let gate = gate.lock().unwrap().take();
        if let Some((arrived, released)) = gate {
            arrived.send(()).unwrap();
            released.recv().unwrap();
        }
        Ok(Vec::new())
    });
    let execute = format!("(call $execute (i32.const {mode}) (i32.const 0) (i32.const 0) (i32.const 2048))");
    let body = ECHO.replace("(global.set $calls", &format!("{execute} (global.set $calls"));
    let host = start(&[("events#publish", &body)], &database, Options::default());
    let first = host.publish(vec![event("first")]);
    arrival.recv().unwrap();
    Held { host, first, release }
}

/// Topic and number of the call, for each event.
fn told(receipts: Receipts) -> Vec<(String, u32)> {
    receipts.into_iter().map(|receipt| receipt.unwrap()).map(|receipt| (receipt.event_id, receipt.deliveries)).collect()
}

fn expected(topics: &[&str], call: u32) -> Vec<(String, u32)> {
    topics.iter().map(|topic| ((*topic).to_owned(), call)).collect()
}

const READ: u32 = 0;
const WRITE: u32 = 1;

#[test]
fn one_call_serves_all_who_wait() {
    let Held { host, first, release } = held(WRITE);
    let parts: [&[&str]; 4] = [&["a", "b"], &[], &["c"], &["d", "e", "f"]];
    let calls = parts.map(|topics| host.publish(topics.iter().map(|topic| event(topic)).collect()));
    release.send(()).unwrap();
    assert_eq!(told(first.wait().unwrap()), expected(&["first"], 1));
    for (call, topics) in calls.into_iter().zip(parts) {
        assert_eq!(told(call.wait().unwrap()), expected(topics, 2));
    }
}

#[test]
fn a_poisonous_publish_fails_alone() {
    let Held { host, first, release } = held(READ);
    let good = host.publish(vec![event("good")]);
    let poison = host.publish(vec![event("fine"), event("poison")]);
    let other = host.publish(vec![event("other")]);
    release.send(()).unwrap();
    first.wait().unwrap();
    assert_eq!(told(good.wait().unwrap())[0].0, "good");
    let error = poison.wait().unwrap_err();
    assert!(matches!(error, CallError::Trap { function: "events.publish", committed: false, .. }), "{error:?}");
    assert_eq!(told(other.wait().unwrap()), expected(&["other"], 1), "on a new instance");
}

#[test]
fn what_may_be_stored_is_not_published_again() {
    let Held { host, first, release } = held(WRITE);
    let calls = [host.publish(vec![event("good")]), host.publish(vec![event("poison")])];
    release.send(()).unwrap();
    first.wait().unwrap();
    for call in calls {
        let error = call.wait().unwrap_err();
        assert!(matches!(error, CallError::Trap { committed: true, .. }), "{error:?}");
    }
}

#[test]
fn a_storage_error_reaches_every_caller() {
    // Result of results or error: `error.storage` is case 4, `storage-error.unavailable` case 5.
    let body = r"(local $ret i32)
        (call $execute (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 2048))
        (local.set $ret (call $alloc (i32.const 24)))
        (i32.store8 (local.get $ret) (i32.const 1))
        (i32.store8 offset=4 (local.get $ret) (i32.const 4))
        (i32.store8 offset=8 (local.get $ret) (i32.const 5))
        (local.get $ret)";
    let batches = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&batches);
    let (release, released) = mpsc::channel::<()>();
    let (arrived, arrival) = mpsc::channel();
    let gate = Mutex::new((arrived, released));
    let database = Script::answering(move |_| {
        *counted.lock().unwrap() += 1;
        let (arrived, released) = &*gate.lock().unwrap();
        arrived.send(()).unwrap();
        // Only the first batch waits: the sender is gone afterwards.
        let _ = released.recv();
        Ok(Vec::new())
    });
    let host = start(&[("events#publish", body)], &database, Options::default());
    let first = host.publish(vec![event("first")]);
    arrival.recv().unwrap();
    let waiting = [host.publish(vec![event("a")]), host.publish(vec![event("b")])];
    drop(release);
    for call in std::iter::once(first).chain(waiting) {
        let error = call.wait().unwrap_err();
        assert_eq!(error, CallError::Api(Error::Storage(Told::Unavailable(String::new()))));
    }
    assert_eq!(*batches.lock().unwrap(), 2, "nothing was tried again");
}
