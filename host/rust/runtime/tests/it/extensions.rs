//! Extensions under the core: panics, and calls of the core from within.

use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{self, ThreadId};

use hookwright_runtime::{CallError, ExtensionTopic, Extensions, Options, WeakHookwright};

use crate::fixture::{COUNT, ECHO, OK, Script, event, start};

/// `lifecycle.check-config` that asks the extensions for their topics.
const ASK: &str = "(call $topics (i32.const 2048)) (i32.const 0)";

struct Panicking;

impl Extensions for Panicking {
    fn topics(&self) -> Vec<ExtensionTopic> {
        panic!("plugin bug 9");
    }
}

#[test]
fn a_panic_of_an_extension_costs_one_call() {
    let functions = [("lifecycle#check-config", ASK), ("lifecycle#stats", OK)];
    let options = Options { extensions: Arc::new(Panicking), ..Options::default() };
    let host = start(&functions, &Script::quiet(), options);
    let error = host.check_config().wait().unwrap_err();
    assert_eq!(error.to_string(), "the host's extensions.topics failed: it panicked: plugin bug 9");
    host.stats().wait().unwrap();
}

/// Calls the core again in its callback.
#[derive(Default)]
struct Calling {
    host: OnceLock<WeakHookwright>,
    told: Mutex<Vec<String>>,
    threads: Mutex<Vec<ThreadId>>,
}

impl Extensions for Calling {
    fn topics(&self) -> Vec<ExtensionTopic> {
        let host = self.host.get().unwrap().upgrade().unwrap();
        self.threads.lock().unwrap().push(thread::current().id());
        let receipts = host.publish(vec![event("from within")]).wait();
        // The general thread is the one that this callback runs on: queued there, this would wait for ever.
        let answer = receipts.and_then(|_| host.check_config().wait());
        self.told.lock().unwrap().push(answer.map_or_else(|error| error.to_string(), |()| "served".to_owned()));
        Vec::new()
    }
}

#[test]
fn a_callback_may_call_the_core_four_deep() {
    let functions = [("lifecycle#check-config", ASK), ("events#publish", ECHO), ("lifecycle#migrate", COUNT)];
    let extensions = Arc::new(Calling::default());
    let options = Options { extensions: Arc::clone(&extensions) as _, ..Options::default() };
    let host = start(&functions, &Script::quiet(), options);
    extensions.host.set(host.downgrade()).unwrap();
    host.check_config().wait().unwrap();
    let told = extensions.told.lock().unwrap().clone();
    assert_eq!(told.len(), 4, "{told:?}");
    // The innermost callback answers first.
    assert!(told[0].starts_with("events.publish was refused: 4 calls of the core"), "{told:?}");
    assert_eq!(told[1..], ["served", "served", "served"]);
    let threads = extensions.threads.lock().unwrap();
    assert!(threads.iter().all(|thread| *thread == threads[0]), "callbacks stay on their thread");
    host.migrate().wait().unwrap();
}

#[test]
fn a_callback_under_a_joined_call_runs_on_the_application_s_thread() {
    let functions = [("lifecycle#check-config", ASK), ("events#publish", ECHO)];
    let extensions = Arc::new(Calling::default());
    let options = Options { extensions: Arc::clone(&extensions) as _, ..Options::default() };
    let database = Script::quiet();
    let host = start(&functions, &database, options);
    extensions.host.set(host.downgrade()).unwrap();
    let mut executor = hookwright_storage::Connect::connect(database.as_ref()).unwrap();
    host.joined(executor.as_mut(), |api| api.check_config()).unwrap();
    let threads = extensions.threads.lock().unwrap();
    assert_eq!(threads.len(), 4, "the depth is counted across the helper thread");
    assert!(threads.iter().all(|thread| *thread == thread::current().id()));
}

#[test]
fn the_refusal_is_an_error_of_its_own() {
    let error = CallError::TooDeep { function: "registry.create" };
    assert!(error.to_string().starts_with("registry.create was refused"));
}
