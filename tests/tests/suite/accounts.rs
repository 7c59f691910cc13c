//! What accounts may have: webhooks at all, how many, and how many events a day.

use std::sync::Barrier;
use std::thread;

use hookwright_runtime::accounts::Limits;
use hookwright_runtime::catalogue::TopicSettings;
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::{NewWebhook, Status};
use hookwright_runtime::types::{Error, Scope};
use hookwright_storage::{Mode, StorageError};
use hookwright_tests::environment::{DAY, START_MS};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, event, new_webhook};
use hookwright_tests::subject::{Answer, Subject};

use crate::expect::{account, fields, forbidden, not_found, says};
use crate::topic_settings::defaults;

everywhere! {
    limits_are_set_shown_and_removed,
    webhooks_are_counted_and_given_back,
    a_closed_gate_stops_all_and_loses_nothing,
    the_first_events_of_a_batch_fit,
    replays_and_drops_are_answered_above_the_limit,
    the_count_starts_again_at_midnight_in_utc,
    a_refused_publish_uses_nothing_up,
    a_key_that_came_between_is_not_counted_twice,
    other_accounts_touch_no_counter,
    bug_22_a_daily_limit_holds_under_parallel_publishes,
    bug_22_a_limit_of_webhooks_holds_under_parallel_creates,
}

fn free() -> Limits {
    Limits { webhooks_allowed: true, max_webhooks: None, max_events_per_day: None }
}

fn daily(events: u32) -> Limits {
    Limits { max_events_per_day: Some(events), ..free() }
}

fn limit(site: &mut Installation, limits: Limits) {
    site.accounts_set_limits("acme".to_owned(), limits).unwrap();
}

fn acme(data: &str) -> Event {
    Event { account: Some("acme".to_owned()), data: data.to_owned(), ..event("order.created") }
}

fn keyed(key: &str) -> Event {
    Event { idempotency_key: Some(key.to_owned()), ..acme("1") }
}

fn webhook_of_acme() -> NewWebhook {
    NewWebhook { account: Some("acme".to_owned()), ..new_webhook(&[]) }
}

fn used(site: &mut Installation) -> u32 {
    site.accounts_get_limits("acme".to_owned()).unwrap().events_today
}

fn limits_are_set_shown_and_removed(kind: Kind) {
    let mut site = Installation::new(kind);
    not_found(site.accounts_get_limits("acme".to_owned()));
    not_found(site.accounts_remove_limits("acme".to_owned()));
    site.webhook_of(webhook_of_acme());
    let limits = Limits { webhooks_allowed: true, max_webhooks: Some(3), max_events_per_day: Some(10) };
    let usage = site.accounts_set_limits("acme".to_owned(), limits).unwrap();
    assert_eq!((usage.limits, usage.webhooks, usage.events_today), (limits, 1, 0), "what was there before is counted");
    assert_eq!(usage.resets_at, (START_MS / DAY + 1) * DAY);
    site.publish_one(acme("1"));
    let raised = Limits { max_events_per_day: Some(20), ..limits };
    let usage = site.accounts_set_limits("acme".to_owned(), raised).unwrap();
    assert_eq!((usage.limits, usage.events_today), (raised, 1), "what is used stays used");
    site.restart();
    assert_eq!(site.accounts_get_limits("acme".to_owned()).unwrap(), usage);
    site.accounts_remove_limits("acme".to_owned()).unwrap();
    not_found(site.accounts_get_limits("acme".to_owned()));
    assert_eq!(fields(site.accounts_set_limits(String::new(), limits)), ["account"]);
    assert_eq!(fields(site.accounts_get_limits("a\n".to_owned())), ["account"]);
}

fn webhooks_are_counted_and_given_back(kind: Kind) {
    let mut site = Installation::new(kind);
    limit(&mut site, Limits { max_webhooks: Some(2), ..free() });
    let first = site.webhook_of(webhook_of_acme());
    let paused = NewWebhook { status: Some(Status::Paused), ..webhook_of_acme() };
    site.webhook_of(paused);
    let why = forbidden(site.webhooks_create(webhook_of_acme()));
    says(&why, "account acme has 2 webhooks and may have 2 (limit max-webhooks); delete one");
    site.webhook(&[]);
    let other = NewWebhook { account: Some("other".to_owned()), ..new_webhook(&[]) };
    site.webhook_of(other);
    let answers = site.webhooks_delete(Scope::All, vec![first.id.clone(), first.id]).unwrap();
    assert!(answers[0].is_ok() && answers[1].is_err());
    assert_eq!(site.accounts_get_limits("acme".to_owned()).unwrap().webhooks, 1);
    site.webhook_of(webhook_of_acme());
    forbidden(site.webhooks_create(webhook_of_acme()));
    limit(&mut site, Limits { max_webhooks: Some(0), ..free() });
    assert_eq!(site.webhooks_find(query()).unwrap().total, 2, "what is there stays");
}

