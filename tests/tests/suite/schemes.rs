//! The signing schemes against tests/vectors/schemes.json, and new keys.

use hookwright_runtime::signing::{HeadersRefusal, Message, Refusal, Scheme, SecretKind};
use hookwright_tests::installation::{Installation, Kind};
use hookwright_tests::subject::Subject;
use serde::Deserialize;

use crate::expect::{invalid, says};

both! {
    headers_are_made_and_verified,
    received_headers_get_their_verdict,
    secrets_that_do_not_fit_are_refused,
    new_keys_sign,
    a_second_secret_needs_room,
}

#[derive(Deserialize)]
struct Vectors {
    signed: Vec<Signed>,
    received: Vec<Received>,
    refused_secrets: Vec<RefusedSecret>,
}

#[derive(Deserialize)]
struct Signed {
    id: String,
    scheme: String,
    header: Option<String>,
    secrets: Vec<String>,
    verifying_secrets: Option<Vec<String>>,
    message: MessageJson,
    headers: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct MessageJson {
    id: String,
    timestamp: String,
    body: String,
}

#[derive(Deserialize)]
struct Received {
    id: String,
    scheme: String,
    header: Option<String>,
    secret: String,
    headers: Vec<(String, String)>,
    body: String,
    now: i64,
    verdict: String,
    name: Option<String>,
    seconds: Option<i64>,
}

#[derive(Deserialize)]
struct RefusedSecret {
    id: String,
    scheme: String,
    header: Option<String>,
    secret: String,
    #[serde(rename = "use")]
    purpose: Purpose,
    field: String,
    says: String,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Purpose {
    Sign,
    Verify,
    Both,
}

fn headers_are_made_and_verified(kind: Kind) {
    let mut site = Installation::new(kind);
    for vector in vectors().signed {
        let Signed { id, message, headers, .. } = vector;
        let scheme = scheme(&vector.scheme, vector.header.as_deref());
        let body = message.body.into_bytes();
        let at = message.timestamp.parse().unwrap_or(0);
        let signed = Message { id: message.id, timestamp: message.timestamp, body: body.clone() };
        let made = site.sign_headers(scheme.clone(), signed, vector.secrets.clone()).unwrap();
        assert_eq!(made, headers, "{id}");
        for secret in vector.verifying_secrets.unwrap_or(vector.secrets) {
            let verdict = site.verify_headers(scheme.clone(), headers.clone(), body.clone(), secret, at * 1000, 0);
            assert_eq!(verdict, Ok(Ok(())), "{id}");
        }
    }
}

fn received_headers_get_their_verdict(kind: Kind) {
    let mut site = Installation::new(kind);
    for vector in vectors().received {
        let expected = vector.expected();
        let Received { id, secret, headers, body, now, .. } = vector;
        let scheme = scheme(&vector.scheme, vector.header.as_deref());
        let found = site.verify_headers(scheme, headers, body.into_bytes(), secret, now * 1000, 300);
        assert_eq!(found, Ok(expected), "{id}");
    }
}

fn secrets_that_do_not_fit_are_refused(kind: Kind) {
    let mut site = Installation::new(kind);
    for RefusedSecret { id, scheme: name, header, secret, purpose, field, says: words } in vectors().refused_secrets {
        let scheme = scheme(&name, header.as_deref());
        if purpose != Purpose::Verify {
            let message = Message { id: "msg_1".to_owned(), timestamp: "1".to_owned(), body: Vec::new() };
            let told = invalid(site.sign_headers(scheme.clone(), message, vec![secret.clone()]));
            let field = if field == "secret" { "secrets[0]" } else { &field };
            assert!(told.starts_with(&format!("{field}: ")), "{id}: {told}");
            says(&told, &words);
        }
        if purpose != Purpose::Sign {
            let told = invalid(site.verify_headers(scheme, Vec::new(), Vec::new(), secret, 0, 0));
            assert!(told.starts_with(&format!("{field}: ")), "{id}: {told}");
            says(&told, &words);
        }
    }
}

fn new_keys_sign(kind: Kind) {
    let mut site = Installation::new(kind);
    for (secret_kind, scheme, prefix) in [
        (SecretKind::Standard, Scheme::Standard, "whsec_"),
        (SecretKind::Ed25519, Scheme::StandardEd25519, "whsk_"),
        (SecretKind::Text, Scheme::HmacSha512Hex("X-Signature".to_owned()), ""),
    ] {
        let secret = site.generate_key(secret_kind).unwrap();
        assert!(secret.starts_with(prefix) && secret.len() >= 50, "{prefix}");
        assert_ne!(site.generate_key(secret_kind).unwrap(), secret, "{prefix}");
        let message = Message { id: "msg_1".to_owned(), timestamp: "1".to_owned(), body: b"{}".to_vec() };
        let headers = site.sign_headers(scheme.clone(), message, vec![secret.clone()]).unwrap();
        let verifying = match secret_kind {
            SecretKind::Ed25519 => site.public_key(secret).unwrap(),
            SecretKind::Standard | SecretKind::Text => secret,
        };
        let verdict = site.verify_headers(scheme, headers, b"{}".to_vec(), verifying, 1000, 0);
        assert_eq!(verdict, Ok(Ok(())), "{prefix}");
    }
    let public = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=".to_owned();
    assert_eq!(site.public_key(public.clone()), Ok(public));
    says(&invalid(site.public_key("whsec_AAAA".to_owned())), "secret: the scheme `standard-ed25519` takes");
}

fn a_second_secret_needs_room(kind: Kind) {
    let mut site = Installation::new(kind);
    let message = Message { id: String::new(), timestamp: String::new(), body: Vec::new() };
    let told = invalid(site.sign_headers(Scheme::Github, message, vec!["one".to_owned(), "two".to_owned()]));
    assert_eq!(told, "secrets: the scheme `github` has room for one signature; give one secret");
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../vectors/schemes.json")).unwrap()
}

/// A scheme by the name that people use.
fn scheme(name: &str, header: Option<&str>) -> Scheme {
    let header = || header.expect("a plain HMAC has a header").to_owned();
    match name {
        "standard" => Scheme::Standard,
        "standard-ed25519" => Scheme::StandardEd25519,
        "svix" => Scheme::Svix,
        "github" => Scheme::Github,
        "stripe" => Scheme::Stripe,
        "shopify" => Scheme::Shopify,
        "woocommerce" => Scheme::Woocommerce,
        "convoy" => Scheme::Convoy,
        "hook0" => Scheme::Hook0,
        "hmac-sha256-hex" => Scheme::HmacSha256Hex(header()),
        "hmac-sha256-base64" => Scheme::HmacSha256Base64(header()),
        "hmac-sha512-hex" => Scheme::HmacSha512Hex(header()),
        "hmac-sha512-base64" => Scheme::HmacSha512Base64(header()),
        other => panic!("no scheme is called {other:?}"),
    }
}

impl Received {
    fn expected(&self) -> Result<(), HeadersRefusal> {
        let name = || self.name.clone().expect("the vector names the header");
        let seconds = || self.seconds.expect("the vector tells the seconds");
        let message = |refusal| Err(HeadersRefusal::Message(refusal));
        match self.verdict.as_str() {
            "genuine" => Ok(()),
            "missing-header" => Err(HeadersRefusal::MissingHeader(name())),
            "repeated-header" => Err(HeadersRefusal::RepeatedHeader(name())),
            "bad-timestamp" => message(Refusal::BadTimestamp),
            "too-old" => message(Refusal::TooOld(seconds())),
            "too-new" => message(Refusal::TooNew(seconds())),
            "no-signature" => message(Refusal::NoSignature),
            "mismatch" => message(Refusal::Mismatch),
            other => panic!("no verdict is called {other:?}"),
        }
    }
}
