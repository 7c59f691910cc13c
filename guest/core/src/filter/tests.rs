//! What a table of files cannot say; the files are tests/vectors/filters.json.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Filter, FilterInput};

fn is_true(filter: &str, data: &Value) -> bool {
    let filter = Filter::parse(filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
    filter.matches(&FilterInput { topic: "order.created", account: Some("acme"), event_id: "evt_1", data })
}

/// True, false or an error.
#[track_caller]
fn check(filter: &str, data: &Value, expected: Option<bool>) {
    let found = match (is_true(filter, data), is_true(&format!("!({filter})"), data)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
        both => panic!("{filter}: {both:?}"),
    };
    assert_eq!(found, expected, "{filter} of {data}");
}

#[track_caller]
fn check_refused(filter: &str, column: usize, says: &str) {
    let error = Filter::parse(filter).unwrap_err();
    assert!(error.column == column && error.message.contains(says), "{filter} says: {error}");
}

#[test]
fn the_text_is_kept() {
    let text = "  data.total\n > 10 ";
    let filter = Filter::parse(text).unwrap();
    assert_eq!((filter.as_str(), filter.to_string().as_str()), (text, text));
    assert_eq!(text.parse::<Filter>(), Ok(filter));
}

#[test]
fn errors_are_taken_in_by_what_decides() {
    let data = json!({"t": true, "f": false, "n": 1});
    check("data.t && data.missing", &data, None);
    check("data.missing && data.f", &data, Some(false));
    check("data.missing || data.t || data.missing", &data, Some(true));
    check("data.f || data.missing", &data, None);
    check("data.n || data.t", &data, Some(true));
    check("data.n && data.t", &data, None);
    check("data.n > 'a' || data.n == 1", &data, Some(true));
    check("!data.n", &data, None);
    check("!!data.t", &data, Some(true));
    check("data.n == 'a'", &data, Some(false));
    check("data.n != 'a'", &data, Some(true));
    check("has(data.n.x)", &data, None);
    check("has(data.x) || data.n < 2", &data, Some(true));
}

#[test]
fn precedence_is_that_of_cel() {
    let data = json!({"a": true, "b": false});
    check("data.a || data.b && data.b", &data, Some(true));
    check("(data.a || data.b) && data.b", &data, Some(false));
    check("!data.a == data.b", &data, Some(true));
    check("1 < 2 == data.a", &data, Some(true));
    check("true == 3 > 2", &data, None);
}

#[test]
fn a_refusal_names_the_place_and_the_remedy() {
    check_refused("", 1, "found the end");
    check_refused("data.a = 1", 8, "write `==`");
    check_refused("data.a == 1 & true", 13, "write `&&`");
    check_refused("data.a and data.b", 8, "write `&&`");
    check_refused("é", 1, "found `é`");
    check_refused("'é' == datum", 8, "a field of the data is written `data.name`");
    check_refused("data.a + 1 > 2", 8, "no arithmetic");
    check_refused("data.a ? true : false", 8, "`? :`");
    check_refused("data.a.matches('x')", 8, "no function `matches`");
    check_refused("data.items.exists(i, i > 1)", 12, "no function `exists`");
    check_refused("has(data['a'])", 1, "`\"odd name\" in data`");
    check_refused("data.in == 1", 6, "data[\"odd name\"]");
    check_refused("data.1", 6, "found `1`");
    check_refused("data.a in [data.b]", 12, "lists hold nothing else");
    check_refused("data.a == 'x", 11, "closing quote");
    check_refused("data.a == 'x\ny'", 13, "`\\n`");
    check_refused("data.a == '\\q'", 12, "escape");
    check_refused("data.a == '\\ud800'", 12, "escape");
    check_refused("data.a == \u{201c}x\u{201d}", 11, "straight quotes");
    check_refused("data.a == 9223372036854775808", 11, "with `u` behind it");
    check_refused("data.a == -1u", 11, "whole number");
    check_refused("data.a == 1e999", 11, "1.8e308");
    check_refused("data.a == 0x1F", 12, "end of the number");
    check_refused("data.a == 1e", 13, "exponent");
    check_refused("data.a == -data.b", 11, "stands only before one");
    check_refused("(data.a", 8, "`)`");
    check_refused("data.a)", 7, "the end");
    check_refused("topic", 1, "this is a value");
    check_refused("data.a || 'x'", 11, "this is a value");
    check_refused("!size(data)", 2, "this is a value");
    check_refused("has == 1", 1, "expected data");
}

#[test]
fn length_depth_and_number_of_parts_are_bounded() {
    let nested = |depth: usize| format!("{}data{}", "(".repeat(depth), ")".repeat(depth));
    check(&nested(62), &json!(true), Some(true));
    assert!(is_true(&nested(63), &json!(true)));
    check_refused(&nested(64), 65, "nested deeper");
    check_refused(&"(".repeat(2_000), 65, "nested deeper");
    check_refused(&format!("data.a in {}", "[".repeat(1_900)), 74, "nested deeper");
    check_refused(&format!("data == '{}'", "x".repeat(1_992)), 2_001, "at most 2000 bytes");
    check_refused(&format!("data == '{}'", "é".repeat(1_992)), 1_005, "at most 2000 bytes");
    let mut row = "data".to_owned();
    row += &".a".repeat(99);
    assert!(!is_true(&row, &json!({})));
    check_refused(&(row + ".a"), 205, "more than 100");
    check_refused(&format!("{}data", "!".repeat(1_000)), 1_005, "more than 100");
    check(&format!("{}data", "data||".repeat(300)), &json!(true), Some(true));
    check_refused(&format!("{}data", "data<1||".repeat(249)), 1_335, "at most 500 parts");
}

#[test]
fn hostile_work_comes_to_an_end() {
    let items: Vec<u32> = (0..400_000).collect();
    let data = json!({"a": items, "b": items, "s": "x".repeat(1_000_000)});
    check("data.a == data.b", &data, Some(true));
    check("data.s.contains('y') || data.a == data.b", &data, Some(true));
    let twice = ["data.a != data.b"; 90].join(" || ");
    assert!(!is_true(&twice, &data));
    assert!(!is_true(&format!("!({twice})"), &data), "the work is used up, which is an error");
}

fn any_data() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2..3_i64).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ab]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[ab]", inner, 0..3).prop_map(|members| members.into_iter().collect::<Value>()),
        ]
    })
}

