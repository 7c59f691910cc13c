//! The filters' language against tests/vectors/filters.json, against the conformance cases of CEL's own project, and
//! against another implementation of CEL.

mod random;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hookwright_core::{Filter, FilterInput};
use hookwright_tests::outside_tools::{Package, node_package};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

const CEL: (&str, &str) = ("@bufbuild/cel", "0.6.1");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "$schema")]
    _schema: String,
    #[serde(rename = "about")]
    _about: String,
    event: Map<String, Value>,
    vectors: Vec<Vector>,
    refused: Vec<Refused>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    comment: String,
    filter: String,
    #[serde(default)]
    event: Map<String, Value>,
    expected: bool,
    judge: Option<String>,
}

#[derive(Deserialize)]
struct Refused {
    id: String,
    comment: String,
    filter: String,
    column: usize,
    says: String,
}

/// What a filter is asked about.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Event {
    topic: String,
    account: Option<String>,
    event_id: String,
    data: Value,
}

/// What a condition comes to. Only `true` takes an event in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    True,
    False,
    Error,
}

fn matches(filter: &str, event: &Event) -> bool {
    let filter = Filter::parse(filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
    let Event { topic, account, event_id, data } = event;
    filter.matches(&FilterInput { topic, account: account.as_deref(), event_id, data })
}

/// An error is what is true neither as it stands nor negated.
fn outcome(filter: &str, event: &Event) -> Outcome {
    match (matches(filter, event), matches(&format!("!({filter})"), event)) {
        (true, false) => Outcome::True,
        (false, true) => Outcome::False,
        (false, false) => Outcome::Error,
        (true, true) => panic!("{filter} is true and false of {event:?}"),
    }
}

fn vector_file() -> File {
    serde_json::from_slice(&std::fs::read(path("filters.json")).unwrap()).unwrap()
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name)
}

impl File {
    fn event_of(&self, vector: &Vector) -> Event {
        let mut event = self.event.clone();
        event.extend(vector.event.clone());
        serde_json::from_value(event.into()).unwrap()
    }
}

#[test]
fn the_vectors_are_many_and_each_has_an_id_of_its_own() {
    let file = vector_file();
    let ids: BTreeSet<_> = file.vectors.iter().map(|v| &v.id).chain(file.refused.iter().map(|r| &r.id)).collect();
    assert_eq!(ids.len(), file.vectors.len() + file.refused.len(), "an id stands twice");
    assert!(file.vectors.len() >= 180 && file.refused.len() >= 60);
}

