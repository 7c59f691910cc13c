//! wit/dialects.md: its table is what the registry does, its requests are those of tests/vectors/dialects.json, and each
//! signature is verified as the table says.

use std::collections::BTreeSet;

use hookwright_runtime::registry::{NewWebhook, Secret, WebhookOptions};
use hookwright_runtime::signing::Scheme;
use hookwright_runtime::types::Scope;
use hookwright_tests::installation::{Installation, Kind, new_webhook};
use hookwright_tests::subject::Subject;
use serde::Deserialize;

use super::{blocks, code, read, rows};

const HEAD: &str = "| dialect | versions | format | its signature | several secrets at once | standard headers |";

#[derive(Deserialize)]
struct Vectors {
    common: Common,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Common {
    timestamp_seconds: i64,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    dialect: String,
    beside: String,
    secrets: Vec<String>,
    body: String,
    headers: Vec<(String, String)>,
}

#[test]
fn the_table_is_what_the_registry_does() {
    let mut site = Installation::new(Kind::Native);
    let refused = site.webhooks_create(of("no-dialect", None)).unwrap_err();
    let known = format!("{refused:?}");
    let table = rows(&read("wit/dialects.md"), HEAD);
    let told: Vec<&str> = table.iter().map(|row| code(&row[0])[0]).collect();
    let known: Vec<&str> = code(&known).into_iter().filter(|word| *word != "no-dialect").collect();
    assert_eq!(told.iter().collect::<BTreeSet<_>>(), known.iter().collect(), "the table has all dialects");
    for row in &table {
        let dialect = code(&row[0])[0];
        let versions: Vec<u32> = row[1].split(", ").map(|version| version.parse().unwrap()).collect();
        let newest = site.webhook_of(of(dialect, None));
        assert_eq!(versions.last(), Some(&newest.payload_version), "{dialect}");
        for version in &versions {
            let webhook = site.webhook_of(of(dialect, Some(*version)));
            let format = row[2].split(", ").find_map(|told| told.strip_prefix(&format!("{version}: ")));
            assert_eq!(webhook.format, format.unwrap_or(&row[2]), "{dialect} {version}");
        }
        let after = newest.payload_version + 1;
        assert!(site.webhooks_create(of(dialect, Some(after))).is_err(), "{dialect} has a version {after} too");
        assert_eq!(row[5] == "yes", newest.standard_headers, "{dialect}: standard headers");
        let rotated = site.webhooks_rotate_secret(Scope::All, newest.id, None, 3_600_000);
        assert_eq!(row[4] == "yes", rotated.is_ok(), "{dialect}: several secrets");
    }
}

fn of(dialect: &str, payload_version: Option<u32>) -> NewWebhook {
    let options = WebhookOptions { dialect: Some(dialect.to_owned()), payload_version, ..WebhookOptions::default() };
    NewWebhook { options, ..new_webhook(&[]) }
}

#[test]
fn every_request_is_its_vector_and_verifies() {
    let text = read("wit/dialects.md");
    let file: Vectors = serde_json::from_str(&read("tests/vectors/dialects.json")).unwrap();
    let table = rows(&text, HEAD);
    let mut site = Installation::new(Kind::Native);
    let mut shown = BTreeSet::new();
    for block in blocks(&text, "http") {
        let vector = file.vectors.iter().find(|vector| vector.id == block.info);
        let vector = vector.unwrap_or_else(|| panic!("there is no vector {}", block.info));
        let lines: Vec<String> = vector.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let request = format!("POST /hook HTTP/1.1\n{}\n\n{}", lines.join("\n"), vector.body);
        assert_eq!(block.content, request, "{}", vector.id);
        shown.insert(vector.dialect.as_str());

        let row = table.iter().find(|row| code(&row[0]) == [vector.dialect.as_str()]).unwrap();
        let own = code(&row[3]);
        let scheme = match own.first() {
            Some(name) => Some(scheme(name)),
            None => (vector.beside == "standard").then_some(Scheme::Standard),
        };
        let Some(scheme) = scheme else {
            assert!(!request.contains("signature"), "{}", vector.id);
            continue;
        };
        let above = block.before.trim_end().lines().last().unwrap_or_default();
        let secret =
            above.strip_prefix("Secret: ").map(code).unwrap_or_else(|| panic!("no secret above {}", vector.id));
        assert_eq!(secret, vector.secrets, "{}", vector.id);
        let now = file.common.timestamp_seconds * 1_000;
        let (headers, body) = (vector.headers.clone(), vector.body.clone().into_bytes());
        let verdict = site.verify_headers(scheme, headers, body, secret[0].to_owned(), now, 300).unwrap();
        assert_eq!(verdict, Ok(()), "{}", vector.id);
    }
    let told: BTreeSet<&str> = table.iter().map(|row| code(&row[0])[0]).collect();
    assert_eq!(shown, told, "each dialect has an example");
}

fn scheme(name: &str) -> Scheme {
    match name {
        "standard" => Scheme::Standard,
        "woocommerce" => Scheme::Woocommerce,
        "github" => Scheme::Github,
        "stripe" => Scheme::Stripe,
        "shopify" => Scheme::Shopify,
        other => panic!("{other} is no scheme of a dialect"),
    }
}

/// Secrets of a dialect whose key is text have the bounds that the WIT tells.
#[test]
fn a_text_secret_has_the_bounds_that_are_told() {
    assert!(read("wit/webhooks/registry.wit").contains("any text of 8 to 200 characters"));
    let mut site = Installation::new(Kind::Native);
    for (length, is_good) in [(7, false), (8, true), (200, true), (201, false)] {
        let secret = Some(Secret::from("s".repeat(length)));
        let created = site.webhooks_create(NewWebhook { secret, ..of("github", None) });
        assert_eq!(created.is_ok(), is_good, "{length} characters");
    }
}
