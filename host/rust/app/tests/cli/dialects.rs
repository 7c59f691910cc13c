//! Webhooks in the conventions of other senders, from `webhooks create` to what a receiver gets and can verify.

use serde_json::{Value, json};

use crate::listen;
use crate::place::{Place, text};
use crate::receiver::{Received, Receiver};

/// A receiver and a webhook at it, as typed.
struct Sender {
    place: Place,
    receiver: Receiver,
    secret: String,
}

impl Sender {
    fn of(options: &[&str]) -> Self {
        let place = Place::new();
        let receiver = Receiver::answering("200 OK", "", b"");
        let url = receiver.url();
        let created = place.json(&[&["--allow-local", "webhooks", "create", "--url", &url], options].concat());
        Self { place, receiver, secret: text(&created["secret"]) }
    }

    /// Publishes one event, delivers it, and gives what the receiver got.
    fn sends(&self, topic: &str, data: &str) -> Received {
        self.sends_set(topic, data, &[])
    }

    fn sends_set(&self, topic: &str, data: &str, settings: &[&str]) -> Received {
        self.place.write("data", data);
        self.place.run(&[settings, &["publish", topic, "--data", "data"]].concat()).succeeded();
        self.place.run(&[settings, &["--allow-local", "deliver"]].concat()).succeeded().prints(&[topic, "1 delivered"]);
        let received = self.receiver.received();
        self.place.write("head", received.head());
        self.place.write("body", &received.body);
        received
    }

    #[track_caller]
    fn verifies(&self, scheme: &str) {
        let verify = ["verify", "--scheme", scheme, "--secret", &self.secret, "--headers", "head", "--body", "body"];
        self.place.run(&verify).succeeded().prints(&["verified"]);
    }
}

fn body(received: &Received) -> Value {
    serde_json::from_slice(&received.body).unwrap()
}

