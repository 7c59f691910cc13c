//! Wrong input: the error names what was typed and says what to do, and nothing is stored.

use crate::place::Place;

fn place() -> Place {
    let place = Place::new();
    place.webhook("https://a.example/", &[]);
    place
}

#[track_caller]
fn stored_nothing(place: &Place) {
    assert_eq!(place.json(&["deliveries", "list"])["total"], 0);
}

#[test]
fn an_unknown_topic() {
    let place = place();
    place.run(&["publish", "order.creatd", "--sample"]).failed(&["order.creatd", "did you mean order.created?"]);
    let unknown = place.run_with(&["publish", "order.creatd", "--data", "-"], &[], b"{}");
    unknown.failed(&["TOPIC: ", "order.creatd", "did you mean order.created?"]);
    stored_nothing(&place);
    let create = ["webhooks", "create", "--url", "https://a.example/", "--topic", "order.created"];
    let unknown = place.run(&[&create[..], &["--topic", "nope"]].concat());
    unknown.failed(&["--topic: ", "nope", "hint: `hookwright topics`"]);
}

#[test]
fn invalid_json_with_its_place() {
    let place = place();
    place.write("order.json", "{\"id\": 1,\n \"a\" }");
    let publish = ["publish", "order.created", "--data", "order.json"];
    place.run(&publish).failed(&["--data (order.json): not JSON at line 2, column 6"]);
    let error = place.run(&[&["--json"], &publish[..]].concat()).ended_with(1).error();
    assert_eq!((&error["kind"], &error["fields"][0]["field"]), (&"invalid".into(), &"data".into()));
    assert_eq!(error["fields"][0]["option"], "--data (order.json)");
    stored_nothing(&place);
}

#[test]
fn a_payload_over_the_limit() {
    let place = place();
    let data = format!("\"{}\"", "x".repeat(5_000));
    let publish = ["publish", "order.created", "--data", "-"];
    let limit = ["--set", "max-payload-bytes=4096"];
    let refused = place.run_with(&[&limit[..], &publish].concat(), &[], data.as_bytes());
    refused.failed(&["--data (standard input): 5002 bytes; at most 4096", "max-payload-bytes"]);
    stored_nothing(&place);
    place.run_with(&publish, &[], data.as_bytes()).succeeded();
}

#[test]
fn several_bad_options_are_told_at_once() {
    let place = place();
    let create = ["webhooks", "create", "--url", "ftp://a.example/", "--topic", "a b", "--name", ""];
    let refused = place.run(&create).failed(&["error: --url: ", "error: --topic: ", "error: --name: "]);
    assert_eq!(refused.stderr.matches("error: ").count(), 3, "{refused}");
    let error = place.run(&[&["--json"], &create[..]].concat()).ended_with(1).error();
    assert_eq!(error["fields"].as_array().unwrap().len(), 3, "{error}");
}

#[test]
fn a_bad_url() {
    let place = place();
    let create = |url: &str| place.run(&["webhooks", "create", "--url", url]);
    create("https://user:secret@a.example/").failed(&["--url: "]);
    create("nonsense").failed(&["--url: "]);
    create("http://a.example/").failed(&["--url: ", "hint: ", "--allow-http"]);
    place.run(&["--allow-http", "webhooks", "create", "--url", "http://a.example/"]).succeeded();
    place
        .run_with(&["webhooks", "create", "--url", "http://a.example/"], &[("HOOKWRIGHT_ALLOW_HTTP", "true")], b"")
        .succeeded();
}

#[test]
fn an_unknown_id() {
    let place = place();
    place.run(&["webhooks", "show", "wh_nope"]).failed(&["there is no webhook wh_nope", "webhooks list"]);
    place.run(&["deliveries", "show", "dlv_nope"]).failed(&["there is no delivery dlv_nope", "deliveries list"]);
    let error = place.run(&["--json", "webhooks", "show", "wh_nope"]).ended_with(1).error();
    assert_eq!(error["kind"], "not_found");
}

#[test]
fn data_that_cannot_be_read() {
    let place = place();
    place.run(&["publish", "order.created", "--data", "none.json"]).failed(&["cannot read none.json"]);
    place.run(&["publish", "order.created", "--data", "{\"a\":1}"]).failed(&["hint: a file is wanted here"]);
    place.run(&["publish", "order.created", "--data", "."]).failed(&["cannot read ."]);
    let empty = place.run_with(&["publish", "order.created", "--data", "-"], &[], b" \n");
    empty.failed(&["standard input: it is empty", "hint: pipe JSON"]);
    place.write("latin1.json", b"{\"a\":\"\xe9\"}");
    place.run(&["publish", "order.created", "--data", "latin1.json"]).failed(&["latin1.json: byte 7 is not UTF-8"]);
    stored_nothing(&place);
}

#[test]
fn a_bad_page() {
    let place = place();
    let refused = place.run(&["deliveries", "list", "--page", "0", "--per-page", "101"]);
    refused.failed(&["--page: ", "--per-page: "]);
}

#[test]
fn a_bad_setting_is_named_as_it_was_given() {
    let place = place();
    place.run(&["--set", "alow-http=true", "stats"]).failed(&["--set alow-http: ", "did you mean `allow-http`?"]);
    place.run(&["--set", "allow-http", "stats"]).failed(&["--set: `allow-http` has no value"]);
    let variable = [("HOOKWRIGHT_RETRY_SCHEDULE_MS", "0,x")];
    place.run_with(&["stats"], &variable, b"").failed(&["HOOKWRIGHT_RETRY_SCHEDULE_MS: ", "entry 2"]);
    // The option wins, so the variable does not matter.
    place.run_with(&["--set", "retry-schedule-ms=0,7", "stats"], &variable, b"").succeeded();
    place.run_with(&["stats"], &[("HOOKWRIGHT_LOG", "a=b=c")], b"").failed(&["HOOKWRIGHT_LOG: "]);
}
