//! Without a database: what works, and what says how to get one.

use crate::place::Place;

#[test]
fn looking_at_topics_signing_and_secrets_need_no_database_and_make_none() {
    let place = Place::new();
    place.write("body.json", r#"{"a":1}"#);
    place.run(&["topics"]).succeeded();
    place.run(&["topics", "list", "--search", "order"]).succeeded();
    place.run(&["topics", "show", "order.created"]).succeeded();
    let secret = place.run(&["secret", "new"]).succeeded().stdout;
    place.run(&["sign", "--secret", secret.trim(), "--id", "evt_1", "--body", "body.json"]).succeeded();
    assert_eq!(place.files(), ["body.json"]);
}

#[test]
fn reading_commands_say_that_there_is_no_database() {
    let place = Place::new();
    for command in [
        &["webhooks", "list"][..],
        &["webhooks", "show", "wh_1"],
        &["webhooks", "update", "wh_1", "--name", "x"],
        &["webhooks", "delete", "wh_1"],
        &["webhooks", "test", "wh_1"],
        &["deliveries", "list"],
        &["deliveries", "show", "dlv_1"],
        &["deliveries", "redeliver", "dlv_1"],
        &["topics", "unregister", "my.topic"],
        &["deliver"],
        &["stats"],
    ] {
        place.run(command).failed(&["there is no database at hookwright.db", "create a webhook first", "--database"]);
    }
    assert_eq!(place.files(), [""; 0]);
}

#[test]
fn writing_commands_create_the_database() {
    for command in [
        &["webhooks", "create", "--url", "https://a.example/"][..],
        &["publish", "order.created", "--sample"],
        &["topics", "register", "my.topic"],
    ] {
        let place = Place::new();
        place.run(command).succeeded();
        assert!(place.database().is_file(), "{command:?}");
        place.run(&["stats"]).succeeded();
    }
}

#[test]
fn the_database_is_where_the_option_or_the_variable_says() {
    let place = Place::new();
    let create = ["webhooks", "create", "--url", "https://a.example/"];
    place.run(&[&["--database", "one.db"], &create[..]].concat()).succeeded();
    place.run_with(&create, &[("HOOKWRIGHT_DATABASE", "other.db")], b"").succeeded();
    let wins = place.run_with(&["stats", "--database", "none.db"], &[("HOOKWRIGHT_DATABASE", "one.db")], b"");
    wins.failed(&["none.db"]);
    assert!(place.path("one.db").is_file() && place.path("other.db").is_file() && !place.database().exists());
}
