//! Every scheme, with what its verifier must refuse. The published vectors are in tests/vectors/schemes.json.

use proptest::prelude::*;

use super::*;
use crate::signing::{HeaderName, SecretKind, generate_key};

const AT: i64 = 1_614_265_330;
const BODY: &[u8] = br#"{"test": 2432232314}"#;
const WHSEC: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

type Headers = Vec<(String, String)>;

fn schemes() -> Vec<Scheme> {
    let header = || HeaderName::parse("X-Signature").unwrap();
    vec![
        Scheme::Standard,
        Scheme::StandardEd25519,
        Scheme::Svix,
        Scheme::Github,
        Scheme::Stripe,
        Scheme::Shopify,
        Scheme::Woocommerce,
        Scheme::Convoy,
        Scheme::Hook0,
        Scheme::HmacSha256Hex(header()),
        Scheme::HmacSha256Base64(header()),
        Scheme::HmacSha512Hex(header()),
        Scheme::HmacSha512Base64(header()),
    ]
}

fn secret_for(scheme: &Scheme, byte: u8) -> String {
    let kind = match scheme {
        Scheme::Standard | Scheme::Svix => SecretKind::Standard,
        Scheme::StandardEd25519 => SecretKind::Ed25519,
        _ => SecretKind::Text,
    };
    generate_key(kind, &[byte; 32])
}

fn signed(scheme: &Scheme, secrets: &[&str], body: &[u8]) -> Headers {
    let secrets: Vec<String> = secrets.iter().map(|secret| (*secret).to_owned()).collect();
    let message = Message { id: "msg_1", timestamp: &AT.to_string(), body };
    sign_headers(scheme, &message, &secrets).unwrap()
}

fn verdict(
    scheme: &Scheme,
    headers: &[(String, String)],
    body: &[u8],
    secret: &str,
) -> core::result::Result<(), HeadersRefusal> {
    verify_headers(scheme, headers, body, secret, AT * 1000, 300).unwrap()
}

#[track_caller]
fn check_value(scheme: &Scheme, value: &str, expected: core::result::Result<(), Refusal>) {
    let mut headers = signed(scheme, &[WHSEC], BODY);
    value.clone_into(&mut headers.last_mut().unwrap().1);
    assert_eq!(verdict(scheme, &headers, BODY, WHSEC), expected.map_err(HeadersRefusal::Message), "{value:?}");
}

fn fields(result: Result<Headers>) -> Vec<String> {
    match result {
        Err(Error::Invalid(fields)) => fields.into_iter().map(|field| field.field).collect(),
        other => panic!("expected refused fields, got {other:?}"),
    }
}

#[test]
fn each_scheme_verifies_what_it_signed_and_nothing_else() {
    for scheme in schemes() {
        let (secret, other) = (secret_for(&scheme, 1), secret_for(&scheme, 2));
        let headers = signed(&scheme, &[&secret], BODY);
        assert_eq!(verdict(&scheme, &headers, BODY, &secret), Ok(()), "{scheme:?}");
        let mismatch = Err(HeadersRefusal::Message(Refusal::Mismatch));
        assert_eq!(verdict(&scheme, &headers, BODY, &other), mismatch, "{scheme:?}");
        assert_eq!(verdict(&scheme, &headers, b"{}", &secret), mismatch, "{scheme:?}");
    }
}

#[test]
fn each_header_is_needed_once_and_in_any_case() {
    for scheme in schemes() {
        let secret = secret_for(&scheme, 1);
        let headers = signed(&scheme, &[&secret], BODY);
        let shouted: Headers = headers.iter().map(|(name, value)| (name.to_uppercase(), value.clone())).collect();
        assert_eq!(verdict(&scheme, &shouted, BODY, &secret), Ok(()), "{scheme:?}");
        for index in 0..headers.len() {
            let mut without = headers.clone();
            let (name, value) = without.remove(index);
            let missing = Err(HeadersRefusal::MissingHeader(name.clone()));
            assert_eq!(verdict(&scheme, &without, BODY, &secret), missing, "{scheme:?}");
            let mut twice = headers.clone();
            twice.push((name.to_lowercase(), value));
            let repeated = Err(HeadersRefusal::RepeatedHeader(name));
            assert_eq!(verdict(&scheme, &twice, BODY, &secret), repeated, "{scheme:?}");
        }
    }
}

