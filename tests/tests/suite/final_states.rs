//! Whatever comes of its attempts, a delivery ends: each kind of failure, answers of every size, a log that cannot be
//! written, a host that dies while it tells.

use std::collections::HashMap;

use hookwright_runtime::deliveries::{FailureKind, Outcome, Request, Response, State};
use hookwright_runtime::registry::Status;
use hookwright_runtime::types::Scope;
use hookwright_storage::{Mode, StorageError};
use hookwright_tests::environment::{DAY, HOUR, START_MS};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, failed, settlement};
use hookwright_tests::subject::Subject;

use crate::expect::conflict;

everywhere! {
    bug_13_every_failure_reaches_a_final_state,
    bug_02_a_host_that_dies_while_it_tells_loses_no_retry,
    bug_12_a_huge_or_binary_answer_ends_its_delivery,
    bug_18_an_old_claim_changes_nothing_of_a_later_one,
    bug_20_the_history_is_bounded,
}

both! {
    bug_14_a_log_that_cannot_be_written_sends_nothing_twice,
    credentials_do_not_reach_the_log,
}

/// Every failure that a client tells, and statuses of every class.
fn failures() -> Vec<Outcome> {
    use FailureKind::{Blocked, Connect, Dns, Protocol, Timeout, Tls};
    let statuses =
        [0, 100, 199, 300, 301, 307, 400, 401, 404, 408, 410, 413, 422, 425, 429, 451, 500, 501, 502, 503, 504];
    let asking = [("0", 429), ("86400", 503), ("never", 429)];
    [Dns, Connect, Tls, Timeout, Blocked, Protocol]
        .into_iter()
        .map(failed)
        .chain(statuses.into_iter().chain([599, 999, u16::MAX]).map(|status| answered(status, &[])))
        .chain(asking.map(|(wait, status)| answered(status, &[("Retry-After", wait)])))
        .collect()
}

fn bug_13_every_failure_reaches_a_final_state(kind: Kind) {
    let mut site = Installation::new(kind);
    let failures = failures();
    let outcomes: HashMap<String, Outcome> =
        failures.iter().map(|outcome| (site.webhook(&[]).id, outcome.clone())).collect();
    site.publish_one(event("order.created"));
    let mut attempts = 0;
    // Nobody but the clock moves a delivery on. The schedule has ten attempts, and no wait is longer than two days.
    for _ in 0..10_000 {
        let claimed = site.claim_all();
        attempts += claimed.requests.len();
        for request in &claimed.requests {
            let decision = site.settle_one(request, outcomes[&request.webhook_id].clone());
            assert_eq!(decision.due_at.is_some(), decision.state == State::Retrying);
        }
        if claimed.requests.is_empty() {
            let Some(next) = claimed.next_due else { break };
            assert!(next > site.clock.now(), "a host that comes when it is told to finds something");
            site.clock.set(next);
        }
    }
    let gone = 1;
    assert_eq!(attempts, (failures.len() - gone) * 10 + gone);
    assert!(site.clock.now() < START_MS + 5 * DAY, "{}", site.clock.now());
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state <> 'exhausted'"), 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_webhooks WHERE status = 'disabled'"), gone as i64);
}

fn bug_02_a_host_that_dies_while_it_tells_loses_no_retry(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let mut attempts = 0;
    for _ in 0..3 {
        // The outcome is lost with the host, before it is stored; then another host tells its own.
        let request = site.claim_one();
        site.recorder.before_next(Mode::Own, || Err(StorageError::Unavailable("the host is gone".to_owned())));
        let told = vec![settlement(&request, answered(500, &[]), site.clock.now())];
        site.settle(told).unwrap_err();
        site.restart();
        let claimed = site.claim_all();
        assert_eq!(claimed.requests.len(), 0, "the lease holds");
        site.clock.set(claimed.next_due.expect("the end of the lease"));
        let again = site.claim_one();
        assert_eq!((&again.delivery_id, again.attempt), (&request.delivery_id, attempts + 1));
        let decision = site.settle_one(&again, answered(500, &[]));
        attempts += 1;
        site.restart();
        site.wait_for(&decision);
    }
    assert_eq!(site.attempt(200).state, State::Delivered);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_attempts"), i64::from(attempts) + 1);
}

