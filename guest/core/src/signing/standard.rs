//! Standard Webhooks v1 signatures: which bytes are signed, and when a signature is right.
//!
//! HMAC-SHA256 over id, timestamp and body with full stops between them (Standard Webhooks 1.0.0, "Signature
//! scheme"). Knows no clock: the time against which a message is checked is given.

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use crate::secret::Secret;

/// The version of the signatures made here, as each entry of the list begins.
const VERSION: &str = "v1";

/// An id that may be signed: printable ASCII without a full stop, because a full stop ends the id in the signed text,
/// and with one in it the same signature would fit another message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageId<'a>(&'a str);

impl<'a> MessageId<'a> {
    /// Parses the value of `webhook-id`.
    ///
    /// # Errors
    ///
    /// [`BadMessageId`] when it is empty or has another character.
    pub fn parse(text: &'a str) -> Result<Self, BadMessageId> {
        let printable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.');
        printable.then_some(Self(text)).ok_or(BadMessageId)
    }
}

/// The id of a message is empty or has a character that it may not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadMessageId;

impl fmt::Display for BadMessageId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a message id is printable ASCII without spaces and full stops, such as `evt_01…`")
    }
}

impl core::error::Error for BadMessageId {}

/// Signs a message: `v1,` and base64. `timestamp_seconds` is the value of `webhook-timestamp`.
#[must_use]
pub fn sign(secret: &Secret, id: MessageId<'_>, timestamp_seconds: i64, body: &[u8]) -> String {
    entry(secret, id, &timestamp_seconds.to_string(), body)
}

/// The value of `webhook-signature` for several secrets, as during a rotation: one entry each, spaces between them.
#[must_use]
pub fn sign_with_each<'a>(
    secrets: impl IntoIterator<Item = &'a Secret>,
    id: MessageId<'_>,
    timestamp_seconds: i64,
    body: &[u8],
) -> String {
    let timestamp = timestamp_seconds.to_string();
    let entries: Vec<String> = secrets.into_iter().map(|secret| entry(secret, id, &timestamp, body)).collect();
    entries.join(" ")
}

/// The unix seconds of a `webhook-timestamp`; none when it is anything but decimal digits, with a `-` before 1970.
#[must_use]
pub fn parse_timestamp(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Checks a message as a receiver gets it: `timestamp_text` and `signature_header` as the headers say, `now_ms` in
/// unix milliseconds. One right `v1` entry suffices, wherever it stands; other versions are ignored.
///
/// # Errors
///
/// A [`Refusal`]. The timestamp is judged first. An id that cannot be signed is a [`Refusal::Mismatch`].
pub fn verify(
    secret: &Secret,
    id: &str,
    timestamp_text: &str,
    body: &[u8],
    signature_header: &str,
    now_ms: i64,
    tolerance_s: u32,
) -> Result<(), Refusal> {
    let timestamp = parse_timestamp(timestamp_text).ok_or(Refusal::BadTimestamp)?;
    check_age(now_ms.div_euclid(1000).saturating_sub(timestamp), tolerance_s)?;

    let mut signatures = signature_header
        .split_ascii_whitespace()
        .filter_map(|entry| entry.split_once(','))
        .filter_map(|(version, signature)| (version == VERSION).then_some(signature))
        .peekable();
    if signatures.peek().is_none() {
        return Err(Refusal::NoSignature);
    }

    let id = MessageId::parse(id).map_err(|_| Refusal::Mismatch)?;
    let right = encoded_mac(secret, id, timestamp_text, body);
    // No early end: the time must not tell which entry was right.
    let found =
        signatures.fold(Choice::from(0), |found, signature| found | signature.as_bytes().ct_eq(right.as_bytes()));
    if bool::from(found) { Ok(()) } else { Err(Refusal::Mismatch) }
}

/// Why a signature was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The timestamp is not a number of unix seconds.
    BadTimestamp,
    /// The message is older than the tolerance; its age in seconds.
    TooOld(i64),
    /// The message is newer than the tolerance; by how many seconds it is ahead of now.
    TooNew(i64),
    /// The list has no `v1` entry.
    NoSignature,
    /// No `v1` entry of the list is right.
    Mismatch,
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadTimestamp => out.write_str("`webhook-timestamp` is not a number of unix seconds"),
            Self::TooOld(age) => write!(out, "the message is too old: it was sent {age} s ago"),
            Self::TooNew(ahead) => write!(out, "the message is too new: its time is {ahead} s ahead of this clock"),
            Self::NoSignature => out.write_str("`webhook-signature` has no entry that begins with `v1,`"),
            Self::Mismatch => {
                out.write_str("no signature fits; check the secret, and that the body is exactly what was received")
            }
        }
    }
}

