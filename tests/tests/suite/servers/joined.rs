//! Calls inside an application's open transaction, by the component, on both servers.

use hookwright_runtime::accounts::Limits;
use hookwright_runtime::events::Event;
use hookwright_runtime::types::{Error, StorageError};
use hookwright_runtime::{CallError, Hookwright};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, event};
use hookwright_tests::subject::Subject as _;

use super::application::Application;

super::on_servers! {
    a_publish_commits_or_goes_with_the_application,
    claims_and_tables_are_refused_inside_a_transaction,
    a_key_published_in_two_transactions_has_one_winner,
    a_topic_registered_in_the_transaction_is_known_in_it,
    a_limit_used_up_since_the_transaction_began_is_told,
    a_large_payload_beside_a_small_one_arrives_whole,
}

fn keyed(key: &str) -> Event {
    Event { idempotency_key: Some(key.to_owned()), ..event("order.created") }
}

fn shop(kind: Kind) -> (Installation, Application, Hookwright) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    let application = Application::of(&site);
    let hookwright = site.hookwright();
    (site, application, hookwright)
}

fn events(site: &Installation) -> i64 {
    site.number("SELECT COUNT(*) FROM hookwright_events")
}

fn a_publish_commits_or_goes_with_the_application(kind: Kind) {
    let (mut site, mut application, hookwright) = shop(kind);
    application.run("BEGIN");
    let first = application.publish(&hookwright, keyed("order 1"));
    assert_eq!((events(&site), first.deliveries, site.claim_all().requests.len()), (0, 1, 0));
    application.run("ROLLBACK");
    assert_eq!((events(&site), site.claim_all().requests.len()), (0, 0));
    application.run("BEGIN");
    let again = application.publish(&hookwright, keyed("order 1"));
    assert_eq!((again.event_id.as_str(), again.replayed), (first.event_id.as_str(), false), "the key is free again");
    application.run("COMMIT");
    assert_eq!(site.claim_one().event_id, first.event_id);
    let replay = application.publish(&hookwright, keyed("order 1"));
    assert!(replay.replayed && events(&site) == 1);
}

fn claims_and_tables_are_refused_inside_a_transaction(kind: Kind) {
    let (site, mut application, hookwright) = shop(kind);
    application.run("BEGIN");
    application.publish(&hookwright, event("order.created"));
    let unavailable = |result: Result<(), CallError>| match result {
        Err(CallError::Api(Error::Storage(StorageError::Unavailable(why)))) => {
            assert!(why.contains("not possible inside an application's transaction"), "{why}");
        }
        other => panic!("{other:?}"),
    };
    unavailable(application.call(&hookwright, |api| api.claim(10, LEASE_MS, &[]).map(drop)));
    application.run("ROLLBACK");
    assert_eq!(events(&site), 0, "nothing has committed");
}

fn a_key_published_in_two_transactions_has_one_winner(kind: Kind) {
    let (site, mut application, hookwright) = shop(kind);
    let mut other = Application::of(&site);
    other.run("BEGIN");
    // A transaction that has read sees an old state from then on, on MariaDB.
    assert_eq!(other.call(&hookwright, |api| api.stats()).unwrap().webhooks.len(), 3);
    application.run("BEGIN");
    let winner = application.publish(&hookwright, keyed("order 1"));
    let loser = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let loser = other.publish(&hookwright, keyed("order 1"));
            other.run("COMMIT");
            loser
        });
        application.run("COMMIT");
        waiting.join().unwrap()
    });
    assert_eq!((loser.event_id, loser.replayed), (winner.event_id, true));
    assert_eq!(site.number("SELECT COUNT(*) FROM hookwright_deliveries"), 1);
}

fn a_topic_registered_in_the_transaction_is_known_in_it(kind: Kind) {
    let (site, mut application, hookwright) = shop(kind);
    application.run("BEGIN");
    let topic = hookwright_runtime::catalogue::NewTopic {
        name: "my.topic".to_owned(),
        title: None,
        description: None,
        group: None,
        schema: None,
        sample: None,
    };
    let known = application.call(&hookwright, |api| {
        api.topics_register(&topic)?;
        api.publish(&[event("my.topic")])
    });
    known.unwrap().remove(0).unwrap();
    application.run("ROLLBACK");
    let unknown = application.call(&hookwright, |api| api.publish(&[event("my.topic")])).unwrap();
    assert!(unknown[0].is_err() && events(&site) == 0);
}

/// A transaction that has read goes on seeing what was left of the limit then, on MariaDB.
fn a_limit_used_up_since_the_transaction_began_is_told(kind: Kind) {
    let (mut site, mut application, hookwright) = shop(kind);
    let limits = Limits { webhooks_allowed: true, max_webhooks: None, max_events_per_day: Some(1) };
    site.accounts_set_limits("acme".to_owned(), limits).unwrap();
    let of_acme = || Event { account: Some("acme".to_owned()), ..event("order.created") };
    application.run("BEGIN");
    application.call(&hookwright, |api| api.stats()).unwrap();
    site.publish_one(of_acme());
    let answer = application.call(&hookwright, |api| api.publish(&[of_acme()])).unwrap().remove(0);
    assert!(matches!(&answer, Err(Error::Forbidden(why)) if why.contains("max-events-per-day")), "{answer:?}");
    application.run("COMMIT");
}

/// As WordPress has it, a server cuts what does not fit, without a word.
fn a_large_payload_beside_a_small_one_arrives_whole(kind: Kind) {
    let (mut site, mut application, hookwright) = shop(kind);
    if kind == Kind::Mariadb {
        application.run("SET sql_mode = ''");
    }
    let large = Event { data: format!("{{\"text\":\"{}\"}}", "🪝".repeat(50_000)), ..event("order.created") };
    application.run("BEGIN");
    application.call(&hookwright, |api| api.publish(&[event("order.created"), large.clone()])).unwrap();
    application.run("COMMIT");
    let bodies: Vec<Vec<u8>> = site.claim_all().requests.into_iter().map(|request| request.body).collect();
    let text = format!("\"{}\"", "🪝".repeat(50_000)).into_bytes();
    assert_eq!(bodies.len(), 2);
    assert!(bodies.iter().any(|body| body.windows(text.len()).any(|part| part == text)));
}
