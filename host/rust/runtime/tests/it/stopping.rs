//! The end: what is queued is answered, and nothing stays behind.

use std::future::Future;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use hookwright_runtime::{Environment, Level, Options};

use crate::fixture::{COUNT, ECHO, Script, event, start};

struct Silent;

impl Environment for Silent {
    fn now_ms(&self) -> i64 {
        0
    }

    fn fill_random(&self, _bytes: &mut [u8]) -> std::io::Result<()> {
        Ok(())
    }

    fn log(&self, _level: Level, _message: &str) {}
}

#[test]
fn dropping_the_last_handle_answers_the_queue_and_ends_the_threads() {
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let database = Script::answering(move |_| {
        // Ends when the sender is gone.
        let _ = released.lock().unwrap().recv();
        Ok(Vec::new())
    });
    let execute = "(call $execute (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 2048)) (global.set $calls";
    let body = ECHO.replace("(global.set $calls", execute);
    let environment = Arc::new(Silent);
    let witness = Arc::downgrade(&environment);
    let options = Options { environment, ..Options::default() };
    let host = start(&[("events#publish", &body), ("lifecycle#migrate", COUNT)], &database, options);
    let weak = host.downgrade();
    let calls: Vec<_> = (0..10).map(|_| host.publish(vec![event("waiting")])).collect();
    let other = host.clone();
    drop(host);
    assert!(weak.upgrade().is_some(), "another handle is left");
    drop(release);
    drop(other);
    assert!(weak.upgrade().is_none());
    assert!(witness.upgrade().is_none(), "every thread has ended: each held the environment");
    assert_eq!(Arc::strong_count(&database), 1);
    for call in calls {
        assert_eq!(call.wait().unwrap().len(), 1);
    }
}

#[test]
fn a_call_is_a_future() {
    let host = start(&[("lifecycle#migrate", COUNT)], &Script::quiet(), Options::default());
    let call = host.migrate();
    // Dropping the host waits until the call has been answered.
    drop(host);
    let mut call = std::pin::pin!(call);
    let mut context = Context::from_waker(Waker::noop());
    match call.as_mut().poll(&mut context) {
        Poll::Ready(migration) => assert_eq!(migration.unwrap().from_version, 1),
        Poll::Pending => panic!("it was answered before the host stopped"),
    }
}
