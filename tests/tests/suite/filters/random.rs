//! Conditions and data that nobody thought of, here and in another implementation of CEL.

use std::collections::BTreeMap;

use hookwright_tests::outside_tools::node_package;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::{CEL, Event, Outcome, disagreements, outcome};

const CASES: usize = 3_000;

/// Few names and small values, so that most things are found and many are the same.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-1..3_i64).prop_map(Value::from),
        prop_oneof![Just(0.5), Just(1.0), Just(-1.5), Just(9_007_199_254_740_992.0), Just(1e300)].prop_map(Value::from),
        prop_oneof![Just(9_007_199_254_740_993_u64), Just(u64::MAX), Just(i64::MAX as u64)].prop_map(Value::from),
        Just(json!(i64::MIN)),
        "[abé😀]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[ab]", inner, 0..3).prop_map(|members| members.into_iter().collect::<Value>()),
        ]
    })
}

fn data() -> impl Strategy<Value = Value> {
    (value(), value(), value()).prop_map(|(a, b, l)| json!({"a": a, "b": b, "l": [l, a, 1, "a"]}))
}

fn condition() -> impl Strategy<Value = String> {
    let literal = "(0|1|2|-1|1u|0\\.5|1e0|9007199254740992\\.0|9007199254740993|18446744073709551615u|'a'|\"é\"|''|\
                   null|true|false|\\[\\]|\\[1, 'a', null\\])";
    let path = "data\\.(a|b|l|l|c)(\\.[ab]|\\[[0-2]\\]|\\['[ab]'\\])?";
    let term = || prop_oneof![2 => path, 1 => literal, 1 => "(topic|account|event_id|data\\.l\\[data\\.l\\[2\\]\\])"];
    let condition = prop_oneof![
        6 => (term(), "(==|!=|<|<=|>|>=| in )", term()).prop_map(|(left, operator, right)| left + &operator + &right),
        1 => (path, "(startsWith|endsWith|contains)", term())
            .prop_map(|(of, name, part)| format!("{of}.{name}({part})")),
        // Of what is there, never null: the other implementation finds no member that is null.
        1 => "has\\(data\\.[lc]\\)",
        1 => (path, "(==|<|>)", 0..3).prop_map(|(of, operator, size)| format!("size({of}){operator}{size}")),
        1 => path.prop_map(|path| path),
    ];
    condition.prop_recursive(4, 12, 2, |inner| {
        prop_oneof![
            3 => (inner.clone(), "(&&|\\|\\|)", inner.clone())
                .prop_map(|(left, operator, right)| left + " " + &operator + " " + &right),
            1 => (inner.clone(), "(&&|\\|\\||==)", inner.clone())
                .prop_map(|(left, operator, right)| format!("({left}) {operator} ({right})")),
            1 => inner.prop_map(|inner| format!("!({inner})")),
        ]
    })
}

#[test]
fn another_implementation_agrees() {
    let Some(cel) = node_package(CEL.0, CEL.1) else { return };
    // The same cases each time: what fails can be looked at.
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let strategy = (condition(), data());
    let cases: Vec<(String, Event)> = (0..CASES)
        .map(|_| {
            let (filter, data) = strategy.new_tree(&mut runner).unwrap().current();
            (filter, Event { topic: "a".into(), account: Some("b".into()), event_id: "e".into(), data })
        })
        .filter(|(filter, _)| filter.len() < 1_900)
        .collect();
    let tasks: Vec<(&str, &Event)> = cases.iter().map(|(filter, event)| (filter.as_str(), event)).collect();
    let mut seen: BTreeMap<Outcome, usize> = BTreeMap::new();
    for (filter, event) in &tasks {
        *seen.entry(outcome(filter, event)).or_default() += 1;
    }
    let wrong = disagreements(&cel, &tasks);
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), tasks.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert!(seen.len() == 3 && seen.values().all(|count| *count > CASES / 10), "of every kind: {seen:?}");
}
