//! What the systems of tests/features.md do or get wrong, as tests of ours: those that nothing else here asks for.

use hookwright_runtime::catalogue;
use hookwright_runtime::deliveries::{Outcome, Response, State};
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::{NewWebhook, Query, Sort, WebhookOptions};
use hookwright_runtime::types::{Paging, Scope};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, event, new_webhook, settlement};
use hookwright_tests::subject::Subject;

use crate::expect::{not_found, says};

everywhere! {
    an_event_reaches_more_than_a_hundred_webhooks,
    every_topic_that_is_offered_can_be_published_and_arrives,
    webhooks_are_found_by_their_integration,
    names_of_former_editions_lead_to_the_present_one,
    deliveries_of_one_second_have_ids_of_their_own,
    an_empty_answer_to_a_test_is_a_success,
}

fn an_event_reaches_more_than_a_hundred_webhooks(kind: Kind) {
    let mut site = Installation::new(kind);
    for _ in 0..130 {
        site.webhook(&["order.created"]);
    }
    assert_eq!(site.publish_one(event("order.created")).deliveries, 130);
}

/// With their samples, to a webhook that names no topic.
fn every_topic_that_is_offered_can_be_published_and_arrives(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let mut samples = Vec::new();
    for number in 1.. {
        let paging = Paging { page: number, per_page: 100 };
        let page = site.topics_find(catalogue::Query { search: None, source: None, group: None, paging }).unwrap();
        if page.items.is_empty() {
            break;
        }
        samples.extend(page.items);
    }
    let mut events = Vec::new();
    for topic in samples {
        let is_operational = topic.sources == ["hookwright"];
        // A family as `action.*` has no events of its own name.
        if !is_operational && !topic.name.contains(['*', '<']) {
            let data = topic.sample.unwrap_or_else(|| panic!("{} has no sample", topic.name));
            events.push(Event { data, ..event(&topic.name) });
        }
    }
    assert!(events.len() > 150, "{} topics", events.len());
    for (receipt, event) in site.publish(events.clone()).unwrap().into_iter().zip(&events) {
        assert_eq!(receipt.map(|receipt| receipt.deliveries), Ok(1), "{}", event.topic);
    }
}

fn webhooks_are_found_by_their_integration(kind: Kind) {
    let mut site = Installation::new(kind);
    let options = WebhookOptions { integration: Some("zapier".to_owned()), ..WebhookOptions::default() };
    let id = site.webhook_of(NewWebhook { options, ..new_webhook(&[]) }).id;
    site.webhook(&[]);
    let page = site
        .webhooks_find(Query {
            scope: Scope::All,
            search: Some("Zapier".to_owned()),
            status: None,
            topic: None,
            sort: Sort::Created,
            descending: false,
            paging: Paging { page: 1, per_page: 10 },
        })
        .unwrap();
    assert_eq!(page.items.iter().map(|webhook| &webhook.id).collect::<Vec<_>>(), [&id]);
}

fn names_of_former_editions_lead_to_the_present_one(kind: Kind) {
    let mut site = Installation::new(kind);
    says(&not_found(site.topics_get("booking.created".to_owned())), "did you mean booking.create?");
}

fn deliveries_of_one_second_have_ids_of_their_own(kind: Kind) {
    let mut site = Installation::new(kind);
    let options = WebhookOptions { dialect: Some("woocommerce".to_owned()), ..WebhookOptions::default() };
    site.webhook_of(NewWebhook { options, ..new_webhook(&[]) });
    site.publish_one(event("order.created"));
    site.publish_one(event("order.updated"));
    let requests = site.claim_all().requests;
    let ids: Vec<&String> = requests
        .iter()
        .flat_map(|request| &request.headers)
        .filter_map(|(name, value)| (name == "x-wc-webhook-delivery-id").then_some(value))
        .collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}

fn an_empty_answer_to_a_test_is_a_success(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    let request = site.test(Scope::All, id, None, None, LEASE_MS).unwrap();
    let empty = Outcome::Response(Response { status: 204, headers: vec![], body: vec![], truncated: false });
    let now = site.clock.now();
    let settled = site.settle(vec![settlement(&request, empty, now)]).unwrap();
    let decision = settled.into_iter().next().unwrap().unwrap();
    assert_eq!((decision.state, decision.reason), (State::Delivered, None));
}
