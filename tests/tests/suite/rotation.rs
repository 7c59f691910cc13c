//! A new secret takes the former one's place: what is signed with which, and until when.

use hookwright_runtime::registry::{NewWebhook, Secret, WebhookOptions};
use hookwright_runtime::signing::Scheme;
use hookwright_runtime::types::Scope;
use hookwright_tests::environment::HOUR;
use hookwright_tests::installation::{Installation, Kind, answered, event, new_webhook};
use hookwright_tests::subject::Subject;

use crate::expect::{invalid, not_found, says};

everywhere! {
    both_sign_while_they_overlap,
    without_overlap_the_former_ends_at_once,
    ten_former_secrets_are_kept,
    a_secret_of_ones_own_is_taken,
    one_signature_leaves_no_room,
    hmac_and_ed25519_sign_side_by_side,
    rotation_has_bounds,
}

const HOUR_MS: u32 = 3_600_000;
const STANDARD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ED25519: &str = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";

/// Which of the secrets verify the request of an event published now.
fn verifying(site: &mut Installation, secrets: &[&str]) -> Vec<bool> {
    site.publish_one(event("order.created"));
    let request = site.claim_one();
    site.settle_one(&request, answered(200, &[]));
    let now = site.clock.now();
    secrets
        .iter()
        .map(|secret| {
            let scheme = if secret.starts_with("whsk_") { Scheme::StandardEd25519 } else { Scheme::Standard };
            let (headers, body) = (request.headers.clone(), request.body.clone());
            site.verify_headers(scheme, headers, body, (*secret).to_owned(), now, 300).unwrap().is_ok()
        })
        .collect()
}

fn rotate(site: &mut Installation, id: &str, overlap: u32) -> String {
    let rotated = site.webhooks_rotate_secret(Scope::All, id.to_owned(), None, overlap).unwrap();
    rotated.secret.expose().to_owned()
}

fn both_sign_while_they_overlap(kind: Kind) {
    let mut site = Installation::new(kind);
    let created = site.webhooks_create(new_webhook(&[])).unwrap();
    let (id, first) = (created.webhook.id, created.secret.expose().to_owned());
    let second = rotate(&mut site, &id, 24 * HOUR_MS);
    assert_ne!(first, second);
    assert_eq!(verifying(&mut site, &[&second, &first]), [true, true]);
    let webhook = site.webhook_now(&id);
    assert_eq!((webhook.former_secrets_until, webhook.revision), (vec![site.clock.now() + 24 * HOUR], 2));
    site.clock.advance(24 * HOUR);
    assert_eq!(verifying(&mut site, &[&second, &first]), [true, false]);
}

fn without_overlap_the_former_ends_at_once(kind: Kind) {
    let mut site = Installation::new(kind);
    let created = site.webhooks_create(new_webhook(&[])).unwrap();
    rotate(&mut site, &created.webhook.id, HOUR_MS);
    let last = rotate(&mut site, &created.webhook.id, 0);
    assert_eq!(
        verifying(&mut site, &[&last, created.secret.expose()]),
        [true, false],
        "a leaked secret is worth nothing"
    );
    assert!(site.webhook_now(&created.webhook.id).former_secrets_until.is_empty());
}

fn ten_former_secrets_are_kept(kind: Kind) {
    let mut site = Installation::new(kind);
    let created = site.webhooks_create(new_webhook(&[])).unwrap();
    let mut secrets = vec![created.secret.expose().to_owned()];
    for _ in 0..11 {
        secrets.insert(0, rotate(&mut site, &created.webhook.id, HOUR_MS));
    }
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    let verified = verifying(&mut site, &secrets);
    assert_eq!(verified, [vec![true; 11], vec![false]].concat(), "the present one and ten former ones");
}

fn a_secret_of_ones_own_is_taken(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    let own = Some(Secret::from(STANDARD.to_owned()));
    let rotated = site.webhooks_rotate_secret(Scope::All, id.clone(), own, 0).unwrap();
    assert_eq!(rotated.secret.expose(), STANDARD);
    assert_eq!(verifying(&mut site, &[STANDARD]), [true]);
    let bad = Some(Secret::from("whsec_!".to_owned()));
    let refused = invalid(site.webhooks_rotate_secret(Scope::All, id, bad, 0));
    says(&refused, "secret: ");
}

fn one_signature_leaves_no_room(kind: Kind) {
    let mut site = Installation::new(kind);
    let of = |dialect: &str| NewWebhook {
        options: WebhookOptions { dialect: Some(dialect.to_owned()), ..WebhookOptions::default() },
        ..new_webhook(&[])
    };
    let github = site.webhook_of(of("github")).id;
    let refused = invalid(site.webhooks_rotate_secret(Scope::All, github.clone(), None, HOUR_MS));
    says(&refused, "overlap: ");
    says(&refused, "one signature only");
    site.webhooks_rotate_secret(Scope::All, github, None, 0).unwrap();
    let stripe = site.webhook_of(of("stripe")).id;
    site.webhooks_rotate_secret(Scope::All, stripe, None, HOUR_MS).unwrap();
}

fn hmac_and_ed25519_sign_side_by_side(kind: Kind) {
    let mut site = Installation::new(kind);
    let created = site.webhooks_create(new_webhook(&[])).unwrap();
    let asymmetric = Some(Secret::from(ED25519.to_owned()));
    site.webhooks_rotate_secret(Scope::All, created.webhook.id, asymmetric, HOUR_MS).unwrap();
    assert_eq!(verifying(&mut site, &[ED25519, created.secret.expose()]), [true, true]);
    site.clock.advance(HOUR);
    assert_eq!(verifying(&mut site, &[ED25519, created.secret.expose()]), [true, false]);
}

fn rotation_has_bounds(kind: Kind) {
    let mut site = Installation::new(kind);
    let id = site.webhook(&[]).id;
    let week = 7 * 24 * HOUR_MS;
    says(&invalid(site.webhooks_rotate_secret(Scope::All, id.clone(), None, week + 1)), "7 days");
    site.webhooks_rotate_secret(Scope::All, id.clone(), None, week).unwrap();
    says(&not_found(site.webhooks_rotate_secret(Scope::Account("a".to_owned()), id.clone(), None, 0)), &id);
    says(&not_found(site.webhooks_rotate_secret(Scope::All, "wh_x".to_owned(), None, 0)), "wh_x");
}
