//! Calls inside an application's open transaction, by the component, on both servers.

use std::time::{Duration, Instant};

use hookwright_runtime::events::{Event, Receipt};
use hookwright_runtime::types::{Error, StorageError};
use hookwright_runtime::{Api, CallError, Hookwright};
use hookwright_storage::{JoinedMysql, JoinedPostgres};
use hookwright_tests::installation::{Installation, Kind, LEASE_MS, answered, event};
use mysql::prelude::Queryable as _;

super::on_servers! {
    a_publish_commits_or_goes_with_the_application,
    claims_and_tables_are_refused_inside_a_transaction,
    an_open_transaction_keeps_no_worker_waiting,
    a_key_published_in_two_transactions_has_one_winner,
    a_topic_registered_in_the_transaction_is_known_in_it,
}

/// An application's connection.
enum Application {
    Postgres(Box<postgres::Client>),
    Mariadb(Box<mysql::Conn>),
}

impl Application {
    fn of(site: &Installation) -> Self {
        let url = site.store().url();
        match site.kind() {
            Kind::Mariadb => Self::Mariadb(Box::new(mysql::Conn::new(url).unwrap())),
            _ => Self::Postgres(Box::new(postgres::Client::connect(url, postgres::NoTls).unwrap())),
        }
    }

    fn run(&mut self, sql: &str) {
        match self {
            Self::Postgres(client) => client.batch_execute(sql).unwrap(),
            Self::Mariadb(connection) => connection.query_drop(sql).unwrap(),
        }
    }

    fn call<T: Send>(
        &mut self,
        hookwright: &Hookwright,
        work: impl FnOnce(&mut Api<'_>) -> Result<T, CallError> + Send,
    ) -> Result<T, CallError> {
        match self {
            Self::Postgres(client) => hookwright.joined(&mut JoinedPostgres::new(client.as_mut()), work),
            Self::Mariadb(connection) => hookwright.joined(&mut JoinedMysql::new(connection.as_mut()), work),
        }
    }

    fn publish(&mut self, hookwright: &Hookwright, event: Event) -> Receipt {
        self.call(hookwright, |api| api.publish(&[event])).unwrap().remove(0).unwrap()
    }
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

/// What an application has published and not committed holds no row that a worker, another publisher or a person needs.
fn an_open_transaction_keeps_no_worker_waiting(kind: Kind) {
    let (mut site, mut application, hookwright) = shop(kind);
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    if kind == Kind::Mariadb {
        // In REPEATABLE READ an insert from a query locks what it has read, the webhook too.
        application.run("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
    }
    application.run("BEGIN");
    application.publish(&hookwright, event("order.updated"));
    let begun = Instant::now();
    site.publish_one(event("order.created"));
    site.settle_one(&request, answered(500, &[]));
    if kind == Kind::Postgres {
        // MariaDB's claim waits for rows of the same webhook that are not committed (ARCHITECTURE.md).
        let second = site.claim_one();
        site.settle_one(&second, answered(200, &[]));
    }
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    application.run("COMMIT");
    assert!(site.claim_all().requests.iter().any(|request| request.topic == "order.updated"));
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
