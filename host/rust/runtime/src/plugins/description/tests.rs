//! One wrong field each, told by its name.

use proptest::prelude::*;

use super::*;

fn sound() -> wit::Description {
    wit::Description {
        name: "mask-emails".to_owned(),
        version: "1.2.3-beta.1+7".to_owned(),
        summary: "Masks e-mail addresses.\nIn all payloads.".to_owned(),
        author: "Ä. Author".to_owned(),
        homepage: Some("https://example.org/mask".to_owned()),
        interests: vec![interest("filter-payload", &["order.*", "*"]), interest("build-payload", &[])],
        topics: vec![topic("booking.made")],
        settings_schema: Some("{\"type\":\"object\"}".to_owned()),
        on_failure: FailurePolicy::FailClosed,
        attributes: vec![("licence".to_owned(), "MIT".to_owned())],
    }
}

fn interest(hook: &str, topics: &[&str]) -> wit::Interest {
    let topics = topics.iter().map(|topic| (*topic).to_owned()).collect();
    wit::Interest { hook: hook.to_owned(), priority: -7, topics, attributes: Vec::new() }
}

fn topic(name: &str) -> Topic {
    Topic {
        name: name.to_owned(),
        title: "Made".to_owned(),
        description: String::new(),
        group: "Bookings".to_owned(),
        schema: Some("true".to_owned()),
        sample: Some("{\"id\":1}".to_owned()),
        attributes: Vec::new(),
    }
}

#[test]
fn a_sound_description_keeps_every_field() {
    let description = Description::check(sound()).unwrap();
    assert_eq!(description.name, "mask-emails");
    assert_eq!(description.topics, [topic("booking.made")]);
    assert_eq!(description.on_failure, FailurePolicy::FailClosed);
    let interest = description.interest(Hook::FilterPayload).unwrap();
    assert_eq!((interest.priority, interest.topics.len()), (-7, 2));
    assert_eq!(description.interest(Hook::AfterDelivery), None);
}

#[test]
fn each_wrong_field_is_named() {
    type Change = fn(&mut wit::Description);
    let cases: [(&str, Change); 27] = [
        ("name", |d| d.name.clear()),
        ("name", |d| d.name = "a".repeat(65)),
        ("name", |d| d.name = "mask_emails".to_owned()),
        ("name", |d| d.name = "../mask".to_owned()),
        ("version", |d| d.version = "1.2".to_owned()),
        ("version", |d| d.version.clear()),
        ("summary", |d| d.summary = "x".repeat(2_001)),
        ("author", |d| d.author = "\u{1b}[31m".to_owned()),
        ("homepage", |d| d.homepage = Some("http://example.org".to_owned())),
        ("homepage", |d| d.homepage = Some("https://exa mple.org".to_owned())),
        ("homepage", |d| d.homepage = Some("https://".to_owned())),
        ("settings-schema", |d| d.settings_schema = Some("{".to_owned())),
        ("settings-schema", |d| d.settings_schema = Some("[]".to_owned())),
        ("attributes", |d| d.attributes = vec![("a".to_owned(), "b".to_owned()); 101]),
        ("interests[0].hook", |d| d.interests[0].hook = "filter-moon".to_owned()),
        ("interests[1].hook", |d| d.interests[1].hook = "filter-payload".to_owned()),
        ("interests[0].topics[1]", |d| d.interests[0].topics[1] = "ord*".to_owned()),
        ("interests[0].topics", |d| d.interests[0].topics = vec!["a".to_owned(); 101]),
        ("interests", |d| d.interests = vec![interest("filter-payload", &[]); 51]),
        ("topics[0].name", |d| d.topics[0].name = "booking made".to_owned()),
        ("topics[0].name", |d| d.topics[0].name = "webhook.disabled".to_owned()),
        ("topics[1].name", |d| d.topics.push(topic("booking.made"))),
        ("topics[0].title", |d| d.topics[0].title = " ".to_owned()),
        ("topics[0].schema", |d| d.topics[0].schema = Some("7".to_owned())),
        ("topics[0].sample", |d| d.topics[0].sample = Some("{\"id\":}".to_owned())),
        ("topics[0].group", |d| d.topics[0].group = "\0".to_owned()),
        ("topics", |d| d.topics = (0..1_001).map(|number| topic(&format!("a.{number}"))).collect()),
    ];
    for (field, change) in cases {
        let mut description = sound();
        change(&mut description);
        let error = Description::check(description).unwrap_err();
        assert_eq!(error.field, field, "{error}");
        assert!(error.message.len() < 300, "{error}");
    }
}

#[test]
fn an_unknown_hook_is_told_with_those_that_there_are() {
    let mut description = sound();
    description.interests[0].hook = "x".repeat(100_000);
    let error = Description::check(description).unwrap_err().to_string();
    assert!(error.contains("build-payload, filter-payload") && error.len() < 300, "{error}");
}

type Change = fn(&mut wit::Description, String);

const CHANGES: [Change; 8] = [
    |d, text| d.name = text,
    |d, text| d.version = text,
    |d, text| d.summary = text,
    |d, text| d.homepage = Some(text),
    |d, text| d.settings_schema = Some(text),
    |d, text| d.interests[0].hook = text,
    |d, text| d.interests[0].topics[0] = text,
    |d, text| d.topics[0].name = text,
];

proptest! {
    /// Whatever a plugin says, the answer is a checked value or a short message.
    #[test]
    fn any_text_is_taken_or_refused_in_few_words(text in ".{0,300}") {
        for change in CHANGES {
            let mut description = sound();
            change(&mut description, text.clone());
            match Description::check(description.clone()) {
                Ok(checked) => prop_assert_eq!(checked.name, description.name),
                Err(error) => prop_assert!(error.to_string().len() < 600, "{}", error),
            }
        }
    }
}