impl core::error::Error for Refusal {}

/// Whether a message of this age is inside the tolerance, both ways.
pub(super) fn check_age(age_s: i64, tolerance_s: u32) -> Result<(), Refusal> {
    let tolerance_s = i64::from(tolerance_s);
    if age_s > tolerance_s {
        Err(Refusal::TooOld(age_s))
    } else if age_s < -tolerance_s {
        Err(Refusal::TooNew(age_s.saturating_neg()))
    } else {
        Ok(())
    }
}

fn entry(secret: &Secret, id: MessageId<'_>, timestamp: &str, body: &[u8]) -> String {
    format!("{VERSION},{}", encoded_mac(secret, id, timestamp, body))
}

fn encoded_mac(secret: &Secret, id: MessageId<'_>, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.key()).expect("HMAC takes a key of any length");
    mac.update(id.0.as_bytes());
    mac.update(b".");
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const AT: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const RIGHT: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const WRONG: &str = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";

    fn secret(text: &str) -> Secret {
        Secret::parse_any_length(text).unwrap()
    }

    #[track_caller]
    fn check_vector(secret_text: &str, id: &str, at: i64, body: &str, expected: &str) {
        let secret = secret(secret_text);
        assert_eq!(sign(&secret, MessageId::parse(id).unwrap(), at, body.as_bytes()), expected);
        assert_eq!(verify(&secret, id, &at.to_string(), body.as_bytes(), expected, at * 1000 + 999, 0), Ok(()));
    }

    #[track_caller]
    fn check_header(header: &str, expected: Result<(), Refusal>) {
        let found = verify(&secret(SECRET), ID, &AT.to_string(), BODY, header, AT * 1000, 300);
        assert_eq!(found, expected, "{header:?}");
    }

    #[track_caller]
    fn check_time(timestamp: &str, now_ms: i64, expected: Result<(), Refusal>) {
        let signature = match timestamp.parse() {
            Ok(at) => sign(&secret(SECRET), MessageId::parse(ID).unwrap(), at, BODY),
            Err(_) => RIGHT.to_owned(),
        };
        let found = verify(&secret(SECRET), ID, timestamp, BODY, &signature, now_ms, 300);
        assert_eq!(found, expected, "{timestamp:?} at {now_ms}");
    }

    /// Published by Standard Webhooks (A: Python and others, B: Rust) and in Svix's documentation (C).
    #[test]
    fn published_vectors() {
        check_vector(SECRET, ID, AT, r#"{"test": 2432232314}"#, RIGHT);
        check_vector(
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            1_649_367_553,
            r#"{"email":"test@example.com","username":"test_user"}"#,
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
        );
        check_vector(
            "whsec_plJ3nmyCDGBKInavdOK15jsl",
            "msg_loFOjxBNrRLzqYUf",
            1_731_705_121,
            r#"{"event_type":"ping","data":{"success":true}}"#,
            "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
        );
        check_vector(SECRET, ID, AT, "", "v1,v48jdbgvh29KJz2Qc+ghw8G6vG3nAKnujWBg8oM/62A=");
        check_vector(SECRET, ID, AT, r#"{"n":"é✓"}"#, "v1,JLvFrioBieScqHAmy+IlnTP2Gjcx7fmwP7bGCSdzihg=");
    }

    #[test]
    fn a_rotation_signs_with_each_secret() {
        let secrets = [secret(SECRET), secret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")];
        let header = sign_with_each(&secrets, MessageId::parse(ID).unwrap(), AT, BODY);
        assert_eq!(header, format!("{RIGHT} v1,78nXHjpFP0tVJQW5D0SBwmVyyW87BV/rL6MgfM/Bw44="));
        for secret in &secrets {
            assert_eq!(verify(secret, ID, &AT.to_string(), BODY, &header, AT * 1000, 300), Ok(()));
        }
    }

    #[test]
    fn bug_08_a_right_entry_counts_in_every_place() {
        check_header(RIGHT, Ok(()));
        check_header(&format!("{RIGHT} {WRONG} {WRONG}"), Ok(()));
        check_header(&format!("{WRONG} {RIGHT} {WRONG}"), Ok(()));
        check_header(&format!("v1, v2,x v1a,y {WRONG} {RIGHT}"), Ok(()));
    }

    #[test]
    fn other_entries_do_not_count() {
        check_header(WRONG, Err(Refusal::Mismatch));
        check_header("v1,", Err(Refusal::Mismatch));
        check_header(&RIGHT[..RIGHT.len() - 1], Err(Refusal::Mismatch));
        check_header(&format!("{RIGHT}="), Err(Refusal::Mismatch));
        check_header(&RIGHT.replace("v1,", "v2,"), Err(Refusal::NoSignature));
        check_header(&RIGHT.replace("v1,", "v1a,"), Err(Refusal::NoSignature));
        for header in ["", " ", "v1", ",", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="] {
            check_header(header, Err(Refusal::NoSignature));
        }
    }

    #[test]
    fn the_tolerance_holds_both_ways() {
        let now_ms = AT * 1000 + 999;
        check_time(&(AT - 300).to_string(), now_ms, Ok(()));
        check_time(&(AT + 300).to_string(), now_ms, Ok(()));
        check_time(&(AT - 301).to_string(), now_ms, Err(Refusal::TooOld(301)));
        check_time(&(AT + 301).to_string(), now_ms, Err(Refusal::TooNew(301)));
    }

    #[test]
    fn no_time_overflows() {
        check_time(&i64::MIN.to_string(), i64::MAX, Err(Refusal::TooOld(i64::MAX)));
        check_time(&i64::MAX.to_string(), i64::MIN, Err(Refusal::TooNew(i64::MAX)));
        check_time("-1", 0, Ok(()));
        for text in ["", "-", "+1", " 1", "1.0", "1e9", "x", "9223372036854775808", "１"] {
            check_time(text, 0, Err(Refusal::BadTimestamp));
        }
    }

    #[test]
    fn an_id_with_a_full_stop_is_never_right() {
        let header = sign(&secret(SECRET), MessageId::parse("a").unwrap(), AT, format!("{AT}.x").as_bytes());
        let reframed = verify(&secret(SECRET), &format!("a.{AT}"), &AT.to_string(), b"x", &header, AT * 1000, 300);
        assert_eq!(reframed, Err(Refusal::Mismatch));
        for id in ["", "a.b", "a b", "a\n", "é"] {
            assert_eq!(MessageId::parse(id), Err(BadMessageId), "{id:?}");
        }
    }

    proptest! {
        #[test]
        fn only_what_was_signed_verifies(
            key in prop::collection::vec(any::<u8>(), 24..=64),
            id in "[!-~&&[^.]]{1,40}",
            at in any::<i64>(),
            body in prop::collection::vec(any::<u8>(), 0..200),
            flip in any::<prop::sample::Index>(),
        ) {
            let secret = Secret::generate(&key).unwrap();
            let header = sign(&secret, MessageId::parse(&id).unwrap(), at, &body);
            let (text, now_ms) = (at.to_string(), at.saturating_mul(1000));
            let tolerance = if now_ms.div_euclid(1000) == at { 0 } else { return Ok(()) };
            prop_assert_eq!(verify(&secret, &id, &text, &body, &header, now_ms, tolerance), Ok(()));

            let mut other = body.clone();
            other.push(0);
            let byte = flip.index(other.len());
            other[byte] ^= 1;
            prop_assert_eq!(
                verify(&secret, &id, &text, &other, &header, now_ms, tolerance),
                Err(Refusal::Mismatch)
            );
        }

        #[test]
        fn no_input_panics(
            id in ".{0,20}",
            timestamp in r"(\PC{0,20}|-?[0-9]{0,22})",
            header in r"(v1|v2|,| |=|\PC){0,20}",
            now_ms in any::<i64>(),
            tolerance in any::<u32>(),
        ) {
            prop_assert!(verify(&secret(SECRET), &id, &timestamp, BODY, &header, now_ms, tolerance).is_err());
        }
    }
}
