//! What became of requests: each attempt recorded, each delivery decided, all of a batch or nothing.

use hookwright_runtime::deliveries::{FailureKind, Outcome, Response, State};
use hookwright_storage::Mode;
use hookwright_tests::environment::{MINUTE, SECOND, START_MS};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, failed, settlement};
use hookwright_tests::subject::Subject;

use crate::expect::{conflict, invalid, says};

everywhere! {
    only_2xx_is_success,
    no_answer_is_a_failure,
    the_schedule_ends,
    an_attempt_is_recorded_as_it_was,
    a_lost_claim_leaves_nothing,
    one_lost_claim_of_many_costs_only_itself,
    an_outcome_counts_once,
    what_was_released_is_due_at_once,
    a_failed_batch_can_be_sent_again,
    a_batch_has_a_limit,
    strange_answers_are_recorded,
}

both! { a_claim_lost_between_reading_and_writing_is_decided_again }

fn only_2xx_is_success(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("least-failures-to-disable", "1000000")]);
    let id = site.webhook(&[]).id;
    for (status, state, reason) in [
        (200, State::Delivered, None),
        (202, State::Delivered, None),
        (299, State::Delivered, None),
        (199, State::Retrying, Some("receiver answered 199")),
        (301, State::Retrying, Some("receiver answered 301 Moved Permanently; redirects are not followed")),
        (304, State::Retrying, Some("receiver answered 304 Not Modified; redirects are not followed")),
        (400, State::Retrying, Some("receiver answered 400 Bad Request")),
        (404, State::Retrying, Some("receiver answered 404 Not Found")),
        (500, State::Retrying, Some("receiver answered 500 Internal Server Error")),
        (599, State::Retrying, Some("receiver answered 599")),
    ] {
        let receipt = site.publish_one(event("order.created"));
        let claimed = site.claim_all().requests;
        let request = claimed.iter().find(|request| request.event_id == receipt.event_id).unwrap();
        let decision = site.settle_one(request, answered(status, &[]));
        assert_eq!((decision.state, decision.reason.as_deref()), (state, reason), "{status}");
        assert_eq!(decision.due_at.is_some(), state == State::Retrying);
        let delivery = site.details(&request.delivery_id).delivery;
        assert_eq!((delivery.state, delivery.attempts, delivery.due_at), (state, 1, decision.due_at));
        assert_eq!(delivery.finished_at, (state == State::Delivered).then_some(START_MS));
        assert_eq!(delivery.reason, decision.reason);
    }
    assert_eq!(site.webhook_now(&id).health.consecutive_failures, 7);
}

fn no_answer_is_a_failure(kind: Kind) {
    use FailureKind::{Blocked, Connect, Dns, Protocol, Timeout, Tls};
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish(vec![event("order.created"); 6]).unwrap();
    let requests = site.claim_all().requests;
    for (request, failure) in requests.iter().zip([Dns, Connect, Tls, Timeout, Blocked, Protocol]) {
        let decision = site.settle_one(request, failed(failure));
        assert_eq!(decision.state, State::Retrying);
        let attempt = site.details(&request.delivery_id).attempts.remove(0);
        assert_eq!(attempt.outcome, Some(failed(failure)));
        assert_eq!(attempt.reason, decision.reason);
    }
}

fn the_schedule_ends(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("retry-schedule-ms", "0,5000,300000")]);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let first = site.attempt(503);
    let wait = first.due_at.unwrap() - START_MS;
    assert!((4 * SECOND..=6 * SECOND).contains(&wait), "5 s with a fifth of jitter: {wait}");
    site.wait_for(&first);
    let second = site.attempt(503);
    site.wait_for(&second);
    let request = site.claim_one();
    let last = site.settle_one(&request, answered(503, &[]));
    assert_eq!((last.state, last.due_at), (State::Exhausted, None));
    assert_eq!(last.reason.as_deref(), Some("receiver answered 503 Service Unavailable"));
    let details = site.details(&request.delivery_id);
    assert_eq!(details.delivery.finished_at, Some(site.clock.now()));
    assert_eq!(details.attempts.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(site.claim_all().next_due, None, "nothing waits any more");
}

fn an_attempt_is_recorded_as_it_was(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    site.clock.advance(MINUTE);
    let request = site.claim_one();
    let response = Response {
        status: 422,
        headers: vec![("X-Reason".to_owned(), "née 😀".to_owned()), ("x-reason".to_owned(), "again".to_owned())],
        body: vec![0, 159, 146, 150, 255],
        truncated: true,
    };
    site.settle_one(&request, Outcome::Response(response.clone()));
    let attempt = site.details(&request.delivery_id).attempts.remove(0);
    assert_eq!((attempt.number, attempt.duration), (1, 250));
    assert_eq!(attempt.started_at, START_MS + MINUTE - SECOND / 4);
    assert_eq!((&attempt.url, &attempt.request_headers), (&request.url, &request.headers));
    assert_eq!(attempt.outcome, Some(Outcome::Response(response)));
    assert_eq!(attempt.reason.as_deref(), Some("receiver answered 422 Unprocessable Content"));
}

fn a_lost_claim_leaves_nothing(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    let lost = site.claim_one();
    site.clock.advance(i64::from(LEASE_MS));
    let request = site.claim_one();
    assert_eq!(request.delivery_id, lost.delivery_id);
    let refusal = conflict(site.settle_answer(&lost, answered(410, &[])));
    says(&refusal, "the claim was lost");
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_attempts"), 0);
    let webhook = site.webhook_now(&id);
    assert_eq!(webhook.health.consecutive_failures, 0);
    let unknown = hookwright_runtime::deliveries::Request { delivery_id: "dlv_unknown".to_owned(), ..lost };
    conflict(site.settle_answer(&unknown, answered(200, &[])));
    assert_eq!(site.settle_one(&request, answered(200, &[])).state, State::Delivered);
    conflict(site.settle_answer(&request, answered(200, &[])));
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_attempts"), 1);
}

