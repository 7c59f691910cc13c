//! `webhooks rotate-secret`

use crate::place::{Place, Ran, text};
use crate::receiver::{Received, Receiver};

const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Publishes and delivers one event.
fn sent(place: &Place, receiver: &Receiver) -> Received {
    place.run(&["publish", "order.created", "--sample"]).succeeded();
    place.run(&["--allow-local", "deliver"]).succeeded().prints(&["1 delivered"]);
    let received = receiver.received();
    place.write("head", received.head());
    place.write("body", &received.body);
    received
}

fn verify(place: &Place, scheme: &str, secret: &str) -> Ran {
    place.run(&["verify", "--scheme", scheme, "--secret", secret, "--headers", "head", "--body", "body"])
}

fn created(place: &Place, receiver: &Receiver, options: &[&str]) -> String {
    let create = ["--allow-local", "webhooks", "create", "--url", &receiver.url()];
    text(&place.json(&[&create[..], options].concat())["webhook"]["id"])
}

#[test]
fn both_secrets_sign_while_they_overlap() {
    let place = Place::new();
    let receiver = Receiver::answering("200 OK", "", b"");
    let id = created(&place, &receiver, &["--secret", OLD]);
    let rotated = place.run(&["webhooks", "rotate-secret", &id]).succeeded();
    let rotated =
        rotated.prints(&[&id, "Secret  whsec_"]).says(&["only this once", "signs beside it until", "(in 23 h)"]);
    let secret = rotated.stdout.split_whitespace().find(|word| word.starts_with("whsec_")).unwrap().to_owned();
    assert_ne!(secret, OLD);
    let shown = place.run(&["webhooks", "show", &id]).succeeded().prints(&["Former secrets  sign until"]);
    assert!(!shown.stdout.contains("whsec_"), "{shown}");

    let received = sent(&place, &receiver);
    assert_eq!(received.header("webhook-signature").split(' ').count(), 2, "{}", received.head());
    verify(&place, "standard", &secret).succeeded();
    verify(&place, "standard", OLD).succeeded();

    let now = place.run(&["webhooks", "rotate-secret", &id, "--secret", OLD, "--overlap", "0s"]).succeeded();
    now.prints(&[OLD]).says(&["The former secret no longer signs"]);
    assert_eq!(sent(&place, &receiver).header("webhook-signature").split(' ').count(), 1);
    verify(&place, "standard", OLD).succeeded();
    verify(&place, "standard", &secret).ended_with(1);
}

#[test]
fn as_json_with_the_end_of_the_overlap() {
    let place = Place::new();
    let id = place.webhook("https://a.example/", &[]);
    let rotated = place.json(&["webhooks", "rotate-secret", &id, "--overlap", "7d"]);
    let until = rotated["webhook"]["former_secrets_until"][0].as_i64().unwrap();
    assert_eq!(until - rotated["webhook"]["updated_at"].as_i64().unwrap(), 604_800_000);
    assert!(text(&rotated["secret"]).starts_with("whsec_"), "{rotated}");
}

/// Shopify's header has room for one signature.
#[test]
fn where_one_signature_fits_the_new_secret_signs_at_once() {
    let place = Place::new();
    let receiver = Receiver::answering("200 OK", "", b"");
    let id = created(&place, &receiver, &["--dialect", "shopify", "--secret", "the first secret"]);
    let rotate = ["webhooks", "rotate-secret", &id, "--secret", "the second secret"];
    place.run(&[&rotate[..], &["--overlap", "1h"]].concat()).failed(&["--overlap: ", "room for one signature only"]);
    place.run(&rotate).succeeded().says(&["The former secret no longer signs"]);
    sent(&place, &receiver);
    verify(&place, "shopify", "the second secret").succeeded();
    verify(&place, "shopify", "the first secret").ended_with(1);
}

#[test]
fn what_cannot_be_is_named() {
    let place = Place::new();
    let id = place.webhook("https://a.example/", &[]);
    let rotate = ["webhooks", "rotate-secret", &id];
    place.run(&[&rotate[..], &["--secret", "hunter2"]].concat()).failed(&["--secret: "]);
    place.run(&[&rotate[..], &["--overlap", "8d"]].concat()).failed(&["--overlap: ", "7 days"]);
    place.run(&[&rotate[..], &["--overlap", "long"]].concat()).ended_with(2).says(&["write a length of time"]);
    place.run(&["webhooks", "rotate-secret", "wh_nope"]).failed(&["there is no webhook wh_nope"]);
    assert_eq!(place.json(&["webhooks", "show", &id])["revision"], 1);
}