#[test]
fn woocommerce() {
    let sender = Sender::of(&["--dialect", "woocommerce", "--secret", "consumer secret of the shop"]);
    let settings = ["--set", "site-url=https://shop.example"];
    let received = sender.sends_set("order.created", r#"{"id": 727, "total": "29.35"}"#, &settings);
    assert_eq!(received.text(), r#"{"id":727,"total":"29.35"}"#);
    for (name, value) in [
        ("content-type", "application/json"),
        ("user-agent", "WooCommerce/10.0.0 Hookshot (WordPress/6.8)"),
        ("x-wc-webhook-source", "https://shop.example/"),
        ("x-wc-webhook-topic", "order.created"),
        ("x-wc-webhook-resource", "order"),
        ("x-wc-webhook-event", "created"),
    ] {
        assert_eq!(received.header(name), value, "{name}");
    }
    assert!(received.header("x-wc-webhook-id").starts_with("wh_"));
    assert_eq!(received.header("x-wc-webhook-delivery-id").len(), 32);
    assert!(!received.has("webhook-signature") && !received.has("webhook-id"), "{}", received.head());
    sender.verifies("woocommerce");

    let received = sender.sends("order.deleted", r#"{"id":727,"total":"29.35"}"#);
    assert_eq!(received.text(), r#"{"id":727}"#);
    sender.verifies("woocommerce");
}

#[test]
fn github() {
    let sender = Sender::of(&["--dialect", "github"]);
    let received = sender.sends("order.created", r#"{"id":7}"#);
    assert_eq!(received.text(), r#"{"action":"created","id":7}"#);
    assert_eq!(received.header("x-github-event"), "order");
    assert_eq!(received.header("x-github-delivery").len(), 36);
    sender.verifies("github");
}

#[test]
fn stripe() {
    let sender = Sender::of(&["--dialect", "stripe"]);
    let received = sender.sends("order.created", r#"{"id":7}"#);
    let event = body(&received);
    assert_eq!((&event["object"], &event["type"]), (&json!("event"), &json!("order.created")));
    assert_eq!(event["data"], json!({ "object": { "id": 7 } }));
    assert!(text(&event["id"]).starts_with("evt_"), "{event}");
    sender.verifies("stripe");
}

#[test]
fn shopify() {
    let sender = Sender::of(&["--dialect", "shopify"]);
    let received = sender.sends_set("order.created", r#"{"id":7}"#, &["--set", "site-url=https://shop.example/"]);
    assert_eq!(received.text(), r#"{"id":7}"#);
    assert_eq!(received.header("x-shopify-topic"), "order/created");
    assert_eq!(received.header("x-shopify-shop-domain"), "shop.example");
    sender.verifies("shopify");
}

/// Dialects whose platforms sign nothing: the standard headers stand beside, unless they are not wanted.
#[test]
fn wink_and_easy_lms_are_signed_by_the_standard() {
    let sender = Sender::of(&["--dialect", "wink"]);
    let received = sender.sends("order.created", r#"{"id":7}"#);
    let envelope = body(&received);
    assert_eq!((&envelope["type"], &envelope["object"]), (&json!("order.created"), &json!({ "id": 7 })));
    assert_eq!(text(&envelope["createdDate"]).len(), "2026-11-21T20:16:05".len(), "{envelope}");
    sender.verifies("standard");

    let sender = Sender::of(&["--dialect", "easy-lms", "--standard-headers", "false"]);
    let received = sender.sends("order.created", r#"{"id":7}"#);
    assert_eq!(received.text(), r#"{"id":7}"#);
    assert!(!received.has("webhook-signature"), "{}", received.head());
}

#[test]
fn ultimate_multisite_has_two_payloads() {
    let sender = Sender::of(&["--dialect", "ultimate-multisite"]);
    assert_eq!(sender.sends("payment_received", r#"{"amount":"10","customer":{"id":7}}"#).text(), {
        r#"{"amount":"10","customer":{"id":7}}"#
    });
    sender.verifies("standard");

    let sender = Sender::of(&["--dialect", "ultimate-multisite", "--payload-version", "1"]);
    let received = sender.sends("payment_received", r#"{"amount":"10","customer":{"id":7}}"#);
    assert_eq!(received.header("content-type"), "application/x-www-form-urlencoded");
    let pairs: Vec<&str> = received.text().split('&').collect();
    assert!(pairs[0].starts_with("webhook_id=wh_"), "{pairs:?}");
    assert_eq!(pairs[1..], ["type=payment_received", "data%5Bamount%5D=10", "data%5Bcustomer%5D%5Bid%5D=7"]);
    sender.verifies("standard");
}

#[test]
fn xml_and_form_are_signed_as_they_are_sent() {
    let sender = Sender::of(&["--format", "xml"]);
    let received = sender.sends("order.created", r#"{"id":7,"note":"a < b"}"#);
    assert_eq!(received.header("content-type"), "application/xml");
    assert!(received.text().starts_with("<?xml version=\"1.0\""), "{}", received.text());
    assert!(received.text().contains("<type>order.created</type>") && received.text().contains("a &lt; b"));
    sender.verifies("standard");

    let sender = Sender::of(&["--format", "form", "--dialect", "github"]);
    let received = sender.sends("order.created", r#"{"id":7,"note":"a & b"}"#);
    assert_eq!(received.header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(received.text(), "action=created&id=7&note=a+%26+b");
    sender.verifies("github");
}

#[test]
fn both_signatures_may_stand_beside_each_other() {
    let sender = Sender::of(&["--dialect", "stripe", "--standard-headers", "true"]);
    assert!(sender.secret.starts_with("whsec_"), "the kind that both take");
    sender.sends("order.created", "{}");
    sender.verifies("stripe");
    sender.verifies("standard");
}

#[test]
fn listen_checks_what_another_sender_would_sign() {
    for dialect in ["woocommerce", "github", "stripe", "shopify"] {
        let place = Place::new();
        let secret = text(&place.json(&["secret", "new", "--kind", "text"])["secret"]);
        let mut receiver = listen::Receiver::start(&place, &["--scheme", dialect, "--secret", &secret]);
        let create = ["webhooks", "create", "--allow-local", "--url", &receiver.url];
        place.run(&[&create[..], &["--dialect", dialect, "--secret", &secret]].concat()).succeeded();
        place.run(&["publish", "order.created", "--sample"]).succeeded();
        place.run(&["deliver", "--allow-local"]).succeeded().prints(&["1 delivered"]);
        assert_eq!(receiver.request()["signature"], "ok", "{dialect}");
    }
}

#[test]
fn what_no_dialect_knows_is_refused_with_what_there_is() {
    let place = Place::new();
    let create = ["webhooks", "create", "--url", "https://a.example/"];
    let refused = |options: &[&str], words: &[&str]| place.run(&[&create[..], options].concat()).failed(words);
    refused(&["--dialect", "magento"], &["--dialect: ", "`woocommerce`", "`ultimate-multisite`"]);
    refused(&["--dialect", "wink", "--payload-version", "2"], &["--payload-version: ", "[1]"]);
    refused(&["--format", "yaml"], &["--format: ", "`json`, `form` or `xml`"]);
    refused(&["--standard-headers", "false"], &["--standard-headers: ", "choose another dialect"]);
    refused(&["--secret", "a text as a shop has it"], &["--secret: ", "`whsec_`"]);
    place.run(&[&create[..], &["--standard-headers", "no"]].concat()).ended_with(2).says(&["true, false"]);
}
