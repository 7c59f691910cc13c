//! Requests that were really sent, in each dialect that signs and in each format, verified by libraries that nobody here
//! wrote: the receiver's side as its developers have it today.

use std::collections::BTreeMap;

use hookwright_runtime::registry::{NewWebhook, Secret, WebhookOptions};
use hookwright_tests::installation::{event, new_webhook};
use hookwright_tests::outside_tools::{Package, node_package, python_package};
use serde::{Deserialize, Serialize};

use super::receiver::{Arrival, Receiver};
use super::shop::Shop;

/// What a script reads from its standard input.
#[derive(Serialize)]
struct Task<'a> {
    secret: &'a str,
    body: String,
    changed: String,
    /// As they arrived.
    headers: BTreeMap<String, String>,
}

/// What a script prints.
#[derive(Debug, Deserialize)]
struct Answer {
    took: bool,
    refused_changed: bool,
}

/// Begins every script for Node; `verify` throws or is false for a message that is not genuine.
const NODE: &str = r"
import { readFileSync } from 'node:fs';
const task = JSON.parse(readFileSync(0, 'utf8'));
const holds = async (check) => { try { return (await check()) !== false; } catch { return false; } };
const judge = async (verify) => console.log(JSON.stringify({
  took: await holds(() => verify(task.body)),
  refused_changed: !(await holds(() => verify(task.changed))),
}));
";

const STANDARD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const TEXT: &str = "It's a Secret to Everybody";

#[test]
fn stripe_takes_what_was_sent() {
    let Some(package) = node_package("stripe", "23.1.0") else { return };
    let script = r"
import Stripe from 'stripe';
const { webhooks } = new Stripe('sk_test_none');
await judge((body) => {
  const event = webhooks.constructEvent(body, task.headers['stripe-signature'], task.secret);
  return event.object === 'event' && event.type === 'order.created' && event.data.object.id === 1;
});
";
    check(&package, script, "stripe", "json", STANDARD);
}

#[test]
fn octokit_takes_what_was_sent() {
    let Some(package) = node_package("@octokit/webhooks-methods", "6.0.0") else { return };
    let script = r"
import { verify } from '@octokit/webhooks-methods';
await judge((body) => task.headers['x-github-event'] === 'order'
  && verify(task.secret, body, task.headers['x-hub-signature-256']));
";
    check(&package, script, "github", "json", TEXT);
}

#[test]
fn shopify_takes_what_was_sent() {
    let Some(package) = node_package("@shopify/shopify-api", "13.1.0") else { return };
    let script = r"
import '@shopify/shopify-api/adapters/node';
import { shopifyApi } from '@shopify/shopify-api';
const shop = shopifyApi({
  apiKey: 'none', apiSecretKey: task.secret, apiVersion: '2025-10', hostName: 'shop.example', isEmbeddedApp: false,
  logger: { log: () => {} },
});
const rawRequest = { method: 'POST', url: '/', headers: task.headers };
await judge(async (rawBody) => {
  const verdict = await shop.webhooks.validate({ rawBody, rawRequest, rawResponse: {} });
  return verdict.valid && verdict.topic === 'ORDER_CREATED' && verdict.domain === 'shop.example';
});
";
    check(&package, script, "shopify", "json", TEXT);
}

/// WooCommerce has no library for receivers; its own documentation shows this check in Node.
#[test]
fn woocommerce_is_verified_as_its_receivers_do() {
    let Some(package) = node_package("standardwebhooks", "1.1.1") else { return };
    let script = r"
import { createHmac, timingSafeEqual } from 'node:crypto';
await judge((body) => {
  const expected = createHmac('sha256', task.secret).update(body, 'utf8').digest();
  return timingSafeEqual(expected, Buffer.from(task.headers['x-wc-webhook-signature'], 'base64'))
    && task.headers['x-wc-webhook-topic'] === 'order.created' && JSON.parse(body).id === 1;
});
";
    check(&package, script, "woocommerce", "json", TEXT);
}

const STANDARD_WEBHOOKS: &str = r"
import { Webhook } from 'standardwebhooks';
const webhook = new Webhook(task.secret);
await judge((body) => { webhook.verify(body, task.headers); });
";

/// Whatever the dialect, the standard headers may stand beside its own.
#[test]
fn standardwebhooks_takes_every_dialect_beside_its_own() {
    let Some(package) = node_package("standardwebhooks", "1.1.1") else { return };
    for dialect in ["standard", "woocommerce", "wink", "easy-lms", "github", "stripe", "shopify", "ultimate-multisite"]
    {
        check(&package, STANDARD_WEBHOOKS, dialect, "json", STANDARD);
    }
}

/// The signature covers the bytes that are sent. The library of Python reads the body as JSON after it
/// has verified it, so that failing to read one is a success here.
#[test]
fn every_format_is_signed_as_it_is_sent() {
    let Some(package) = python_package("standardwebhooks", "1.1.0") else { return };
    let script = r"
import hashlib, hmac, json, sys
from standardwebhooks import Webhook, WebhookVerificationError

task = json.load(sys.stdin)

def holds(body):
    try:
        Webhook(task['secret']).verify(body, task['headers'])
        return True
    except json.JSONDecodeError:
        return True  # verified, and then read as JSON
    except WebhookVerificationError:
        return False

print(json.dumps({'took': holds(task['body']), 'refused_changed': not holds(task['changed'])}))
";
    for format in ["json", "form", "xml"] {
        check_script(&package, script, "standard", format, STANDARD);
    }
}

fn check(library: &Package, script: &str, dialect: &str, format: &str, secret: &str) {
    check_script(library, &format!("{NODE}{script}"), dialect, format, secret);
}

/// Publishes, delivers, and asks the library about what arrived.
fn check_script(library: &Package, script: &str, dialect: &str, format: &str, secret: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let arrival = runtime.block_on(sent(dialect, format, secret));
    let body = String::from_utf8(arrival.body.to_vec()).unwrap();
    let changed = body.replacen('1', "2", 1);
    assert_ne!(body, changed);
    let headers = arrival.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let task = Task { secret, body, changed, headers: headers.collect() };
    let output = library.run(script, &serde_json::to_vec(&task).unwrap());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{dialect} {format}: the script failed: {said}");
    let answer: Answer = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert!(answer.took, "{dialect} {format}: the library refuses what arrived: {said}\n{:?}", task.headers);
    assert!(answer.refused_changed, "{dialect} {format}: the library takes a changed body, so it verifies nothing");
}

/// The request of one event to a webhook of this dialect and format.
async fn sent(dialect: &str, format: &str, secret: &str) -> Arrival {
    let shop = Shop::open(&[("site-url", "https://shop.example/")]);
    let receiver = Receiver::willing().await;
    let options = WebhookOptions {
        dialect: Some(dialect.to_owned()),
        format: Some(format.to_owned()),
        standard_headers: Some(secret == STANDARD),
        ..WebhookOptions::default()
    };
    let url = receiver.url("/");
    let webhook = NewWebhook { url, secret: Some(Secret::from(secret.to_owned())), options, ..new_webhook(&[]) };
    shop.hookwright.webhooks_create(webhook).await.unwrap();
    shop.hookwright.publish(vec![event("order.created")]).await.unwrap().remove(0).unwrap();
    assert_eq!(shop.deliver().await.delivered, 1);
    receiver.arrivals("/").remove(0)
}
