//! Section 1 and 2: modes and statements, over a run that calls every function.

use std::collections::{BTreeMap, BTreeSet};

use hookwright_runtime::catalogue;
use hookwright_runtime::deliveries::{RecoverQuery, State};
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::{self, Status};
use hookwright_runtime::types::{Paging, Scope};
use hookwright_storage::Mode;
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event, settlement};
use hookwright_tests::recorder::Batch;
use hookwright_tests::subject::Subject;
use rusqlite::Connection;

everywhere! {
    every_function_uses_the_modes_of_the_table,
    statements_come_in_a_few_fixed_texts,
    no_text_holds_what_a_caller_wrote,
    counters_are_added_up_to_one_update_per_webhook,
}

both! {
    claim_publish_and_settle_read_by_index,
    publish_finds_webhooks_by_their_patterns,
}

const SECRET_WORD: &str = "Xyzzy";

/// Calls every function that uses the database, with words that no statement's text may hold.
fn everything(site: &mut Installation) {
    let paging = Paging { page: 1, per_page: 10 };
    site.migrate().unwrap();
    let topic = catalogue::NewTopic {
        name: format!("{SECRET_WORD}.done"),
        title: Some(SECRET_WORD.to_owned()),
        description: None,
        group: None,
        schema: None,
        sample: Some("1".to_owned()),
    };
    site.topics_register(topic).unwrap();
    let webhook = site.webhook(&["order.*", &format!("{SECRET_WORD}.done")]).id;
    site.webhook(&["webhook.disabled"]);
    let keyed = Event {
        account: Some(SECRET_WORD.to_owned()),
        idempotency_key: Some(SECRET_WORD.to_owned()),
        data: format!("\"{SECRET_WORD}\""),
        ..event(&format!("{SECRET_WORD}.done"))
    };
    site.publish(vec![keyed, event("order.created"), event("order.created")]).unwrap();
    let requests = site.claim_all().requests;
    site.settle_one(&requests[0], answered(200, &[(SECRET_WORD, SECRET_WORD)]));
    site.settle_one(&requests[1], answered(410, &[]));
    site.set_status(&webhook, Status::Active);
    site.redeliver(Scope::All, vec![requests[0].delivery_id.clone()]).unwrap();
    site.details(&requests[0].delivery_id);
    let failed = RecoverQuery {
        scope: Scope::Installation,
        webhook_id: Some(webhook.clone()),
        topic: Some(site.details(&requests[1].delivery_id).delivery.topic),
        states: vec![State::Exhausted, State::Cancelled],
        since: 0,
        until: None,
    };
    assert_eq!(site.recover(failed, 10, None).unwrap().recovered, 1);
    site.cancel(Scope::All, vec![requests[1].delivery_id.clone()]).unwrap().remove(0).unwrap();
    let query = hookwright_runtime::deliveries::Query {
        scope: Scope::All,
        webhook_id: Some(webhook.clone()),
        event_id: Some(requests[0].event_id.clone()),
        topic: Some(SECRET_WORD.to_owned()),
        state: None,
        paging,
    };
    site.deliveries_find(query).unwrap();
    let query = registry::Query {
        scope: Scope::All,
        search: Some(SECRET_WORD.to_owned()),
        status: None,
        topic: Some(SECRET_WORD.to_owned()),
        sort: registry::Sort::Name,
        descending: true,
        paging,
    };
    site.webhooks_find(query).unwrap();
    let query = catalogue::Query { search: Some(SECRET_WORD.to_owned()), source: None, group: None, paging };
    site.topics_find(query).unwrap();
    site.topics_get(format!("{SECRET_WORD}.done")).unwrap();
    site.test(Scope::All, webhook.clone(), None, Some(format!("\"{SECRET_WORD}\"")), LEASE_MS).unwrap();
    let ping = site.ping(Scope::All, webhook.clone(), LEASE_MS).unwrap();
    site.settle_one(&ping, answered(200, &[]));
    site.webhooks_rotate_secret(Scope::All, webhook.clone(), None, 1_000).unwrap();
    site.webhooks_set_status(Scope::All, vec![webhook.clone()], Status::Paused).unwrap();
    site.stats().unwrap();
    site.clock.advance(i64::from(LEASE_MS));
    site.claim_all();
    site.webhooks_delete(Scope::All, vec![webhook]).unwrap();
    site.topics_unregister(format!("{SECRET_WORD}.done")).unwrap();
}

fn recorded(kind: Kind) -> (Installation, Vec<Batch>) {
    let mut site = Installation::empty(kind, &[], std::sync::Arc::new(hookwright_runtime::NoExtensions));
    everything(&mut site);
    let batches = site.recorder.take();
    (site, batches)
}

