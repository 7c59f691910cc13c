//! `webhooks`, but for `webhooks test`.

use serde_json::json;

use crate::place::{Place, text};

const URL: &str = "https://shop.example/hooks/orders?token=1";

#[test]
fn a_new_webhook_is_shown_with_its_secret_once() {
    let place = Place::new();
    let created = place.run(&["webhooks", "create", "--url", URL, "--topic", "order.*", "--name", "Lager"]).succeeded();
    let created = created.prints(&["Lager", URL, "order.*", "active", "Secret    whsec_"]).says(&["only this once"]);
    let id = created.stdout.split_whitespace().nth(1).unwrap().to_owned();
    let shown =
        place.run(&["webhooks", "show", &id]).succeeded().prints(&["Lager", URL, "order.*", "UTC (", "Revision"]);
    assert!(!shown.stdout.contains("whsec_"), "{shown}");
}

#[test]
fn a_new_webhook_as_json() {
    let place = Place::new();
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let arguments =
        ["webhooks", "create", "--url", URL, "--topic", "order.*,payment_received", "--secret", secret, "--paused"];
    let created = place.json(&[&arguments[..], &["--account", "shop-1"]].concat());
    assert_eq!(created["secret"], secret);
    let webhook = &created["webhook"];
    assert_eq!(webhook["topics"], json!(["order.*", "payment_received"]));
    assert_eq!((&webhook["status"], &webhook["account"]), (&json!("paused"), &json!("shop-1")));
    assert_eq!(webhook["url"], URL);
    assert!(text(&webhook["name"]).starts_with("Webhook created on"), "{webhook}");
    assert!(webhook["created_at"].as_i64().unwrap() > 1_700_000_000_000, "{webhook}");
    assert_eq!(&place.json(&["webhooks", "show", &text(&webhook["id"])]), webhook);
}

#[test]
fn the_list_filters_sorts_and_counts() {
    let place = Place::new();
    for (name, extra) in [("b", &["--topic", "order.*"][..]), ("c", &["--paused"]), ("a", &["--account", "x"])] {
        let url = format!("https://{name}.example/");
        place.run(&[&["webhooks", "create", "--url", &url, "--name", name], extra].concat()).succeeded();
    }
    let names = |arguments: &[&str]| -> Vec<String> {
        let list = place.json(&[&["webhooks", "list"], arguments].concat());
        list["items"].as_array().unwrap().iter().map(|webhook| text(&webhook["name"])).collect()
    };
    assert_eq!(names(&["--sort", "name"]), ["a", "b", "c"]);
    assert_eq!(names(&["--sort", "url", "--descending"]), ["c", "b", "a"]);
    assert_eq!(names(&["--status", "paused"]), ["c"]);
    assert_eq!(names(&["--account", "x"]), ["a"]);
    assert_eq!(names(&["--search", "B.EXAMPLE"]), ["b"]);
    assert_eq!(names(&["--topic", "payment_received", "--sort", "name"]), ["a", "c"]);
    assert_eq!(names(&["--sort", "name", "--per-page", "2", "--page", "2"]), ["c"]);
    let page = place.json(&["webhooks", "list", "--per-page", "2"]);
    assert_eq!((&page["total"], &page["page"], &page["per_page"]), (&json!(3), &json!(1), &json!(2)));

    let human = place.run(&["webhooks", "list", "--per-page", "2"]).succeeded();
    human
        .prints(&["All (3) | Active (2) | Paused (1) | Disabled (0)", "ID ", "https://b.example/", "none yet"])
        .says(&["Page 1 of 2, 3 webhooks; --page 2 shows more."]);
    place.run(&["webhooks", "list", "--search", "nothing"]).succeeded().says(&["No webhooks."]);
}

