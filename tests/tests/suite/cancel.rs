//! A person ends deliveries that wait.

use hookwright_runtime::deliveries::State;
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::{NewWebhook, Status};
use hookwright_runtime::types::Scope;
use hookwright_storage::Mode;
use hookwright_tests::environment::DAY;
use hookwright_tests::installation::{Installation, Kind, answered, event, new_webhook};
use hookwright_tests::subject::{Answer, Subject};

use crate::expect::{account, conflict, invalid, not_found, says};

everywhere! {
    what_waits_ends_and_is_never_sent,
    what_is_sent_or_has_ended_is_refused,
    a_claim_that_came_between_is_told,
    each_id_has_its_answer,
    an_account_ends_only_its_own,
}

fn cancel(site: &mut Installation, id: &str) -> Answer<hookwright_runtime::deliveries::Delivery> {
    site.cancel(Scope::All, vec![id.to_owned()]).unwrap().remove(0)
}

fn what_waits_ends_and_is_never_sent(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish(vec![event("order.created"); 2]).unwrap();
    let requests = site.claim_all().requests;
    let [retrying, held] = [&requests[0], &requests[1]];
    site.settle_one(retrying, answered(500, &[]));
    let ended = cancel(&mut site, &retrying.delivery_id).unwrap();
    assert_eq!((ended.state, ended.due_at, ended.attempts), (State::Cancelled, None, 1));
    assert_eq!((ended.reason.as_deref(), ended.finished_at), (Some("cancelled on request"), Some(site.clock.now())));
    site.set_status(&id, Status::Paused);
    site.settle_one(held, answered(500, &[]));
    assert_eq!(cancel(&mut site, &held.delivery_id).unwrap().state, State::Cancelled);
    site.set_status(&id, Status::Active);
    site.clock.advance(30 * DAY);
    let claimed = site.claim_all();
    assert_eq!((claimed.requests.len(), claimed.next_due), (0, None));
    assert_eq!(site.details(&retrying.delivery_id).attempts.len(), 1, "the log stays");
    assert_eq!(site.webhook_now(&id).health.consecutive_failures, 0, "activating forgave");
}

fn what_is_sent_or_has_ended_is_refused(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("retry-schedule-ms", "0")]);
    site.webhook(&[]);
    site.publish(vec![event("order.created"); 2]).unwrap();
    let requests = site.claim_all().requests;
    let ids = [&requests[0].delivery_id, &requests[1].delivery_id];
    says(&conflict(cancel(&mut site, ids[0])), "it is being sent now; look at it again when the attempt is over");
    site.settle_one(&requests[0], answered(200, &[]));
    site.settle_one(&requests[1], answered(500, &[]));
    says(&conflict(cancel(&mut site, ids[0])), "it is delivered already");
    says(&conflict(cancel(&mut site, ids[1])), "it has ended already");
    assert_eq!(site.details(ids[0]).delivery.state, State::Delivered);
    assert_eq!(site.details(ids[1]).delivery.state, State::Exhausted);
}

fn a_claim_that_came_between_is_told(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    let decision = site.settle_one(&request, answered(500, &[]));
    site.wait_for(&decision);
    let mut other = site.another();
    site.recorder.before_next(Mode::Write, move || {
        other.claim(1, hookwright_tests::installation::LEASE_MS, vec![]).unwrap();
        Ok(())
    });
    says(&conflict(cancel(&mut site, &request.delivery_id)), "has just changed; look at it again");
    assert_eq!(site.details(&request.delivery_id).delivery.state, State::Sending);
}

fn each_id_has_its_answer(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.settle_one(&request, answered(500, &[]));
    let ids = vec!["dlv_unknown".to_owned(), request.delivery_id.clone(), request.delivery_id];
    let answers = site.cancel(Scope::All, ids).unwrap();
    not_found(answers[0].clone());
    assert_eq!(answers[1].clone().unwrap().state, State::Cancelled);
    conflict(answers[2].clone());
    assert_eq!(site.cancel(Scope::All, vec![]), Ok(vec![]));
    says(&invalid(site.cancel(Scope::All, vec![String::new(); 101])), "ids: 101 ids; at most 100");
}

fn an_account_ends_only_its_own(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook_of(NewWebhook { account: Some("a".to_owned()), ..new_webhook(&[]) });
    site.publish_one(Event { account: Some("a".to_owned()), ..event("order.created") });
    let request = site.claim_one();
    site.settle_one(&request, answered(500, &[]));
    for scope in [account("b"), Scope::Installation] {
        not_found(site.cancel(scope, vec![request.delivery_id.clone()]).unwrap().remove(0));
    }
    site.cancel(account("a"), vec![request.delivery_id]).unwrap().remove(0).unwrap();
}