fn query() -> hookwright_runtime::registry::Query {
    use hookwright_runtime::registry::{Query, Sort};
    use hookwright_runtime::types::Paging;
    Query {
        scope: account("acme"),
        search: None,
        status: None,
        topic: None,
        sort: Sort::Created,
        descending: false,
        paging: Paging { page: 1, per_page: 100 },
    }
}

fn a_closed_gate_stops_all_and_loses_nothing(kind: Kind) {
    let mut site = Installation::new(kind);
    let own = site.webhook_of(webhook_of_acme());
    let general = site.webhook(&["order.*"]);
    assert_eq!(site.publish_one(acme("1")).deliveries, 2);
    limit(&mut site, Limits { webhooks_allowed: false, ..free() });
    let claimed = site.claim_all();
    let to: Vec<_> = claimed.requests.iter().map(|request| request.webhook_id.as_str()).collect();
    assert_eq!(to, [general.id.as_str()], "what was due waits; the operator's webhook is not concerned");
    assert_eq!(claimed.oldest_due, None, "and worries nobody");
    assert_eq!(site.publish_one(acme("2")).deliveries, 1);
    says(&forbidden(site.webhooks_create(webhook_of_acme())), "the plan of account acme has no webhooks");
    forbidden(site.test(Scope::All, own.id.clone(), None, None, LEASE_MS));
    forbidden(site.ping(Scope::All, own.id.clone(), LEASE_MS));
    assert_eq!(site.webhook_now(&own.id).status, Status::Active, "nothing is paused");
    site.set_status(&own.id, Status::Paused);
    let active = site.webhooks_set_status(Scope::All, vec![own.id.clone()], Status::Active).unwrap().remove(0);
    says(&forbidden(active), "limit webhooks-allowed");
    limit(&mut site, free());
    site.set_status(&own.id, Status::Active);
    let due = site.claim_all().requests;
    assert_eq!(
        due.iter().filter(|request| request.webhook_id == own.id && request.attempt == 1).count(),
        due.len() - 1
    );
    assert!(due.iter().any(|request| request.webhook_id == own.id), "it goes on where it stopped");
    assert_eq!(site.publish_one(acme("3")).deliveries, 2);
}

fn the_first_events_of_a_batch_fit(kind: Kind) {
    let mut site = Installation::new(kind);
    limit(&mut site, daily(3));
    let bad = Event { topic: "no.such".to_owned(), ..acme("0") };
    let free_event = event("order.created");
    let batch = vec![acme("1"), bad, keyed("k"), free_event.clone(), acme("3"), acme("4"), free_event, keyed("k5")];
    let answers = site.publish(batch).unwrap();
    let stored: Vec<_> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(stored, [true, false, true, true, true, false, true, false]);
    let why = forbidden(answers[5].clone());
    says(&why, "account acme may publish 3 events a day (limit max-events-per-day)");
    says(&why, "T00:00:00.000Z");
    assert_eq!(forbidden(answers[7].clone()), why);
    assert_eq!(used(&mut site), 3);
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_events WHERE account = 'acme'"), 3);
}

fn replays_and_drops_are_answered_above_the_limit(kind: Kind) {
    let mut site = Installation::new(kind);
    limit(&mut site, daily(2));
    let settings = TopicSettings { dedupe_window: 60_000, ..defaults() };
    site.topics_configure("order.updated".to_owned(), settings).unwrap();
    let update = Event { topic: "order.updated".to_owned(), ..acme("1") };
    let first = site.publish_one(keyed("k"));
    let second = site.publish_one(update.clone());
    forbidden(site.publish_answer(acme("2")));
    assert_eq!(site.publish_one(keyed("k")).event_id, first.event_id);
    assert_eq!(site.publish_one(update.clone()).event_id, second.event_id);
    let changed = Event { data: "2".to_owned(), ..update };
    forbidden(site.publish_answer(changed));
    assert!(matches!(site.publish_answer(Event { data: "9".to_owned(), ..keyed("k") }), Err(Error::Conflict(_))));
    assert_eq!(used(&mut site), 2);
}

