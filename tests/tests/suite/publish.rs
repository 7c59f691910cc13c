//! From an event to rows of the outbox: who receives it, and exactly what.

use std::sync::{Arc, Mutex};

use hookwright_runtime::events::Event;
use hookwright_runtime::registry::{NewWebhook, Status, WebhookChanges};
use hookwright_runtime::types::{Error, Scope, StorageError};
use hookwright_runtime::{EventContext, Extensions, Hook, Interest};
use hookwright_storage::Mode;
use hookwright_tests::environment::START_MS;
use hookwright_tests::installation::{Installation, Kind, event, new_webhook};
use hookwright_tests::subject::Subject;

use crate::expect::{fields, invalid, says};

everywhere! {
    a_bad_event_spoils_no_neighbour,
    bug_25_an_event_goes_to_all_that_want_it_once,
    an_account_s_event_stays_in_the_account,
    only_active_webhooks_receive,
    operational_topics_are_not_published_from_outside,
    bug_27_the_payload_is_frozen_when_the_event_is_published,
    a_payload_is_stored_once,
    the_size_limit_holds,
    a_batch_has_limits,
    bug_26_ids_are_unique_in_one_instant,
    bug_21_a_refused_batch_can_be_sent_again,
    extensions_filter_and_veto,
    a_failing_extension_refuses_its_event_alone,
}

fn with_data(topic: &str, data: &str) -> Event {
    Event { data: data.to_owned(), ..event(topic) }
}

fn a_bad_event_spoils_no_neighbour(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let bad = Event {
        account: Some("\n".to_owned()),
        idempotency_key: Some("k".repeat(201)),
        occurred_at: Some(i64::MAX),
        ..with_data("not a topic", "{'a':1}")
    };
    let batch = vec![event("order.created"), bad, with_data("no.such", "1"), event("payment_received")];
    let answers = site.publish(batch).unwrap();
    let named = fields(answers[1].clone());
    assert_eq!(named, ["topic", "data", "account", "idempotency-key", "occurred-at"]);
    says(&invalid(answers[2].clone()), "topic: topic no.such is not in the catalogue");
    let good = [answers[0].clone().unwrap(), answers[3].clone().unwrap()];
    assert!(
        good.iter().all(|receipt| receipt.deliveries == 1 && receipt.published_at == START_MS && !receipt.replayed)
    );
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 2);
    assert_eq!(site.claim_all().requests.len(), 2);
    assert_eq!(site.publish(vec![]), Ok(vec![]));
}

fn bug_25_an_event_goes_to_all_that_want_it_once(kind: Kind) {
    let mut site = Installation::new(kind);
    let mut wanting: Vec<String> =
        [&[][..], &["*"], &["order.*"], &["order.created"], &["order.created", "order.*", "*"]]
            .into_iter()
            .map(|topics| site.webhook(topics).id)
            .collect();
    site.webhook(&["order.updated"]);
    let receipt = site.publish_one(event("order.created"));
    assert_eq!(receipt.deliveries, 5);
    let mut claimed: Vec<String> = site.claim_all().requests.into_iter().map(|request| request.webhook_id).collect();
    claimed.sort();
    wanting.sort();
    assert_eq!(claimed, wanting, "each once, however many of its patterns match");
    let payment = site.publish_one(event("payment_received"));
    assert_eq!(payment.deliveries, 3);
    assert!(payment.event_id.starts_with("evt_") && payment.event_id != receipt.event_id);
}

fn an_account_s_event_stays_in_the_account(kind: Kind) {
    let mut site = Installation::new(kind);
    let general = site.webhook(&[]).id;
    let [a, b] = ["a", "b"]
        .map(|account| site.webhook_of(NewWebhook { account: Some(account.to_owned()), ..new_webhook(&[]) }).id);
    let mut receivers = |account: Option<&str>| {
        site.publish_one(Event { account: account.map(str::to_owned), ..event("order.created") });
        let mut ids: Vec<String> = site.claim_all().requests.into_iter().map(|request| request.webhook_id).collect();
        ids.sort();
        ids
    };
    let sorted = |ids: &[&String]| {
        let mut ids: Vec<String> = ids.iter().map(|id| (*id).clone()).collect();
        ids.sort();
        ids
    };
    assert_eq!(receivers(Some("a")), sorted(&[&general, &a]));
    assert_eq!(receivers(Some("b")), sorted(&[&general, &b]));
    assert_eq!(receivers(Some("A")), std::slice::from_ref(&general), "accounts are compared byte for byte");
    assert_eq!(receivers(None), [general]);
}

