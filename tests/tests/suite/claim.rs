//! Which deliveries are sent now: fairly, within limits, and each by one host only.

use std::collections::HashMap;
use std::thread;

use hookwright_runtime::deliveries::{InFlight, Outcome, State};
use hookwright_runtime::registry::Status;
use hookwright_runtime::signing::Message;
use hookwright_storage::Mode;
use hookwright_tests::environment::{MINUTE, SECOND, START_MS};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event};
use hookwright_tests::subject::Subject;

use crate::expect::{invalid, says};

everywhere! {
    a_request_is_complete_and_signed,
    the_first_attempt_waits_as_the_schedule_says,
    a_busy_webhook_does_not_starve_another,
    what_is_in_flight_counts,
    the_limit_holds,
    a_short_lease_is_refused,
    bug_31_next_due_and_oldest_due_tell_what_waits,
    a_slowed_webhook_is_left_alone,
    a_lease_is_respected,
    a_webhook_paused_in_the_middle_is_not_called,
    two_hosts_never_claim_the_same,
    what_was_held_by_mistake_is_freed,
}

both! { a_damaged_secret_harms_no_other_webhook }

fn busy(webhook_id: &str, requests: u32) -> Vec<InFlight> {
    vec![InFlight { webhook_id: webhook_id.to_owned(), requests }]
}

fn a_request_is_complete_and_signed(kind: Kind) {
    let settings = [("request-timeout-ms", "5000"), ("response-cap-bytes", "77"), ("user-agent", "Shop 1.0")];
    let mut site = Installation::with_config(kind, &settings);
    let created = site.webhooks_create(hookwright_tests::installation::new_webhook(&[])).unwrap();
    let receipt = site.publish_one(event("order.created"));
    site.clock.advance(SECOND);
    let request = site.claim_one();
    assert_eq!((request.webhook_id.as_str(), request.event_id.as_str()), (&*created.webhook.id, &*receipt.event_id));
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", "https://receiver.example/hook"));
    assert_eq!((request.attempt, request.timeout, request.response_cap_bytes), (1, 5_000, 77));
    let headers: HashMap<&str, &str> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(headers.len(), 5, "{headers:?}");
    assert_eq!((headers["content-type"], headers["user-agent"]), ("application/json", "Shop 1.0"));
    assert_eq!(headers["webhook-id"], receipt.event_id);
    assert_eq!(headers["webhook-timestamp"], ((START_MS + SECOND) / 1_000).to_string(), "the attempt's time");
    let message = Message {
        id: receipt.event_id,
        timestamp: headers["webhook-timestamp"].to_owned(),
        body: request.body.clone(),
    };
    let (signature, secret) = (headers["webhook-signature"].to_owned(), created.secret.expose().to_owned());
    let verdict = site.verify(message.clone(), signature.clone(), secret, START_MS, 300).unwrap();
    assert_eq!(verdict, Ok(()));
    let other = site.generate_secret(24).unwrap();
    site.verify(message, signature, other, START_MS, 300).unwrap().unwrap_err();

    site.clock.advance(MINUTE);
    let decision = site.settle_one(&request, answered(500, &[]));
    site.wait_for(&decision);
    let again = site.claim_one();
    assert_eq!((again.attempt, &again.event_id, &again.body), (2, &request.event_id, &request.body));
    assert_ne!(again.headers, request.headers, "a new time, and so a new signature");
    assert_ne!(again.claim_token, request.claim_token);
}

fn the_first_attempt_waits_as_the_schedule_says(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("retry-schedule-ms", "60000,1000")]);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let claimed = site.claim_all();
    assert_eq!((claimed.requests.len(), claimed.next_due, claimed.oldest_due), (0, Some(START_MS + MINUTE), None));
    site.clock.advance(MINUTE);
    site.claim_one();
}

