//! What a table of files cannot say; the files are tests/vectors/json_schema.json.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Schema;
use super::pattern::Pattern;
use crate::json_value::Fuel;

fn schema(schema: &Value) -> Schema {
    Schema::parse(&schema.to_string()).unwrap_or_else(|error| panic!("{schema}: {error}"))
}

#[track_caller]
fn check(rules: &Value, data: &Value, expected: &[&str]) {
    let found: Vec<String> = schema(rules).violations(data, 10).iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{data} by {rules}");
}

#[track_caller]
fn check_refused(rules: &str, pointer: &str, says: &str) {
    let error = Schema::parse(rules).unwrap_err();
    assert!(error.pointer == pointer && error.message.contains(says), "{rules} says: {error}");
}

#[test]
fn a_violation_says_where_and_what_is_expected() {
    let order = json!({
        "type": "object",
        "required": ["id", "total"],
        "properties": {
            "id": {"type": "integer", "minimum": 1},
            "status": {"enum": ["paid", "open"]},
            "a/b~": {"type": ["string", "null"], "maxLength": 2},
            "items": {"type": "array", "minItems": 1, "items": {"properties": {"sku": {"pattern": "^[A-Z]{2}-\\d+$"}}}},
        },
        "additionalProperties": false,
    });
    check(&order, &json!({"id": 1, "total": 2}), &["/total: is not allowed here"]);
    check(&order, &json!([]), &["must be of type object, not array"]);
    check(
        &order,
        &json!({"id": 0.5, "status": "lost", "a/b~": "éöü", "items": [{"sku": "AB-1"}, {"sku": "x"}]}),
        &[
            "/a~1b~0: must have at most 2 characters, and has 3",
            "/id: must be at least 1",
            "/id: must be of type integer, not number",
            "/items/1/sku: must be of the pattern `^[A-Z]{2}-\\d+$`",
            "/status: must be one of \"paid\", \"open\"",
            "must have the member `total`",
        ],
    );
    let either = json!({"anyOf": [{"type": "string"}, {"properties": {"a": {"const": 1}}, "required": ["a"]}]});
    check(
        &either,
        &json!({"a": 2}),
        &["must fit at least one of the 2 forms of `anyOf`; the first says: must be of type string, not object"],
    );
    check(
        &json!({"uniqueItems": true}),
        &json!([1, 2, 1.0]),
        &["must have no item twice, and items 0 and 2 are the same"],
    );
    check(
        &json!({"propertyNames": {"maxLength": 1}}),
        &json!({"ab": 1}),
        &["has a member `ab` whose name must have at most 1 characters, and has 2"],
    );
}

#[test]
fn no_more_violations_than_asked_for() {
    let texts = schema(&json!({"items": {"type": "string"}}));
    let numbers = json!([1, 2, 3, 4]);
    for most in 0..6 {
        assert_eq!(texts.violations(&numbers, most).len(), most.min(4));
    }
}

