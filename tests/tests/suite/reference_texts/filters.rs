//! wit/filters.md: every filter in it comes to what stands above it, and what is refused is refused in these words.

use hookwright_core::{Filter, FilterInput};
use hookwright_runtime::types::Scope;
use hookwright_tests::installation::{Installation, Kind, new_webhook};
use hookwright_tests::subject::Subject;
use serde_json::Value;

use super::{blocks, read};

#[test]
fn every_example_comes_to_what_it_says() {
    let text = read("wit/filters.md");
    let mut site = Installation::new(Kind::Native);
    let (mut tried, mut wrong) = (0, Vec::new());
    for block in blocks(&text, "cel") {
        // A topic, for its sample, or the data themselves.
        let (topic, data) = match serde_json::from_str::<Value>(block.info) {
            Ok(data) => ("order.created", data),
            Err(_) => (block.info, sample(&mut site, block.info)),
        };
        for example in block.content.split("\n\n") {
            let (comment, filter) = example.split_once('\n').unwrap_or_else(|| panic!("no filter: {example}"));
            let says = comment.strip_prefix("// ").and_then(|comment| comment.rsplit_once(": "));
            let (_, says) = says.unwrap_or_else(|| panic!("`// what it is: wanted`, not {comment}"));
            let found = outcome(filter, topic, &data);
            if found != says {
                wrong.push(format!("{filter}\n  says {says}, and is {found}"));
            }
            tried += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried >= 20, "{tried} examples");
}

/// An error is what is true neither as it stands nor negated.
fn outcome(filter: &str, topic: &str, data: &Value) -> &'static str {
    let input = FilterInput { topic, account: None, event_id: "evt_1", data };
    let is_true = |text: &str| Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).matches(&input);
    match (is_true(filter), is_true(&format!("!({filter})"))) {
        (true, _) => "wanted",
        (_, true) => "not wanted",
        _ => "an error, so not wanted",
    }
}

fn sample(site: &mut Installation, topic: &str) -> Value {
    let topic = site.topics_get(topic.to_owned()).unwrap_or_else(|error| panic!("{topic}: {error:?}"));
    serde_json::from_str(&topic.sample.expect("a built-in topic has a sample")).unwrap()
}

#[test]
fn what_is_refused_is_refused_in_these_words() {
    let text = read("wit/filters.md");
    let mut tried = 0;
    for block in blocks(&text, "refused") {
        for example in block.content.split("\n\n") {
            let (filter, says) = example.split_once('\n').unwrap_or_else(|| panic!("no answer: {example}"));
            let refused = Filter::parse(filter).expect_err(filter);
            assert_eq!(refused.to_string(), says, "{filter}");
            tried += 1;
        }
    }
    assert!(tried >= 5, "{tried} examples");
}

/// What the text says of the limits, and of when a filter is asked.
#[test]
fn limits_are_as_they_are_told() {
    let text = read("wit/filters.md");
    assert!(text.contains("at most 2,000 bytes and 500 parts") && text.contains("nest 64 deep"));
    assert_eq!(Filter::MAX_BYTES, 2_000);
    let joined = |parts: usize| vec!["data.a"; parts].join("||");
    assert!(Filter::parse(&joined(166)).is_ok() && Filter::parse(&joined(260)).is_err());
    let nested = |depth: usize| format!("{}data.a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Filter::parse(&nested(63)).is_ok() && Filter::parse(&nested(64)).is_err());

    let mut site = Installation::new(Kind::Native);
    let mut webhook = new_webhook(&[]);
    webhook.options.filter = Some("false".to_owned());
    let id = site.webhook_of(webhook).id;
    let sent = site.test(Scope::All, id.clone(), None, None, hookwright_tests::installation::LEASE_MS).unwrap();
    assert_eq!(sent.webhook_id, id, "a test is sent whatever the filter says");
}
