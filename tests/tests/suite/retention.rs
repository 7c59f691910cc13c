//! What is past its retention goes, and what was erased is nowhere: looked for in every column of every table.

use hookwright_runtime::accounts::Limits;
use hookwright_runtime::catalogue::TopicSettings;
use hookwright_runtime::deliveries::{Outcome, Request, Response, State};
use hookwright_runtime::events::Event;
use hookwright_runtime::lifecycle::{EraseTarget, Removed};
use hookwright_runtime::registry::{NewWebhook, Status};
use hookwright_runtime::types::Scope;
use hookwright_tests::environment::{DAY, HOUR};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, new_webhook};
use hookwright_tests::subject::Subject;
use rusqlite::types::Value;

use crate::expect::{conflict, invalid, says};

everywhere! {
    payloads_and_attempts_go_each_at_their_time,
    a_topic_has_a_retention_of_its_own,
    nothing_goes_while_a_delivery_has_not_ended,
    what_has_no_payload_is_not_sent_again,
    an_idempotency_key_lives_as_long_as_its_event,
    bad_limits_and_targets_are_refused,
}

both! {
    bug_05_after_its_retention_no_table_holds_the_payload,
    bug_05_an_erased_account_is_in_no_table,
    an_erased_event_is_in_no_table,
    an_outcome_that_comes_after_the_erasure_is_not_stored,
    both_work_in_bounded_steps,
}

const MARK: &str = "Zweiundvierzig";

