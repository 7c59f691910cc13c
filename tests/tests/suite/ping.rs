//! The ping: when it is sent, what it says, and what its answer changes.

use hookwright_runtime::deliveries::{FailureKind, Outcome, State};
use hookwright_runtime::registry::{NewWebhook, Status, WebhookChanges};
use hookwright_runtime::types::Scope;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, failed, new_webhook};
use hookwright_tests::subject::Subject;
use serde_json::Value;

use crate::expect::{not_found, says};

everywhere! {
    a_new_webhook_is_pinged_by_itself,
    only_what_changes_where_requests_go_is_pinged,
    a_ping_that_fails_is_not_tried_again_and_harms_nothing,
    a_person_pings_whatever_the_status,
    without_the_setting_only_a_person_pings,
    a_ping_that_is_given_back_is_sent_later,
}

fn pinging(kind: Kind) -> Installation {
    Installation::with_config(kind, &[("ping", "true")])
}

fn a_new_webhook_is_pinged_by_itself(kind: Kind) {
    let mut site = pinging(kind);
    let created = site.webhooks_create(new_webhook(&["order.created"])).unwrap();
    assert!(created.webhook.ping_pending);
    let request = site.claim_one();
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(
        (&body["type"], &body["data"]["webhook_id"]),
        (&"webhook.ping".into(), &created.webhook.id.clone().into())
    );
    let (headers, now) = (request.headers.clone(), site.clock.now());
    let scheme = hookwright_runtime::signing::Scheme::Standard;
    let secret = created.secret.expose().to_owned();
    site.verify_headers(scheme, headers, request.body.clone(), secret, now, 300).unwrap().unwrap();
    assert_eq!(site.settle_one(&request, answered(204, &[])).state, State::Delivered, "an empty answer is a success");
    let webhook = site.webhook_now(&created.webhook.id);
    assert!(!webhook.ping_pending);
    assert_eq!((webhook.health.delivered, webhook.health.last_success_at), (0, None), "a ping is not counted");
}

fn only_what_changes_where_requests_go_is_pinged(kind: Kind) {
    let mut site = pinging(kind);
    let id = site.webhook_of(NewWebhook { status: Some(Status::Paused), ..new_webhook(&[]) }).id;
    let mut pings = |changes: WebhookChanges| {
        site.webhooks_update(Scope::All, id.clone(), changes).unwrap();
        let requests = site.claim_all().requests;
        for request in &requests {
            site.settle_one(request, answered(200, &[]));
        }
        requests.len()
    };
    let url = |url: &str| WebhookChanges { url: Some(url.to_owned()), ..WebhookChanges::default() };
    let status = |status| WebhookChanges { status: Some(status), ..WebhookChanges::default() };
    assert_eq!(pings(url("https://other.example/")), 0, "a paused webhook is not called");
    assert_eq!(pings(status(Status::Active)), 1);
    assert_eq!(pings(status(Status::Active)), 0, "it was active already");
    assert_eq!(pings(url("https://moved.example/")), 1);
    assert_eq!(pings(url("https://moved.example/")), 0, "the same URL");
    assert_eq!(pings(WebhookChanges { name: Some("renamed".to_owned()), ..WebhookChanges::default() }), 0);
}

fn a_ping_that_fails_is_not_tried_again_and_harms_nothing(kind: Kind) {
    let mut site = pinging(kind);
    let id = site.webhook(&[]).id;
    let request = site.claim_one();
    let decision = site.settle_one(&request, failed(FailureKind::Connect));
    assert_eq!((decision.state, decision.due_at), (State::Exhausted, None));
    let webhook = site.webhook_now(&id);
    assert!(webhook.ping_pending, "the owner sees that it was never answered");
    assert_eq!((webhook.health.consecutive_failures, webhook.health.failed, webhook.status), (0, 0, Status::Active));
}

fn a_person_pings_whatever_the_status(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook_of(NewWebhook { status: Some(Status::Paused), ..new_webhook(&["order.created"]) }).id;
    let request = site.ping(Scope::All, id.clone(), LEASE_MS).unwrap();
    assert_eq!(request.webhook_id, id);
    site.settle_one(&request, answered(200, &[]));
    assert!(!site.webhook_now(&id).ping_pending);
    assert_eq!(site.details(&request.delivery_id).delivery.topic, "webhook.ping");
    says(&not_found(site.ping(Scope::Account("other".to_owned()), id.clone(), LEASE_MS)), &id);
}

fn without_the_setting_only_a_person_pings(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("ping", "false")]);
    let webhook = site.webhook(&[]);
    assert!(webhook.ping_pending && site.claim_all().requests.is_empty());
}

/// As a host does that ends before it has called.
fn a_ping_that_is_given_back_is_sent_later(kind: Kind) {
    let mut site = pinging(kind);
    let id = site.webhook(&[]).id;
    let request = site.claim_one();
    assert_eq!(site.settle_one(&request, Outcome::Released).state, State::Pending);
    let again = site.claim_one();
    assert_eq!(again.delivery_id, request.delivery_id);
    site.settle_one(&again, answered(200, &[]));
    assert!(!site.webhook_now(&id).ping_pending);
}