fn only_active_webhooks_receive(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook_of(NewWebhook { status: Some(Status::Paused), ..new_webhook(&[]) });
    assert_eq!(site.publish_one(event("order.created")).deliveries, 0);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_payloads"), 0, "nobody needs it");
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 1);
}

fn operational_topics_are_not_published_from_outside(kind: Kind) {
    let mut site = Installation::new(kind);
    says(
        &invalid(site.publish_answer(event("webhook.disabled"))),
        "webhook.disabled is published by Hookwright itself",
    );
}

fn bug_27_the_payload_is_frozen_when_the_event_is_published(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&["order.created"]).id;
    site.publish_one(with_data("order.created", "{ \"n\" : 9007199254740993,\n \"é\":\"\\u00e9 😀\" }"));
    let expected = r#"{"type":"order.created","timestamp":"2026-11-21T19:22:28.123Z","data":{"n":9007199254740993,"é":"\u00e9 😀"}}"#;
    let changed = WebhookChanges {
        name: None,
        url: Some("https://new.example/".to_owned()),
        topics: Some(vec!["payment_received".to_owned()]),
        status: None,
        revision: None,
        ..WebhookChanges::default()
    };
    site.webhooks_update(Scope::All, id, changed).unwrap();
    site.clock.advance(5_000);
    let request = site.claim_one();
    assert_eq!(String::from_utf8(request.body.clone()).unwrap(), expected);
    assert_eq!(request.url, "https://new.example/", "where to is asked when it is sent");
    assert_eq!(site.details(&request.delivery_id).payload, request.body);
}

fn a_payload_is_stored_once(kind: Kind) {
    let mut site = Installation::new(kind);
    for _ in 0..40 {
        site.webhook(&["order.*"]);
    }
    assert_eq!(site.publish_one(event("order.created")).deliveries, 40);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_payloads"), 1);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries"), 40);
}

fn the_size_limit_holds(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("max-payload-bytes", "1024")]);
    site.webhook(&[]);
    let of_size = |bytes: usize| with_data("order.created", &format!("\"{}\"", "x".repeat(bytes - 2)));
    let envelope = r#"{"type":"order.created","timestamp":"2026-11-21T19:22:28.123Z","data":}"#.len();
    site.publish_one(of_size(1024 - envelope));
    assert_eq!(site.claim_one().body.len(), 1024);
    says(&invalid(site.publish_answer(of_size(1025 - envelope))), "1024 are allowed (setting max-payload-bytes)");
    says(&invalid(site.publish_answer(of_size(2_000))), "data: 2000 bytes; at most 1024");
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 1);
}

fn a_batch_has_limits(kind: Kind) {
    let mut site = Installation::new(kind);
    let answers = site.publish(vec![event("order.created"); 1_000]).unwrap();
    assert!(answers.iter().all(Result::is_ok));
    if kind == Kind::Native {
        // The runtime groups publishes, and so sees to the limits of a group itself.
        says(&invalid(site.publish(vec![event("order.created"); 1_001])), "events: 1001 events; at most 1000");
        let large = with_data("order.created", &format!("\"{}\"", "x".repeat(200 * 1024)));
        says(&invalid(site.publish(vec![large; 90])), "at most 16777216 at once");
    } else {
        site.publish(vec![event("order.created"); 1_001]).unwrap_err();
    }
}

