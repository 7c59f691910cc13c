//! The files of the conformance suite: each keeps its schema, calls only what there is, and all functions are called.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use boon::{Compiler, Schemas};
use hookwright_tests::conformance::layout;
use hookwright_tests::conformance::scenario::{Scenario, folder};
use serde_json::{Value, json};

#[test]
fn every_scenario_keeps_the_schema_and_its_layout() {
    for (name, scenario) in Scenario::all() {
        let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
        assert_eq!(fault(&serde_json::from_str(&text).unwrap()), None, "{name}.json");
        assert_eq!(layout::in_order(&scenario), text, "{name}.json is laid out anew with CONFORMANCE_WRITE=1");
    }
}

#[test]
fn the_schema_finds_what_is_wrong() {
    let with = |step: Value| json!({ "$schema": "../scenario.schema.json", "about": "x", "steps": [step] });
    assert_eq!(fault(&with(json!({ "call": "guard.check-url", "with": ["x"], "expect": {} }))), None);
    for wrong in [
        json!({ "call": "guard.check-url", "with": ["x"] }),
        json!({ "call": "checkUrl", "with": [], "expect": {} }),
        json!({ "deliver": false, "expect": {} }),
        json!({ "advance": 1, "set": 1 }),
        json!({ "advance": 1, "expect": {} }),
        json!({ "wait": 1 }),
        json!({}),
    ] {
        assert!(fault(&with(wrong.clone())).is_some(), "{wrong}");
    }
}

#[test]
fn every_function_of_the_contract_is_called() {
    let file = std::fs::read_to_string(root().join("interface.json")).unwrap();
    let interface: Value = serde_json::from_str(&file).unwrap();
    let there: BTreeSet<String> = interface["functions"].as_object().unwrap().keys().cloned().collect();
    let mut called = BTreeSet::new();
    for (name, scenario) in Scenario::all() {
        for function in scenario.steps.iter().filter_map(|step| step.call.as_ref().or(step.send.as_ref())) {
            assert!(there.contains(function), "{name}: there is no function {function}");
            called.insert(function.clone());
        }
    }
    // What the host gives the core is called by the core, and settle by a dispatcher too.
    let left: Vec<_> = there.difference(&called).filter(|name| !is_given(name)).collect();
    assert_eq!(left, [""; 0]);
}

fn is_given(function: &str) -> bool {
    ["storage.", "environment.", "extensions."].iter().any(|interface| function.starts_with(interface))
}

/// The first thing that is wrong with a file, by the schema.
fn fault(file: &Value) -> Option<String> {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let index = compiler.compile(root().join("scenario.schema.json").to_str().unwrap(), &mut schemas).unwrap();
    schemas.validate(file, index).err().map(|error| format!("{error:#}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}
