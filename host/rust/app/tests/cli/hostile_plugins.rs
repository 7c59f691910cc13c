//! Hostile and broken plugins through the command: each is refused or contained, with words for its author. What has to
//! be written byte by byte is in `host/rust/runtime/tests/it/plugins`; tests/README.md has the whole list.

use std::fs::{self, File};

use serde_json::{Value, json};

use crate::place::{Place, Ran, text};
use crate::plugins::{ORDER, Shop, built, install, same, shown};

/// The bytes of a built plugin with one name in it exchanged for another of the same length.
fn renamed(place: &Place, file: &str, plugin: &str, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let mut bytes = fs::read(built(plugin)).unwrap();
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(from.as_bytes())).collect();
    assert!(!places.is_empty(), "{from}");
    places.iter().for_each(|at| bytes[*at..*at + to.len()].copy_from_slice(to.as_bytes()));
    place.write(file, bytes);
}

/// A shop with the misbehaving plugin active, in the way `how`, in these hooks; none means all.
fn shop(how: &str, hooks: &[&str], options: &[&str]) -> Shop {
    let shop = Shop::with("misbehaving", "order.*");
    if !options.is_empty() {
        install(&shop.place, "misbehaving", options);
    }
    let settings = match hooks {
        [] => json!({ "how": how }),
        hooks => json!({ "how": how, "hooks": hooks }),
    };
    shop.place.run(&["plugins", "settings", "misbehaving", &settings.to_string()]).succeeded();
    shop.place.write("data", ORDER);
    shop
}

/// As it is outside of tests, which give plugins more time than a busy machine may take from them.
fn in_time(place: &Place, arguments: &[&str]) -> Ran {
    place.run_with(arguments, &[("HOOKWRIGHT_PLUGIN_DEADLINE", "50ms")], b"")
}

/// The failures that its log has, of one hook.
fn failures(place: &Place, hook: &str) -> Vec<String> {
    let all = place.json(&["plugins", "logs", "misbehaving"]);
    let all = all["items"].as_array().unwrap().iter();
    all.filter(|line| line["kind"] == "failure" && line["hook"] == hook).map(|line| text(&line["message"])).collect()
}

const PUBLISH: [&str; 4] = ["publish", "order.created", "--data", "data"];

#[test]
fn a_plugin_of_another_world_or_version_is_refused_with_what_to_do() {
    let place = Place::new();
    let hooks = "hookwright:plugin/hooks@0.1.0";
    renamed(&place, "newer.wasm", "every-hook", "hookwright:plugin/hooks@0.1.0", "hookwright:plugin/hooks@0.2.0");
    renamed(&place, "other.wasm", "every-hook", hooks, "hookwright:plugin/hoops@0.1.0");
    let words = ["newer.wasm", "made for hookwright:plugin 0.2.0, and this host knows 0.1", "take a newer host"];
    place.run(&["plugins", "install", "newer.wasm"]).failed(&words);
    let words = ["other.wasm", "it is no plugin", "it exports hookwright:plugin/hoops@0.1.0"];
    place.run(&["plugins", "install", "other.wasm"]).failed(&words);
    place.run(&["plugins", "check", "other.wasm"]).failed(&words);
    assert_eq!(place.files().len(), 2, "{:?}", place.files());
}

#[test]
fn an_import_that_no_plugin_gets_is_named() {
    let place = Place::new();
    let settings = "hookwright:plugin/settings@0.1.0";
    renamed(&place, "sockets.wasm", "every-hook", settings, "wasi:sockets/tcp-create-ab@0.2.0");
    let words = ["sockets.wasm", "it imports wasi:sockets/tcp-create-ab@0.2.0, which no plugin gets", "--stub-wasi"];
    place.run(&["plugins", "install", "sockets.wasm"]).failed(&words);

    // A part of WASI that runtimes drag in is there, but a call of it ends the hook by its name.
    renamed(&place, "clock.wasm", "every-hook", settings, "wasi:clocks/monotonic-time@0.2.0");
    place.run(&["plugins", "check", "clock.wasm"]).succeeded().prints(&["wasi:clocks/monotonic-time@0.2.0"]);
    let test = ["plugins", "test", "clock.wasm", "--hook", "filter-payload"];
    let words = ["it called wasi:clocks/monotonic-time@0.2.0#all, which no plugin gets", "use `now` of"];
    place.run(&test).ended_with(1).prints(&words);
}

#[test]
fn a_file_of_200_mb_is_refused_unread() {
    let place = Place::new();
    // It has a length and no bytes on the disk.
    File::create(place.path("large.wasm")).unwrap().set_len(200_000_000).unwrap();
    for command in ["install", "check", "test"] {
        place.run(&["plugins", command, "large.wasm"]).failed(&["large.wasm", "larger than 64 MiB"]);
    }
    assert_eq!(place.files(), ["large.wasm"]);
}

