//! Which plugins are asked, in which order, and what all answers come to.

use std::sync::Arc;
use std::thread;

use hookwright_runtime::plugins::{ActivationError, ActivePlugin, Hook};
use hookwright_runtime::{Extensions, Hook as CoreHook};

use super::guest::{COUNT, ECHO, Guest, NO, YES, active, delivery, filtered, generous, list, may_deliver, published};

fn wrapping(name: &str, priority: i32, topics: &[&str]) -> Guest {
    Guest::named(name).wrapping(Hook::FilterPayload, priority, topics)
}

#[test]
fn filters_follow_priority_then_activation_and_see_what_the_former_returned() {
    let guests =
        [wrapping("late", 20, &[]), wrapping("b", 10, &[]), wrapping("c", 10, &[]), wrapping("first", -5, &[])];
    let (plugins, _) = active(generous(), guests);
    assert_eq!(filtered(&plugins, "1").unwrap(), r#"[[[[1,"first"],"b"],"c"],"late"]"#);
}

#[test]
fn only_wanted_topics_are_filtered() {
    let guests = [
        wrapping("orders", 10, &["order.*"]),
        wrapping("named", 10, &["webhook.disabled"]),
        wrapping("all", 10, &[]),
        wrapping("star", 20, &["*"]),
    ];
    let (plugins, _) = active(generous(), guests);
    let on = |topic| published(&plugins, topic, "1").unwrap();
    assert_eq!(on("order.created"), r#"[[[1,"orders"],"all"],"star"]"#);
    assert_eq!(on("orders.created"), r#"[[1,"all"],"star"]"#);
    assert_eq!(on("webhook.disabled"), r#"[[1,"named"],"all"]"#);
}

#[test]
fn a_plugin_builds_the_payload_of_its_own_topics_before_all_filters() {
    let bookings = Guest::named("bookings").topic("booking.made", "{}").topic("booking.lost", "{}");
    let bookings = bookings.wrapping(Hook::BuildPayload, 10, &["booking.made"]);
    let (plugins, _) = active(generous(), [wrapping("filter", -100, &[]), bookings]);
    let on = |topic| published(&plugins, topic, "1").unwrap();
    assert_eq!(on("booking.made"), r#"[[1,"bookings"],"filter"]"#);
    assert_eq!(on("booking.lost"), r#"[1,"filter"]"#, "its interest does not name it");
    assert_eq!(on("order.created"), r#"[1,"filter"]"#, "it is not its own");
}

#[test]
fn the_first_veto_decides() {
    let guest = |name, body| Guest::named(name).on(Hook::ShouldDeliver, body);
    let (plugins, _) = active(generous(), [guest("yes", YES)]);
    assert_eq!(may_deliver(&plugins), Ok(true));
    plugins.replace(list([guest("yes", YES), guest("no", NO), guest("after", super::guest::TRAP)])).unwrap();
    assert_eq!(may_deliver(&plugins), Ok(false));
    assert_eq!(plugins.status()[2].calls, 0, "nobody is asked after a veto");
}

fn header(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn added_headers_come_in_order() {
    let guest = |name: &str| Guest::named(name).adding_header(&format!("X-Tenant-{name}"), name);
    let (plugins, _) = active(generous(), [guest("a"), guest("b")]);
    let given = vec![header("content-type", "application/json")];
    let expected = vec![header("X-Tenant-a", "a"), header("X-Tenant-b", "b")];
    assert_eq!(plugins.filter_request(&delivery("a.b"), &given), Ok(expected));
}

#[test]
fn headers_that_do_not_fit_cost_no_other_plugin_s() {
    let guest = |name: &str, header: &str, value: &str| Guest::named(name).adding_header(header, value);
    let long = "a".repeat(2_500);
    let guests = [
        guest("first", "X-First", &long),
        guest("reserved", "Webhook-Id", "evil"),
        guest("same", "x-first", "2"),
        guest("taken", "X-Own", "2"),
        guest("long", "X-Long", &long),
        guest("last", "X-Last", "1"),
    ];
    let (plugins, notes) = active(generous(), guests);
    let added = plugins.filter_request(&delivery("a.b"), &[header("x-own", "1")]).unwrap();
    assert_eq!(added, [header("X-First", &long), header("X-Last", "1")]);
    let failed = notes.failed.lock().unwrap().clone();
    assert!(failed.len() == 1 && failed[0].contains("Webhook-Id is set by the sender itself"), "{failed:?}");
    let logged = notes.logged.lock().unwrap().clone();
    for (line, words) in logged.iter().zip([
        "same: its headers are left out: x-first stands there twice",
        "taken: its headers are left out: the request has a header X-Own already",
        "long: its headers are left out: 5013 bytes of names and values; at most 4096",
    ]) {
        assert!(line.starts_with(words), "{line}");
    }
    assert_eq!(logged.len(), 3, "{logged:?}");
}

#[test]
fn an_outcome_is_told_to_all() {
    let guest = |name: &str| Guest::named(name).on(Hook::AfterDelivery, NO);
    let broken = Guest::named("broken").on(Hook::AfterDelivery, super::guest::TRAP).fail_closed();
    let (plugins, _) = active(generous(), [guest("a"), broken, guest("b")]);
    plugins.after_delivery(&delivery("a.b"), r#"{"state":"delivered"}"#).unwrap();
    let calls: Vec<_> = plugins.status().iter().map(|status| (status.calls, status.failures)).collect();
    assert_eq!(calls, [(1, 0), (1, 1), (1, 0)]);
}

#[test]
fn a_plugin_sees_the_context_and_its_settings() {
    let all = "(call $settings (i32.const 8)) (call $ok (i32.load (i32.const 8)) (i32.load offset=4 (i32.const 8)))";
    let (plugins, _) = active(generous(), []);
    let with = |settings: &str| {
        let plugin = Guest::named("set").on(Hook::FilterPayload, all).plugin();
        ActivePlugin { settings: settings.to_owned(), ..ActivePlugin::new(plugin, 1) }
    };
    plugins.replace(vec![with(r#"{"a":1}"#)]).unwrap();
    assert_eq!(filtered(&plugins, "0").unwrap(), r#"{"a":1}"#);
    plugins.replace(vec![with(r#"{"a":2}"#)]).unwrap();
    assert_eq!(filtered(&plugins, "0").unwrap(), r#"{"a":2}"#);
    // Says the value of the second pair: a pair has 16 bytes, the value's address and length at 8 and 12.
    let log = "(call $log (i32.const 1) (i32.load offset=24 (local.get 0)) (i32.load offset=28 (local.get 0)))";
    let guest = Guest::named("seeing").on(Hook::FilterPayload, &format!("{log} {ECHO}"));
    let (plugins, notes) = active(generous(), [guest]);
    filtered(&plugins, "0").unwrap();
    assert_eq!(*notes.logged.lock().unwrap(), ["seeing: order.created"]);
}

#[test]
fn plugins_that_exclude_each_other_change_nothing() {
    let (plugins, _) = active(generous(), [wrapping("stays", 10, &[])]);
    let twice = plugins.replace(list([Guest::named("a"), Guest::named("a").version("2.0.0")])).unwrap_err();
    assert_eq!(twice, ActivationError::NameTwice("a".to_owned()));
    let owners = [Guest::named("a").topic("x.y", "1"), Guest::named("b").topic("x.y", "1")];
    let text = plugins.replace(list(owners)).unwrap_err().to_string();
    assert_eq!(text, "the plugins `a` and `b` both add the topic `x.y`; only one of them can be active");
    let bad = ActivePlugin { settings: "[]".to_owned(), ..ActivePlugin::new(Guest::named("a").plugin(), 1) };
    assert!(plugins.replace(vec![bad]).unwrap_err().to_string().contains("settings of plugin `a`"));
    assert_eq!(filtered(&plugins, "1").unwrap(), r#"[1,"stays"]"#);
}

#[test]
fn a_plugin_that_stays_keeps_its_instance() {
    let (plugins, _) = active(generous(), []);
    let counting = Guest::named("counting").on(Hook::FilterPayload, COUNT).plugin();
    let other = ActivePlugin::new(Guest::named("other").plugin(), 2);
    let count = || filtered(&plugins, "0").unwrap();
    plugins.replace(vec![ActivePlugin::new(counting.clone(), 1)]).unwrap();
    assert_eq!((count(), count()), ("1".to_owned(), "2".to_owned()));
    plugins.replace(vec![ActivePlugin::new(counting.clone(), 1), other.clone()]).unwrap();
    assert_eq!(count(), "3");
    plugins.replace(vec![ActivePlugin::new(counting, 3), other]).unwrap();
    assert_eq!(count(), "1", "it has been activated anew");
    plugins.replace(Vec::new()).unwrap();
    assert_eq!(filtered(&plugins, "0").unwrap(), "0");
}

#[test]
fn the_core_is_told_topics_and_interests() {
    let guest = Guest::named("bookings").topic("booking.made", "{}").topic("booking.lost", "{}");
    let guest = guest.on_topics(Hook::BuildPayload, 10, &[], ECHO).on_topics(Hook::ShouldDeliver, 1, &["order.*"], YES);
    let guest = guest.on(Hook::AfterDelivery, NO);
    let (plugins, _) = active(generous(), [guest, Guest::named("idle")]);
    let topics: Vec<_> = plugins.topics().into_iter().map(|topic| (topic.name, topic.extension)).collect();
    assert_eq!(topics[0], ("booking.made".to_owned(), "bookings".to_owned()));
    assert_eq!(topics.len(), 2);
    let interests = plugins.interests();
    let topics =
        |hook| interests.iter().find(|interest| interest.hook == hook).map(|interest| interest.topics.join(" "));
    assert_eq!(topics(CoreHook::BuildData).unwrap(), "booking.made booking.lost");
    assert_eq!(topics(CoreHook::ShouldDeliver).unwrap(), "order.*");
    assert_eq!(topics(CoreHook::AfterDelivery).unwrap(), "");
    assert_eq!(topics(CoreHook::FilterData), None);
}

#[test]
fn threads_call_and_replace_at_once() {
    let (plugins, notes) = active(generous(), [wrapping("a", 10, &[]), wrapping("b", 10, &[])]);
    let (both, one) = (list([wrapping("a", 10, &[]), wrapping("b", 10, &[])]), list([wrapping("a", 10, &[])]));
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let answer = filtered(&plugins, "1").unwrap();
                    assert!([r#"[[1,"a"],"b"]"#, r#"[1,"a"]"#].contains(&answer.as_str()), "{answer}");
                }
            });
        }
        let (plugins, both, one) = (Arc::clone(&plugins), &both, &one);
        scope.spawn(move || {
            for _ in 0..50 {
                plugins.replace(one.clone()).unwrap();
                plugins.replace(both.clone()).unwrap();
            }
        });
    });
    assert!(notes.failed.lock().unwrap().is_empty());
    assert_eq!(filtered(&plugins, "1").unwrap(), r#"[[1,"a"],"b"]"#);
}
