//! Hostile input through the functions that a platform, a person or a receiver feeds: huge, empty, deep, doubled, cut in
//! the middle, with line breaks and NUL, under a clock that jumps and random bytes that repeat.
//!
//! Decides that nothing panics, that no input reaches the database as an error, and that every refusal names what it
//! refuses. On the core alone: the component is the same code, and `agreement.rs` shows that it answers alike.

mod inputs;

use std::cell::RefCell;

use hookwright_runtime::catalogue;
use hookwright_runtime::deliveries::{self, FailureKind, Outcome, Response, Settlement};
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::{self, NewWebhook, Secret, Sort, Status, WebhookChanges};
use hookwright_runtime::types::{Error, Paging, Scope};
use hookwright_tests::environment::START_MS;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, failed, new_webhook, settlement};
use hookwright_tests::subject::Subject;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use self::inputs::{data, few_options, moment, pattern, secret, text, url};

/// Runs a body over drawn inputs, all on one installation: what one input has left, the next one meets.
fn over<S: Strategy>(inputs: S, body: impl Fn(&mut Installation, S::Value)) {
    let site = RefCell::new(Installation::new(Kind::Native));
    site.borrow_mut().webhook(&[]);
    // The draws are the same each time; a change of the seed is a change of the test.
    let config = Config { cases: 150, failure_persistence: None, ..Config::default() };
    let mut runner =
        TestRunner::new_with_rng(config, proptest::test_runner::TestRng::deterministic_rng(Default::default()));
    let ran = runner.run(&inputs, |input| {
        body(&mut site.borrow_mut(), input);
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
}

/// What may be answered to any input: a refusal that says of what and why, and never an error of the database.
#[track_caller]
fn refused_in_words(error: &Error) {
    match error {
        Error::Invalid(fields) => {
            assert!(!fields.is_empty());
            for field in fields {
                let name = field.field.split(['[', '.']).next().unwrap_or_default();
                assert!(
                    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte))
                );
                assert!(!field.message.trim().is_empty(), "{} is refused without a word", field.field);
                assert!(field.message.len() < 4_000, "{}: a refusal repeats all of a huge input", field.field);
            }
        }
        Error::NotFound(words) | Error::Conflict(words) | Error::Forbidden(words) => assert!(!words.is_empty()),
        other => panic!("no input may end so: {other:?}"),
    }
}

#[test]
fn webhooks_are_created_whole_or_refused_in_words() {
    let optional = || prop::option::of(text());
    let inputs = (optional(), url(), prop::collection::vec(pattern(), 0..5), optional(), prop::option::of(secret()));
    over((inputs, few_options()), |site, ((name, url, topics, account, secret), options)| {
        let secret = secret.map(Secret::from);
        let webhook = NewWebhook { name, url, topics, account, secret, options, ..new_webhook(&[]) };
        match site.webhooks_create(webhook) {
            Ok(created) => assert_eq!(site.webhook_now(&created.webhook.id), created.webhook),
            Err(error) => refused_in_words(&error),
        }
    });
}

#[test]
fn webhooks_are_changed_whole_or_not_at_all() {
    let inputs = (
        prop::option::of(text()),
        prop::option::of(url()),
        prop::option::of(prop::collection::vec(pattern(), 0..120)),
        prop::sample::select(vec![None, Some(Status::Active), Some(Status::Paused), Some(Status::Disabled)]),
        prop::option::of(any::<i64>()),
        prop::option::of(text()),
    );
    over((inputs, few_options()), |site, ((name, url, topics, status, revision, other_id), options)| {
        let query = registry::Query {
            scope: Scope::All,
            search: None,
            status: None,
            topic: None,
            sort: Sort::Created,
            descending: false,
            paging: Paging { page: 1, per_page: 1 },
        };
        let before = site.webhooks_find(query).unwrap().items.remove(0);
        let changes = WebhookChanges { name, url, topics, status, revision, options };
        let id = other_id.unwrap_or_else(|| before.id.clone());
        if let Err(error) = site.webhooks_update(Scope::All, id, changes) {
            refused_in_words(&error);
            assert_eq!(site.webhook_now(&before.id), before, "a refused change leaves nothing");
        }
    });
}

#[test]
fn events_are_stored_or_refused_in_words_each_by_itself() {
    let one = (pattern(), data(), prop::option::of(text()), prop::option::of(text()), prop::option::of(moment()));
    over(prop::collection::vec(one, 0..4), |site, drawn| {
        let events = drawn.into_iter().map(|(topic, data, account, idempotency_key, occurred_at)| Event {
            topic,
            data,
            account,
            idempotency_key,
            occurred_at,
        });
        let mut events: Vec<Event> = events.collect();
        events.push(event("order.created"));
        let count = events.len();
        let answers = site.publish(events).expect("a batch is taken, whatever is in it");
        assert_eq!(answers.len(), count);
        assert!(answers.last().is_some_and(Result::is_ok), "a bad event spoils no neighbour");
        answers.iter().filter_map(|answer| answer.as_ref().err()).for_each(refused_in_words);
    });
}