#[test]
fn a_rotation_signs_with_each_secret_where_there_is_a_list() {
    for scheme in schemes() {
        let secrets = [secret_for(&scheme, 1), secret_for(&scheme, 2)];
        let message = Message { id: "msg_1", timestamp: "1614265330", body: BODY };
        if scheme.form().has_list() {
            let headers = sign_headers(&scheme, &message, &secrets).unwrap();
            for secret in &secrets {
                assert_eq!(verdict(&scheme, &headers, BODY, secret), Ok(()), "{scheme:?}");
            }
        } else {
            assert_eq!(fields(sign_headers(&scheme, &message, &secrets)), ["secrets"], "{scheme:?}");
        }
    }
}

/// tests/README.md, bug 08: a verifier took the first signature or the last, and none between.
#[test]
fn bug_08_a_right_signature_counts_in_every_place_of_every_list() {
    for scheme in schemes().into_iter().filter(|scheme| scheme.form().has_list()) {
        let [right, other, another] = [1, 2, 3].map(|byte| secret_for(&scheme, byte));
        for order in [[&right, &other, &another], [&other, &right, &another], [&other, &another, &right]] {
            let headers = signed(&scheme, &order.map(String::as_str), BODY);
            assert_eq!(verdict(&scheme, &headers, BODY, &right), Ok(()), "{scheme:?}");
        }
        let headers = signed(&scheme, &[&other, &another], BODY);
        let mismatch = Err(HeadersRefusal::Message(Refusal::Mismatch));
        assert_eq!(verdict(&scheme, &headers, BODY, &right), mismatch, "{scheme:?}");
    }
}

#[test]
fn the_tolerance_holds_where_a_time_is_signed() {
    for scheme in schemes() {
        let secret = secret_for(&scheme, 1);
        let headers = signed(&scheme, &[&secret], BODY);
        let at = |now_s: i64| verify_headers(&scheme, &headers, BODY, &secret, now_s * 1000, 300).unwrap();
        let timed = scheme.form().has_timestamp();
        let refused = |refusal| if timed { Err(HeadersRefusal::Message(refusal)) } else { Ok(()) };
        assert_eq!((at(AT + 300), at(AT - 300)), (Ok(()), Ok(())), "{scheme:?}");
        assert_eq!(at(AT + 301), refused(Refusal::TooOld(301)), "{scheme:?}");
        assert_eq!(at(AT - 301), refused(Refusal::TooNew(301)), "{scheme:?}");
    }
}

#[test]
fn fields_begin_with_the_only_time() {
    let right = &signed(&Scheme::Stripe, &[WHSEC], BODY)[0].1.clone();
    let v1 = right.split_once(',').unwrap().1;
    check_value(&Scheme::Stripe, right, Ok(()));
    check_value(&Scheme::Stripe, &format!("t={AT},v0=00,v1=00,{v1}"), Ok(()));
    check_value(&Scheme::Stripe, &format!("{v1},t={AT}"), Err(Refusal::BadTimestamp));
    check_value(&Scheme::Stripe, &format!("t={AT},t={AT},{v1}"), Err(Refusal::BadTimestamp));
    check_value(&Scheme::Stripe, v1, Err(Refusal::BadTimestamp));
    check_value(&Scheme::Stripe, &format!("t=Infinity,{v1}"), Err(Refusal::BadTimestamp));
    check_value(&Scheme::Stripe, &format!("t=,{v1}"), Err(Refusal::BadTimestamp));
    check_value(&Scheme::Stripe, "", Err(Refusal::BadTimestamp));
    check_value(&Scheme::Stripe, &format!("t={AT}"), Err(Refusal::NoSignature));
    check_value(&Scheme::Stripe, &format!("t={AT},v0={}", &v1[3..]), Err(Refusal::NoSignature));
    check_value(&Scheme::Stripe, &format!("t={AT},v1="), Err(Refusal::Mismatch));
    check_value(&Scheme::Stripe, &format!("t={AT},v1=12345678"), Err(Refusal::Mismatch));
    check_value(
        &Scheme::Stripe,
        &right.to_uppercase().replace("T=", "t=").replace("V1=", "v1="),
        Err(Refusal::Mismatch),
    );
}