fn every_function_uses_the_modes_of_the_table(kind: Kind) {
    let (_site, batches) = recorded(kind);
    let mut modes: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for batch in &batches {
        modes.entry(batch.function.unwrap()).or_default().insert(format!("{:?}", batch.mode));
    }
    let expected = [
        ("cancel", vec!["Read", "Write"]),
        ("claim", vec!["Own", "Read"]),
        ("deliveries_find", vec!["Read"]),
        ("deliveries_get", vec!["Read"]),
        ("migrate", vec!["Read", "Schema"]),
        ("ping", vec!["Own", "Read"]),
        ("publish", vec!["Read", "Write"]),
        ("recover", vec!["Read", "Write"]),
        ("redeliver", vec!["Read", "Write"]),
        ("settle", vec!["Own", "Read"]),
        ("stats", vec!["Read"]),
        ("test", vec!["Own", "Read"]),
        ("topics_find", vec!["Read"]),
        ("topics_get", vec!["Read"]),
        ("topics_register", vec!["Read", "Write"]),
        ("topics_unregister", vec!["Write"]),
        ("webhooks_create", vec!["Read", "Write"]),
        ("webhooks_delete", vec!["Read", "Write"]),
        ("webhooks_find", vec!["Read"]),
        ("webhooks_rotate_secret", vec!["Read", "Write"]),
        ("webhooks_set_status", vec!["Read", "Write"]),
        ("webhooks_update", vec!["Read", "Write"]),
    ];
    let found: Vec<(&str, Vec<&str>)> =
        modes.iter().map(|(function, modes)| (*function, modes.iter().map(String::as_str).collect())).collect();
    assert_eq!(found, expected);
}

fn statements_come_in_a_few_fixed_texts(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("max-in-flight-per-webhook", "1000")]);
    for _ in 0..3 {
        site.webhook(&["order.*"]);
    }
    let mut texts: BTreeSet<String> = BTreeSet::new();
    for size in 1..=75 {
        let keyed =
            (0..size).map(|place| Event { idempotency_key: Some(format!("{size} {place}")), ..event("order.created") });
        site.publish(keyed.collect()).unwrap();
        let requests = site.claim(1_000, LEASE_MS, vec![]).unwrap().requests;
        let now = site.clock.now();
        site.settle(requests.iter().map(|request| settlement(request, answered(200, &[]), now)).collect()).unwrap();
        texts.extend(site.recorder.take().into_iter().flat_map(|batch| batch.statements));
    }
    // The host keeps 256 prepared statements.
    assert!(texts.len() <= 40, "{} texts: {texts:#?}", texts.len());
}

fn no_text_holds_what_a_caller_wrote(kind: Kind) {
    let (_site, batches) = recorded(kind);
    let texts: Vec<&String> = batches.iter().flat_map(|batch| &batch.statements).collect();
    assert!(texts.len() > 50);
    for text in texts {
        for word in [SECRET_WORD, "whsec_", "wh_0", "evt_", "receiver.example", "Webhook created"] {
            assert!(!text.contains(word), "{text}");
        }
    }
}

fn counters_are_added_up_to_one_update_per_webhook(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("max-in-flight-per-webhook", "1000")]);
    for _ in 0..5 {
        site.webhook(&["order.*"]);
    }
    site.publish(vec![event("order.created"); 20]).unwrap();
    let requests = site.claim(1_000, LEASE_MS, vec![]).unwrap().requests;
    assert_eq!(requests.len(), 100);
    drop(site.recorder.take());
    let now = site.clock.now();
    site.settle(requests.iter().map(|request| settlement(request, answered(500, &[]), now)).collect()).unwrap();
    let batch = site.recorder.take().into_iter().find(|batch| batch.mode == Mode::Own).unwrap();
    let updates = batch.statements.iter().filter(|sql| sql.starts_with("UPDATE hookwright_webhooks")).count();
    assert_eq!(updates, 5);
    assert_eq!(site.number("SELECT SUM(failures) FROM hookwright_webhooks"), 100);
}

/// A table scan of what grows without bound would make every claim slower with each delivery.
fn claim_publish_and_settle_read_by_index(kind: Kind) {
    let (site, batches) = recorded(kind);
    let database = site.database();
    let hot = ["publish", "claim", "settle", "test", "redeliver", "cancel", "recover", "deliveries_get"];
    let hot = batches.iter().filter(|batch| hot.contains(&batch.function.unwrap()));
    let texts: BTreeSet<&String> = hot.flat_map(|batch| &batch.statements).collect();
    for text in texts {
        for step in plan(&database, text) {
            let scan = step.starts_with("SCAN ") && !step.contains("INDEX") && !step.contains("CONSTANT ROW");
            let grows = ["deliveries", " d", "events", " e", "payloads", "attempts"];
            let table = step.strip_prefix("SCAN").unwrap_or_default();
            assert!(!(scan && grows.iter().any(|name| table.ends_with(name))), "{step}: {text}");
        }
    }
}

/// A publish that looked at each active webhook would become slower with each.
fn publish_finds_webhooks_by_their_patterns(kind: Kind) {
    let (site, batches) = recorded(kind);
    let database = site.database();
    let publishes = batches.iter().filter(|batch| batch.function == Some("publish"));
    let texts: BTreeSet<&String> = publishes.flat_map(|batch| &batch.statements).collect();
    let steps = texts.iter().flat_map(|text| plan(&database, text)).filter(|step| step.contains(" w "));
    let steps: BTreeSet<String> = steps.collect();
    assert_eq!(steps, BTreeSet::from(["SEARCH w USING PRIMARY KEY (id=?)".to_owned()]));
}

/// The steps of a statement, with NULL for every parameter.
fn plan(database: &Connection, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let nulls = vec![rusqlite::types::Null; statement.parameter_count()];
    let steps = statement.query_map(rusqlite::params_from_iter(nulls), |row| row.get(3)).unwrap();
    steps.collect::<rusqlite::Result<_>>().unwrap()
}
