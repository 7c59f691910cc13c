//! What is set for topics: validation by their schemas, and deprecation.

use hookwright_runtime::catalogue::{DocumentFormat, Filter, NewTopic, TopicSettings, Validation};
use hookwright_runtime::events::Event;
use hookwright_tests::installation::{Installation, Kind, event};
use hookwright_tests::subject::Subject;

use crate::expect::{fields, invalid, not_found, says};

everywhere! {
    settings_are_kept_for_every_kind_of_topic,
    what_is_wrong_with_settings_is_named,
    enforced_schemas_refuse_with_a_field_each,
    a_schema_that_warns_stores_the_event,
    a_topic_with_only_a_sample_is_held_to_its_form,
    a_deprecated_topic_is_told_everywhere,
    settings_go_with_a_registered_topic,
    topics_without_settings_cost_one_statement,
}

both! { a_validated_topic_keeps_a_usable_schema }

const SCHEMA: &str = r#"{"type":"object","required":["total"],"properties":{"total":{"type":"integer","minimum":1},
    "old":{"type":"string","deprecated":true}}}"#;

pub(crate) fn defaults() -> TopicSettings {
    TopicSettings {
        validation: Validation::Off,
        dedupe_window: 0,
        keep_payloads: None,
        keep_attempts: None,
        deprecated: None,
        replaced_by: None,
    }
}

fn new_topic(name: &str, schema: Option<&str>) -> NewTopic {
    NewTopic {
        name: name.to_owned(),
        title: None,
        description: None,
        group: None,
        schema: schema.map(str::to_owned),
        sample: None,
    }
}

fn validated(kind: Kind, validation: Validation) -> Installation {
    let mut site = Installation::new(kind);
    site.topics_register(new_topic("my.order", Some(SCHEMA))).unwrap();
    site.topics_configure("my.order".to_owned(), TopicSettings { validation, ..defaults() }).unwrap();
    site.webhook(&[]);
    site
}

fn order(data: &str) -> Event {
    Event { data: data.to_owned(), ..event("my.order") }
}

fn settings_are_kept_for_every_kind_of_topic(kind: Kind) {
    let mut site = Installation::new(kind);
    site.topics_register(new_topic("my.order", None)).unwrap();
    let settings = TopicSettings {
        dedupe_window: 600_000,
        keep_payloads: Some(90 * 86_400_000),
        keep_attempts: Some(0),
        deprecated: Some("since 2026".to_owned()),
        replaced_by: Some("order.created".to_owned()),
        ..defaults()
    };
    for name in ["my.order", "payment_received", "action.woocommerce_thing"] {
        assert_eq!(site.topics_settings(name.to_owned()).unwrap(), defaults());
        assert_eq!(site.topics_configure(name.to_owned(), settings.clone()).unwrap(), settings);
        assert_eq!(site.topics_settings(name.to_owned()).unwrap(), settings);
    }
    site.restart();
    assert_eq!(site.topics_settings("my.order".to_owned()).unwrap(), settings);
    site.topics_configure("my.order".to_owned(), defaults()).unwrap();
    assert_eq!(site.topics_settings("my.order".to_owned()).unwrap(), defaults());
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_topic_settings"), 2, "who sets nothing has no row");
}

fn what_is_wrong_with_settings_is_named(kind: Kind) {
    let mut site = Installation::new(kind);
    site.topics_register(new_topic("my.bare", None)).unwrap();
    let wrong = TopicSettings {
        validation: Validation::Warn,
        dedupe_window: 7 * 86_400_000 + 1,
        keep_payloads: Some(u64::MAX),
        keep_attempts: Some(u64::MAX),
        deprecated: Some(" ".to_owned()),
        replaced_by: Some("a..b".to_owned()),
    };
    let named = fields(site.topics_configure("my.bare".to_owned(), wrong));
    assert_eq!(named, ["validation", "dedupe-window", "keep-payloads", "keep-attempts", "deprecated", "replaced-by"]);
    let mut replaced = |deprecated: Option<&str>, by: &str| {
        let settings =
            TopicSettings { deprecated: deprecated.map(str::to_owned), replaced_by: Some(by.to_owned()), ..defaults() };
        invalid(site.topics_configure("my.bare".to_owned(), settings))
    };
    says(&replaced(None, "order.created"), "replaced-by: only a deprecated topic");
    says(&replaced(Some("x"), "my.bare"), "not its own replacement");
    says(&replaced(Some("x"), "order.creatd"), "did you mean order.created?");
    not_found(site.topics_configure("no.such".to_owned(), defaults()));
    not_found(site.topics_settings("no.such".to_owned()));
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_topic_settings"), 0);
}

