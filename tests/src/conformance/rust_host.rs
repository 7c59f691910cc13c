//! The Rust host under the suite: each scenario on a database of its own.
//!
//! Decides in which order things are done; what a step means is said in tests/conformance/README.md.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use hookwright_runtime::Options;
use hookwright_storage::{Connect, Sqlite};
use serde_json::{Value, json};

use super::calls::{Door, Imports};
use super::canonical::alike;
use super::delivering::Sender;
use super::receiver::Receiver;
use super::scenario::{Scenario, Step, place};
use super::script::Script;
use super::stream::Surroundings;
use super::substitution::Saved;
use crate::component;

/// The results of a scenario's steps, by their numbers from 1; steps without a result are left out.
///
/// # Panics
///
/// When the scenario cannot be played.
#[must_use]
pub fn play(name: &str, scenario: &Scenario, receiver: &Receiver) -> BTreeMap<usize, Value> {
    receiver.play(scenario.receivers.clone());
    let folder = tempfile::tempdir_in(place()).expect("a folder can be made");
    let connect: Arc<dyn Connect> = Arc::new(Sqlite::open(folder.path().join("hookwright.db")));
    let surroundings = Surroundings::new(name);
    let script = Arc::new(Script::new(scenario.extensions.clone()));
    let start = |settings: &BTreeMap<String, String>| Host::start(&connect, &surroundings, &script, settings);
    let mut host = start(&scenario.settings);
    if !scenario.empty {
        surroundings.begin_call("lifecycle.migrate");
        host.door.call("lifecycle.migrate", b"[]");
    }
    let mut saved = Saved::default();
    saved.save("receiver", receiver.origin().into());
    let mut results = BTreeMap::new();
    for (number, step) in (1..).zip(&scenario.steps) {
        surroundings.begin_step(name, number);
        if let Some(ms) = step.advance {
            surroundings.advance_clock(ms);
        } else if let Some(ms) = step.set {
            surroundings.set_clock(ms);
        } else if let Some(settings) = &step.restart {
            // Its connections first: the new host finds the database as after the end of a process.
            drop(host);
            host = start(settings);
        } else {
            let answer = host.result(step, &saved, receiver, &script);
            for (name, place) in &step.save {
                // What is not there is missed by the step that uses it, and seen in this one's result.
                if let Some(value) = answer.pointer(place) {
                    saved.save(name, value.clone());
                }
            }
            results.insert(number, alike(answer, receiver.origin()));
        }
    }
    results
}

/// One process, as it were.
struct Host {
    door: Door,
    sender: Option<Sender>,
    connect: Arc<dyn Connect>,
    surroundings: Surroundings,
    script: Arc<Script>,
    config: Vec<(String, String)>,
}

impl Host {
    fn start(
        connect: &Arc<dyn Connect>,
        surroundings: &Surroundings,
        script: &Arc<Script>,
        settings: &BTreeMap<String, String>,
    ) -> Self {
        let config: Vec<_> = settings.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        let executor = connect.connect().expect("the database opens");
        let door = Door::open(Imports {
            executor: RefCell::new(executor),
            surroundings: surroundings.clone(),
            script: Arc::clone(script),
            config: config.clone(),
        });
        Self {
            door,
            sender: None,
            connect: Arc::clone(connect),
            surroundings: surroundings.clone(),
            script: Arc::clone(script),
            config,
        }
    }

    fn result(&mut self, step: &Step, saved: &Saved, receiver: &Receiver, script: &Script) -> Value {
        let arguments = saved.arguments(step.with.as_deref().unwrap_or_default());
        if let Some(function) = &step.call {
            return self.call(function, &arguments);
        }
        let mut result = match &step.send {
            Some(function) => {
                let answer = self.call(function, &arguments);
                let Some(request) = answer.get("ok") else { return answer };
                json!({ "outcome": self.sender().send(request) })
            }
            None => json!({ "summary": self.sender().deliver() }),
        };
        result["requests"] = receiver.take_requests().into();
        let told = script.take_told();
        if !told.is_empty() {
            result["told"] = told.into();
        }
        result
    }

    fn call(&mut self, function: &str, arguments: &[u8]) -> Value {
        self.surroundings.begin_call(function);
        self.door.call(function, arguments)
    }

    /// Made when it is needed, because it has threads of its own.
    fn sender(&mut self) -> &Sender {
        self.sender.get_or_insert_with(|| {
            let options = Options {
                config: self.config.clone(),
                environment: Arc::new(self.surroundings.clone()),
                extensions: Arc::clone(&self.script) as _,
                ..Options::default()
            };
            Sender::new(component::start(Arc::clone(&self.connect), options), self.surroundings.clone())
        })
    }
}
