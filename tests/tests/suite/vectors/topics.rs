//! topics.json: a webhook with one pattern, and whether it receives an event of a topic.

use std::collections::HashMap;

use hookwright_core::{Pattern, Topic};
use hookwright_runtime::catalogue::NewTopic;
use hookwright_runtime::registry::{Query, Sort};
use hookwright_runtime::types::{Paging, Scope};
use hookwright_tests::installation::{Installation, Kind, event, new_webhook};
use hookwright_tests::subject::Subject;
use serde::Deserialize;

use super::files::{Case, cases, refusal};

both! { a_webhook_with_a_pattern_receives_what_it_matches }

#[derive(Debug, Deserialize)]
struct Input {
    pattern: String,
    topic: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Expected {
    Matches { matches: bool },
    Refused { says: String },
}

#[test]
fn patterns_match_as_the_core_s_type_says() {
    for Case { id, input, expected, .. } in cases::<Input, Expected>("topics") {
        match (Pattern::parse(&input.pattern), expected) {
            (Ok(pattern), Expected::Matches { matches }) => {
                let topic = Topic::parse(&input.topic.unwrap()).unwrap();
                assert_eq!(pattern.matches(&topic), matches, "{id}");
                let candidate = topic.candidate_patterns().any(|candidate| candidate == input.pattern);
                assert_eq!(candidate, matches, "{id}: the patterns that are looked up");
            }
            (Err(error), Expected::Refused { says }) => assert!(error.to_string().contains(&says), "{id}: {error}"),
            (parsed, _) => panic!("{id}: {parsed:?}"),
        }
    }
}

fn a_webhook_with_a_pattern_receives_what_it_matches(kind: Kind) {
    let mut site = Installation::new(kind);
    // The webhook of each pattern, so that one publish tries them all.
    let mut webhooks: HashMap<String, String> = HashMap::new();
    let mut pairs = Vec::new();
    for Case { id, flags, input: Input { pattern, topic }, expected, .. } in cases::<Input, Expected>("topics") {
        match (topic, expected) {
            (Some(topic), Expected::Matches { matches }) => {
                register(&mut site, &topic);
                if !pattern.contains('*') {
                    register(&mut site, &pattern);
                }
                let webhook = webhooks.entry(pattern).or_insert_with_key(|pattern| site.webhook(&[pattern]).id).clone();
                pairs.push((id, webhook, topic, matches, flags.iter().any(|flag| flag == "operational")));
            }
            (None, Expected::Refused { says }) => {
                let refused = refusal(&site.webhooks_create(new_webhook(&[&pattern])).unwrap_err());
                assert!(refused.contains(&says), "{id}: {refused}");
            }
            other => panic!("{id}: {other:?}"),
        }
    }
    for (id, webhook, topic, matches, operational) in pairs {
        assert_eq!(listed(&mut site, &topic).contains(&webhook), matches, "{id}: the list for the topic");
        if !operational {
            let receipt = site.publish_one(event(&topic));
            let query = "SELECT COUNT(*) FROM hookwright_deliveries WHERE event_id = ? AND webhook_id = ?";
            let deliveries: i64 =
                site.database().query_row(query, [&receipt.event_id, &webhook], |row| row.get(0)).unwrap();
            assert_eq!(deliveries, i64::from(matches), "{id}: the event's deliveries");
        }
    }
}

/// Makes a name known, where it is not built in.
fn register(site: &mut Installation, name: &str) {
    if site.topics_get(name.to_owned()).is_err() {
        let topic =
            NewTopic { name: name.to_owned(), title: None, description: None, group: None, schema: None, sample: None };
        site.topics_register(topic).unwrap();
    }
}

fn listed(site: &mut Installation, topic: &str) -> Vec<String> {
    let query = Query {
        scope: Scope::All,
        search: None,
        status: None,
        topic: Some(topic.to_owned()),
        sort: Sort::Created,
        descending: false,
        paging: Paging { page: 1, per_page: 100 },
    };
    site.webhooks_find(query).unwrap().items.into_iter().map(|webhook| webhook.id).collect()
}
