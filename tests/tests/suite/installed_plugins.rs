//! What the database knows of plugins: versions, states, failures, and whose a topic is.

mod settings;

use std::sync::Arc;

use hookwright_runtime::catalogue::NewTopic;
use hookwright_runtime::installed::{FailurePolicy, Package, Plugin, State};
use hookwright_runtime::{ExtensionTopic, Extensions};
use hookwright_tests::environment::{SECOND, START_MS};
use hookwright_tests::installation::{Installation, Kind};
use hookwright_tests::subject::Subject;

use crate::expect::{conflict, fields, not_found, says};

everywhere! {
    a_plugin_is_installed_inactive,
    what_is_no_plugin_is_refused,
    plugins_are_listed_in_the_order_of_activation,
    an_upgrade_keeps_the_way_back,
    the_same_bytes_again_are_no_upgrade,
    a_topic_has_one_owner,
    an_owner_may_come_between_installing_and_activating,
    failures_are_counted_until_it_is_activated_again,
    failures_in_a_row_end_with_a_success_in_any_host,
    an_active_plugin_is_not_removed,
    every_change_takes_a_new_number,
    two_hosts_never_decide_on_the_same_state,
}

fn package(name: &str, version: u8, description: &str) -> Package {
    Package {
        name: name.to_owned(),
        version: format!("{version}.0.0"),
        hash: format!("{version:064x}"),
        policy: FailurePolicy::FailOpen,
        description: description.to_owned(),
    }
}