fn one_lost_claim_of_many_costs_only_itself(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish(vec![event("order.created"); 3]).unwrap();
    let mut requests = site.claim_all().requests;
    requests[1].claim_token = "0".repeat(32);
    let now = site.clock.now();
    let batch = requests.iter().map(|request| settlement(request, answered(200, &[]), now)).collect();
    let answers = site.settle(batch).unwrap();
    assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    conflict(answers[1].clone());
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_attempts"), 2);
    assert_eq!(site.details(&requests[1].delivery_id).delivery.state, State::Sending);
}

fn a_claim_lost_between_reading_and_writing_is_decided_again(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish(vec![event("order.created"); 2]).unwrap();
    let requests = site.claim_all().requests;
    let (database, stolen) = (site.database(), requests[0].delivery_id.clone());
    site.recorder.before_next(Mode::Own, move || {
        database.execute("UPDATE hookwright_deliveries SET claim_token = 'theirs' WHERE id = ?", [stolen]).unwrap();
        Ok(())
    });
    drop(site.recorder.take());
    let now = site.clock.now();
    let batch = requests.iter().map(|request| settlement(request, answered(500, &[]), now)).collect();
    let answers = site.settle(batch).unwrap();
    conflict(answers[0].clone());
    assert_eq!(answers[1].clone().unwrap().state, State::Retrying);
    let tries = site.recorder.take().into_iter().filter(|batch| batch.mode == Mode::Own);
    let errors: Vec<_> = tries.map(|batch| batch.error).collect();
    assert_eq!(errors, [Some(hookwright_storage::StorageError::ExpectationFailed(0)), None]);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_attempts"), 1, "the first try was rolled back whole");
    assert_eq!(site.webhook_now(&id).health.consecutive_failures, 1);
}

fn an_outcome_counts_once(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    let told = settlement(&request, answered(200, &[]), site.clock.now());
    let answers = site.settle(vec![told.clone(), told]).unwrap();
    assert_eq!(answers[0].clone().unwrap().state, State::Delivered);
    conflict(answers[1].clone());
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_attempts"), 1);
}

fn what_was_released_is_due_at_once(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    for _ in 0..5 {
        let request = site.claim_one();
        assert_eq!(request.attempt, 1);
        let decision = site.settle_one(&request, Outcome::Released);
        assert_eq!((decision.state, decision.due_at), (State::Pending, Some(site.clock.now())));
    }
    let decision = site.attempt(500);
    site.wait_for(&decision);
    let request = site.claim_one();
    assert_eq!(site.settle_one(&request, Outcome::Released).state, State::Retrying);
    assert_eq!(site.details(&request.delivery_id).attempts.len(), 1);
    assert_eq!(site.webhook_now(&id).health.consecutive_failures, 1);
    let request = site.claim_one();
    site.set_status(&id, hookwright_runtime::registry::Status::Paused);
    assert_eq!(site.settle_one(&request, Outcome::Released).state, State::Held);
}

fn a_failed_batch_can_be_sent_again(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    let told = || vec![settlement(&request, answered(200, &[]), START_MS)];
    let locked = hookwright_storage::StorageError::Unavailable("hooks.db is locked".to_owned());
    site.recorder.before_next(Mode::Own, move || Err(locked));
    site.settle(told()).unwrap_err();
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_attempts"), 0);
    assert_eq!(site.settle(told()).unwrap()[0].clone().unwrap().state, State::Delivered);
}

fn a_batch_has_a_limit(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("max-in-flight-per-webhook", "1000")]);
    site.webhook(&[]);
    site.publish(vec![event("order.created"); 1_000]).unwrap();
    let mut requests = Vec::new();
    while requests.len() < 1_000 {
        let claimed = site.claim(1_000, LEASE_MS, vec![]).unwrap();
        assert!(!claimed.requests.is_empty());
        requests.extend(claimed.requests);
    }
    let told: Vec<_> = requests.iter().map(|request| settlement(request, answered(200, &[]), START_MS)).collect();
    let mut many = told.clone();
    many.push(told[0].clone());
    says(&invalid(site.settle(many)), "settlements: 1001 outcomes; at most 1000");
    assert_eq!(site.settle(vec![]), Ok(vec![]));
    let answers = site.settle(told).unwrap();
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|decision| decision.state == State::Delivered)));
}

fn strange_answers_are_recorded(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish(vec![event("order.created"); 2]).unwrap();
    let requests = site.claim_all().requests;
    let message = format!("{}\0{}", "é".repeat(300), "x".repeat(10_000));
    let failure = hookwright_runtime::deliveries::Failure { kind: FailureKind::Protocol, message };
    site.settle_one(&requests[0], Outcome::Failure(failure));
    let Some(Outcome::Failure(kept)) = site.details(&requests[0].delivery_id).attempts.remove(0).outcome else {
        panic!("a failure was recorded")
    };
    assert_eq!((kept.message.chars().count(), kept.message.contains('\0')), (500, false));
    let headers = vec![("a\0b".to_owned(), "c\0".to_owned()); 100];
    let response = Response { status: 65_535, headers, body: vec![], truncated: false };
    site.settle_one(&requests[1], Outcome::Response(response.clone()));
    let kept = site.details(&requests[1].delivery_id).attempts.remove(0);
    assert_eq!(kept.outcome, Some(Outcome::Response(response)));
}