/// Tables and columns of the database in which the mark stands.
fn places(site: &Installation) -> Vec<String> {
    let database = site.database();
    let mut tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(tables.len() >= 8, "{tables:?}");
    let mut found = Vec::new();
    for table in tables {
        let mut statement = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for (index, name) in names.iter().enumerate() {
                let bytes = match row.get(index).unwrap() {
                    Value::Text(text) => text.into_bytes(),
                    Value::Blob(bytes) => bytes,
                    Value::Null | Value::Integer(_) | Value::Real(_) => continue,
                };
                if String::from_utf8_lossy(&bytes).contains(MARK) {
                    found.push(format!("{table}.{name}"));
                }
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

fn marked(account: Option<&str>) -> Event {
    let data = format!(r#"{{"id":"{MARK}","street":"{MARK} 7"}}"#);
    Event { data, account: account.map(str::to_owned), ..event("order.created") }
}

/// An answer that repeats what it was sent.
fn echo(status: u16) -> Outcome {
    let headers = vec![("x-echo".to_owned(), MARK.to_owned())];
    Outcome::Response(Response { status, headers, body: format!("got {MARK}").into_bytes(), truncated: false })
}

/// Settles with request headers that hold the mark too.
fn settle(site: &mut Installation, request: &Request, outcome: Outcome) {
    let mut settlement = hookwright_tests::installation::settlement(request, outcome, site.clock.now());
    settlement.request_headers.push(("traceparent".to_owned(), MARK.to_owned()));
    site.settle(vec![settlement]).unwrap().remove(0).unwrap();
}

/// One webhook, one event that took two attempts.
fn delivered(site: &mut Installation, event: Event) -> Request {
    let event_id = site.publish_one(event).event_id;
    let request = site.claim_one();
    settle(site, &request, echo(500));
    site.clock.advance(HOUR);
    let request = site.claim_one();
    assert_eq!(request.event_id, event_id);
    settle(site, &request, echo(200));
    request
}

fn purged(site: &mut Installation) -> Vec<(String, u64)> {
    let Removed { rows, more } = site.purge(1_000).unwrap();
    assert!(!more);
    rows.into_iter().map(|row| (row.name, row.count)).filter(|(_, count)| *count > 0).collect()
}

fn counted(counts: &[(&str, u64)]) -> Vec<(String, u64)> {
    counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

fn keep(site: &mut Installation, topic: &str, payloads: Option<u64>, attempts: Option<u64>) {
    let settings = site.topics_settings(topic.to_owned()).unwrap();
    let settings = TopicSettings { keep_payloads: payloads, keep_attempts: attempts, ..settings };
    site.topics_configure(topic.to_owned(), settings).unwrap();
}

/// A setting was ignored for one table, and payloads were kept three times as long.
fn bug_05_after_its_retention_no_table_holds_the_payload(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let settings = site.topics_settings("order.created".to_owned()).unwrap();
    site.topics_configure("order.created".to_owned(), TopicSettings { dedupe_window: 60_000, ..settings }).unwrap();
    delivered(&mut site, marked(None));
    let before = places(&site);
    for column in ["payloads.body", "attempts.request_headers", "attempts.response_headers", "attempts.response_body"] {
        assert!(before.iter().any(|place| place.ends_with(column)), "{before:?}");
    }
    site.clock.advance(30 * DAY - HOUR - 1);
    assert_eq!(purged(&mut site), []);
    assert_eq!(places(&site), before);
    site.clock.advance(HOUR + 1);
    assert_eq!(purged(&mut site), counted(&[("events", 1), ("payloads", 1), ("deliveries", 1), ("attempts", 2)]));
    assert_eq!(places(&site), Vec::<String>::new());
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_recent_events"), 0);
    assert_eq!(purged(&mut site), []);
}

fn bug_05_an_erased_account_is_in_no_table(kind: Kind) {
    let mut site = Installation::new(kind);
    let of_all = site.webhook(&["order.created"]).id;
    let own = NewWebhook { account: Some(MARK.to_owned()), name: Some(MARK.to_owned()), ..new_webhook(&[]) };
    site.webhook_of(own);
    let limits = Limits { webhooks_allowed: true, max_webhooks: Some(5), max_events_per_day: Some(1_000) };
    site.accounts_set_limits(MARK.to_owned(), limits).unwrap();
    let settings = site.topics_settings("order.created".to_owned()).unwrap();
    site.topics_configure("order.created".to_owned(), TopicSettings { dedupe_window: 60_000, ..settings }).unwrap();
    site.publish_one(marked(Some(MARK)));
    for request in site.claim_all().requests {
        settle(&mut site, &request, echo(410));
    }
    site.publish_one(Event { account: Some(MARK.to_owned()), ..event("order.created") });
    let other = site.publish_one(Event { account: Some("other".to_owned()), ..event("payment_received") }).event_id;
    assert!(places(&site).len() > 10, "{:?}", places(&site));

    let mut more = true;
    let mut steps = 0;
    while more {
        more = site.erase(EraseTarget::Account(MARK.to_owned()), 2).unwrap().more;
        steps += 1;
        assert!(steps < 20);
    }
    assert!(steps > 1, "in bounded steps");
    assert_eq!(places(&site), Vec::<String>::new());
    assert_eq!(site.number(&format!("SELECT COUNT(*) FROM hookwright_events WHERE id = '{other}'")), 1);
    site.webhook_now(&of_all);
}

fn an_erased_event_is_in_no_table(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let request = delivered(&mut site, marked(Some("account")));
    site.publish_one(event("order.created"));
    site.attempt(200);
    let removed = site.erase(EraseTarget::Event(request.event_id.clone()), 1_000).unwrap();
    let rows: Vec<(String, u64)> = removed.rows.into_iter().map(|row| (row.name, row.count)).collect();
    let expected = [("webhooks", 0), ("events", 1), ("payloads", 1), ("deliveries", 1), ("attempts", 2)];
    assert_eq!((rows, removed.more), (counted(&expected), false));
    assert_eq!(places(&site), Vec::<String>::new());
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_attempts"), 1, "the other event's");
    assert!(site.erase(EraseTarget::Event(request.event_id), 1).unwrap().rows.iter().all(|row| row.count == 0));
}

fn payloads_and_attempts_go_each_at_their_time(kind: Kind) {
    let day = DAY.to_string();
    let config = [("keep-payloads-ms", day.as_str()), ("keep-attempts-ms", "172800000")];
    let mut site = Installation::with_config(kind, &config);
    site.webhook(&[]);
    let request = delivered(&mut site, marked(None));
    site.clock.advance(DAY - HOUR);
    assert_eq!(purged(&mut site), counted(&[("payloads", 1)]), "a day from the publication");
    let details = site.details(&request.delivery_id);
    assert_eq!((details.payload.len(), details.attempts.len()), (0, 2));
    assert_eq!(purged(&mut site), []);
    site.clock.advance(DAY);
    assert_eq!(purged(&mut site), [], "two days from the end of the delivery");
    site.clock.advance(HOUR);
    assert_eq!(purged(&mut site), counted(&[("events", 1), ("deliveries", 1), ("attempts", 2)]));

    let config = [("keep-payloads-ms", "0"), ("keep-attempts-ms", "1")];
    let mut site = Installation::with_config(kind, &config);
    site.webhook(&[]);
    let request = delivered(&mut site, marked(None));
    site.clock.advance(3_000 * DAY);
    assert_eq!(purged(&mut site), counted(&[("attempts", 2)]), "0 is for ever");
    assert_eq!(site.details(&request.delivery_id).payload, request.body);
    site.redeliver(Scope::All, vec![request.delivery_id]).unwrap().remove(0).unwrap();
    assert_eq!(site.attempt(200).state, State::Delivered);
}

fn a_topic_has_a_retention_of_its_own(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    keep(&mut site, "order.created", Some(HOUR.unsigned_abs()), Some(HOUR.unsigned_abs()));
    keep(&mut site, "order.deleted", Some(0), Some(0));
    for topic in ["order.created", "order.updated", "order.deleted"] {
        site.publish_one(event(topic));
        site.attempt(200);
    }
    site.publish_one(Event { topic: "payment_received".to_owned(), ..event("") });
    site.attempt(200);
    site.clock.advance(HOUR);
    let topics = |site: &Installation| site.number("SELECT COUNT(DISTINCT topic) FROM hookwright_deliveries");
    assert_eq!(purged(&mut site), counted(&[("events", 1), ("payloads", 1), ("deliveries", 1), ("attempts", 1)]));
    assert_eq!(topics(&site), 3);
    site.clock.advance(60 * DAY);
    purged(&mut site);
    assert_eq!(topics(&site), 1);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events WHERE topic = 'order.deleted'"), 1);
}

fn nothing_goes_while_a_delivery_has_not_ended(kind: Kind) {
    let mut site = Installation::new(kind);
    let (ended, held) = (site.webhook(&[]).id, site.webhook(&[]).id);
    site.publish_one(marked(None));
    for request in site.claim_all().requests {
        site.settle_one(&request, answered(if request.webhook_id == ended { 200 } else { 500 }, &[]));
    }
    site.set_status(&held, Status::Paused);
    site.clock.advance(100 * DAY);
    assert_eq!(purged(&mut site), []);
    site.set_status(&held, Status::Active);
    assert_eq!(purged(&mut site), []);
    let request = site.claim_one();
    assert_eq!(purged(&mut site), []);
    assert_eq!(site.settle_one(&request, answered(200, &[])).state, State::Delivered);
    assert_eq!(purged(&mut site), counted(&[("payloads", 1)]), "the log counts from the end");
    site.clock.advance(30 * DAY);
    assert_eq!(purged(&mut site), counted(&[("events", 1), ("deliveries", 2), ("attempts", 3)]));
}

fn what_has_no_payload_is_not_sent_again(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("keep-payloads-ms", "1"), ("retry-schedule-ms", "0")]);
    site.webhook(&[]);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    let since = site.clock.now();
    assert_eq!(site.settle_one(&request, answered(500, &[])).state, State::Exhausted);
    site.clock.advance(DAY);
    assert_eq!(purged(&mut site), counted(&[("payloads", 1)]));
    let refused = site.redeliver(Scope::All, vec![request.delivery_id]).unwrap().remove(0);
    says(&conflict(refused), "its payload is past its retention and gone; publish the event again");
    let query = hookwright_runtime::deliveries::RecoverQuery {
        scope: Scope::All,
        webhook_id: None,
        topic: None,
        states: vec![],
        since,
        until: None,
    };
    let recovered = site.recover(query, 10, None).unwrap();
    let skipped: Vec<_> =
        recovered.skipped.iter().map(|skipped| (skipped.reason.as_str(), skipped.deliveries)).collect();
    assert_eq!((recovered.recovered, skipped), (0, vec![("purged", 1)]));
}

fn an_outcome_that_comes_after_the_erasure_is_not_stored(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    site.publish_one(marked(Some("account")));
    let request = site.claim_one();
    site.erase(EraseTarget::Account("account".to_owned()), 100).unwrap();
    says(&conflict(site.settle_answer(&request, echo(200))), "the claim was lost");
    assert_eq!(places(&site), Vec::<String>::new());
    assert_eq!(site.webhook_now(&id).health.last_success_at, None);
}

fn both_work_in_bounded_steps(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("max-in-flight-per-webhook", "1000")]);
    site.webhook(&[]);
    site.publish(vec![marked(Some("account")); 400]).unwrap();
    for request in site.claim(1_000, LEASE_MS, vec![]).unwrap().requests {
        settle(&mut site, &request, echo(200));
    }
    while let Some(request) = site.claim(1, LEASE_MS, vec![]).unwrap().requests.pop() {
        settle(&mut site, &request, echo(200));
    }
    site.publish(vec![marked(Some("account")); 300]).unwrap();
    site.clock.advance(31 * DAY);
    site.recorder.take();
    let first = site.purge(100).unwrap();
    assert!(first.more && first.rows[1].count == 50, "an event and its delivery count as two: {first:?}");
    let longest = site.recorder.take().into_iter().map(|batch| batch.statements.len()).max();
    assert!(longest < Some(20), "{longest:?}");
    while site.purge(1_000).unwrap().more {}
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 300);
    let mut steps = 0;
    while site.erase(EraseTarget::Account("account".to_owned()), 100).unwrap().more {
        steps += 1;
    }
    assert!((3..=7).contains(&steps), "{steps}");
    assert_eq!(places(&site), Vec::<String>::new());
}

fn an_idempotency_key_lives_as_long_as_its_event(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let keyed = Event { idempotency_key: Some("k".to_owned()), ..event("order.created") };
    let first = site.publish_one(keyed.clone());
    site.attempt(200);
    assert!(site.publish_one(keyed.clone()).replayed);
    site.clock.advance(31 * DAY);
    purged(&mut site);
    let again = site.publish_one(keyed);
    assert_eq!((again.replayed, again.event_id), (false, first.event_id));
    assert_eq!(site.attempt(200).state, State::Delivered);
}

fn bad_limits_and_targets_are_refused(kind: Kind) {
    let mut site = Installation::new(kind);
    for limit in [0, 1_001] {
        says(&invalid(site.purge(limit)), "limit: ");
        says(&invalid(site.erase(EraseTarget::Account("a".to_owned()), limit)), "write 1 to 1000");
    }
    says(&invalid(site.erase(EraseTarget::Account(String::new()), 1)), "target: the account is empty");
    says(&invalid(site.erase(EraseTarget::Event("wh_1".to_owned()), 1)), "target: ");
}
