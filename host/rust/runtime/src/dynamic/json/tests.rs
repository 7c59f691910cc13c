use proptest::prelude::*;
use serde_json::json;

use super::*;

fn field(name: &str, shape: Shape) -> (String, Shape) {
    (name.to_owned(), shape)
}

fn webhook() -> Shape {
    Shape::Record(vec![
        field("url", Shape::Text),
        field("topics", Shape::List(Box::new(Shape::Text))),
        field("revision", Shape::Option(Box::new(Shape::Integer(Integer::S64)))),
    ])
}

fn refusal(shape: &Shape, json: Value) -> (String, String) {
    let misfit = read(shape, json).unwrap_err();
    (misfit.at, misfit.message)
}

fn again(shape: &Shape, json: Value) -> String {
    serde_json::to_string(&Written(shape, &read(shape, json).unwrap())).unwrap()
}

#[test]
fn sixty_four_bits_are_exact() {
    for text in ["9007199254740993", "-9223372036854775808", "9223372036854775807"] {
        let shape = Shape::Integer(Integer::S64);
        assert_eq!(again(&shape, serde_json::from_str(text).unwrap()), text);
    }
    assert_eq!(again(&Shape::Integer(Integer::U64), json!(u64::MAX)), u64::MAX.to_string());
    assert_eq!(refusal(&Shape::Integer(Integer::S64), json!(1.0)).1, "must be an integer of 64 bits, is 1.0");
    assert_eq!(refusal(&Shape::Integer(Integer::U8), json!(256)).1, "must be an integer from 0 to 255, is 256");
    assert_eq!(
        refusal(&Shape::Integer(Integer::U32), json!("7")).1,
        "must be an integer from 0 to 4294967295, is text"
    );
}

#[test]
fn the_place_of_a_misfit_is_named_from_the_outside_in() {
    let (at, message) = refusal(&webhook(), json!({"url": "u", "topics": ["a", 5]}));
    assert_eq!((at.as_str(), message.as_str()), (".topics[1]", "must be text, is a number"));
    let (at, message) = refusal(&webhook(), json!({"topics": []}));
    assert_eq!((at.as_str(), message.as_str()), (".url", "is missing"));
    let (at, message) = refusal(&webhook(), json!({"url": "u", "topics": [], "topic": 1}));
    assert_eq!((at.as_str(), message.as_str()), (".topic", "is no field of this record"));
}

#[test]
fn an_empty_map_is_a_record_and_stays_one() {
    let options = Shape::Record(vec![field("name", Shape::Option(Box::new(Shape::Text)))]);
    for empty in [json!({}), json!([])] {
        assert_eq!(again(&options, empty), r#"{"name":null}"#);
    }
    assert!(read(&webhook(), json!(["url"])).is_err());
}

#[test]
fn variants_have_one_name() {
    let scope = Shape::Variant(vec![("all".to_owned(), None), ("account".to_owned(), Some(Shape::Text))]);
    assert_eq!(again(&scope, json!("all")), r#""all""#);
    assert_eq!(again(&scope, json!({"all": null})), r#""all""#);
    assert_eq!(again(&scope, json!({"account": "a"})), r#"{"account":"a"}"#);
    assert_eq!(refusal(&scope, json!("account")).1, r#"needs a payload: {"account": …}"#);
    assert_eq!(refusal(&scope, json!("none")).1, "must be one of all, account");
    assert_eq!(refusal(&scope, json!({})).1, "must have one name, that of the case");
    assert_eq!(refusal(&scope, json!({"all": 1})).0, ".all");
}

#[test]
fn results_are_ok_or_err() {
    let shape = Shape::Result(None, Some(Box::new(Shape::Text)));
    assert_eq!(again(&shape, json!({"ok": null})), r#"{"ok":null}"#);
    assert_eq!(again(&shape, json!({"err": "why"})), r#"{"err":"why"}"#);
    assert_eq!(refusal(&shape, json!({"err": 1})).0, ".err");
    assert!(read(&shape, json!({"ok": null, "err": "x"})).is_err());
}

#[test]
fn bytes_are_base64() {
    assert_eq!(again(&Shape::Bytes, json!("AP/+")), r#""AP/+""#);
    assert_eq!(again(&Shape::Bytes, json!("")), r#""""#);
    assert!(refusal(&Shape::Bytes, json!("A")).1.starts_with("is not base64: "));
}

fn any_shape() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        Just(Shape::Bool),
        Just(Shape::Integer(Integer::S64)),
        Just(Shape::Integer(Integer::U16)),
        Just(Shape::Text),
        Just(Shape::Bytes),
        Just(Shape::Enum(vec!["one".to_owned(), "two".to_owned()])),
        Just(Shape::Flags(vec!["read".to_owned(), "write".to_owned()])),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            boxed().prop_map(Shape::List),
            boxed()
                .prop_filter("no option of an option", |it| !matches!(**it, Shape::Option(_)))
                .prop_map(Shape::Option),
            (boxed(), boxed()).prop_map(|(ok, err)| Shape::Result(Some(ok), Some(err))),
            prop::collection::vec(inner.clone(), 1..3).prop_map(Shape::Tuple),
            (inner.clone(), inner).prop_map(|(a, b)| Shape::Record(vec![field("a", a), field("b", b)])),
        ]
    })
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "(one|two|read|AAAA|.{0,4})".prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::vec(("(a|b|ok|err)", inner), 0..3)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_taken_is_given_back_the_same(shape in any_shape(), json in any_json()) {
        if let Ok(value) = read(&shape, json) {
            let once: Value = serde_json::to_value(Written(&shape, &value)).unwrap();
            let twice = serde_json::to_value(Written(&shape, &read(&shape, once.clone()).unwrap())).unwrap();
            prop_assert_eq!(once, twice);
        }
    }
}