#[test]
fn an_update_changes_only_what_was_typed() {
    let place = Place::new();
    let id = place.webhook("https://a.example/", &["order.*"]);
    let update = |arguments: &[&str]| place.json(&[&["webhooks", "update", &id], arguments].concat());
    let webhook = update(&["--name", "New", "--revision", "1"]);
    assert_eq!((&webhook["name"], &webhook["revision"]), (&json!("New"), &json!(2)));
    assert_eq!((&webhook["url"], &webhook["topics"]), (&json!("https://a.example/"), &json!(["order.*"])));
    assert_eq!(
        update(&["--topic", "order.created", "--topic", "order.updated"])["topics"],
        json!(["order.created", "order.updated"])
    );
    assert_eq!(update(&["--all-topics"])["topics"], json!([]));
    assert_eq!(update(&["--status", "paused"])["status"], "paused");
    place.run(&["webhooks", "update", &id, "--status", "active"]).succeeded().prints(&["active", "all"]);
    place.run(&["webhooks", "update", &id, "--revision", "7"]).failed(&["nothing to change", "--name", "--help"]);
    place.run(&["webhooks", "update", &id, "--status", "disabled"]).ended_with(2).says(&["active, paused"]);
}

#[test]
fn a_stale_revision_is_refused_with_the_way_on() {
    let place = Place::new();
    let id = place.webhook("https://a.example/", &[]);
    place.json(&["webhooks", "update", &id, "--name", "first"]);
    let stale = ["webhooks", "update", &id, "--name", "second", "--revision", "1"];
    let show = format!("hookwright webhooks show {id}");
    place.run(&stale).failed(&["has revision 2, you have seen 1", &show]);
    assert_eq!(place.run(&[&["--json"], &stale[..]].concat()).ended_with(1).error()["kind"], "conflict");
    assert_eq!(place.json(&["webhooks", "show", &id])["name"], "first");
}

#[test]
fn of_several_ids_each_has_its_own_result() {
    let place = Place::new();
    let (one, other) = (place.webhook("https://a.example/", &[]), place.webhook("https://b.example/", &[]));
    let deleted = place.run(&["webhooks", "delete", &one, "wh_nope"]).ended_with(1);
    deleted.prints(&[&format!("{one} deleted")]).says(&["error: there is no webhook wh_nope"]);
    let deleted = place.run(&["--json", "webhooks", "delete", &other, "wh_nope"]).ended_with(1);
    assert_eq!(deleted.stderr, "");
    let deleted = deleted.json();
    assert_eq!((&deleted["items"][0]["id"], &deleted["items"][0]["deleted"]), (&json!(other), &json!(true)));
    assert_eq!(deleted["items"][1]["error"]["kind"], "not_found");
    assert_eq!(place.json(&["stats"])["webhooks"], json!({ "active": 0, "paused": 0, "disabled": 0 }));
}

#[test]
fn several_are_paused_and_activated_at_once() {
    let place = Place::new();
    let (one, other) = (place.webhook("https://a.example/", &["order.*"]), place.webhook("https://b.example/", &[]));
    place.run(&["publish", "order.created", "--sample"]).succeeded();
    let paused = place.run(&["webhooks", "pause", &one, "wh_nope", &other]).ended_with(1);
    paused
        .prints(&[&format!("{one} is paused"), &format!("{other} is paused")])
        .says(&["error: there is no webhook wh_nope"]);
    assert_eq!(place.json(&["stats"])["webhooks"], json!({ "active": 0, "paused": 2, "disabled": 0 }));
    assert_eq!(place.json(&["stats"])["deliveries"]["held"], 2);

    let activated = place.json(&["webhooks", "activate", &one, &other]);
    let expected = json!({ "id": one, "status": "active", "revision": 3 });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&activated["items"][0][field], value, "{activated}");
    }
    assert_eq!(place.json(&["stats"])["deliveries"]["pending"], 2);
    place.run(&["webhooks", "pause", &one, "--account", "x"]).ended_with(1).says(&["there is no webhook"]);
    place.run(&["webhooks", "activate"]).ended_with(2);
}

#[test]
fn another_account_sees_nothing() {
    let place = Place::new();
    let id = place.webhook("https://a.example/", &[]);
    place.run(&["webhooks", "show", &id, "--account", "x"]).failed(&["there is no webhook"]);
    place.run(&["webhooks", "delete", &id, "--account", "x"]).ended_with(1).says(&["there is no webhook"]);
    place.run(&["webhooks", "show", &id]).succeeded();
}