#[test]
fn every_filter_takes_in_what_its_vector_says() {
    let file = vector_file();
    let mut wrong = Vec::new();
    for vector in &file.vectors {
        let Vector { id, comment, filter, expected, .. } = vector;
        match Filter::parse(filter) {
            Err(error) => wrong.push(format!("{id} ({comment}) {filter}: {error}")),
            Ok(_) if matches(filter, &file.event_of(vector)) != *expected => {
                wrong.push(format!("{id} ({comment}) {filter}: not {expected}"));
            }
            Ok(_) => {}
        }
    }
    for Refused { id, comment, filter, column, says } in &file.refused {
        match Filter::parse(filter) {
            Err(error) if error.column == *column && error.message.contains(says) => {}
            other => wrong.push(format!("{id} ({comment}) {filter}: {other:?}, not column {column}: …{says}…")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Values with their types, because JavaScript has one kind of number.
fn typed(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_i64() => json!({"int": number.to_string()}),
        Value::Number(number) if number.is_u64() => json!({"uint": number.to_string()}),
        Value::Array(items) => json!({"list": items.iter().map(typed).collect::<Vec<_>>()}),
        Value::Object(members) => {
            json!({"map": members.iter().map(|(name, value)| json!([name, typed(value)])).collect::<Vec<_>>()})
        }
        other => other.clone(),
    }
}

/// What the other implementation says of each.
fn judged(cel: &Package, tasks: &[(&str, &Event)]) -> Vec<Outcome> {
    let script = r"
import { readFileSync } from 'node:fs';
import { run, celUint } from '@bufbuild/cel';
const value = (v) => v === null || typeof v !== 'object' ? v
  : 'int' in v ? BigInt(v.int) : 'uint' in v ? celUint(BigInt(v.uint))
  : 'list' in v ? v.list.map(value) : new Map(v.map.map(([name, v]) => [name, value(v)]));
console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(({ filter, event }) => {
  const result = run(filter, { ...event, data: value(event.data) });
  return result === true ? 'true' : result === false ? 'false' : 'error';
})));";
    let tasks: Vec<Value> = tasks
        .iter()
        .map(|(filter, event)| (filter, Event { data: typed(&event.data), ..(*event).clone() }))
        .map(|(filter, event)| json!({"filter": filter, "event": event}))
        .collect();
    let output = cel.run(script, &serde_json::to_vec(&tasks).unwrap());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let outcomes: Vec<Outcome> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(outcomes.len(), tasks.len());
    outcomes
}

/// Those on which both do not agree.
fn disagreements(cel: &Package, tasks: &[(&str, &Event)]) -> Vec<String> {
    let outcomes = judged(cel, tasks).into_iter().zip(tasks);
    outcomes
        .filter_map(|(theirs, (filter, event))| {
            let ours = outcome(filter, event);
            (ours != theirs).then(|| format!("{filter} is {ours:?} here and {theirs:?} there, of {}", event.data))
        })
        .collect()
}

#[test]
fn another_implementation_agrees_with_the_vectors() {
    let Some(cel) = node_package(CEL.0, CEL.1) else { return };
    let file = vector_file();
    let judged: Vec<_> = file.vectors.iter().filter(|vector| vector.judge.is_none()).collect();
    let events: Vec<Event> = judged.iter().map(|vector| file.event_of(vector)).collect();
    let tasks: Vec<_> = judged.iter().map(|vector| vector.filter.as_str()).zip(&events).collect();
    let wrong = disagreements(&cel, &tasks);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let open = Event { data: json!({"status": "open"}), ..events[0].clone() };
    assert_eq!(self::judged(&cel, &[("data.status == 'paid'", &open)]), [Outcome::False], "it looks");
}

/// The cases that CEL's project states for every implementation, as far as the language is taken in.
#[test]
fn the_conformance_cases_of_cel_hold() {
    let Some(cel) = node_package(CEL.0, CEL.1) else { return };
    let script = r"
import { tests } from '@bufbuild/cel-spec/testdata/conformance.js';
const found = [];
const value = (v) => 'int64Value' in v ? { value: { int: v.int64Value } }
  : 'uint64Value' in v ? { value: { int: v.uint64Value } }
  : 'doubleValue' in v ? { value: v.doubleValue } : 'stringValue' in v ? { value: v.stringValue }
  : 'boolValue' in v ? { value: v.boolValue } : 'nullValue' in v ? { value: null } : null;
const walk = (suite, path) => {
  for (const { original: test } of suite.tests ?? []) {
    if (test.bindings || test.checkOnly || test.container) continue;
    const result = test.value ? value(test.value) : test.evalError ? { error: true } : null;
    if (result) found.push({ name: `${path}/${test.name}`, expr: test.expr, ...result });
  }
  for (const inner of suite.suites ?? []) walk(inner, `${path}/${inner.name}`);
};
walk(tests, '');
console.log(JSON.stringify(found));";
    let output = cel.run(script, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let cases: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let (mut taken, mut wrong) = (BTreeSet::new(), Vec::new());
    for case in &cases {
        let (name, expression) = (case["name"].as_str().unwrap(), case["expr"].as_str().unwrap());
        let filter = format!("({expression}) == data");
        if Filter::parse(&filter).is_err() {
            continue;
        }
        let data = match case["value"]["int"].as_str() {
            Some(whole) => serde_json::from_str(whole).unwrap(),
            None => case["value"].clone(),
        };
        let expected = if case["error"] == true { Outcome::Error } else { Outcome::True };
        let event = Event { topic: "a".into(), account: None, event_id: "e".into(), data };
        let found = outcome(&filter, &event);
        if found != expected {
            wrong.push(format!("{name}: {filter} is {found:?} of {}, not {expected:?}", event.data));
        }
        taken.insert(name);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(taken.len() >= 150, "{} of {}", taken.len(), cases.len());
}
