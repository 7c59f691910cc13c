//! The address guard against tests/vectors/guard.json, and what the registry and the settings make of it.

use std::path::{Path, PathBuf};

use hookwright_runtime::guard::Blocked;
use hookwright_runtime::registry::{NewWebhook, WebhookChanges};
use hookwright_runtime::types::{Error, Scope};
use hookwright_tests::installation::{Installation, Kind, new_webhook};
use hookwright_tests::subject::{Answer, Subject};
use serde::Deserialize;

use crate::expect::{fields, invalid, says};

both! {
    bug_06_every_address_and_url_gets_its_verdict,
    metadata_stays_shut_when_everything_is_opened,
    a_refused_url_is_refused_in_the_registry,
    only_open_ports_are_called,
    bad_settings_are_refused,
    the_guard_touches_no_table,
}

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    comment: String,
    address: Option<String>,
    url: Option<String>,
    default: String,
    opened: String,
}

#[test]
fn the_vectors_are_many_and_each_has_an_id_of_its_own() {
    let vectors = vectors_of_the_file();
    let mut ids: Vec<_> = vectors.iter().map(|vector| &vector.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), vectors.len(), "an id stands twice");
    assert!(vectors.len() >= 120, "{}", vectors.len());
}

/// tests/README.md, bug 06: a literal in brackets got past a filter.
fn bug_06_every_address_and_url_gets_its_verdict(kind: Kind) {
    let mut default = Installation::new(kind);
    let mut opened = Installation::with_config(kind, &[("allow-addresses", "loopback,private")]);
    let mut wrong = Vec::new();
    for vector in vectors_of_the_file() {
        for (site, level, expected) in
            [(&mut default, "default", &vector.default), (&mut opened, "opened", &vector.opened)]
        {
            let found = verdict(site, &vector);
            if found != *expected {
                let Vector { id, comment, address, url, .. } = &vector;
                let input = address.as_ref().or(url.as_ref());
                wrong.push(format!("{id} ({comment}) {input:?}, {level}: {found}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn metadata_stays_shut_when_everything_is_opened(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("allow-addresses", "0.0.0.0/0,::/0")]);
    for vector in vectors_of_the_file() {
        let expected = match vector.default.as_str() {
            kept @ ("metadata" | "malformed" | "port") => kept,
            _ => "allowed",
        };
        assert_eq!(verdict(&mut site, &vector), expected, "{} ({})", vector.id, vector.comment);
    }
}

fn a_refused_url_is_refused_in_the_registry(kind: Kind) {
    let mut site = Installation::new(kind);
    let at = |url: &str| NewWebhook { url: url.to_owned(), ..new_webhook(&[]) };
    says(
        &invalid(site.webhooks_create(at("https://0x7f.1/"))),
        "url: 127.0.0.1 is a loopback address; the operator can allow it with `allow-addresses`",
    );
    says(&invalid(site.webhooks_create(at("https://localhost/"))), "url: localhost is a name of this machine");
    let webhook = site.webhook(&[]);
    let moved = |url: &str| WebhookChanges {
        name: None,
        url: Some(url.to_owned()),
        topics: None,
        status: None,
        revision: None,
        ..WebhookChanges::default()
    };
    let id = || webhook.id.clone();
    let refusal = invalid(site.webhooks_update(Scope::All, id(), moved("https://[::ffff:10.0.0.5]/")));
    says(&refusal, "url: 10.0.0.5 is a private address");
    assert_eq!(site.webhook_now(&webhook.id), webhook);
    let mut open = Installation::with_config(kind, &[("allow-addresses", "10.0.0.0/8")]);
    open.webhook_of(at("https://10.0.0.5/"));
    let refusal = invalid(open.webhooks_create(at("https://169.254.169.254/")));
    says(&refusal, "169.254.169.254 is a cloud metadata address; it is never called");
    assert_eq!(fields(open.webhooks_create(at("https://192.168.0.1/"))), ["url"]);
}

fn only_open_ports_are_called(kind: Kind) {
    let mut site = Installation::with_config(kind, &[("allow-ports", "443,8443")]);
    for url in ["https://receiver.example/", "https://receiver.example:8443/", "https://8.8.8.8/"] {
        assert_eq!(site.check_url(url.to_owned()), Ok(Ok(())), "{url}");
    }
    let blocked = site.check_url("https://receiver.example:25/".to_owned()).unwrap().unwrap_err();
    assert_eq!(blocked.reason, "port");
    says(&blocked.message, "port 25 is not open; the operator can add it to `allow-ports`");
    let webhook = NewWebhook { url: "https://receiver.example:25/".to_owned(), ..new_webhook(&[]) };
    says(&invalid(site.webhooks_create(webhook)), "url: port 25 is not open");
}

fn bad_settings_are_refused(kind: Kind) {
    let refusal = |key, value| {
        let mut site =
            Installation::empty(kind, &[(key, value)], std::sync::Arc::new(hookwright_runtime::NoExtensions));
        let refusal = invalid(site.check_config());
        assert_eq!(invalid(site.check_url("https://receiver.example/".to_owned())), refusal);
        assert_eq!(invalid(site.check_address("8.8.8.8".to_owned())), refusal);
        refusal
    };
    says(&refusal("allow-addresses", "10.0.0.5/8"), "config.allow-addresses: `10.0.0.5/8` has bits after its prefix");
    says(&refusal("allow-addresses", "169.254.169.254"), "cloud metadata, which is never called");
    says(&refusal("allow-ports", "https"), "config.allow-ports: `https` is no port");
}

fn the_guard_touches_no_table(kind: Kind) {
    let mut site = Installation::new(kind);
    assert_eq!(site.check_address("8.8.8.8".to_owned()), Ok(Ok(())));
    assert_eq!(site.check_url("https://8.8.8.8/".to_owned()), Ok(Ok(())));
    assert!(site.recorder.take().is_empty());
}

fn verdict(site: &mut Installation, vector: &Vector) -> String {
    let answer: Answer<Result<(), Blocked>> = match (&vector.address, &vector.url) {
        (Some(address), _) => site.check_address(address.clone()),
        (None, Some(url)) => site.check_url(url.clone()),
        (None, None) => panic!("{} has no input", vector.id),
    };
    match answer {
        Ok(Ok(())) => "allowed".to_owned(),
        Ok(Err(blocked)) => blocked.reason,
        Err(Error::Invalid(_)) => "malformed".to_owned(),
        Err(other) => panic!("{}: {other:?}", vector.id),
    }
}

fn vectors_of_the_file() -> Vec<Vector> {
    let vectors: Vectors = serde_json::from_slice(&std::fs::read(file("guard.json")).unwrap()).unwrap();
    vectors.vectors
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name)
}
