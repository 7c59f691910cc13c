//! One more attempt when a person asks, and the log of deliveries.

use hookwright_runtime::deliveries::{Query, State};
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::{NewWebhook, Status};
use hookwright_runtime::types::{Paging, Scope};
use hookwright_storage::Mode;
use hookwright_tests::environment::DAY;
use hookwright_tests::installation::{Installation, Kind, answered, event, new_webhook};
use hookwright_tests::subject::{Answer, Subject};

use crate::expect::{account, conflict, invalid, not_found, says};

everywhere! {
    a_delivered_one_is_sent_again_with_the_same_ids,
    bug_10_two_requests_make_two_attempts,
    a_last_try_is_not_retried,
    a_retry_comes_at_once_and_the_schedule_goes_on,
    what_cannot_be_sent_now_is_refused,
    each_id_has_its_answer,
    an_account_sees_only_its_own,
    an_account_does_not_see_the_operator_s_receivers,
    the_log_is_filtered_and_paged,
}

both! { a_change_that_came_between_is_told }

fn again(site: &mut Installation, id: &str) -> Answer<hookwright_runtime::deliveries::Delivery> {
    site.redeliver(Scope::All, vec![id.to_owned()]).unwrap().remove(0)
}

fn query() -> Query {
    Query {
        scope: Scope::All,
        webhook_id: None,
        event_id: None,
        topic: None,
        state: None,
        paging: Paging { page: 1, per_page: 100 },
    }
}

fn a_delivered_one_is_sent_again_with_the_same_ids(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let first = site.claim_one();
    site.settle_one(&first, answered(200, &[]));
    site.clock.advance(30 * DAY);
    let delivery = again(&mut site, &first.delivery_id).unwrap();
    assert_eq!((delivery.state, delivery.due_at), (State::Retrying, Some(site.clock.now())));
    assert_eq!(delivery.finished_at, None);
    let second = site.claim_one();
    assert_eq!((&second.delivery_id, &second.event_id), (&first.delivery_id, &first.event_id));
    assert_eq!((second.attempt, &second.body), (2, &first.body));
    assert_eq!(site.settle_one(&second, answered(200, &[])).state, State::Delivered);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries"), 1);
}

fn bug_10_two_requests_make_two_attempts(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.settle_one(&request, answered(200, &[]));
    for attempt in 2..=3 {
        again(&mut site, &request.delivery_id).unwrap();
        let request = site.claim_one();
        assert_eq!(request.attempt, attempt);
        site.settle_one(&request, answered(200, &[]));
    }
    assert_eq!(site.details(&request.delivery_id).attempts.len(), 3);
}

fn a_last_try_is_not_retried(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.settle_one(&request, answered(200, &[]));
    again(&mut site, &request.delivery_id).unwrap();
    let decision = site.attempt(500);
    assert_eq!((decision.state, decision.due_at), (State::Exhausted, None));
    again(&mut site, &request.delivery_id).unwrap();
    assert_eq!(site.attempt(200).state, State::Delivered);
}

fn a_retry_comes_at_once_and_the_schedule_goes_on(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.settle_one(&request, answered(500, &[]));
    assert_eq!(again(&mut site, &request.delivery_id).unwrap().due_at, Some(site.clock.now()));
    let decision = site.attempt(500);
    assert_eq!(decision.state, State::Retrying, "it was not the last try");
    says(
        &conflict({
            site.wait_for(&decision);
            again(&mut site, &request.delivery_id)
        }),
        "it is due already and will be sent next",
    );
}

fn what_cannot_be_sent_now_is_refused(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish(vec![event("order.created"); 2]).unwrap();
    let requests = site.claim_all().requests;
    let (sending, held) = (&requests[0].delivery_id, &requests[1].delivery_id);
    site.settle_one(&requests[1], answered(500, &[]));
    says(&conflict(again(&mut site, sending)), "it is being sent now");
    site.set_status(&id, Status::Paused);
    says(&conflict(again(&mut site, held)), "its webhook is paused; make it active first");
    assert_eq!(site.details(held).delivery.state, State::Held);
    site.webhooks_delete(Scope::All, vec![id]).unwrap();
    says(&conflict(again(&mut site, held)), "its webhook was deleted");
}

fn a_change_that_came_between_is_told(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.settle_one(&request, answered(200, &[]));
    let database = site.database();
    site.recorder.before_next(Mode::Write, move || {
        database.execute("UPDATE hookwright_webhooks SET status = 'paused'", []).unwrap();
        Ok(())
    });
    says(&conflict(again(&mut site, &request.delivery_id)), "has just changed; look at it again");
    assert_eq!(site.details(&request.delivery_id).delivery.state, State::Delivered);
    assert_eq!(site.webhook_now(&id).status, Status::Paused);
}