fn enforced_schemas_refuse_with_a_field_each(kind: Kind) {
    let mut site = validated(kind, Validation::Enforce);
    let answers = site.publish(vec![order(r#"{"total":0,"old":7}"#), order(r#"{"total":2}"#), order("{}")]).unwrap();
    let mut violated = fields(answers[0].clone());
    violated.sort();
    assert_eq!(violated, ["data/old", "data/total"]);
    assert_eq!(answers[1].clone().unwrap().warnings, Vec::<String>::new());
    says(&invalid(answers[2].clone()), "total");
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 1);
    assert_eq!(site.publish_one(order(r#"{"total":3,"old":"x"}"#)).warnings, ["data/old: the field is deprecated"]);
    assert!(fields(site.publish_answer(order(r#"{"total":1E400}"#))).starts_with(&["data".to_owned()]));
}

fn a_schema_that_warns_stores_the_event(kind: Kind) {
    let mut site = validated(kind, Validation::Warn);
    let receipt = site.publish_one(order(r#"{"total":"many"}"#));
    assert_eq!((receipt.deliveries, receipt.warnings.len()), (1, 1), "{receipt:?}");
    says(&receipt.warnings[0], "data/total: ");
    let keyed = Event { idempotency_key: Some("k".to_owned()), ..order("[]") };
    let first = site.publish_one(keyed.clone());
    let again = site.publish_one(keyed);
    assert!(!first.replayed && again.replayed && !again.warnings.is_empty());
    assert_eq!(first.warnings, again.warnings);
}

fn a_validated_topic_keeps_a_usable_schema(kind: Kind) {
    let mut site = validated(kind, Validation::Enforce);
    let unsupported = r#"{"unevaluatedProperties":false}"#;
    says(&invalid(site.topics_register(new_topic("my.order", Some(unsupported)))), "unevaluatedProperties");
    says(&invalid(site.topics_register(new_topic("my.order", None))), "schema: data of this topic are validated");
    site.topics_register(new_topic("my.other", Some(unsupported))).unwrap();
    let enforce = TopicSettings { validation: Validation::Enforce, ..defaults() };
    says(&invalid(site.topics_configure("my.other".to_owned(), enforce.clone())), "unevaluatedProperties");
    site.topics_register(new_topic("my.bare", None)).unwrap();
    says(
        &invalid(site.topics_configure("my.bare".to_owned(), enforce)),
        "validation: topic my.bare has no schema and no sample",
    );
    // Whoever changes the table behind our back is told, and nothing unchecked is published.
    site.database().execute("UPDATE hookwright_topics SET topic_schema = x'7b'", []).unwrap();
    says(&invalid(site.publish_answer(order("{}"))), "topic: the schema of topic my.order cannot be used");
}

fn a_topic_with_only_a_sample_is_held_to_its_form(kind: Kind) {
    let mut site = Installation::new(kind);
    let enforce = TopicSettings { validation: Validation::Enforce, ..defaults() };
    for name in ["order.created", "payment_received", "exam.finished", "restaurant.updated"] {
        let topic = site.topics_get(name.to_owned()).unwrap();
        assert_eq!(topic.schema, None, "{name}");
        site.topics_configure(name.to_owned(), enforce.clone()).unwrap();
        site.publish_one(Event { data: topic.sample.unwrap(), ..event(name) });
    }
    let sample = site.topics_get("order.created".to_owned()).unwrap().sample.unwrap();
    let mut order: serde_json::Value = serde_json::from_str(&sample).unwrap();
    order["id"] = "seven".into();
    order["more"] = 1.into();
    order.as_object_mut().unwrap().remove("status").unwrap();
    let answer = site.publish_answer(Event { data: order.to_string(), ..event("order.created") });
    let mut violated = fields(answer);
    violated.sort();
    assert_eq!(violated, ["data", "data/id"]);
    let family = "action.woocommerce_payment_complete".to_owned();
    says(&invalid(site.topics_configure(family, enforce)), "validation: ");
}

fn a_deprecated_topic_is_told_everywhere(kind: Kind) {
    let mut site = Installation::new(kind);
    let settings = TopicSettings {
        deprecated: Some("gone in 2027".to_owned()),
        replaced_by: Some("order.created".to_owned()),
        ..defaults()
    };
    site.topics_configure("payment_received".to_owned(), settings).unwrap();
    let receipt = site.publish_one(event("payment_received"));
    assert_eq!(receipt.warnings, ["topic payment_received is deprecated: gone in 2027; use order.created"]);
    assert_eq!(site.publish_one(event("order.created")).warnings, Vec::<String>::new());
    let topic = site.topics_get("payment_received".to_owned()).unwrap();
    assert_eq!(topic.deprecated.as_deref(), Some("gone in 2027"));
    assert_eq!(topic.replaced_by.as_deref(), Some("order.created"));
    let filter = || Filter { search: Some("payment_received".to_owned()), source: None, group: None };
    let mut document = |format| site.topics_document(format, filter()).unwrap();
    for format in [DocumentFormat::Openapi, DocumentFormat::Asyncapi, DocumentFormat::JsonSchema] {
        let text = document(format);
        assert!(text.contains("\"deprecated\": true") && text.contains("gone in 2027"), "{text}");
    }
    assert!(document(DocumentFormat::Markdown).contains("> Deprecated: gone in 2027. Use order.created."));
    assert!(document(DocumentFormat::Typescript).contains("@deprecated gone in 2027. Use order.created. */"));
    assert!(document(DocumentFormat::Json).contains("\"replaced_by\": \"order.created\""));
}

fn settings_go_with_a_registered_topic(kind: Kind) {
    let mut site = validated(kind, Validation::Enforce);
    site.topics_unregister("my.order".to_owned()).unwrap();
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_topic_settings"), 0);
    site.topics_register(new_topic("my.order", None)).unwrap();
    assert_eq!(site.topics_settings("my.order".to_owned()).unwrap(), defaults());
    site.publish_one(order("[]"));
}

fn topics_without_settings_cost_one_statement(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.recorder.take();
    let events = ["a", "b"].map(|account| Event { account: Some(account.to_owned()), ..event("order.created") });
    site.publish(events.to_vec()).unwrap();
    let batches = site.recorder.take();
    assert_eq!(batches.len(), 2, "one read, one write: {batches:?}");
    let rules = batches[0].statements.iter().filter(|sql| sql.contains("topic_settings")).count();
    assert_eq!((batches[0].statements.len(), rules), (3, 1), "one for each pair, and one for all rules");
    assert!(batches[1].statements.iter().all(|sql| sql.starts_with("INSERT ")), "{batches:?}");
}
