//! The whole way on a database server: from a webhook to its delivery, by several workers, one of which dies.

use hookwright_test_servers::{Brand, Database, Server, shared};
use serde_json::Value;

use crate::listen::{Background, Receiver};
use crate::place::Place;

/// Runs a test on both servers, where this machine has them.
fn on_servers(test: impl Fn(&'static Server, Database)) {
    for server in Brand::ALL.into_iter().filter_map(shared) {
        test(server, server.database());
    }
}

/// A folder, and the variables that name the database.
fn place(database: &Database) -> (Place, [(&str, &str); 1]) {
    (Place::new(), [("HOOKWRIGHT_DATABASE", database.url.as_str())])
}

fn json(place: &Place, variables: &[(&str, &str)], arguments: &[&str]) -> Value {
    place.run_with(&[&["--json"], arguments].concat(), variables, b"").succeeded().json()
}

fn webhook(place: &Place, variables: &[(&str, &str)], receiver: &Receiver) {
    let create = ["--allow-local", "webhooks", "create", "--topic", "order.*", "--url", &receiver.url];
    place.run_with(&create, variables, b"").succeeded();
}

fn publish(place: &Place, variables: &[(&str, &str)], events: usize) {
    let lines = "{\"id\":1}\n".repeat(events);
    place.run_with(&["publish", "order.created", "--data", "-", "--lines"], variables, lines.as_bytes()).succeeded();
}

fn worker(place: &Place, variables: &[(&str, &str)], options: &[&str]) -> Background {
    let watch = ["deliver", "--watch", "--json", "--allow-local"];
    Background::start(place.command(&[&watch[..], options].concat(), variables))
}

#[test]
fn several_workers_deliver_each_event_once() {
    on_servers(|_, database| {
        let (place, variables) = place(&database);
        let mut receiver = Receiver::start(&place, &[]);
        webhook(&place, &variables, &receiver);
        let mut workers: Vec<_> = (0..3).map(|_| worker(&place, &variables, &["--concurrency", "4"])).collect();
        publish(&place, &variables, 60);
        let mut ids: Vec<String> =
            (0..60).map(|_| receiver.request()["webhook_id"].as_str().unwrap().to_owned()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 60, "no event came twice");
        for worker in &mut workers {
            worker.signal("TERM");
            assert!(worker.ended().success());
        }
        let stats = json(&place, &variables, &["stats"]);
        assert_eq!(stats["deliveries"]["delivered"], 60, "{stats}");
        assert_eq!(place.files(), [""; 0], "nothing lies in the folder");
    });
}

#[test]
fn what_a_killed_worker_had_is_delivered_by_another() {
    on_servers(|server, database| {
        let (place, variables) = place(&database);
        let mut receiver = Receiver::start(&place, &["--answer", "timeout,200"]);
        webhook(&place, &variables, &receiver);
        publish(&place, &variables, 1);
        let mut dying = worker(&place, &variables, &[]);
        let first = receiver.request();
        dying.signal("KILL");
        dying.ended();
        assert_eq!(json(&place, &variables, &["stats"])["deliveries"]["sending"], 1, "its lease has not ended");
        // A minute and a half later.
        let sql = "UPDATE hookwright_deliveries SET due_at = 1 WHERE state = 'sending'";
        server.run_in(&database.name, sql).unwrap();
        let mut heir = worker(&place, &variables, &[]);
        let second = receiver.request();
        assert_eq!(first["webhook_id"], second["webhook_id"]);
        assert_eq!(heir.json()["state"], "delivered");
        heir.signal("TERM");
        assert!(heir.ended().success());
    });
}

#[test]
fn a_server_that_cannot_be_used_is_told_without_its_password() {
    let place = Place::new();
    for (url, words) in [
        ("postgres://shop:s3cret@127.0.0.1:1/shop", "postgres://shop:***@127.0.0.1:1/shop cannot be reached"),
        ("mariadb://shop:s3cret@127.0.0.1:1/shop", "mariadb://shop:***@127.0.0.1:1/shop cannot be reached"),
        ("mysql://shop:s3cret@127.0.0.1", "names no database"),
        ("oracle://shop:s3cret@db/shop", "oracle://shop:***@db/shop is no database that this program knows"),
    ] {
        for command in [&["stats"][..], &["publish", "order.created", "--sample"], &["deliver"]] {
            let ran = place.run(&[&["--database", url], command].concat()).failed(&[words]);
            assert!(!ran.stderr.contains("s3cret"), "{ran}");
        }
    }
    on_servers(|server, database| {
        let wrong = database.tcp_url.replace("hookwright:", "nobody:");
        let ran = place.run(&["stats", "--database", &wrong]).failed(&["check user and password", "nobody:***@"]);
        assert!(!ran.stderr.contains("ss%2Fw") && !ran.stderr.contains(server.password()), "{ran}");
    });
}
