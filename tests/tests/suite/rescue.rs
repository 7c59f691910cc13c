//! What a host that died has claimed is given back, and nothing is claimed for ever.

use hookwright_runtime::deliveries::{Outcome, Request, State};
use hookwright_runtime::registry::Status;
use hookwright_runtime::types::Scope;
use hookwright_tests::environment::{MINUTE, START_MS};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event};
use hookwright_tests::subject::Subject;

everywhere! {
    a_claim_whose_lease_has_ended_is_given_back,
    three_claims_without_an_outcome_are_the_end,
    an_outcome_begins_the_count_again,
    a_rescued_delivery_of_a_stopped_webhook_is_held,
    a_test_event_whose_host_died_ends,
    many_leases_are_given_back_in_parts,
    a_crashed_delivery_can_be_sent_again,
}

const LEASE: i64 = LEASE_MS as i64;

fn a_claim_whose_lease_has_ended_is_given_back(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    let first = site.claim_one();
    site.clock.advance(LEASE);
    site.restart();
    let second = site.claim_one();
    assert_eq!((&second.delivery_id, &second.event_id), (&first.delivery_id, &first.event_id));
    assert_eq!((second.attempt, &second.body), (1, &first.body), "a lease is no attempt");
    assert_ne!(second.claim_token, first.claim_token);
    assert_eq!(site.settle_one(&second, answered(200, &[])).state, State::Delivered);
    assert_eq!(site.webhook_now(&id).health.consecutive_failures, 0);
}

fn three_claims_without_an_outcome_are_the_end(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    let delivery = site.claim_one().delivery_id;
    for _ in 0..2 {
        site.clock.advance(LEASE);
        assert_eq!(site.claim_one().delivery_id, delivery);
    }
    site.clock.advance(LEASE);
    let claimed = site.claim_all();
    assert_eq!((claimed.requests.len(), claimed.next_due, claimed.oldest_due), (0, None, None));
    let details = site.details(&delivery);
    assert_eq!((details.delivery.state, details.delivery.attempts), (State::Exhausted, 1));
    let reason = "crashed: the host stopped before it recorded an outcome";
    assert_eq!(details.delivery.reason.as_deref(), Some(reason));
    assert_eq!(details.delivery.finished_at, Some(site.clock.now()));
    let attempt = &details.attempts[0];
    assert_eq!((attempt.number, &attempt.outcome, attempt.reason.as_deref()), (1, &None, Some(reason)));
    assert_eq!(site.webhook_now(&id).health.consecutive_failures, 0, "a crash here is no failure there");
}

fn an_outcome_begins_the_count_again(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let mut request: Request = site.claim_one();
    for outcome in [answered(500, &[]), Outcome::Released, answered(500, &[])] {
        site.clock.advance(LEASE);
        site.claim_one();
        site.clock.advance(LEASE);
        request = site.claim_one();
        let decision = site.settle_one(&request, outcome);
        site.wait_for(&decision);
        request = site.claim_one();
    }
    assert_eq!(site.settle_one(&request, answered(200, &[])).state, State::Delivered);
    assert_eq!(site.details(&request.delivery_id).attempts.len(), 3);
}

fn a_rescued_delivery_of_a_stopped_webhook_is_held(kind: Kind) {
    let mut site = Installation::new(kind);
    let (paused, deleted) = (site.webhook(&["order.created"]).id, site.webhook(&["order.created"]).id);
    site.publish_one(event("order.created"));
    let requests = site.claim_all().requests;
    site.set_status(&paused, Status::Paused);
    site.webhooks_delete(Scope::All, vec![deleted.clone()]).unwrap();
    site.clock.advance(LEASE);
    assert!(site.claim_all().requests.is_empty());
    for request in requests {
        let state = site.details(&request.delivery_id).delivery.state;
        assert_eq!(state, if request.webhook_id == paused { State::Held } else { State::Cancelled });
    }
    site.set_status(&paused, Status::Active);
    assert_eq!(site.attempt(200).state, State::Delivered);
}

fn a_test_event_whose_host_died_ends(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    let request = site.test(Scope::All, id, None, None, LEASE_MS).unwrap();
    site.clock.advance(LEASE);
    assert!(site.claim_all().requests.is_empty());
    let details = site.details(&request.delivery_id);
    assert_eq!(details.delivery.state, State::Exhausted);
    assert!(details.delivery.reason.unwrap().starts_with("crashed"));
    assert_eq!((details.delivery.attempts, details.attempts.len()), (1, 1), "it may have been sent");
}

fn many_leases_are_given_back_in_parts(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("max-in-flight-per-webhook", "1000")]);
    site.webhook(&[]);
    site.publish(vec![event("order.created"); 450]).unwrap();
    let mut claimed = 0;
    while claimed < 450 {
        claimed += site.claim(1_000, LEASE_MS, vec![]).unwrap().requests.len();
    }
    site.clock.advance(LEASE);
    let mut again = 0;
    for _ in 0..20 {
        let claim = site.claim(1_000, LEASE_MS, vec![]).unwrap();
        again += claim.requests.len();
        assert!(claim.next_due.is_some_and(|next| next > START_MS), "the host is told to come again");
    }
    assert_eq!(again, 450);
}

fn a_crashed_delivery_can_be_sent_again(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let delivery = site.claim_one().delivery_id;
    for _ in 0..2 {
        site.clock.advance(LEASE);
        site.claim_one();
    }
    site.clock.advance(LEASE);
    site.claim_all();
    site.clock.advance(MINUTE);
    let again = site.redeliver(Scope::All, vec![delivery.clone()]).unwrap().remove(0).unwrap();
    assert_eq!((again.state, again.due_at), (State::Retrying, Some(site.clock.now())));
    let request = site.claim_one();
    assert_eq!(request.attempt, 2);
    assert_eq!(site.settle_one(&request, answered(200, &[])).state, State::Delivered);
}
