//! A plugin's settings: what its schema allows, and how they are stored.

use std::sync::Arc;

use hookwright_runtime::installed::{Package, State};
use hookwright_storage::Sqlite;
use hookwright_tests::component;
use hookwright_tests::installation::{Installation, Kind};
use hookwright_tests::native::NativeHost;
use hookwright_tests::subject::{Component, Subject};

use super::{mask, package, put, set_state};
use crate::expect::{conflict, fields, says};

both! {
    settings_satisfy_the_schema,
    a_plugin_is_not_activated_without_the_settings_that_it_needs,
    an_upgrade_never_runs_with_settings_of_another_form,
    settings_are_stored_sealed_and_never_shown,
    settings_are_sealed_anew_with_the_webhooks,
}

const SCHEMA: &str = r#"{"required":["key"],"properties":{"key":{"type":"string"}},"additionalProperties":false}"#;
const KEY_1: &str = "k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const KEY_2: &str = "k2:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

fn with_schema(version: u8, schema: &str) -> Package {
    package("mask", version, &serde_json::json!({ "settings_schema": schema }).to_string())
}

fn settings_satisfy_the_schema(kind: Kind) {
    let mut site = Installation::new(kind);
    put(&mut site, with_schema(1, SCHEMA));
    let mut refused = |text: &str| fields(site.plugins_set_settings(mask(), text.to_owned()));
    assert_eq!(refused("{"), ["settings"]);
    assert_eq!(refused("[]"), ["settings"]);
    assert_eq!(refused(r#"{"key":5}"#), ["settings/key"]);
    assert_eq!(refused(&format!(r#"{{"key":"{}"}}"#, "x".repeat(65_536))), ["settings"]);
    let set = site.plugins_set_settings(mask(), r#"{ "key": "\u00e4" }"#.to_owned()).unwrap();
    assert_eq!(set.setting_names, ["key"]);
    assert_eq!(site.plugins_settings(mask()).as_deref(), Ok(r#"{"key":"ä"}"#));
    put(&mut site, package("plain", 1, "{}"));
    assert_eq!(fields(site.plugins_set_settings("plain".to_owned(), r#"{"a":1}"#.to_owned())), ["settings"]);
    site.plugins_set_settings("plain".to_owned(), "{}".to_owned()).unwrap();
}

fn a_plugin_is_not_activated_without_the_settings_that_it_needs(kind: Kind) {
    let mut site = Installation::new(kind);
    put(&mut site, with_schema(1, SCHEMA));
    let why = conflict(site.plugins_set_state(mask(), State::Active, None));
    says(&why, "key");
    says(&why, "set them");
    site.plugins_set_settings(mask(), r#"{"key":"x"}"#.to_owned()).unwrap();
    set_state(&mut site, "mask", State::Active);
}

fn an_upgrade_never_runs_with_settings_of_another_form(kind: Kind) {
    let mut site = Installation::new(kind);
    put(&mut site, with_schema(1, SCHEMA));
    site.plugins_set_settings(mask(), r#"{"key":"x"}"#.to_owned()).unwrap();
    set_state(&mut site, "mask", State::Active);
    let numbers = r#"{"properties":{"key":{"type":"integer"}}}"#;
    let why = conflict(site.plugins_put(with_schema(2, numbers)));
    says(&why, "2.0.0");
    says(&why, "deactivate it");
    assert_eq!(site.plugins_get(mask()).unwrap().version, "1.0.0");
    set_state(&mut site, "mask", State::Inactive);
    put(&mut site, with_schema(2, numbers));
    says(&conflict(site.plugins_set_state(mask(), State::Active, None)), "settings/key");
    site.plugins_set_settings(mask(), r#"{"key":5}"#.to_owned()).unwrap();
    set_state(&mut site, "mask", State::Active);
    says(&conflict(site.plugins_roll_back(mask())), "1.0.0");
}

fn stored(site: &Installation) -> String {
    let query = "SELECT settings FROM hookwright_plugins";
    site.database().query_row(query, [], |row| row.get(0)).unwrap()
}

/// The same database under other keys.
fn reopened(site: &mut Installation, keys: &str) -> Box<dyn Subject + Send> {
    let connect = Sqlite::open(site.path());
    let mut options = site.options();
    options.config.retain(|(key, _)| key != "encryption-keys");
    options.config.push(("encryption-keys".to_owned(), keys.to_owned()));
    match site.kind() {
        Kind::Native | Kind::Postgres | Kind::Mariadb => Box::new(NativeHost::start(&connect, options).unwrap()),
        Kind::Component => Box::new(Component(component::start(Arc::new(connect), options))),
    }
}

fn settings_are_stored_sealed_and_never_shown(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("encryption-keys", KEY_1)]);
    put(&mut site, with_schema(1, SCHEMA));
    let set = site.plugins_set_settings(mask(), r#"{"key":"hunter2"}"#.to_owned()).unwrap();
    assert!(!format!("{set:?}").contains("hunter2"));
    assert!(stored(&site).starts_with("sealed:1:k1:"), "{}", stored(&site));
    assert_eq!(site.plugins_settings(mask()).as_deref(), Ok(r#"{"key":"hunter2"}"#));
    let mut other = reopened(&mut site, KEY_2);
    let why = conflict(other.plugins_settings(mask()));
    says(&why, "plugin mask");
    says(&why, "k1");
    conflict(other.plugins_set_state(mask(), State::Active, None));
    assert_eq!(other.plugins_get(mask()).unwrap().setting_names, ["key"]);
    let renamed = "UPDATE hookwright_plugins SET name = 'thief'";
    site.database().execute(renamed, []).unwrap();
    says(&conflict(site.plugins_settings("thief".to_owned())), "cannot be opened");
}

fn settings_are_sealed_anew_with_the_webhooks(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("encryption-keys", KEY_1)]);
    put(&mut site, with_schema(1, SCHEMA));
    site.plugins_set_settings(mask(), r#"{"key":"x"}"#.to_owned()).unwrap();
    put(&mut site, package("plain", 1, "{}"));
    site.webhook(&[]);
    let mut both = reopened(&mut site, &format!("{KEY_2},{KEY_1}"));
    let first = both.rekey(1).unwrap();
    assert_eq!((first.changed, first.remaining), (1, 1));
    let second = both.rekey(1).unwrap();
    assert_eq!((second.changed, second.remaining), (1, 0));
    assert!(stored_of(&site, "mask").starts_with("sealed:1:k2:"));
    let mut new = reopened(&mut site, KEY_2);
    assert_eq!(new.plugins_settings(mask()).as_deref(), Ok(r#"{"key":"x"}"#));
}

fn stored_of(site: &Installation, name: &str) -> String {
    let query = "SELECT settings FROM hookwright_plugins WHERE name = ?";
    site.database().query_row(query, [name], |row| row.get(0)).unwrap()
}
