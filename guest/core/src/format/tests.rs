//! Exact bytes, and that readers which nobody here wrote get the data back.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::json;

#[track_caller]
fn check(format: Format, compact: &str, expected: &str) {
    let written = format.write(compact.to_owned(), "webhook").unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), expected, "{compact}");
}

#[track_caller]
fn check_form(compact: &str, expected: &str) {
    check(Format::Form, compact, expected);
}

#[track_caller]
fn check_xml(compact: &str, content: &str) {
    check(Format::Xml, compact, &format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{content}"));
}

#[test]
fn words_are_read_back() {
    for format in Format::ALL {
        assert_eq!(Format::parse(format.word()), Some(format));
    }
    assert_eq!(Format::parse("JSON"), None);
}

#[test]
fn json_stays_as_it_is() {
    check(Format::Json, r#"{"n":1.10,"é":"<&>"}"#, r#"{"n":1.10,"é":"<&>"}"#);
}

#[test]
fn a_form_has_the_names_that_php_reads() {
    check_form(
        r#"{"data":{"items":[{"sku":"a b","tags":["x","y"]},{"sku":"é&="}]},"n":9007199254740993}"#,
        "data%5Bitems%5D%5B0%5D%5Bsku%5D=a+b&data%5Bitems%5D%5B0%5D%5Btags%5D%5B0%5D=x\
         &data%5Bitems%5D%5B0%5D%5Btags%5D%5B1%5D=y&data%5Bitems%5D%5B1%5D%5Bsku%5D=%C3%A9%26%3D&n=9007199254740993",
    );
    check_form(r#"{"t":true,"f":false,"z":null,"l":[],"o":{},"e":""}"#, "t=1&f=0&e=");
    check_form(r#"["a",null,["b"]]"#, "0=a&2%5B0%5D=b");
    check_form(r#"{"a":1.10,"b":-0,"c":1E+400}"#, "a=1.10&b=-0&c=1E%2B400");
    check_form(r#"{"":1,"x":{"":2}}"#, "=1&x%5B%5D=2");
    check_form(r#"{"a[b]":1,"a":1,"a":2,"~*-_.":"\n\u0000\"'"}"#, "a%5Bb%5D=1&a=1&a=2&%7E%2A-_.=%0A%00%22%27");
}

#[test]
fn a_form_of_one_value_has_a_name_for_it() {
    check_form("5", "data=5");
    check_form(r#""a b""#, "data=a+b");
    check_form("true", "data=1");
    for nothing in ["null", "[]", "{}", "[[],{},null]"] {
        check_form(nothing, "");
    }
}

#[test]
fn xml_has_an_element_for_each_value() {
    check_xml(
        r#"{"id":9007199254740993,"on":true,"gone":null,"lines":[{"sku":"a"},{"sku":"b"}],"none":[],"no":{},"e":""}"#,
        "<webhook><id>9007199254740993</id><on>true</on><gone nil=\"true\"/>\
         <lines><item><sku>a</sku></item><item><sku>b</sku></item></lines><none></none><no></no><e></e></webhook>",
    );
    check_xml("[1,[2,null]]", r#"<webhook><item>1</item><item><item>2</item><item nil="true"/></item></webhook>"#);
    check_xml("null", r#"<webhook nil="true"/>"#);
    check_xml(r#"{"a":1,"a":2}"#, "<webhook><a>1</a><a>2</a></webhook>");
}

#[test]
fn a_name_that_is_no_element_name_stands_in_an_attribute() {
    check_xml(
        r#"{"first name":1,"":2,"1a":3,"é":4,"xmlns":5,"XMl":6,"a:b":7,"-a":8,"<\"&\n>":9,"_a-1.b":0,"member":0}"#,
        "<webhook><member name=\"first name\">1</member><member name=\"\">2</member><member name=\"1a\">3</member>\
         <member name=\"é\">4</member><member name=\"xmlns\">5</member><member name=\"XMl\">6</member>\
         <member name=\"a:b\">7</member><member name=\"-a\">8</member>\
         <member name=\"&lt;&quot;&amp;&#10;&gt;\">9</member><_a-1.b>0</_a-1.b><member>0</member></webhook>",
    );
}

#[test]
fn xml_text_is_escaped_and_holds_nothing_forbidden() {
    check_xml(
        r#""<a href=\"x\">&amp;]]>\t\r\n'\u0000\u001f\uffff\u0085😀""#,
        "<webhook>&lt;a href=&quot;x&quot;&gt;&amp;amp;]]&gt;&#9;&#13;&#10;'\u{fffd}\u{fffd}\u{fffd}\u{85}😀</webhook>",
    );
}

/// A name above many values would otherwise be written once for each of them.
#[test]
fn small_data_make_no_endless_body() {
    let data = format!(r#"{{"{}":[{}1]}}"#, "x".repeat(100_000), "1,".repeat(100_000));
    assert_eq!(Format::Form.write(data.clone(), "webhook"), Err(TooLarge));
    assert_eq!(Format::Xml.write(data.clone(), "webhook"), Err(TooLarge));
    assert_eq!(Format::Json.write(data.clone(), "webhook"), Ok(data.into_bytes()));
    let nulls = format!(r#"{{"{}":[{}1]}}"#, "x".repeat(400_000), "null,".repeat(100_000));
    assert_eq!(Format::Form.write(nulls, "webhook").map(|body| body.len()), Ok(400_000 + "%5B100000%5D=1".len()));
}

#[test]
fn the_deepest_data_are_written() {
    let data = format!("{}{}", "[".repeat(126), "]".repeat(126));
    let envelope = format!(r#"{{"a":{{"b":{data}}}}}"#);
    check_form(&envelope, "");
    let items = |tag: &str| tag.repeat(125);
    check_xml(&envelope, &format!("<webhook><a><b>{}{}</b></a></webhook>", items("<item>"), items("</item>")));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[ -~\t\r\n]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-cX\\[\\]&= é]{0,4}|xmlx?|\\PC{0,3}", inner, 0..5)
                .prop_map(|members| members.into_iter().collect::<Value>()),
        ]
    })
}

/// As the documentation of `http_build_query` tells it.
fn expected_pairs(name: Option<&str>, value: &Value, pairs: &mut Vec<(String, String)>) {
    let below = |key: &str| name.map_or_else(|| key.to_owned(), |name| format!("{name}[{key}]"));
    let own = || name.unwrap_or("data").to_owned();
    match value {
        Value::Null => {}
        Value::Bool(truth) => pairs.push((own(), u8::from(*truth).to_string())),
        Value::Number(number) => pairs.push((own(), number.to_string())),
        Value::String(text) => pairs.push((own(), text.clone())),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                expected_pairs(Some(&below(&index.to_string())), item, pairs);
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                expected_pairs(Some(&below(key)), member, pairs);
            }
        }
    }
}

fn allowed(text: &str) -> String {
    let forbidden = |c: char| (c < ' ' && !"\t\r\n".contains(c)) || c == '\u{fffe}' || c == '\u{ffff}';
    text.chars().map(|c| if forbidden(c) { '\u{fffd}' } else { c }).collect()
}

fn check_element(node: roxmltree::Node<'_, '_>, name: &str, value: &Value) {
    match node.attribute("name") {
        Some(attribute) => assert_eq!((node.tag_name().name(), attribute), ("member", allowed(name).as_str())),
        None => assert_eq!(node.tag_name().name(), name),
    }
    assert_eq!(node.attribute("nil").is_some(), value.is_null());
    let members: Vec<(&str, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.as_str(), value)).collect(),
        Value::Array(items) => items.iter().map(|item| ("item", item)).collect(),
        Value::String(text) => {
            assert_eq!(node.text().unwrap_or_default(), allowed(text));
            return;
        }
        Value::Null => Vec::new(),
        scalar => {
            assert_eq!(node.text(), Some(scalar.to_string().as_str()));
            return;
        }
    };
    assert_eq!(node.children().count(), members.len());
    for (child, (name, value)) in node.children().zip(members) {
        check_element(child, name, value);
    }
}

proptest! {
    #[test]
    fn another_reader_gets_the_form_back(value in any_json()) {
        let written = Format::Form.write(value.to_string(), "webhook").unwrap();
        let read: Vec<(String, String)> = form_urlencoded::parse(&written).into_owned().collect();
        let mut expected = Vec::new();
        expected_pairs(None, &value, &mut expected);
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn another_parser_gets_the_xml_back(value in any_json()) {
        let written = String::from_utf8(Format::Xml.write(value.to_string(), "webhook").unwrap()).unwrap();
        let document = roxmltree::Document::parse(&written).unwrap();
        check_element(document.root_element(), "webhook", &value);
    }

    #[test]
    fn no_text_panics(text in r#"([\[\]{}:,"\\01.eE+-]|\\u(0000|00e9)|"a":|true|null|\PC){0,30}"#) {
        for format in Format::ALL {
            let written = format.write(text.clone(), "webhook").unwrap();
            if json::compact(&text).is_ok() && format == Format::Xml {
                let written = String::from_utf8(written).unwrap();
                prop_assert!(roxmltree::Document::parse(&written).is_ok(), "{}", written);
            }
        }
    }
}