#[test]
fn two_versions_are_never_there_at_once() {
    let place = Place::new();
    install(&place, "every-hook", &["--activate"]);
    // The description is data of the module: one version in it is exchanged.
    renamed(&place, "second.wasm", "every-hook", "every-hook0.1.0", "every-hook0.1.1");
    place.run(&["plugins", "install", "second.wasm"]).succeeded().says(&["Version 0.1.0 was replaced by 0.1.1"]);
    let all = place.json(&["plugins", "list"]);
    assert_eq!((&all["total"], &all["items"][0]["version"]), (&json!(1), &json!("0.1.1")), "{all}");
    assert_eq!(place.json(&["topics", "--source", "extension:every-hook"])["total"], 1);
}

#[test]
fn an_endless_loop_in_every_hook_costs_its_deadline_and_the_event_arrives() {
    let shop = shop("loop", &[], &[]);
    let Shop { place, .. } = &shop;
    in_time(place, &PUBLISH).succeeded();
    in_time(place, &["--allow-local", "deliver"]).succeeded().prints(&["1 delivered"]);
    let body: Value = serde_json::from_slice(&shop.receiver.received().body).unwrap();
    assert!(same(&body["data"].to_string(), ORDER), "{body}");
    for hook in ["filter-payload", "should-deliver", "filter-request", "after-delivery"] {
        assert_eq!(failures(place, hook), ["it ran longer than 50 ms"], "{hook}");
    }
    let published = in_time(place, &["publish", "misbehaving.called", "--data", "data"]).succeeded();
    assert_eq!(failures(place, "build-payload"), ["it ran longer than 50 ms"], "{published}");
}

#[test]
fn each_way_to_go_wrong_is_told_by_its_name_and_costs_only_the_plugin() {
    for (how, words) in [
        ("memory", "64 MiB is the most"),
        ("recursion", "call stack exhausted"),
        ("panic", "it broke off: wasm trap: wasm `unreachable`"),
        ("not-json", "it answered no JSON"),
        ("large", "it answered more than 1000000 bytes"),
        ("calls", "it called the host more than 10000 times in one call"),
        ("random", "it asked for more than 1048576 random bytes in one call"),
        ("fail", "it failed: the settings want a failure\n  in filter-payload\n  of line 3"),
    ] {
        let shop = shop(how, &["filter-payload"], &[]);
        shop.place.run(&PUBLISH).succeeded();
        assert!(same(&shop.delivers(), ORDER), "{how}");
        let failures = failures(&shop.place, "filter-payload");
        assert!(failures.len() == 1 && failures[0].contains(words), "{how}: {failures:?}");
    }
}

#[test]
fn a_plugin_that_fails_closed_holds_its_event_back_with_the_reason() {
    let shop = shop("panic", &["filter-payload"], &["--policy", "fail-closed"]);
    let Shop { place, .. } = &shop;
    let words = ["nothing is sent without plugin `misbehaving`", "it broke off"];
    place.run(&PUBLISH).failed(&words);
    assert_eq!(place.json(&["deliveries", "list"])["total"], 0);
    // What is due already goes out, with nothing of the plugin.
    let settings = json!({ "how": "headers", "hooks": ["filter-request"] }).to_string();
    place.run(&["plugins", "settings", "misbehaving", &settings]).succeeded();
    place.run(&PUBLISH).succeeded();
    place.run(&["--allow-local", "deliver"]).succeeded().prints(&["1 delivered"]);
    assert!(!shop.receiver.received().has("x-misbehaving-0"));
    assert!(failures(place, "filter-request")[0].contains("21 headers; at most 20"));
}

#[test]
fn deliveries_of_other_topics_do_not_wait_for_a_plugin() {
    let shop = shop("loop", &["filter-request", "after-delivery"], &[]);
    let Shop { place, .. } = &shop;
    place.write("orders", format!("{ORDER}\n").repeat(30));
    place.run(&["publish", "order.created", "--data", "orders", "--lines"]).succeeded();
    place.webhook(&shop.receiver.url(), &["product.*"]);
    place.run(&["publish", "product.created", "--sample"]).succeeded();
    in_time(place, &["--allow-local", "deliver"]).succeeded().prints(&["31 delivered"]);
    // It would have been asked 62 times: each call ends by its deadline, all calls of a claim have five of those, and
    // after ten failures there are no more.
    let plugin = shown(place, "misbehaving");
    assert_eq!((&plugin["state"], &plugin["failures"]), (&json!("inactive"), &json!(10)), "{plugin}");
    assert!(text(&plugin["deactivated_reason"]).contains("it ran longer than 50 ms"), "{plugin}");
    let topics: Vec<Value> = (0..31).map(|_| json!(shop.receiver.received().has("webhook-signature"))).collect();
    assert!(topics.iter().all(|signed| *signed == true));
}
