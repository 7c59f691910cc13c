//! The signing schemes against libraries that nobody here wrote: what Hookwright signs they take, a changed body they
//! refuse, and what they sign Hookwright takes.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use hookwright_runtime::signing::{HeadersRefusal, Message, Refusal, Scheme, SecretKind};
use hookwright_tests::installation::{Installation, Kind};
use hookwright_tests::outside_tools::{Package, node_package, python_package};
use hookwright_tests::subject::Subject;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

const BODY: &str = r#"{"id":"evt_1","object":"event","note":"é ✓ \u00e9"}"#;
const ID: &str = "msg_2Lh9KRb0pzN4LePd3XiA4v12Axj";

/// What a script reads from its standard input.
#[derive(Serialize)]
struct Task<'a> {
    secret: &'a str,
    /// What verifies: the public key, where there is one, or the secret.
    verifying: &'a str,
    id: &'a str,
    /// Unix seconds.
    timestamp: i64,
    body: &'a str,
    changed: &'a str,
    /// As Hookwright made them.
    headers: BTreeMap<String, String>,
}

/// What a script prints.
#[derive(Debug, Deserialize)]
struct Answer {
    /// Whether the library took Hookwright's headers.
    took: bool,
    /// Whether it refused them with the changed body.
    refused_changed: bool,
    /// The headers that it made itself.
    headers: BTreeMap<String, String>,
}

/// Begins every script for Node.
const NODE: &str = r"
import { readFileSync } from 'node:fs';
const task = JSON.parse(readFileSync(0, 'utf8'));
const holds = async (check) => { try { return (await check()) !== false; } catch { return false; } };
const answer = async (verify, headers) => console.log(JSON.stringify({
  took: await holds(() => verify(task.body)),
  refused_changed: !(await holds(() => verify(task.changed))),
  headers,
}));
";

#[test]
fn bug_28_standardwebhooks_of_npm_agrees() {
    let script = r"
import { Webhook } from 'standardwebhooks';
const webhook = new Webhook(task.secret);
await answer((body) => { webhook.verify(body, task.headers); }, {
  'webhook-id': task.id,
  'webhook-timestamp': String(task.timestamp),
  'webhook-signature': webhook.sign(task.id, new Date(task.timestamp * 1000), task.body),
});
";
    let Some(package) = node_package("standardwebhooks", "1.1.1") else { return };
    check(&Scheme::Standard, SecretKind::Standard, &package, &format!("{NODE}{script}"));
}

#[test]
fn bug_28_svix_of_npm_agrees() {
    let script = r"
import { Webhook } from 'svix';
const webhook = new Webhook(task.secret);
await answer((body) => { webhook.verify(body, task.headers); }, {
  'svix-id': task.id,
  'svix-timestamp': String(task.timestamp),
  'svix-signature': webhook.sign(task.id, new Date(task.timestamp * 1000), task.body),
});
";
    let Some(package) = node_package("svix", "2.5.0") else { return };
    check(&Scheme::Svix, SecretKind::Standard, &package, &format!("{NODE}{script}"));
}

const STRIPE: &str = r"
import Stripe from 'stripe';
const { webhooks } = new Stripe('sk_test_none');
await answer((body) => { webhooks.constructEvent(body, task.headers['Stripe-Signature'], task.secret); }, {
  'Stripe-Signature': webhooks.generateTestHeaderString({
    payload: task.body, secret: task.secret, timestamp: task.timestamp,
  }),
});
";

/// With a secret as Stripe's own are: `whsec_` is a part of the key.
#[test]
fn bug_28_stripe_of_npm_agrees() {
    let Some(package) = node_package("stripe", "23.1.0") else { return };
    let script = format!("{NODE}{STRIPE}");
    check(&Scheme::Stripe, SecretKind::Standard, &package, &script);
    check(&Scheme::Stripe, SecretKind::Text, &package, &script);
}

#[test]
fn bug_28_octokit_of_npm_agrees() {
    let script = r"
import { sign, verify } from '@octokit/webhooks-methods';
await answer((body) => verify(task.secret, body, task.headers['X-Hub-Signature-256']), {
  'X-Hub-Signature-256': await sign(task.secret, task.body),
});
";
    let Some(package) = node_package("@octokit/webhooks-methods", "6.0.0") else { return };
    check(&Scheme::Github, SecretKind::Text, &package, &format!("{NODE}{script}"));
}

/// No library of the packages here knows v1a; OpenSSL, which Node brings, knows ed25519.
#[test]
fn bug_28_openssl_of_node_agrees() {
    let script = r"
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
const url = (bytes) => Buffer.from(bytes).toString('base64url');
const pair = Buffer.from(task.secret.slice('whsk_'.length), 'base64');
const jwk = { kty: 'OKP', crv: 'Ed25519', x: url(Buffer.from(task.verifying.slice('whpk_'.length), 'base64')) };
const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
const privateKey = createPrivateKey({ key: { ...jwk, d: url(pair.subarray(0, 32)) }, format: 'jwk' });
const signed = (body) => Buffer.from(`${task.headers['webhook-id']}.${task.headers['webhook-timestamp']}.${body}`);
const [version, signature] = task.headers['webhook-signature'].split(',');
await answer(
  (body) => version === 'v1a' && verify(null, signed(body), publicKey, Buffer.from(signature, 'base64')),
  {
    'webhook-id': task.id,
    'webhook-timestamp': String(task.timestamp),
    'webhook-signature': 'v1a,' + sign(null, signed(task.body), privateKey).toString('base64'),
  },
);
";
    let Some(package) = node_package("standardwebhooks", "1.1.1") else { return };
    check(&Scheme::StandardEd25519, SecretKind::Ed25519, &package, &format!("{NODE}{script}"));
}