fn a_busy_webhook_does_not_starve_another(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&["order.created"]);
    let small = site.webhook(&["payment_received"]).id;
    for _ in 0..5 {
        site.publish(vec![event("order.created"); 1_000]).unwrap();
    }
    site.clock.advance(SECOND);
    site.publish_one(event("payment_received"));
    let claimed = site.claim(10, LEASE_MS, vec![]).unwrap();
    assert_eq!(claimed.requests.iter().filter(|request| request.webhook_id == small).count(), 1);
    assert_eq!(claimed.requests.len(), 6, "each has half of the slots, and one does not need its own");
    assert_eq!(claimed.oldest_due, Some(START_MS), "the others wait");
    let before: Vec<_> = site.recorder.take().into_iter().filter(|batch| batch.function == Some("claim")).collect();
    assert!(before.len() < 10, "a claim is a few batches, however much is due");
}

fn what_is_in_flight_counts(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("max-in-flight-per-webhook", "4")]);
    let id = site.webhook(&[]).id;
    site.publish(vec![event("order.created"); 20]).unwrap();
    let mut claimed = |busy| site.claim(100, LEASE_MS, busy).unwrap();
    assert_eq!(claimed(busy(&id, 4)).requests.len(), 0);
    assert_eq!(claimed(busy(&id, 400)).requests.len(), 0);
    let rest = claimed(busy(&id, 3));
    assert_eq!((rest.requests.len(), rest.oldest_due), (1, Some(START_MS)));
    assert_eq!(claimed(busy("wh_another", 4)).requests.len(), 4);
    assert_eq!(claimed(vec![]).requests.len(), 4, "the host says what is in flight, the tables do not");
}

fn the_limit_holds(kind: Kind) {
    let mut site = Installation::new(kind);
    for _ in 0..7 {
        site.webhook(&[]);
    }
    site.publish(vec![event("order.created"); 3]).unwrap();
    let none = site.claim(0, LEASE_MS, vec![]).unwrap();
    assert_eq!((none.requests.len(), none.oldest_due), (0, Some(START_MS)));
    let mut sizes = Vec::new();
    loop {
        let size = site.claim(4, LEASE_MS, vec![]).unwrap().requests.len();
        sizes.push(size);
        if size == 0 {
            break;
        }
    }
    assert_eq!(sizes, [4, 4, 4, 4, 4, 1, 0]);
}

fn a_short_lease_is_refused(kind: Kind) {
    let mut site = Installation::new(kind);
    let refusal = invalid(site.claim(1, LEASE_MS - 1, vec![]));
    says(&refusal, "lease: 79999 ms; it must be 80000 ms or more");
    let id = site.webhook(&[]).id;
    let refusal = invalid(site.test(hookwright_runtime::types::Scope::All, id, None, None, 0));
    says(&refusal, "lease: 0 ms");
    site.claim(1, u32::MAX, vec![]).unwrap();
}

fn bug_31_next_due_and_oldest_due_tell_what_waits(kind: Kind) {
    let mut site = Installation::new(kind);
    let nothing = site.claim_all();
    assert_eq!((nothing.next_due, nothing.oldest_due), (None, None));
    let first = site.webhook(&["order.created"]).id;
    site.webhook(&["payment_received"]);
    site.publish_one(event("order.created"));
    let claimed = site.claim_all();
    let lease_end = START_MS + i64::from(LEASE_MS);
    assert_eq!((claimed.next_due, claimed.oldest_due), (Some(lease_end), None), "the lease ends next");
    let retry = site.settle_one(&claimed.requests[0], answered(500, &[])).due_at;
    let waiting = site.claim_all();
    assert_eq!((waiting.next_due, waiting.oldest_due), (retry, None));
    site.publish_one(event("payment_received"));
    let due = site.claim(0, LEASE_MS, vec![]).unwrap();
    assert_eq!((due.next_due, due.oldest_due), (Some(START_MS), Some(START_MS)));
    assert_eq!(site.stats().unwrap().oldest_due, Some(START_MS));
    site.claim_one();
    site.set_status(&first, Status::Paused);
    assert_eq!(site.claim_all().next_due, Some(lease_end), "what is held waits for a person");
}

