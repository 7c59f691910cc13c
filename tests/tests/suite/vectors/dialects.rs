//! Every dialect in every format, from publish to the request, against tests/vectors/dialects.json.
//!
//! Ids are drawn anew in each run, so they are put in the place of the vectors' own before texts are compared; what is
//! derived from an id is compared by its form, and signatures are verified.

use hookwright_runtime::catalogue::NewTopic;
use hookwright_runtime::registry::{NewWebhook, Secret, WebhookOptions};
use hookwright_runtime::signing::Scheme;
use hookwright_runtime::types::{Error, Scope};
use hookwright_tests::installation::{Installation, Kind, event, new_webhook};
use hookwright_tests::subject::Subject;
use serde::Deserialize;

both! {
    requests_are_as_the_vectors_say,
}

#[derive(Deserialize)]
struct Vectors {
    common: Common,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Common {
    event_id: String,
    webhook_id: String,
    occurred_at_ms: i64,
    timestamp_seconds: i64,
    site_url: String,
    user_agent: String,
    woocommerce_user_agent: String,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    dialect: String,
    version: u32,
    format: String,
    topic: String,
    account: Option<String>,
    data: String,
    secrets: Vec<String>,
    beside: String,
    body: String,
    headers: Vec<(String, String)>,
}

fn requests_are_as_the_vectors_say(kind: Kind) {
    let text = include_str!("../../../vectors/dialects.json");
    let Vectors { common, vectors } = serde_json::from_str(text).unwrap();
    let config = [
        ("site-url", common.site_url.as_str()),
        ("user-agent", &common.user_agent),
        ("woocommerce-user-agent", &common.woocommerce_user_agent),
    ];
    let mut compared = 0;
    for vector in &vectors {
        let mut site = Installation::with_config(kind, &config);
        // A webhook holds one secret that fits; what else a delivery may meet is the core's own test.
        let Some(webhook) = webhook(&mut site, vector) else { continue };
        // Built-in topics are refused, and known anyway.
        let topic = NewTopic {
            name: vector.topic.clone(),
            title: None,
            description: None,
            group: None,
            schema: None,
            sample: None,
        };
        if let Err(refused) = site.topics_register(topic) {
            assert!(matches!(refused, Error::Conflict(_)), "{refused:?}");
        }
        let mut event = event(&vector.topic);
        event.data.clone_from(&vector.data);
        event.account.clone_from(&vector.account);
        event.occurred_at = Some(common.occurred_at_ms);
        let receipt = site.publish_one(event);
        site.clock.set(common.timestamp_seconds * 1_000);
        let request = site.claim_one();
        let of_this_run =
            |text: &str| text.replace(&common.event_id, &receipt.event_id).replace(&common.webhook_id, &webhook);
        let body = String::from_utf8(request.body.clone()).unwrap();
        assert_eq!(without_uuids(&body), without_uuids(&of_this_run(&vector.body)), "{}", vector.id);
        let names =
            |headers: &[(String, String)]| -> Vec<String> { headers.iter().map(|(name, _)| name.clone()).collect() };
        assert_eq!(names(&request.headers), names(&vector.headers), "{}", vector.id);
        for ((name, found), (_, expected)) in request.headers.iter().zip(&vector.headers) {
            let derived = name.contains("signature") || name.contains("hmac") || name == "x-wc-webhook-delivery-id";
            if derived {
                assert_eq!(found.len(), of_this_run(expected).len(), "{}: {name}", vector.id);
            } else {
                assert_eq!(without_uuids(found), without_uuids(&of_this_run(expected)), "{}: {name}", vector.id);
            }
        }
        for (scheme, secret) in schemes(vector) {
            let (headers, body) = (request.headers.clone(), request.body.clone());
            let now = site.clock.now();
            let verdict = site.verify_headers(scheme, headers, body, secret, now, 300).unwrap();
            assert_eq!(verdict, Ok(()), "{}", vector.id);
        }
        compared += 1;
    }
    assert!(compared >= 30, "{compared} of {} vectors", vectors.len());
}

fn webhook(site: &mut Installation, vector: &Vector) -> Option<String> {
    let secret = vector.secrets.last()?.clone();
    let options = WebhookOptions {
        dialect: Some(vector.dialect.clone()),
        format: Some(vector.format.clone()),
        payload_version: Some(vector.version),
        standard_headers: Some(vector.beside == "standard" || vector.dialect == "standard"),
        ..WebhookOptions::default()
    };
    let new = NewWebhook { secret: Some(Secret::from(secret)), options, ..new_webhook(&[]) };
    let id = site.webhooks_create(new).ok()?.webhook.id;
    if let [current, _former] = vector.secrets.as_slice() {
        let current = Some(Secret::from(current.clone()));
        site.webhooks_rotate_secret(Scope::All, id.clone(), current, 3_600_000).ok()?;
    }
    (vector.secrets.len() <= 2).then_some(id)
}

fn schemes(vector: &Vector) -> Vec<(Scheme, String)> {
    let own = match vector.dialect.as_str() {
        "standard" => Some(Scheme::Standard),
        "woocommerce" => Some(Scheme::Woocommerce),
        "github" => Some(Scheme::Github),
        "stripe" => Some(Scheme::Stripe),
        "shopify" => Some(Scheme::Shopify),
        _ => None,
    };
    let beside = (vector.beside == "standard" && vector.dialect != "standard").then_some(Scheme::Standard);
    let current = vector.secrets.first().cloned().unwrap_or_default();
    own.into_iter().chain(beside).map(|scheme| (scheme, current.clone())).collect()
}

/// The text with each UUID replaced by its form.
fn without_uuids(text: &str) -> String {
    let is_uuid = |part: &str| {
        part.char_indices().all(|(at, char)| match at {
            8 | 13 | 18 | 23 => char == '-',
            _ => char.is_ascii_hexdigit(),
        })
    };
    let mut rest = text;
    let mut shown = String::new();
    while let Some(char) = rest.chars().next() {
        let length = if rest.get(..36).is_some_and(is_uuid) { 36 } else { char.len_utf8() };
        shown.push_str(if length == 36 { "uuid" } else { &rest[..length] });
        rest = &rest[length..];
    }
    shown
}