fn bug_12_a_huge_or_binary_answer_ends_its_delivery(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("response-cap-bytes", "1000"), ("retry-schedule-ms", "0")]);
    site.webhook(&[]);
    let many: Vec<(String, String)> = (0..5_000).map(|number| (format!("x-{number}"), "é".repeat(200))).collect();
    for (status, body, headers) in [
        (200, vec![0xff; 8 << 20], vec![]),
        (500, vec![0; 8 << 20], many.clone()),
        (204, Vec::new(), many),
        (500, (0..=255).collect(), vec![("x".to_owned(), "\0".to_owned())]),
    ] {
        site.publish_one(event("order.created"));
        let request = site.claim_one();
        let sent = body.clone();
        let decision =
            site.settle_one(&request, Outcome::Response(Response { status, headers, body, truncated: false }));
        assert_eq!(decision.state, if status < 300 { State::Delivered } else { State::Exhausted });
        let attempt = site.details(&request.delivery_id).attempts.remove(0);
        let Some(Outcome::Response(kept)) = attempt.outcome else { panic!("an answer was recorded") };
        assert_eq!((kept.body.len(), kept.truncated), (sent.len().min(1_000), sent.len() > 1_000));
        assert!(sent.starts_with(&kept.body));
    }
    assert_eq!(site.claim_all().next_due, None, "nothing is retried because of its answer's size");
}

fn bug_14_a_log_that_cannot_be_written_sends_nothing_twice(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    let full = "CREATE TRIGGER full BEFORE INSERT ON hookwright_attempts BEGIN SELECT RAISE(FAIL, 'disk full'); END";
    site.database().execute_batch(full).unwrap();
    let told = || vec![settlement(&request, answered(200, &[]), START_MS)];
    for _ in 0..3 {
        site.settle(told()).unwrap_err();
        assert_eq!(site.claim_all().requests.len(), 0, "the host still has the outcome, and the lease holds");
        assert_eq!(site.details(&request.delivery_id).delivery.state, State::Sending);
    }
    site.database().execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!(site.settle(told()).unwrap().remove(0).unwrap().state, State::Delivered);
    site.clock.advance(HOUR);
    assert_eq!(site.claim_all().requests.len(), 0);
    assert_eq!(site.details(&request.delivery_id).attempts.len(), 1);
}

fn bug_18_an_old_claim_changes_nothing_of_a_later_one(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    let old = site.claim_one();
    site.clock.advance(i64::from(LEASE_MS));
    let new = site.claim_one();
    let lease_end = site.details(&new.delivery_id).delivery.due_at;
    for outcome in [answered(200, &[]), answered(410, &[]), Outcome::Released] {
        conflict(site.settle_answer(&old, outcome));
        let delivery = site.details(&new.delivery_id).delivery;
        assert_eq!((delivery.state, delivery.due_at, delivery.attempts), (State::Sending, lease_end, 0));
    }
    assert_eq!(site.webhook_now(&id).status, Status::Active);
    // The later claim is over as well: its outcome is as old as the first one's.
    site.clock.advance(i64::from(LEASE_MS));
    let newest = site.claim_one();
    conflict(site.settle_answer(&new, answered(200, &[])));
    assert_eq!(site.settle_one(&newest, answered(200, &[])).state, State::Delivered);
}

fn bug_20_the_history_is_bounded(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("least-failures-to-disable", "1000000")]);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let first = site.claim_one();
    site.settle_one(&first, answered(200, &[]));
    for attempt in 2..=103 {
        site.redeliver(Scope::All, vec![first.delivery_id.clone()]).unwrap().remove(0).unwrap();
        let request = site.claim_one();
        assert_eq!(request.attempt, attempt);
        site.settle_one(&request, answered(if attempt % 2 == 0 { 500 } else { 200 }, &[]));
    }
    let details = site.details(&first.delivery_id);
    assert_eq!(details.delivery.attempts, 103, "the number goes on");
    let kept: Vec<u32> = details.attempts.iter().map(|attempt| attempt.number).collect();
    assert_eq!(kept, (4..=103).collect::<Vec<_>>());
}

fn credentials_do_not_reach_the_log(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let mut request: Request = site.claim_one();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    request.headers.extend([pair("Authorization", "Bearer Xyzzy"), pair("x-shop", "Xyzzy")]);
    let headers = [("Set-Cookie", "session=Xyzzy"), ("WWW-Authenticate", "Basic realm=Xyzzy"), ("X-Request-Id", "7")];
    site.settle_one(&request, answered(401, &headers));
    let attempt = site.details(&request.delivery_id).attempts.remove(0);
    let kept = request.headers.iter().take(request.headers.len() - 2).cloned();
    let redacted = [pair("Authorization", "[redacted]"), pair("x-shop", "[redacted]")];
    assert_eq!(attempt.request_headers, kept.chain(redacted).collect::<Vec<_>>());
    let Some(Outcome::Response(response)) = attempt.outcome else { panic!("an answer was recorded") };
    let expected =
        [pair("Set-Cookie", "[redacted]"), pair("WWW-Authenticate", "[redacted]"), pair("X-Request-Id", "7")];
    assert_eq!(response.headers, expected);
    let bytes = std::fs::read(site.path()).unwrap();
    assert!(!bytes.windows(5).any(|window| window == b"Xyzzy"), "not anywhere in the database");
}
