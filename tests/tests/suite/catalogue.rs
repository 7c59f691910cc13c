//! The catalogue: built-in packs, families, topics registered at run time, topics of extensions.

use std::sync::Arc;

use hookwright_runtime::catalogue::{NewTopic, Query};
use hookwright_runtime::types::{Paging, Scope};
use hookwright_runtime::{ExtensionTopic, Extensions};
use hookwright_tests::installation::{Installation, Kind, event, new_webhook};
use hookwright_tests::subject::Subject;

use crate::expect::{conflict, fields, invalid, not_found, says};

everywhere! {
    every_pack_is_there,
    a_topic_has_all_that_describes_it,
    an_unknown_name_leads_to_the_right_one,
    action_topics_exist_by_their_form,
    a_topic_is_registered_replaced_and_removed,
    a_removed_topic_leaves_its_webhooks,
    what_is_wrong_with_a_topic_is_named,
    a_built_in_name_is_taken,
    search_has_no_regard_to_case,
    extensions_contribute_topics,
}

fn query() -> Query {
    Query { search: None, source: None, group: None, paging: Paging { page: 1, per_page: 100 } }
}

fn new_topic(name: &str) -> NewTopic {
    NewTopic { name: name.to_owned(), title: None, description: None, group: None, schema: None, sample: None }
}

#[track_caller]
fn total(site: &mut Installation, query: Query) -> u64 {
    site.topics_find(query).unwrap().total
}

fn every_pack_is_there(kind: Kind) {
    let mut site = Installation::new(kind);
    let mut count = |source: &str| total(&mut site, Query { source: Some(source.to_owned()), ..query() });
    // The family `action.*` stands in the list with one example.
    let found = ["ultimate-multisite", "wp-ultimo", "woocommerce", "wink", "easy-lms", "custom"].map(&mut count);
    assert_eq!(found, [23, 8, 17, 105, 3, 0]);
    let mut names = Vec::new();
    for page in 1.. {
        let answer = site.topics_find(Query { paging: Paging { page, per_page: 60 }, ..query() }).unwrap();
        if answer.items.is_empty() {
            assert_eq!(answer.total, names.len() as u64);
            break;
        }
        names.extend(answer.items.into_iter().map(|topic| topic.name));
    }
    let before = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), before, "a name stands in the list once");
    assert_eq!(fields(site.topics_find(Query { paging: Paging { page: 0, per_page: 0 }, ..query() })).len(), 2);
}

fn a_topic_has_all_that_describes_it(kind: Kind) {
    let mut site = Installation::new(kind);
    let topic = site.topics_get("payment_received".to_owned()).unwrap();
    assert!(!topic.title.is_empty() && !topic.description.is_empty() && !topic.group.is_empty());
    assert!(topic.sources.contains(&"ultimate-multisite".to_owned()), "{topic:?}");
    let sample: serde_json::Value = serde_json::from_str(&topic.sample.unwrap()).unwrap();
    assert!(sample.as_object().is_some_and(|sample| sample.len() > 2), "{sample}");
}

fn an_unknown_name_leads_to_the_right_one(kind: Kind) {
    let mut site = Installation::new(kind);
    says(&not_found(site.topics_get("payment_recieved".to_owned())), "(did you mean payment_received?)");
    assert_eq!(not_found(site.topics_get("x".repeat(10_000))).len(), "topic ".len() + 10_000);
    says(&invalid(site.publish_answer(event("Order.Created"))), "topic: topic Order.Created is not in the catalogue");
}

fn action_topics_exist_by_their_form(kind: Kind) {
    let mut site = Installation::new(kind);
    for name in ["action.woocommerce_payment_complete", "action.wc_anything"] {
        assert_eq!(site.topics_get(name.to_owned()).unwrap().name, name);
        site.webhook(&[name]);
        assert_eq!(site.publish_one(event(name)).deliveries, 1);
    }
    for name in ["action.save_post", "action.woocommerce_login_credentials", "action", "action."] {
        not_found(site.topics_get(name.to_owned()));
        site.publish_answer(event(name)).unwrap_err();
    }
}