#[test]
fn any_outcome_is_recorded_or_refused_in_words() {
    let header = (text(), text());
    let retry_after = prop_oneof![text(), any::<i64>().prop_map(|n| n.to_string())];
    let response =
        (any::<u16>(), prop::collection::vec(header, 0..5), retry_after, prop::collection::vec(any::<u8>(), 0..5_000));
    let outcome = prop_oneof![
        4 => response.prop_map(|(status, mut headers, wait, body)| {
            headers.push(("Retry-After".to_owned(), wait));
            Outcome::Response(Response { status, headers, body, truncated: false })
        }),
        1 => text().prop_map(|message| {
            Outcome::Failure(deliveries::Failure { kind: FailureKind::Protocol, message })
        }),
        1 => Just(Outcome::Released),
    ];
    let inputs = (outcome, moment(), any::<u32>(), prop::option::of(text()), prop::option::of(text()));
    over(inputs, |site, (outcome, started_at, duration, other_id, other_token)| {
        // A webhook that an answer of 410 has disabled, or that waits, has its successor here.
        site.webhook(&["order.created"]);
        site.publish_one(event("order.created"));
        let Some(request) = site.claim_all().requests.pop() else { return };
        let forged = other_id.is_some() || other_token.is_some();
        let told = Settlement {
            delivery_id: other_id.unwrap_or_else(|| request.delivery_id.clone()),
            claim_token: other_token.unwrap_or_else(|| request.claim_token.clone()),
            started_at,
            duration,
            ..settlement(&request, outcome, START_MS)
        };
        let answer = site.settle(vec![told]).expect("a settle is possible").remove(0);
        assert_eq!(answer.is_err(), forged, "{answer:?}");
        answer.iter().for_each(|decision| assert!(decision.due_at.is_none_or(|due| due >= START_MS)));
        answer.err().iter().for_each(refused_in_words);
    });
}

#[test]
fn any_search_has_an_answer() {
    let optional = || prop::option::of(text());
    let inputs = (optional(), optional(), optional(), optional(), any::<(u32, u32)>(), 0_u32..200);
    over(inputs, |site, (search, account, topic, id, (page, many), few)| {
        let scope = account.map_or(Scope::All, Scope::Account);
        for paging in [Paging { page, per_page: few }, Paging { page: page % 3, per_page: many }] {
            let webhooks = registry::Query {
                scope: scope.clone(),
                search: search.clone(),
                status: None,
                topic: topic.clone(),
                sort: Sort::Name,
                descending: page % 2 == 0,
                paging,
            };
            let deliveries = deliveries::Query {
                scope: scope.clone(),
                webhook_id: id.clone(),
                event_id: search.clone(),
                topic: topic.clone(),
                state: None,
                paging,
            };
            let topics = catalogue::Query { search: search.clone(), source: topic.clone(), group: id.clone(), paging };
            site.webhooks_find(webhooks).err().iter().for_each(refused_in_words);
            site.deliveries_find(deliveries).err().iter().for_each(refused_in_words);
            site.topics_find(topics).err().iter().for_each(refused_in_words);
        }
    });
}

/// What was taken is sent: no option makes a request that cannot be, or ends the claim of all others.
#[test]
fn what_any_webhook_is_sent_is_a_request() {
    over((few_options(), data()), |site, (options, data)| {
        let webhook = NewWebhook { options, ..new_webhook(&["order.created"]) };
        let created = match site.webhooks_create(webhook) {
            Ok(created) => created.webhook,
            Err(error) => return refused_in_words(&error),
        };
        site.publish_answer(Event { data, ..event("order.created") }).err().iter().for_each(refused_in_words);
        let sent = site.claim(1_000, u32::MAX, vec![]).unwrap().requests;
        for request in sent {
            for (name, value) in &request.headers {
                assert!(name.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()), "{name:?}");
                let visible = value.bytes().all(|byte| matches!(byte, b' '..=b'~' | 0x80..));
                assert!(visible, "{name}: {value:?}");
            }
            site.settle_one(&request, answered(200, &[]));
        }
        site.webhooks_delete(Scope::All, vec![created.id]).unwrap().remove(0).unwrap();
    });
}

/// A clock that jumps anywhere makes waits wrong, and nothing else.
#[test]
fn a_jumping_clock_breaks_nothing() {
    let inputs = (moment(), moment(), moment(), prop::sample::select(vec![200, 429, 500, 503]));
    over(inputs, |site, (published, claimed, settled, status)| {
        site.clock.set(published);
        site.publish_answer(event("order.created")).err().iter().for_each(refused_in_words);
        site.clock.set(claimed);
        let requests = match site.claim(10, LEASE_MS, vec![]) {
            Ok(claimed) => claimed.requests,
            Err(error) => return refused_in_words(&error),
        };
        site.clock.set(settled);
        let told = requests.iter().enumerate().map(|(place, request)| {
            let outcome = if place % 3 == 2 { failed(FailureKind::Timeout) } else { answered(status, &[]) };
            settlement(request, outcome, START_MS)
        });
        match site.settle(told.collect()) {
            Ok(decisions) => decisions.iter().filter_map(|decision| decision.as_ref().err()).for_each(refused_in_words),
            // No event can tell of a webhook that was disabled outside the years 0 to 9999.
            Err(error) => refused_in_words(&error),
        }
        site.stats().unwrap();
    });
}

/// Random bytes that repeat make ids that repeat: such a call is refused and leaves nothing, and the next one succeeds.
#[test]
fn random_bytes_that_repeat_spoil_one_call() {
    for forced in [0, u32::MAX] {
        let mut site = Installation::new(Kind::Native);
        site.environment.force_random(Some(forced));
        let first = site.webhook(&[]);
        assert!(site.webhooks_create(new_webhook(&[])).is_err(), "no second webhook of the same id");
        assert_eq!(site.webhook_now(&first.id), first);
        let receipt = site.publish_one(event("order.created"));
        let again = site.publish(vec![event("order.created")]);
        assert!(again.is_err(), "no second event of the same id: {again:?}");
        let request = site.claim_one();
        assert_eq!(request.event_id, receipt.event_id);
        site.settle_one(&request, answered(200, &[]));
        site.environment.force_random(None);
        site.webhook(&[]);
        assert_eq!(site.publish_one(event("order.created")).deliveries, 2);
    }
}