fn bug_26_ids_are_unique_in_one_instant(kind: Kind) {
    let mut site = Installation::new(kind);
    let mut ids: Vec<String> = (0..3)
        .flat_map(|_| site.publish(vec![event("order.created"); 700]).unwrap())
        .map(|answer| answer.unwrap().event_id)
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 2_100);
    site.clock.advance(1);
    let later = site.publish_one(event("order.created")).event_id;
    assert!(ids.iter().all(|id| *id < later), "a later event sorts later");
}

fn bug_21_a_refused_batch_can_be_sent_again(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let full = || StorageError::Unavailable("there is no room for hooks.db to grow".to_owned());
    site.recorder.before_next(Mode::Write, || {
        Err(hookwright_storage::StorageError::Unavailable("there is no room for hooks.db to grow".to_owned()))
    });
    let keyed = Event { idempotency_key: Some("order-1".to_owned()), ..event("order.created") };
    assert_eq!(site.publish(vec![keyed.clone()]), Err(Error::Storage(full())));
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events"), 0);
    let receipt = site.publish_one(keyed);
    assert!(!receipt.replayed, "the key was not used up by the failure");
    assert_eq!(site.claim_all().requests.len(), 1);
}

/// Doubles what it sees of orders, and vetoes one webhook.
#[derive(Default)]
struct Doubling {
    vetoed: Mutex<Option<String>>,
    seen: Mutex<Vec<String>>,
}

impl Extensions for Doubling {
    fn interests(&self) -> Vec<Interest> {
        let topics = vec!["order.*".to_owned()];
        vec![
            Interest { hook: Hook::FilterData, topics: topics.clone() },
            Interest { hook: Hook::ShouldDeliver, topics },
        ]
    }

    fn filter_data(&self, event: &EventContext, data: String) -> Result<String, String> {
        self.seen.lock().unwrap().push(event.topic.clone());
        match data.as_str() {
            "\"refuse\"" => Err("not on Sundays".to_owned()),
            "\"spoil\"" => Ok("{".to_owned()),
            _ => Ok(format!("[ {data} , {data} ]")),
        }
    }

    fn should_deliver(&self, event: &EventContext, webhook_id: &str, data: &str) -> Result<bool, String> {
        self.seen.lock().unwrap().push(format!("{:?} {data}", event.account));
        Ok(self.vetoed.lock().unwrap().as_deref() != Some(webhook_id))
    }
}

fn extensions_filter_and_veto(kind: Kind) {
    let extension = Arc::new(Doubling::default());
    let mut site = Installation::with_extensions(kind, Arc::clone(&extension) as _);
    let (vetoed, other) = (site.webhook(&[]).id, site.webhook(&[]).id);
    *extension.vetoed.lock().unwrap() = Some(vetoed.clone());
    let receipt = site.publish_one(Event { account: Some("a".to_owned()), ..with_data("order.created", "7") });
    assert_eq!(receipt.deliveries, 1);
    let request = site.claim_one();
    assert_eq!(request.webhook_id, other);
    assert!(String::from_utf8(request.body).unwrap().ends_with(r#""data":[7,7]}"#));
    let seen = std::mem::take(&mut *extension.seen.lock().unwrap());
    assert_eq!(seen, ["order.created", "Some(\"a\") [7,7]", "Some(\"a\") [7,7]"]);
    assert_eq!(site.publish_one(event("payment_received")).deliveries, 2);
    assert!(extension.seen.lock().unwrap().is_empty(), "nobody is interested in payments");
}

fn a_failing_extension_refuses_its_event_alone(kind: Kind) {
    let mut site = Installation::with_extensions(kind, Arc::new(Doubling::default()));
    site.webhook(&[]);
    let batch = ["1", "\"refuse\"", "\"spoil\"", "2"].map(|data| with_data("order.created", data));
    let answers = site.publish(batch.to_vec()).unwrap();
    assert_eq!(answers[1], Err(Error::Extension("not on Sundays".to_owned())));
    assert!(matches!(&answers[2], Err(Error::Extension(why)) if why.contains("returned bad JSON")), "{:?}", answers[2]);
    assert!(answers[0].is_ok() && answers[3].is_ok());
    assert_eq!(site.claim_all().requests.len(), 2);
}