fn a_topic_is_registered_replaced_and_removed(kind: Kind) {
    let mut site = Installation::new(kind);
    site.publish_answer(event("invoice.sent-out")).unwrap_err();
    let first = site.topics_register(new_topic("invoice.sent-out")).unwrap();
    assert_eq!((first.title.as_str(), first.group.as_str()), ("invoice sent out", "custom"));
    assert_eq!(first.sources, ["custom"]);
    site.publish_one(event("invoice.sent-out"));
    let second = NewTopic {
        title: Some("Invoice 😀".to_owned()),
        description: Some("It went out.".to_owned()),
        group: Some("Billing".to_owned()),
        schema: Some(r#"{ "type" : "object" }"#.to_owned()),
        sample: Some(r#"{ "n" : 9007199254740993 }"#.to_owned()),
        ..new_topic("invoice.sent-out")
    };
    let second = site.topics_register(second).unwrap();
    assert_eq!(second.schema.as_deref(), Some(r#"{"type":"object"}"#));
    assert_eq!(second.sample.as_deref(), Some(r#"{"n":9007199254740993}"#));
    assert_eq!(site.topics_get("invoice.sent-out".to_owned()).unwrap(), second);
    let of_group = site.topics_find(Query { group: Some("Billing".to_owned()), ..query() }).unwrap();
    assert_eq!(of_group.items, [second]);
    site.restart();
    assert_eq!(total(&mut site, Query { source: Some("custom".to_owned()), ..query() }), 1);
    site.topics_unregister("invoice.sent-out".to_owned()).unwrap();
    not_found(site.topics_get("invoice.sent-out".to_owned()));
    not_found(site.topics_unregister("invoice.sent-out".to_owned()));
}

fn a_removed_topic_leaves_its_webhooks(kind: Kind) {
    let mut site = Installation::new(kind);
    site.topics_register(new_topic("my.topic")).unwrap();
    let webhook = site.webhook(&["my.topic"]);
    site.publish_one(event("my.topic"));
    site.topics_unregister("my.topic".to_owned()).unwrap();
    assert_eq!(site.webhook_now(&webhook.id), webhook);
    site.publish_answer(event("my.topic")).unwrap_err();
    assert_eq!(site.claim_one().webhook_id, webhook.id, "what was published is delivered");
    site.topics_register(new_topic("my.topic")).unwrap();
    assert_eq!(site.publish_one(event("my.topic")).deliveries, 1);
}

fn what_is_wrong_with_a_topic_is_named(kind: Kind) {
    let mut site = Installation::new(kind);
    let wrong = NewTopic {
        title: Some("t".repeat(201)),
        description: Some("d".repeat(2_001)),
        schema: Some("[]".to_owned()),
        sample: Some("{".to_owned()),
        ..new_topic("a..b")
    };
    assert_eq!(fields(site.topics_register(wrong)), ["name", "title", "description", "schema", "sample"]);
    let draft_7 = r#"{"$schema":"http://json-schema.org/draft-07/schema#"}"#.to_owned();
    let old = NewTopic { schema: Some(draft_7), ..new_topic("a.b") };
    says(&invalid(site.topics_register(old)), "only draft 2020-12 is supported");
}

fn a_built_in_name_is_taken(kind: Kind) {
    let mut site = Installation::new(kind);
    for name in ["order.created", "action.woocommerce_payment_complete", "webhook.disabled"] {
        says(&conflict(site.topics_register(new_topic(name))), "is built in");
        says(&conflict(site.topics_unregister(name.to_owned())), "is built in");
    }
}

fn search_has_no_regard_to_case(kind: Kind) {
    let mut site = Installation::new(kind);
    let titled = |name: &str, title: &str| NewTopic { title: Some(title.to_owned()), ..new_topic(name) };
    site.topics_register(titled("one", "ÄRGER im Lager")).unwrap();
    site.topics_register(titled("two", "50% Off")).unwrap();
    let mut search = |text: &str| -> Vec<String> {
        let query = Query { search: Some(text.to_owned()), source: Some("custom".to_owned()), ..query() };
        site.topics_find(query).unwrap().items.into_iter().map(|topic| topic.name).collect()
    };
    assert_eq!(search("im LAGER"), ["one"]);
    assert_eq!(search("% off"), ["two"]);
    assert_eq!(search("ärger"), ["one"]);
    let built_in = Query { search: Some("PAYMENT_RECEIVED".to_owned()), ..query() };
    assert!(total(&mut site, built_in) >= 1);
}

struct Fireworks;

impl Extensions for Fireworks {
    fn topics(&self) -> Vec<ExtensionTopic> {
        vec![ExtensionTopic {
            name: "rocket.launched".to_owned(),
            title: "Rocket".to_owned(),
            description: "It flies.".to_owned(),
            group: "Fireworks".to_owned(),
            schema: None,
            sample: Some("{}".to_owned()),
            extension: "fireworks".to_owned(),
        }]
    }
}

fn extensions_contribute_topics(kind: Kind) {
    let mut site = Installation::with_extensions(kind, Arc::new(Fireworks));
    let topic = site.topics_get("rocket.launched".to_owned()).unwrap();
    assert_eq!(topic.sources, ["extension:fireworks"]);
    assert_eq!(total(&mut site, Query { source: Some("extension:fireworks".to_owned()), ..query() }), 1);
    let webhook = site.webhook_of(new_webhook(&["rocket.launched"]));
    assert_eq!(site.publish_one(event("rocket.launched")).deliveries, 1);
    says(&conflict(site.topics_register(new_topic("rocket.launched"))), "belongs to extension:fireworks");
    assert_eq!(site.webhooks_get(Scope::All, webhook.id.clone()), Ok(webhook));
}