#[test]
fn bug_28_shopify_of_npm_agrees() {
    let script = r"
import '@shopify/shopify-api/adapters/node';
import { shopifyApi } from '@shopify/shopify-api';
import { createSHA256HMAC } from '@shopify/shopify-api/runtime';
const apiVersion = '2025-10';
const shop = shopifyApi({
  apiKey: 'none', apiSecretKey: task.secret, apiVersion, hostName: 'shop.example', isEmbeddedApp: false,
  logger: { log: () => {} },
});
const others = {
  'X-Shopify-API-Version': apiVersion,
  'X-Shopify-Shop-Domain': 'shop.example',
  'X-Shopify-Topic': 'orders/create',
  'X-Shopify-Webhook-Id': task.id,
};
const request = { method: 'POST', url: '/', headers: { ...others, ...task.headers } };
await answer(
  async (rawBody) => (await shop.webhooks.validate({ rawBody, rawRequest: request, rawResponse: {} })).valid,
  { 'X-Shopify-Hmac-Sha256': await createSHA256HMAC(task.secret, task.body) },
);
";
    // The newest that runs on Node.js 20.
    let Some(package) = node_package("@shopify/shopify-api", "13.1.0") else { return };
    check(&Scheme::Shopify, SecretKind::Text, &package, &format!("{NODE}{script}"));
}

/// For a library with the class of Standard Webhooks; begins with its name and what its headers begin with.
const PYTHON: &str = r"
import importlib, json, sys
from datetime import datetime, timezone

task = json.load(sys.stdin)
webhook = importlib.import_module(library).Webhook(task['secret'])

def holds(body):
    try:
        webhook.verify(body, task['headers'])
        return True
    except Exception:
        return False

at = datetime.fromtimestamp(task['timestamp'], timezone.utc)
print(json.dumps({
    'took': holds(task['body']),
    'refused_changed': not holds(task['changed']),
    'headers': {
        prefix + '-id': task['id'],
        prefix + '-timestamp': str(task['timestamp']),
        prefix + '-signature': webhook.sign(task['id'], at, task['body']),
    },
}))
";

#[test]
fn bug_28_standardwebhooks_of_pypi_agrees() {
    let Some(package) = python_package("standardwebhooks", "1.1.0") else { return };
    let script = format!("library, prefix = 'standardwebhooks', 'webhook'\n{PYTHON}");
    check(&Scheme::Standard, SecretKind::Standard, &package, &script);
}

#[test]
fn bug_28_svix_of_pypi_agrees() {
    let Some(package) = python_package("svix", "2.9.1") else { return };
    let script = format!("library, prefix = 'svix.webhooks', 'svix'\n{PYTHON}");
    check(&Scheme::Svix, SecretKind::Standard, &package, &script);
}

#[test]
fn bug_28_standardwebhooks_of_crates_io_agrees() {
    let mut site = Installation::new(Kind::Component);
    let (secret, now) = (site.generate_key(SecretKind::Standard).unwrap(), now());
    let theirs = standardwebhooks::Webhook::new(&secret).unwrap();
    let headers: HeaderMap = signed(&mut site, &Scheme::Standard, &secret, now)
        .iter()
        .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap()))
        .collect();
    theirs.verify(BODY.as_bytes(), &headers).unwrap();
    assert!(theirs.verify(changed().as_bytes(), &headers).is_err());

    let signature = theirs.sign(ID, now, BODY.as_bytes()).unwrap();
    let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers =
        vec![own("webhook-id", ID), own("webhook-timestamp", &now.to_string()), own("webhook-signature", &signature)];
    let verdict = site.verify_headers(Scheme::Standard, headers, BODY.into(), secret, now * 1000, 0);
    assert_eq!(verdict, Ok(Ok(())));
}

/// Both directions, each also with a changed body.
#[track_caller]
fn check(scheme: &Scheme, kind: SecretKind, library: &Package, script: &str) {
    let mut site = Installation::new(Kind::Component);
    let (secret, now) = (site.generate_key(kind).unwrap(), now());
    let verifying = match kind {
        SecretKind::Ed25519 => site.public_key(secret.clone()).unwrap(),
        SecretKind::Standard | SecretKind::Text => secret.clone(),
    };
    let task = Task {
        secret: &secret,
        verifying: &verifying,
        id: ID,
        timestamp: now,
        body: BODY,
        changed: &changed(),
        headers: signed(&mut site, scheme, &secret, now).into_iter().collect(),
    };
    let output = library.run(script, &serde_json::to_vec(&task).unwrap());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the script failed: {said}");
    let answer: Answer = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert!(answer.took, "the library refuses what Hookwright signed: {said}");
    assert!(answer.refused_changed, "the library takes a changed body, so its verdict says nothing");

    let theirs: Vec<(String, String)> = answer.headers.into_iter().collect();
    let mut verify = |body: &str| {
        site.verify_headers(scheme.clone(), theirs.clone(), body.into(), verifying.clone(), now * 1000, 0).unwrap()
    };
    assert_eq!(verify(BODY), Ok(()));
    assert_eq!(verify(&changed()), Err(HeadersRefusal::Message(Refusal::Mismatch)));
}

fn signed(site: &mut Installation, scheme: &Scheme, secret: &str, now: i64) -> Vec<(String, String)> {
    let message = Message { id: ID.to_owned(), timestamp: now.to_string(), body: BODY.into() };
    site.sign_headers(scheme.clone(), message, vec![secret.to_owned()]).unwrap()
}

fn changed() -> String {
    BODY.replace("evt_1", "evt_2")
}

/// Unix seconds by the real clock, which is that of the libraries.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    i64::try_from(since.as_secs()).expect("a clock before the year 292 billion")
}