#[test]
fn a_long_rule_makes_a_short_message() {
    let long = json!({"enum": ["é".repeat(5_000), "b"]});
    let found = schema(&long).violations(&json!(1), 1);
    assert!(found[0].message.len() < 300 && found[0].message.ends_with('…'), "{}", found[0].message);
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    for (keyword, rule) in [
        ("unevaluatedProperties", "false"),
        ("unevaluatedItems", "false"),
        ("$dynamicRef", "\"#x\""),
        ("$recursiveRef", "\"#\""),
        ("dependencies", "{}"),
        ("additionalItems", "false"),
    ] {
        let text = format!(r#"{{"properties":{{"a/b":{{"items":{{"{keyword}":{rule}}}}}}}}}"#);
        check_refused(&text, &format!("/properties/a~1b/items/{keyword}"), keyword);
    }
    check_refused(r#"{"$ref":"https://example.com/x.json"}"#, "/$ref", "leads to nothing in this document");
    check_refused(r##"{"$ref":"#anchor"}"##, "/$ref", "refer to `#`");
    check_refused(r##"{"$ref":"#/$defs/no"}"##, "/$ref", "leads to nothing");
    check_refused(r##"{"$defs":{"a b":{}},"$ref":"#/$defs/a%20b"}"##, "/$ref", "leads to nothing");
    check_refused(r#"{"$defs":{"a":{"$id":"other"}}}"#, "/$defs/a/$id", "top of the document");
    check_refused(r#"{"$schema":"http://json-schema.org/draft-07/schema#"}"#, "/$schema", "2020-12");
    check_refused(r#"{"pattern":"^(a|b)$"}"#, "/pattern", "because of `(`");
    check_refused(r#"{"patternProperties":{"a|b":{}}}"#, "/patternProperties/a|b", "because of `|`");
    check_refused(r#"{"items":[{}]}"#, "/items", "a schema is an object");
    check_refused(r#"{"type":"text"}"#, "/type", "expected null, boolean");
    check_refused(r#"{"type":[]}"#, "/type", "expected null, boolean");
    check_refused(r#"{"required":true}"#, "/required", "list of names");
    check_refused(r#"{"minimum":1,"exclusiveMinimum":true}"#, "/exclusiveMinimum", "number");
    check_refused(r#"{"multipleOf":0}"#, "/multipleOf", "above 0");
    check_refused(r#"{"minLength":-1}"#, "/minLength", "0 or more");
    check_refused(r#"{"maxItems":1.5}"#, "/maxItems", "whole number");
    check_refused(r#"{"allOf":[]}"#, "/allOf", "one or more");
    check_refused(r#"{"anyOf":[{},{"not":3}]}"#, "/anyOf/1/not", "a schema is");
    check_refused("{", "", "not JSON");
    check_refused("[]", "", "a schema is an object");
}

#[test]
fn what_is_referred_to_is_checked_wherever_it_stands() {
    check_refused(
        r##"{"x-forms":{"a":{"unevaluatedItems":false}},"$ref":"#/x-forms/a"}"##,
        "/x-forms/a/unevaluatedItems",
        "unevaluatedItems",
    );
    check_refused(r##"{"enum":[3],"$ref":"#/enum/0"}"##, "/enum/0", "a schema is");
    assert!(
        Schema::parse(r#"{"x-forms":{"a":{"unevaluatedItems":false}}}"#).is_ok(),
        "no schema, unless it is referred to"
    );
}

#[test]
fn references_lead_into_the_document() {
    let tree = json!({
        "$id": "https://example.com/tree",
        "$ref": "https://example.com/tree#/$defs/node~1one",
        "$defs": {"node/one": {"properties": {
            "next": {"$ref": "#/$defs/node~1one"},
            "root": {"$ref": "#"},
            "value": {"type": "integer"},
        }}},
    });
    check(&tree, &json!({"next": {"next": {"value": 1}, "root": {"value": 2}}}), &[]);
    check(
        &tree,
        &json!({"next": {"next": {"value": "a"}, "root": {"value": "b"}}}),
        &[
            "/next/next/value: must be of type integer, not string",
            "/next/root/value: must be of type integer, not string",
        ],
    );
}

#[test]
fn what_is_deprecated_is_found_where_its_schema_applies() {
    let rules = schema(&json!({
        "deprecated": true,
        "properties": {
            "old": {"deprecated": true},
            "new": {"deprecated": false},
            "list": {"items": {"$ref": "#/$defs/item"}},
            "kind": {},
        },
        "anyOf": [{"properties": {"x": {"type": "string"}}}, {"properties": {"y": {"deprecated": true}}}],
        "oneOf": [
            {"properties": {"z": {"type": "string", "deprecated": true}}, "required": ["z"]},
            {"properties": {"z": {"type": "integer"}}},
        ],
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"properties": {"w": {"deprecated": true}}},
        "not": {"properties": {"new": {"deprecated": true}}, "required": ["never"]},
        "$defs": {"item": {"properties": {"a/b": {"deprecated": true}}}},
    }));
    let found = |data: Value| rules.deprecated_fields(&data);
    assert_eq!(found(json!({"new": 1})), [""; 0]);
    assert_eq!(found(json!({"old": null, "new": 1})), ["/old"]);
    assert_eq!(found(json!({"list": [{}, {"a/b": 1}, {"a/b": 2}]})), ["/list/1/a~1b", "/list/2/a~1b"]);
    assert_eq!(found(json!({"x": "s", "y": 1, "z": "t"})), ["/y", "/z"]);
    assert_eq!(found(json!({"z": 5})), [""; 0]);
    assert_eq!(found(json!({"kind": "a", "w": 1})), ["/w"]);
    assert_eq!(found(json!({"kind": "b", "w": 1})), [""; 0]);
    let many = json!({"list": vec![json!({"a/b": 1}); 1_000]});
    assert_eq!(found(many).len(), 100);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test has a clock")]
fn hostile_work_comes_to_an_end() {
    let started = Instant::now();
    let gives_up = |rules: Value, data: &Value| {
        let found = schema(&rules).violations(data, usize::MAX);
        let last = found.last().unwrap_or_else(|| panic!("{rules} gives up"));
        assert!(last.message.contains("too much") || last.message.contains("too deep"), "{last}");
    };
    gives_up(json!({"$ref": "#"}), &json!(1));
    gives_up(json!({"not": {"$ref": "#"}}), &json!(1));
    gives_up(json!({"anyOf": [{"allOf": [{"$ref": "#"}, {"$ref": "#"}]}, {"$ref": "#"}]}), &json!(1));
    let many: Vec<Value> = (0..2_000).map(|number| json!({"const": number})).collect();
    gives_up(json!({"items": {"anyOf": many}}), &json!((0..4_000).map(|number| number + 9_000).collect::<Vec<u32>>()));
    let doubling: Value = (0..40)
        .map(|n| {
            (
                format!("d{n}"),
                json!({"allOf": [{"$ref": format!("#/$defs/d{}", n + 1)}, {"$ref": format!("#/$defs/d{}", n + 1)}]}),
            )
        })
        .chain([("d40".to_owned(), json!({"type": "integer"}))])
        .collect();
    gives_up(json!({"$ref": "#/$defs/d0", "$defs": doubling}), &json!(1));
    gives_up(json!({"pattern": "a*".repeat(500)}), &json!("a".repeat(900_000)));
    let long = "[a-b]".repeat(190) + "$";
    gives_up(json!({"items": {"pattern": long}}), &json!(vec!["ab".repeat(400); 1_000]));
    gives_up(json!({"items": {"const": vec![1; 10_000]}}), &json!(vec![vec![1; 9_999 + 1]; 500]));
    let mut deep = json!(1);
    for _ in 0..120 {
        deep = json!([deep]);
    }
    gives_up(json!({"items": {"$ref": "#"}}), &deep);
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

#[test]
fn large_data_are_no_hostile_work() {
    let rules = schema(&json!({
        "type": "array",
        "uniqueItems": true,
        "items": {
            "type": "object",
            "required": ["id", "name"],
            "properties": {
                "id": {"type": "integer", "minimum": 0},
                "name": {"type": "string", "minLength": 1, "pattern": "^[a-z]+-\\d+$"},
            },
            "additionalProperties": false,
        },
    }));
    let data: Value = (0..25_000).map(|id| json!({"id": id, "name": format!("item-{id}")})).collect();
    assert!(data.to_string().len() > 800_000);
    assert_eq!(rules.violations(&data, 5), []);
}

#[track_caller]
fn check_pattern(pattern: &str, matching: &[&str], others: &[&str]) {
    let parsed = Pattern::parse(pattern).unwrap();
    for text in matching {
        assert_eq!(parsed.matches(text, &mut Fuel::new(1_000)), Some(true), "{pattern} must match {text:?}");
    }
    for text in others {
        assert_eq!(parsed.matches(text, &mut Fuel::new(1_000)), Some(false), "{pattern} must not match {text:?}");
    }
}

#[test]
fn patterns_match_as_regular_expressions_do() {
    check_pattern("", &["", "a"], &[]);
    check_pattern("^$", &[""], &["a"]);
    check_pattern("b+c", &["abbcd", "bc"], &["ac", "b"]);
    check_pattern("^a.c$", &["abc", "aéc", "a😀c"], &["ac", "a\nc", "abcd"]);
    check_pattern("^\\d{4}-\\d{2}$", &["2026-11"], &["2026-1", "2026-111", "٢٠٢٦-11"]);
    check_pattern("^[A-Z]{2,3}$", &["AB", "ABC"], &["A", "ABCD", "Ab"]);
    check_pattern("^[^a-c\\d]+$", &["xyz"], &["xaz", "x1"]);
    check_pattern("^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$", &["a.b+c-d@example.com"], &["a@b", "@x.com"]);
    check_pattern("^a*a*a*b$", &["aaaab", "b"], &["aaaa"]);
    check_pattern("^a?b{0}c$", &["c", "ac"], &["abc"]);
    check_pattern("^\\$\\{\\w\\}\\/$", &["${a}/"], &["$a/"]);
    check_pattern("\\W\\D", &["a-b"], &["a1", "-1"]);
    check_pattern("^x{2,}$", &["xx", "xxxx"], &["x"]);
    check_pattern("^[a-]$", &["a", "-"], &["b"]);
    for refused in [
        "a|b", "(a)", "a**", "a+?", "*", "a{", "a{2", "a{3,1}", "a{x}", "[", "[a", "[]", "[b-a]", "[\\d-z]", "\\s",
        "\\b", "\\1", "\\", "a^", "$a", "]", "}", "[\\D]",
    ] {
        assert!(Pattern::parse(refused).is_err(), "{refused}");
    }
}

/// One way after the other.
fn naive_match(parts: &[(char, usize, usize)], text: &[char]) -> bool {
    let Some(((set, least, most), rest)) = parts.split_first() else { return text.is_empty() };
    let run = text.iter().take_while(|found| *set == '.' || *found == set).count();
    (*least..=run.min(*most)).any(|length| naive_match(rest, &text[length..]))
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..4_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ab#/]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 30, 5, |inner| {
        let name = "(type|enum|const|properties|required|items|prefixItems|contains|minItems|minimum|multipleOf|allOf|\
                    anyOf|not|if|then|else|\\$ref|\\$defs|pattern|patternProperties|additionalProperties|uniqueItems|\
                    deprecated|a|b)";
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..4).prop_map(|members| members.into_iter().collect::<Value>()),
        ]
    })
}

proptest! {
    #[test]
    fn patterns_agree_with_the_naive_matcher(
        parts in prop::collection::vec(("[ab.]", 0..3_usize, 0..3_usize), 0..5),
        text in "[abc]{0,8}",
    ) {
        let one = |(set, least, more): (String, usize, usize)| (set.chars().next().unwrap(), least, least + more);
        let parts: Vec<_> = parts.into_iter().map(one).collect();
        let pattern: String = parts.iter().map(|(set, least, most)| format!("{set}{{{least},{most}}}")).collect();
        let text_chars: Vec<char> = text.chars().collect();
        let found = Pattern::parse(&format!("^{pattern}$")).unwrap().matches(&text, &mut Fuel::new(10_000));
        prop_assert_eq!(found, Some(naive_match(&parts, &text_chars)));
        let anywhere = Pattern::parse(&pattern).unwrap().matches(&text, &mut Fuel::new(10_000));
        let mut open = vec![('.', 0, 9)];
        open.extend(&parts);
        open.push(('.', 0, 9));
        prop_assert_eq!(anywhere, Some(naive_match(&open, &text_chars)));
    }

    #[test]
    fn no_pattern_panics(pattern in r"([\[\](){}^$|?*+.\\,-]|[a-z0-9]|\PC){0,12}", text in "\\PC{0,12}") {
        if let Ok(parsed) = Pattern::parse(&pattern) {
            prop_assert!(parsed.matches(&text, &mut Fuel::new(10_000)).is_some());
        }
    }

    #[test]
    fn no_schema_and_no_data_panic(rules in any_json(), data in any_json(), most in 0..4_usize) {
        match Schema::parse(&rules.to_string()) {
            Ok(schema) => {
                prop_assert!(schema.violations(&data, most).len() <= most);
                for pointer in schema.deprecated_fields(&data) {
                    prop_assert!(data.pointer(&pointer).is_some());
                }
            }
            Err(error) => prop_assert!(rules.pointer(&error.pointer).is_some(), "{}", error),
        }
    }

    #[test]
    fn data_satisfy_the_schema_inferred_from_them(data in any_json()) {
        let inferred = crate::export::inferred_schema(&data.to_string());
        prop_assert_eq!(Schema::parse(&inferred).unwrap().violations(&data, 1), [], "{}", inferred);
    }

    #[test]
    fn twins_are_found(items in prop::collection::vec(any_json(), 0..6)) {
        let expected = items.iter().enumerate().any(|(at, one)| items[at + 1..].contains(one));
        let found = schema(&json!({"uniqueItems": true})).violations(&Value::from(items), 1);
        prop_assert_eq!(!found.is_empty(), expected);
    }
}