fn any_condition() -> impl Strategy<Value = String> {
    let value = "(data|topic|account|event_id|-?[0-2](\\.5)?|[0-9]{15,19}u|'[ab]{0,2}'|null|true|\
                 \\[1, 'a', \\[null\\]\\])(\\.[ab]|\\[[0-2]\\]|\\['[ab]'\\]){0,3}";
    let condition = prop_oneof![
        (value, "(==|!=|<|<=|>|>=| in )", value).prop_map(|(left, operator, right)| format!("{left}{operator}{right}")),
        (value, "(startsWith|endsWith|contains)", value).prop_map(|(of, name, part)| format!("({of}).{name}({part})")),
        "data(\\.[ab]){1,3}".prop_map(|field| format!("has({field})")),
        value.prop_map(|value| format!("size({value}) < 2")),
        "data\\.[ab]",
    ];
    condition.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            (inner.clone(), "(&&|\\|\\|)", inner.clone())
                .prop_map(|(left, operator, right)| format!("({left}) {operator} ({right})")),
            inner.prop_map(|inner| format!("!({inner})")),
        ]
    })
}

proptest! {
    #[test]
    fn every_condition_is_true_or_not(condition in any_condition(), data in any_data()) {
        prop_assert!(Filter::parse(&condition).is_ok(), "{}", Filter::parse(&condition).unwrap_err());
        let (holds, fails) = (is_true(&condition, &data), is_true(&format!("!({condition})"), &data));
        prop_assert!(!(holds && fails));
        // What is an error stays one beside what does not decide, and goes beside what does.
        prop_assert_eq!(is_true(&format!("({condition}) && true"), &data), holds);
        prop_assert_eq!(is_true(&format!("false || ({condition})"), &data), holds);
        let absorbed = [format!("({condition}) || true"), format!("!(({condition}) && false)")];
        prop_assert!(absorbed.iter().all(|condition| is_true(condition, &data)));
    }

    #[test]
    fn numbers_are_compared_exactly(one in any::<i64>(), other in any::<u64>()) {
        let data = json!({"one": one, "other": other});
        let (wide, other_wide) = (i128::from(one), i128::from(other));
        prop_assert_eq!(is_true(&format!("data.one == {one}"), &data), true);
        prop_assert_eq!(is_true(&format!("data.other > {one}"), &data), other_wide > wide);
        prop_assert_eq!(is_true(&format!("{other}u <= data.one"), &data), other_wide <= wide);
        prop_assert_eq!(is_true("data.one < data.other", &data), wide < other_wide);
    }

    #[test]
    fn a_double_is_the_same_in_filter_and_data(
        number in any::<f64>().prop_filter("JSON has it", |number| number.is_finite()),
    ) {
        let text = format!("{number:e}");
        let data: Value = serde_json::from_str(&text).unwrap();
        let is_same = is_true(&format!("data == {text}"), &data);
        prop_assert!(is_same);
    }

    #[test]
    fn text_with_escapes_is_read(text in any::<String>()) {
        let mut literal = String::new();
        for found in text.chars() {
            match found {
                '\\' | '\'' => literal.extend(['\\', found]),
                '\0'..='\x1f' => literal += &format!("\\{:03o}", u32::from(found)),
                '\x7f'..='\u{ff}' => literal += &format!("\\x{:02x}", u32::from(found)),
                '\u{100}'..='\u{ffff}' => literal += &format!("\\u{:04X}", u32::from(found)),
                '\u{10000}'.. => literal += &format!("\\U{:08x}", u32::from(found)),
                other => literal.push(other),
            }
        }
        if literal.len() < 1_900 {
            let is_same = is_true(&format!("data == '{literal}'"), &Value::from(text));
            prop_assert!(is_same);
        }
    }

    #[test]
    fn no_text_panics(
        text in "(data|topic|has\\(|size\\(|\\.a|\\.contains|[\\[\\]().,!<>='\"\\\\ \n0-9eu+-]|\
                ==|&&|\\|\\||in|true|null|\\PC){0,40}",
        data in any_data(),
    ) {
        match Filter::parse(&text) {
            Ok(filter) => {
                prop_assert_eq!(filter.as_str(), &text);
                let _ = filter.matches(&FilterInput { topic: "a", account: None, event_id: "b", data: &data });
            }
            Err(error) => prop_assert!((1..=text.chars().count() + 1).contains(&error.column)),
        }
    }
}
