//! An installation whose catalogue has, beside the built-in packs, topics whose texts would break a careless document.

use hookwright_runtime::catalogue::{DocumentFormat, Filter, NewTopic};
use hookwright_tests::installation::{Installation, Kind};
use hookwright_tests::subject::Subject;
use serde_json::Value;

pub(super) const FORMATS: [DocumentFormat; 6] = [
    DocumentFormat::Json,
    DocumentFormat::JsonSchema,
    DocumentFormat::Asyncapi,
    DocumentFormat::Openapi,
    DocumentFormat::Markdown,
    DocumentFormat::Typescript,
];

const SCHEMA: &str = r##"{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://shop.example/parcel.json",
    "type": "object",
    "required": ["id", "from"],
    "properties": {
        "id": {"type": "integer", "description": "Ends */ a comment, a | cell and a `code`."},
        "from": {"$ref": "#/$defs/place"},
        "to": {"$ref": "https://shop.example/parcel.json#/$defs/place"},
        "state": {"enum": ["sent", "lost", null]},
        "default": {"type": ["string", "null"]},
        "parts": {"type": "array", "items": {"$ref": "#"}}
    },
    "$defs": {"place": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}}
}"##;

/// An installation with odd topics of its own.
pub(super) fn site(kind: Kind) -> Installation {
    let mut site = Installation::new(kind);
    let odd = |name: &str, schema: Option<&str>, sample: Option<&str>| NewTopic {
        name: name.to_owned(),
        title: Some("Same name `tick` | bar */ \"quote\" <b> & *star* _under_ \\ ${x}".to_owned()),
        description: Some(
            "# Heading?\r\n\t- list\n\n1. <script>alert(1)</script> [a](b) @deprecated */ `x``y` 😀".to_owned(),
        ),
        group: Some("Odd | group".to_owned()),
        schema: schema.map(str::to_owned),
        sample: sample.map(str::to_owned),
    };
    let sample = r#"{"id":1,"from":{"city":"Köln"},"to":{"city":"Ulm"},"state":"sent","default":null,"parts":[{"id":2,"from":{"city":"x"}}]}"#;
    let topics = [
        odd("parcel.sent", Some(SCHEMA), Some(sample)),
        odd(
            "2odd_topic",
            None,
            Some(
                r#"{"a b":"`|*/","":{"x":[]},"n":[{"a":1},{"b":"two"},3],"big":12345678901234567890123,"q\"":"\u2028"}"#,
            ),
        ),
        odd("odd.topic", None, Some(r#"[1,"two",{"three":3}]"#)),
        odd("odd_topic", None, Some("\"```\"")),
        odd("Odd-Topic", Some("true"), None),
        odd("hookwright", None, None),
        odd("_", None, Some("null")),
        NewTopic { name: "plain".to_owned(), title: None, description: None, group: None, schema: None, sample: None },
    ];
    for topic in topics {
        site.topics_register(topic).expect("the topic is valid, though odd");
    }
    site
}

/// No restriction.
pub(super) fn all() -> Filter {
    Filter { search: None, source: None, group: None }
}

pub(super) fn document(site: &mut Installation, format: DocumentFormat, filter: Filter) -> String {
    site.topics_document(format, filter).expect("a document can be written")
}

pub(super) fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