fn each_id_has_its_answer(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.settle_one(&request, answered(200, &[]));
    let ids = vec!["dlv_unknown".to_owned(), request.delivery_id.clone(), request.delivery_id];
    let answers = site.redeliver(Scope::All, ids).unwrap();
    not_found(answers[0].clone());
    assert_eq!(answers[1].clone().unwrap().state, State::Retrying);
    conflict(answers[2].clone());
    assert_eq!(site.redeliver(Scope::All, vec![]), Ok(vec![]));
    says(&invalid(site.redeliver(Scope::All, vec![String::new(); 101])), "ids: 101 ids; at most 100");
}

fn an_account_sees_only_its_own(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook_of(NewWebhook { account: Some("a".to_owned()), ..new_webhook(&[]) });
    site.publish_one(Event { account: Some("a".to_owned()), ..event("order.created") });
    let request = site.claim_one();
    site.settle_one(&request, answered(200, &[]));
    let id = || request.delivery_id.clone();
    for scope in [account("b"), Scope::Installation] {
        not_found(site.deliveries_get(scope.clone(), id()));
        not_found(site.redeliver(scope.clone(), vec![id()]).unwrap().remove(0));
        assert_eq!(site.deliveries_find(Query { scope, ..query() }).unwrap().total, 0);
    }
    assert_eq!(site.deliveries_get(account("a"), id()).unwrap().delivery.id, id());
    assert_eq!(site.deliveries_find(Query { scope: account("a"), ..query() }).unwrap().total, 1);
    site.redeliver(account("a"), vec![id()]).unwrap().remove(0).unwrap();
}

/// The URL of a receiver may hold a token, and its answers are its owner's: a tenant has no business there, though
/// the event was the tenant's.
fn an_account_does_not_see_the_operator_s_receivers(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook_of(NewWebhook { url: "https://operator.example/?token=1".to_owned(), ..new_webhook(&[]) });
    site.publish_one(Event { account: Some("a".to_owned()), ..event("order.created") });
    let request = site.claim_one();
    site.settle_one(&request, answered(200, &[]));
    assert_eq!(site.deliveries_find(Query { scope: account("a"), ..query() }).unwrap().total, 0);
    not_found(site.deliveries_get(account("a"), request.delivery_id.clone()));
    not_found(site.redeliver(account("a"), vec![request.delivery_id.clone()]).unwrap().remove(0));
    assert_eq!(site.deliveries_find(Query { scope: Scope::Installation, ..query() }).unwrap().total, 1);
}

fn the_log_is_filtered_and_paged(kind: Kind) {
    let mut site = Installation::new(kind);
    let orders = site.webhook(&["order.*"]).id;
    site.webhook(&[]);
    let first = site.publish_one(event("order.created"));
    site.clock.advance(1);
    site.publish_one(event("payment_received"));
    let requests = site.claim_all().requests;
    site.settle_one(&requests[0], answered(500, &[]));
    let mut total = |query: Query| site.deliveries_find(query).unwrap().total;
    assert_eq!(total(query()), 3);
    assert_eq!(total(Query { webhook_id: Some(orders.clone()), ..query() }), 1);
    assert_eq!(total(Query { event_id: Some(first.event_id.clone()), ..query() }), 2);
    assert_eq!(total(Query { topic: Some("payment_received".to_owned()), ..query() }), 1);
    assert_eq!(total(Query { state: Some(State::Sending), ..query() }), 2);
    assert_eq!(total(Query { state: Some(State::Retrying), ..query() }), 1);
    assert_eq!(total(Query { state: Some(State::Pending), ..query() }), 0);
    let both = Query { topic: Some("order.created".to_owned()), state: Some(State::Delivered), ..query() };
    assert_eq!(total(both), 0);
    let pages: Vec<_> = (1..=2)
        .flat_map(|page| site.deliveries_find(Query { paging: Paging { page, per_page: 2 }, ..query() }).unwrap().items)
        .collect();
    assert_eq!(pages.len(), 3);
    assert_eq!(pages[0].topic, "payment_received", "newest first");
    assert!(pages.is_sorted_by(|newer, older| newer.id > older.id));
    invalid(site.deliveries_find(Query { paging: Paging { page: 1, per_page: 101 }, ..query() }));
    not_found(site.deliveries_get(Scope::All, "dlv_unknown".to_owned()));
}
