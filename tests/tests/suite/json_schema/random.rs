//! Schemas and data that nobody thought of, here and in boon.

use hookwright_core::Schema;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::boon_says;

/// Few names and small values, so that many schemas apply and many data fit.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2..5_i64).prop_map(Value::from),
        prop_oneof![Just(0.5), Just(1.0), Just(-2.0), Just(2.5)].prop_map(Value::from),
        "[ab]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[abc]", inner, 0..4)
                .prop_map(|members| members.into_iter().collect::<Value>()),
        ]
    })
}

fn pattern() -> impl Strategy<Value = String> {
    "\\^?([ab.]|\\[ab\\]|\\[\\^a\\]|\\\\w)[?*+]?(b\\{1,2\\})?\\$?"
}

fn rule(inner: impl Strategy<Value = Value> + Clone + 'static) -> impl Strategy<Value = (&'static str, Value)> {
    let word = "(null|boolean|object|array|number|string|integer)";
    let named = |schema: BoxedStrategy<Value>| {
        prop::collection::btree_map("[abc]", schema, 1..3).prop_map(|members| members.into_iter().collect::<Value>())
    };
    let names = || prop::collection::vec("[abc]", 0..3);
    let one = |names: &'static [&'static str]| prop::sample::select(names);
    prop_oneof![
        (
            Just("type"),
            prop::collection::vec(word, 1..3).prop_map(|mut words| {
                words.sort();
                words.dedup();
                json!(words)
            })
        ),
        (Just("const"), value()),
        (Just("enum"), prop::collection::vec(value(), 1..4).prop_map(Value::from)),
        (
            one(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]),
            prop_oneof![Just(json!(1)), Just(json!(0.5)), Just(json!(-1))]
        ),
        (Just("multipleOf"), prop_oneof![Just(json!(2)), Just(json!(0.5)), Just(json!(1))]),
        (
            one(&[
                "minLength",
                "maxLength",
                "minItems",
                "maxItems",
                "minProperties",
                "maxProperties",
                "minContains",
                "maxContains"
            ]),
            (0..4).prop_map(Value::from)
        ),
        (Just("uniqueItems"), any::<bool>().prop_map(Value::from)),
        (Just("pattern"), pattern().prop_map(Value::from)),
        (
            Just("required"),
            names().prop_map(|mut names| {
                names.sort();
                names.dedup();
                json!(names)
            })
        ),
        (
            Just("dependentRequired"),
            "[abc]".prop_flat_map(|name| ("[abc]").prop_map(move |other| json!({name.as_str(): [other]})))
        ),
        (one(&["properties", "dependentSchemas"]), named(inner.clone().boxed())),
        (Just("patternProperties"), (pattern(), inner.clone()).prop_map(|(pattern, schema)| json!({pattern: schema}))),
        (one(&["additionalProperties", "items", "contains", "not", "if", "then", "else"]), inner.clone()),
        (Just("propertyNames"), inner.clone()),
        (one(&["prefixItems", "allOf", "anyOf", "oneOf"]), prop::collection::vec(inner, 1..3).prop_map(Value::from)),
        (Just("$ref"), Just(json!("#/$defs/x"))),
    ]
}

fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![4 => Just(json!({})), 1 => any::<bool>().prop_map(Value::from)];
    let part = leaf.prop_recursive(4, 24, 4, |inner| {
        prop::collection::vec(rule(inner.boxed()), 1..5)
            .prop_map(|rules| rules.into_iter().map(|(key, rule)| (key.to_owned(), rule)).collect::<Value>())
    });
    let leaf = prop::collection::vec(rule(Just(json!(true)).boxed()), 0..3).prop_map(|rules| {
        let rules = rules.into_iter().filter(|(key, _)| *key != "$ref");
        rules.map(|(key, rule)| (key.to_owned(), rule)).collect::<Value>()
    });
    (part, leaf).prop_map(|(mut part, leaf)| {
        if let Value::Object(rules) = &mut part {
            rules.insert("$defs".to_owned(), json!({"x": leaf}));
        }
        part
    })
}

/// A schema that leads nowhere: boon wants `$defs` for `$ref`, and a schema that is true or false has none.
fn is_whole(schema: &Value) -> bool {
    schema.is_object() || !schema.to_string().contains("$ref")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn boon_agrees(
        schema in schema().prop_filter("its references lead somewhere", is_whole),
        data in prop::collection::vec(value(), 1..6),
    ) {
        let ours = match Schema::parse(&schema.to_string()) {
            Ok(ours) => ours,
            Err(error) => return Err(TestCaseError::fail(format!("{schema}: {error}"))),
        };
        let found: Vec<bool> = data.iter().map(|data| ours.violations(data, 1).is_empty()).collect();
        let theirs = boon_says(&schema, &data.iter().collect::<Vec<_>>());
        prop_assert_eq!(Some(found), theirs, "{} of {:?}", schema, data);
    }
}