fn a_slowed_webhook_is_left_alone(kind: Kind) {
    let mut site = Installation::new(kind);
    let slowed = site.webhook(&["order.created"]).id;
    site.publish(vec![event("order.created"); 2]).unwrap();
    let requests = site.claim_all().requests;
    site.settle_one(&requests[0], answered(429, &[("Retry-After", "120")]));
    site.settle_one(&requests[1], Outcome::Released);
    let until = START_MS + 120 * SECOND;
    assert_eq!(site.webhook_now(&slowed).health.slowed_until, Some(until));
    site.publish_one(event("order.created"));
    let claimed = site.claim_all();
    assert_eq!((claimed.requests.len(), claimed.next_due, claimed.oldest_due), (0, Some(until), None));
    site.clock.set(until - 1);
    assert!(site.claim_all().requests.is_empty());
    site.clock.set(until);
    assert_eq!(site.claim_all().requests.len(), 3, "the retry, what was released, and what came in the meantime");
}

/// As settle leaves it where its webhook becomes active again between its reading and its writing.
fn what_was_held_by_mistake_is_freed(kind: Kind) {
    let mut site = Installation::new(kind);
    let active = site.webhook(&[]).id;
    let paused = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    site.set_status(&paused, Status::Paused);
    site.store().change("UPDATE hookwright_deliveries SET state = 'held', due_at = NULL");
    site.stop("a test".to_owned()).unwrap();
    assert!(site.claim_all().requests.is_empty(), "all is held while the installation is stopped");
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'held'"), 2);
    site.store().change("DELETE FROM hookwright_meta WHERE name = 'stopped'");
    assert_eq!(site.claim_one().webhook_id, active);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'held'"), 1);
}

fn a_lease_is_respected(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.clock.advance(i64::from(LEASE_MS) - 1);
    assert!(site.claim_all().requests.is_empty());
    assert!(site.another().claim(10, LEASE_MS, vec![]).unwrap().requests.is_empty());
    assert_eq!(site.settle_one(&request, answered(204, &[])).state, State::Delivered);
}

fn a_webhook_paused_in_the_middle_is_not_called(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(event("order.created"));
    let mut other = site.another();
    site.recorder.before_next(Mode::Own, move || {
        let paused = hookwright_runtime::registry::WebhookChanges {
            name: None,
            url: None,
            topics: None,
            status: Some(Status::Paused),
            revision: None,
            ..hookwright_runtime::registry::WebhookChanges::default()
        };
        other.webhooks_update(hookwright_runtime::types::Scope::All, id, paused).unwrap();
        Ok(())
    });
    assert!(site.claim_all().requests.is_empty());
    assert!(site.recorder.is_done());
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries WHERE state = 'held'"), 1);
}

fn two_hosts_never_claim_the_same(kind: Kind) {
    const HOSTS: usize = 3;
    let mut site = Installation::with_config(kind, &[("max-in-flight-per-webhook", "1000")]);
    for _ in 0..3 {
        site.webhook(&[]);
    }
    site.publish(vec![event("order.created"); 100]).unwrap();
    let hosts: Vec<_> = (0..HOSTS).map(|_| site.another()).collect();
    let mut claimed: Vec<String> = thread::scope(|scope| {
        let claim_all = |mut host: hookwright_tests::subject::Watched| {
            scope.spawn(move || {
                let mut ids = Vec::new();
                loop {
                    let claimed = host.claim(20, LEASE_MS, vec![]).unwrap();
                    ids.extend(claimed.requests.into_iter().map(|request| request.delivery_id));
                    if claimed.oldest_due.is_none() {
                        return ids;
                    }
                }
            })
        };
        let threads: Vec<_> = hosts.into_iter().map(claim_all).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(claimed.len(), 300);
    claimed.sort();
    claimed.dedup();
    assert_eq!(claimed.len(), 300);
}

fn a_damaged_secret_harms_no_other_webhook(kind: Kind) {
    let mut site = Installation::new(kind);
    let (damaged, sound) = (site.webhook(&[]).id, site.webhook(&[]).id);
    let sql = "UPDATE hookwright_webhooks SET secret = 'scrambled' WHERE id = ?";
    site.database().execute(sql, [&damaged]).unwrap();
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    assert_eq!(request.webhook_id, sound);
    assert_eq!(site.settle_one(&request, answered(200, &[])).state, State::Delivered);
    let told = site.environment.log_lines();
    assert!(told.iter().any(|(_, line)| line.contains(&damaged) && line.contains("secret")), "{told:?}");
    assert!(told.iter().all(|(_, line)| !line.contains("scrambled")), "no line shows a secret: {told:?}");
}