#[test]
fn one_signature_stands_behind_its_prefix() {
    let right = &signed(&Scheme::Github, &[WHSEC], BODY)[0].1.clone();
    check_value(&Scheme::Github, right, Ok(()));
    check_value(&Scheme::Github, &right.replace("sha256=", "sha1="), Err(Refusal::NoSignature));
    check_value(&Scheme::Github, &right[7..], Err(Refusal::NoSignature));
    check_value(&Scheme::Github, "sha256=", Err(Refusal::Mismatch));
    check_value(&Scheme::Github, &format!("{right},{right}"), Err(Refusal::Mismatch));
    check_value(&Scheme::Shopify, "", Err(Refusal::Mismatch));
}

#[test]
fn signatures_beyond_the_bound_are_not_looked_at() {
    let right = &signed(&Scheme::Svix, &[WHSEC], BODY)[2].1.clone();
    check_value(&Scheme::Svix, &format!("{}{right}", "v1,x ".repeat(MOST_SIGNATURES - 1)), Ok(()));
    check_value(&Scheme::Svix, &format!("{}{right}", "v1,x ".repeat(MOST_SIGNATURES)), Err(Refusal::Mismatch));
    check_value(&Scheme::Svix, &format!("{}{right}", "v2,x ".repeat(MOST_SIGNATURES)), Ok(()));
}

#[test]
fn all_wrong_fields_are_told_at_once() {
    let message = Message { id: "a.b", timestamp: "noon", body: BODY };
    let refused = sign_headers(&Scheme::Standard, &message, &[WHSEC.to_owned(), "plain".to_owned()]);
    assert_eq!(fields(refused), ["message.id", "message.timestamp", "secrets[1]"]);
    assert_eq!(
        fields(sign_headers(&Scheme::Standard, &Message { id: "a", timestamp: "1", body: BODY }, &[])),
        ["secrets"]
    );
}

#[test]
fn what_a_scheme_does_not_send_is_not_read() {
    let message = Message { id: "", timestamp: "", body: BODY };
    assert!(sign_headers(&Scheme::Github, &message, &[OTHER.to_owned()]).is_ok());
    let stripe = Message { id: "", timestamp: "1614265330", body: BODY };
    assert!(sign_headers(&Scheme::Stripe, &stripe, &[OTHER.to_owned()]).is_ok());
}

#[test]
fn an_id_with_a_full_stop_is_never_right() {
    let headers = signed(&Scheme::Svix, &[WHSEC], format!("{AT}.x").as_bytes());
    let mut reframed = headers;
    reframed[0].1 = format!("msg_1.{AT}");
    assert_eq!(verdict(&Scheme::Svix, &reframed, b"x", WHSEC), Err(HeadersRefusal::Message(Refusal::Mismatch)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn only_what_was_signed_verifies(
        which in any::<prop::sample::Index>(),
        seed in any::<[u8; 32]>(),
        body in prop::collection::vec(any::<u8>(), 0..200),
        flip in any::<prop::sample::Index>(),
    ) {
        let all = schemes();
        let scheme = which.get(&all);
        let secret = match secret_for(scheme, 0) {
            text if text.starts_with("whsec_") => generate_key(SecretKind::Standard, &seed),
            text if text.starts_with("whsk_") => generate_key(SecretKind::Ed25519, &seed),
            _ => generate_key(SecretKind::Text, &seed),
        };
        let headers = signed(scheme, &[&secret], &body);
        prop_assert_eq!(verdict(scheme, &headers, &body, &secret), Ok(()));
        let mut other = body;
        other.push(0);
        let byte = flip.index(other.len());
        other[byte] ^= 1;
        prop_assert!(verdict(scheme, &headers, &other, &secret).is_err());
    }

    #[test]
    fn no_input_panics(
        which in any::<prop::sample::Index>(),
        value in r"(t=|v1=|v1,|v1a,|,| |=|sha256=|[0-9]{1,20}|[A-Za-z+/]{86}==|\PC){0,12}",
        secret in r"(whsec_|whsk_|whpk_)?(\PC{0,20}|[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==)",
        now_ms in any::<i64>(),
    ) {
        let all = schemes();
        let scheme = which.get(&all);
        let form = scheme.form();
        let names = [form.id_header, form.timestamp_header, Some(form.signature_header)];
        let headers: Headers = names.into_iter().flatten().map(|name| (name.to_owned(), value.clone())).collect();
        prop_assert!(!matches!(verify_headers(scheme, &headers, BODY, &secret, now_ms, 300), Ok(Ok(()))));
        let message = Message { id: &value, timestamp: &value, body: BODY };
        let _ = sign_headers(scheme, &message, &[secret]);
    }
}