fn the_count_starts_again_at_midnight_in_utc(kind: Kind) {
    let mut site = Installation::new(kind);
    limit(&mut site, daily(1));
    site.publish_one(acme("1"));
    let midnight = (START_MS / DAY + 1) * DAY;
    site.clock.set(midnight - 1);
    forbidden(site.publish_answer(acme("2")));
    site.clock.set(midnight);
    assert_eq!(used(&mut site), 0);
    site.publish_one(acme("3"));
    // Another host's clock is a little behind: the day that has begun goes on.
    site.clock.set(midnight - 1);
    says(&forbidden(site.publish_answer(acme("4"))), "max-events-per-day");
    assert_eq!(site.accounts_get_limits("acme".to_owned()).unwrap().resets_at, midnight + DAY);
    site.clock.set(midnight + DAY);
    site.publish_one(acme("5"));
}

fn a_refused_publish_uses_nothing_up(kind: Kind) {
    let mut site = Installation::new(kind);
    limit(&mut site, daily(1));
    site.recorder.before_next(Mode::Write, || Err(StorageError::Other("no".to_owned())));
    site.publish(vec![acme("1")]).unwrap_err();
    assert_eq!(used(&mut site), 0);
    site.publish_one(acme("1"));
    forbidden(site.publish_answer(acme("1")));
}

fn a_key_that_came_between_is_not_counted_twice(kind: Kind) {
    let mut site = Installation::new(kind);
    limit(&mut site, daily(3));
    let mut other = site.another();
    site.recorder.before_next(Mode::Write, move || {
        other.publish(vec![keyed("k")]).unwrap();
        Ok(())
    });
    let answers = site.publish(vec![acme("1"), keyed("k"), acme("2")]).unwrap();
    let replayed: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().replayed).collect();
    assert_eq!(replayed, [false, true, false]);
    assert_eq!(used(&mut site), 3);
}

fn other_accounts_touch_no_counter(kind: Kind) {
    let mut site = Installation::new(kind);
    limit(&mut site, Limits { max_webhooks: Some(1), ..free() });
    site.recorder.take();
    let other = Event { account: Some("other".to_owned()), ..event("order.created") };
    site.publish(vec![acme("1"), other, event("order.created")]).unwrap();
    let batches = site.recorder.take();
    assert!(batches.iter().flat_map(|batch| &batch.statements).all(|sql| !sql.starts_with("UPDATE ")), "{batches:?}");
}

/// Runs on each of some processes at once, and counts the answers that were not refused.
fn raced<T: std::fmt::Debug>(
    site: &mut Installation,
    each: impl Fn(&mut dyn Subject, usize) -> Vec<Answer<T>> + Sync,
) -> usize {
    const RACERS: usize = 4;
    let racers: Vec<_> = (0..RACERS).map(|_| site.another()).collect();
    let barrier = Barrier::new(RACERS);
    thread::scope(|scope| {
        let (each, barrier) = (&each, &barrier);
        let start = |(number, mut racer): (usize, hookwright_tests::subject::Watched)| {
            scope.spawn(move || {
                barrier.wait();
                let answers = each(&mut racer, number).into_iter();
                answers
                    .filter(|answer| match answer {
                        Ok(_) => true,
                        Err(Error::Forbidden(_)) => false,
                        other => panic!("{other:?}"),
                    })
                    .count()
            })
        };
        let threads: Vec<_> = racers.into_iter().enumerate().map(start).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

fn bug_22_a_daily_limit_holds_under_parallel_publishes(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    limit(&mut site, daily(40));
    let admitted = raced(&mut site, |racer, number| {
        let batch = |round: usize| {
            let own = Event { idempotency_key: Some(format!("{number} {round}")), ..acme("1") };
            let shared = Event { idempotency_key: Some(format!("round {round}")), ..acme("1") };
            racer_publish(racer, vec![acme("1"), own, shared])
        };
        (0..12).flat_map(batch).collect()
    });
    let stored = site.number("SELECT COUNT(*) FROM hookwright_events");
    assert_eq!((stored, used(&mut site)), (40, 40), "of {admitted} answers");
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries"), 40);
}

fn racer_publish(racer: &mut dyn Subject, events: Vec<Event>) -> Vec<Answer<hookwright_runtime::events::Receipt>> {
    racer.publish(events).unwrap()
}

fn bug_22_a_limit_of_webhooks_holds_under_parallel_creates(kind: Kind) {
    let mut site = Installation::new(kind);
    limit(&mut site, Limits { max_webhooks: Some(5), ..free() });
    let created =
        raced(&mut site, |racer, _| (0..4).map(|_| racer.webhooks_create(webhook_of_acme())).collect::<Vec<_>>());
    assert_eq!((created, site.number("SELECT COUNT(*) FROM hookwright_webhooks")), (5, 5));
}