fn with_topic(name: &str, topic: &str) -> Package {
    package(name, 1, &format!(r#"{{"topics":[{{"name":"{topic}"}}]}}"#))
}

fn put(site: &mut Installation, package: Package) -> Plugin {
    site.plugins_put(package).unwrap()
}

fn set_state(site: &mut Installation, name: &str, state: State) -> Plugin {
    site.plugins_set_state(name.to_owned(), state, None).unwrap()
}

fn names(site: &mut Installation) -> Vec<String> {
    site.plugins_installed().unwrap().into_iter().map(|plugin| plugin.name).collect()
}

fn mask() -> String {
    "mask".to_owned()
}

fn a_plugin_is_installed_inactive(kind: Kind) {
    let mut site = Installation::new(kind);
    assert_eq!(site.plugins_installed(), Ok(vec![]));
    let described = Package {
        policy: FailurePolicy::FailClosed,
        ..package("mask", 1, r#"{ "author": "someone", "topics": [{"name": "a.b", "more": 1}] }"#)
    };
    let plugin = put(&mut site, described);
    let expected = Plugin {
        name: mask(),
        version: "1.0.0".to_owned(),
        hash: format!("{:064x}", 1),
        state: State::Inactive,
        policy: FailurePolicy::FailClosed,
        position: 0,
        setting_names: vec![],
        failures: 0,
        failures_in_a_row: 0,
        last_error: None,
        deactivated_reason: None,
        installed_at: START_MS,
        updated_at: START_MS,
        description: plugin.description.clone(),
        previous_hash: None,
        previous_version: None,
    };
    assert_eq!(plugin, expected);
    let description: serde_json::Value = serde_json::from_str(&plugin.description).unwrap();
    assert_eq!((&description["author"], &description["topics"][0]["more"]), (&"someone".into(), &1.into()));
    assert_eq!(site.plugins_get(mask()), Ok(plugin.clone()));
    assert_eq!(site.plugins_installed(), Ok(vec![plugin]));
    assert_eq!(site.plugins_settings(mask()).as_deref(), Ok("{}"));
    for name in ["other", "", "a/b", "\0", "Mask"] {
        not_found(site.plugins_get(name.to_owned()));
        not_found(site.plugins_settings(name.to_owned()));
        not_found(site.plugins_set_state(name.to_owned(), State::Active, None));
        not_found(site.plugins_set_settings(name.to_owned(), "{}".to_owned()));
        not_found(site.plugins_roll_back(name.to_owned()));
        not_found(site.plugins_remove(name.to_owned()));
        not_found(site.plugins_note_failure(name.to_owned(), "x".to_owned()));
        not_found(site.plugins_note_success(name.to_owned()));
    }
}

fn what_is_no_plugin_is_refused(kind: Kind) {
    let mut site = Installation::new(kind);
    let mut refused = |package: Package| fields(site.plugins_put(package));
    let bad = Package {
        name: "a b".to_owned(),
        version: String::new(),
        hash: "F".repeat(64),
        ..package("", 1, r#"{"topics":[{"name":"a b"},{"name":"c"},{"name":"c"}],"settings_schema":"{"}"#)
    };
    let expected = [
        "name",
        "version",
        "hash",
        "description.topics[0].name",
        "description.topics[2].name",
        "description.settings_schema",
    ];
    assert_eq!(refused(bad), expected);
    assert_eq!(refused(package("a", 1, "[]")), ["description"]);
    assert_eq!(refused(package("a", 1, &format!(r#"{{"a":"{}"}}"#, "x".repeat(262_144)))), ["description"]);
    assert_eq!(site.plugins_generation(), Ok(0));
    put(&mut site, package("a", 1, "{}"));
    for reason in ["\0".to_owned(), "x".repeat(2_001)] {
        assert_eq!(fields(site.plugins_set_state("a".to_owned(), State::Inactive, Some(reason))), ["reason"]);
    }
}

fn plugins_are_listed_in_the_order_of_activation(kind: Kind) {
    let mut site = Installation::new(kind);
    for name in ["c", "a", "b"] {
        put(&mut site, package(name, 1, "{}"));
    }
    assert_eq!(names(&mut site), ["a", "b", "c"]);
    assert_eq!(set_state(&mut site, "b", State::Active).position, 1);
    assert_eq!(set_state(&mut site, "a", State::Active).position, 2);
    assert_eq!(set_state(&mut site, "b", State::Active).position, 1, "it is active already");
    assert_eq!(names(&mut site), ["b", "a", "c"]);
    let why = Some("it failed too often".to_owned());
    let off = site.plugins_set_state("b".to_owned(), State::Inactive, why.clone()).unwrap();
    assert_eq!((off.state, off.position, off.deactivated_reason), (State::Inactive, 0, why));
    assert_eq!(set_state(&mut site, "c", State::Active).position, 3);
    let on = set_state(&mut site, "b", State::Active);
    assert_eq!((on.position, on.deactivated_reason), (4, None));
    assert_eq!(names(&mut site), ["a", "c", "b"]);
}

fn an_upgrade_keeps_the_way_back(kind: Kind) {
    let mut site = Installation::new(kind);
    put(&mut site, with_topic("mask", "a.one"));
    says(&conflict(site.plugins_roll_back(mask())), "no version before");
    set_state(&mut site, "mask", State::Active);
    site.plugins_note_failure(mask(), "boom".to_owned()).unwrap();
    site.clock.advance(SECOND);
    let upgraded = put(&mut site, package("mask", 2, r#"{"topics":[{"name":"a.two"}]}"#));
    assert_eq!((upgraded.version.as_str(), upgraded.previous_version.as_deref()), ("2.0.0", Some("1.0.0")));
    assert_eq!((upgraded.hash, upgraded.previous_hash), (format!("{:064x}", 2), Some(format!("{:064x}", 1))));
    assert_eq!((upgraded.state, upgraded.position, upgraded.failures), (State::Active, 1, 0));
    assert_eq!((upgraded.installed_at, upgraded.updated_at), (START_MS, START_MS + SECOND));
    let back = site.plugins_roll_back(mask()).unwrap();
    assert_eq!((back.version.as_str(), back.previous_version.as_deref()), ("1.0.0", Some("2.0.0")));
    assert!(back.description.contains("a.one"), "{}", back.description);
    let again = site.plugins_roll_back(mask()).unwrap();
    assert!(again.version == "2.0.0" && again.description.contains("a.two"), "{again:?}");
    put(&mut site, with_topic("other", "a.one"));
    says(&conflict(site.plugins_roll_back(mask())), "plugin other");
}

fn the_same_bytes_again_are_no_upgrade(kind: Kind) {
    let mut site = Installation::new(kind);
    put(&mut site, package("mask", 1, "{}"));
    let renewed = Package { policy: FailurePolicy::FailClosed, ..package("mask", 1, r#"{"author":"x"}"#) };
    let plugin = put(&mut site, renewed);
    assert_eq!((plugin.previous_hash, plugin.policy), (None, FailurePolicy::FailClosed));
    assert_eq!(plugin.description, r#"{"author":"x"}"#);
}

struct Fireworks;

impl Extensions for Fireworks {
    fn topics(&self) -> Vec<ExtensionTopic> {
        vec![ExtensionTopic {
            name: "rocket.launched".to_owned(),
            title: String::new(),
            description: String::new(),
            group: String::new(),
            schema: None,
            sample: None,
            extension: "fireworks".to_owned(),
        }]
    }
}

fn registered(name: &str) -> NewTopic {
    NewTopic { name: name.to_owned(), title: None, description: None, group: None, schema: None, sample: None }
}

fn a_topic_has_one_owner(kind: Kind) {
    let mut site = Installation::with_extensions(kind, Arc::new(Fireworks));
    site.topics_register(registered("a.registered")).unwrap();
    put(&mut site, with_topic("mask", "a.mine"));
    for (topic, owner) in [
        ("order.created", "built in"),
        ("action.wc_anything", "built in"),
        ("a.registered", "this site"),
        ("a.mine", "plugin mask"),
        ("rocket.launched", "extension fireworks"),
    ] {
        let why = conflict(site.plugins_put(with_topic("other", topic)));
        says(&why, topic);
        says(&why, owner);
    }
    put(&mut site, with_topic("fireworks", "rocket.launched"));
    put(&mut site, Package { hash: format!("{:064x}", 9), ..with_topic("mask", "a.mine") });
    assert_eq!(names(&mut site), ["fireworks", "mask"]);
}

fn an_owner_may_come_between_installing_and_activating(kind: Kind) {
    let mut site = Installation::new(kind);
    put(&mut site, with_topic("mask", "a.mine"));
    site.topics_register(registered("a.mine")).unwrap();
    says(&conflict(site.plugins_set_state(mask(), State::Active, None)), "this site");
    site.topics_unregister("a.mine".to_owned()).unwrap();
    set_state(&mut site, "mask", State::Active);
}

fn failures_are_counted_until_it_is_activated_again(kind: Kind) {
    let mut site = Installation::new(kind);
    put(&mut site, package("mask", 1, "{}"));
    set_state(&mut site, "mask", State::Active);
    let generation = site.plugins_generation();
    assert_eq!(site.plugins_note_failure(mask(), "one".to_owned()), Ok(1));
    assert_eq!(site.plugins_note_failure(mask(), format!("two\0{}", "x".repeat(3_000))), Ok(2));
    assert_eq!(site.plugins_generation(), generation, "hosts need not look again for that");
    let plugin = site.plugins_get(mask()).unwrap();
    let kept = plugin.last_error.unwrap();
    assert!(plugin.failures == 2 && kept.starts_with("twox") && kept.len() == 2_000, "{kept}");
    let off = set_state(&mut site, "mask", State::Inactive);
    assert_eq!(off.failures, 2);
    let on = set_state(&mut site, "mask", State::Active);
    assert_eq!((on.failures, on.last_error), (0, None));
}

fn failures_in_a_row_end_with_a_success_in_any_host(kind: Kind) {
    let mut site = Installation::new(kind);
    let mut other = site.another();
    put(&mut site, package("mask", 1, "{}"));
    set_state(&mut site, "mask", State::Active);
    let generation = site.plugins_generation();
    assert_eq!(site.plugins_note_failure(mask(), "one".to_owned()), Ok(1));
    assert_eq!(other.plugins_note_failure(mask(), "two".to_owned()), Ok(2));
    site.plugins_note_success(mask()).unwrap();
    site.plugins_note_success(mask()).unwrap();
    let plugin = site.plugins_get(mask()).unwrap();
    assert_eq!((plugin.failures, plugin.failures_in_a_row), (2, 0), "{plugin:?}");
    assert_eq!(plugin.last_error.as_deref(), Some("two"));
    assert_eq!(other.plugins_note_failure(mask(), "three".to_owned()), Ok(1));
    assert_eq!(site.plugins_generation(), generation, "hosts need not look again for any of it");
    let set = site.plugins_set_settings(mask(), "{}".to_owned()).unwrap();
    assert_eq!((set.failures, set.failures_in_a_row), (3, 0), "other settings, another chance");
}

fn an_active_plugin_is_not_removed(kind: Kind) {
    let mut site = Installation::new(kind);
    put(&mut site, with_topic("mask", "a.mine"));
    set_state(&mut site, "mask", State::Active);
    says(&conflict(site.plugins_remove(mask())), "deactivate it");
    set_state(&mut site, "mask", State::Inactive);
    site.plugins_remove(mask()).unwrap();
    not_found(site.plugins_get(mask()));
    not_found(site.plugins_remove(mask()));
    put(&mut site, with_topic("other", "a.mine"));
}

fn every_change_takes_a_new_number(kind: Kind) {
    let mut site = Installation::new(kind);
    let mut last = site.plugins_generation().unwrap();
    assert_eq!(last, 0);
    let changes: [fn(&mut Installation); 7] = [
        |site| drop(put(site, package("mask", 1, "{}"))),
        |site| drop(put(site, package("mask", 2, "{}"))),
        |site| drop(site.plugins_roll_back(mask()).unwrap()),
        |site| drop(site.plugins_set_settings(mask(), "{}".to_owned()).unwrap()),
        |site| drop(set_state(site, "mask", State::Active)),
        |site| drop(set_state(site, "mask", State::Inactive)),
        |site| site.plugins_remove(mask()).unwrap(),
    ];
    for change in changes {
        change(&mut site);
        let next = site.plugins_generation().unwrap();
        assert_eq!(next, last + 1);
        last = next;
    }
    not_found(site.plugins_remove(mask()));
    assert_eq!(site.plugins_generation(), Ok(last), "what is refused changes nothing");
}

fn two_hosts_never_decide_on_the_same_state(kind: Kind) {
    let mut site = Installation::new(kind);
    let hosts: Vec<_> = (0..4).map(|_| site.another()).collect();
    let installed: Vec<bool> = std::thread::scope(|scope| {
        let claim = |(number, mut host): (usize, hookwright_tests::subject::Watched)| {
            scope.spawn(move || host.plugins_put(with_topic(&format!("p{number}"), "a.mine")).is_ok())
        };
        let threads: Vec<_> = hosts.into_iter().enumerate().map(claim).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(installed.iter().filter(|installed| **installed).count(), 1, "one topic, one owner");
    assert_eq!(names(&mut site).len(), 1);
    assert_eq!(site.plugins_generation(), Ok(1));
}
