//! What is sealed opens with its key and in its row only.

use base64::Engine;
use proptest::prelude::*;

use super::{SealError, Sealer};
use crate::secret::BASE64;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NONCE: [u8; 24] = [9; 24];

fn key(byte: u8) -> String {
    BASE64.encode([byte; 32])
}

fn sealer(keys: &[(&str, u8)]) -> Sealer {
    let entries: Vec<String> = keys.iter().map(|(id, byte)| format!("{id}:{}", key(*byte))).collect();
    Sealer::parse(&entries.join(",")).unwrap()
}

#[track_caller]
fn check_refused(text: &str, words: &str) {
    let refusal = Sealer::parse(text).unwrap_err();
    assert!(refusal.contains(words), "{refusal}");
}

/// draft-irtf-cfrg-xchacha-03, A.3.1: key 80..9f, nonce 40..57. The associated data there is no text, and the start of
/// the ciphertext does not depend on it.
#[test]
fn the_cipher_is_that_of_the_draft() {
    let bytes: Vec<u8> = (0x80..0xa0).collect();
    let sealer = Sealer::parse(&format!("k:{}", BASE64.encode(bytes))).unwrap();
    let nonce: [u8; 24] = core::array::from_fn(|index| 0x40 + index as u8);
    let stored = sealer.seal("Ladies and Gentlemen of the class of '99", "", nonce);
    let sealed = BASE64.decode(stored.strip_prefix("sealed:1:k:").unwrap()).unwrap();
    assert_eq!(sealed[..24], nonce);
    let expected = [0xbd, 0x6d, 0x17, 0x9d, 0x3e, 0x83, 0xd4, 0x3b, 0x95, 0x76, 0x57, 0x94, 0x93, 0xc0, 0xe9, 0x39];
    assert_eq!(sealed[24..40], expected);
    assert_eq!(sealed.len(), 24 + 40 + 16);
}

#[test]
fn without_a_key_the_text_is_the_secret() {
    let clear = Sealer::parse("").unwrap();
    assert_eq!(clear, Sealer::default());
    assert_eq!(clear.seal(SECRET, "wh_1", NONCE), SECRET);
    for text in ["", "whsec_x", "sealed:", "sealed:1:k:AAAA", "sealed:0:x"] {
        assert_eq!(clear.open(&clear.seal(text, "wh_1", NONCE), "wh_1").as_deref(), Ok(text), "{text:?}");
    }
}

#[test]
fn a_secret_from_before_the_key_still_opens() {
    let keyed = sealer(&[("k1", 1)]);
    assert_eq!(keyed.open(SECRET, "wh_1").as_deref(), Ok(SECRET));
    assert_eq!(keyed.open(&Sealer::default().seal("sealed:1:k1:x", "a", NONCE), "b").as_deref(), Ok("sealed:1:k1:x"));
}

#[test]
fn the_first_key_seals_and_the_others_open() {
    let old = sealer(&[("old", 1)]);
    let both = sealer(&[("new", 2), ("old", 1)]);
    let stored = old.seal(SECRET, "wh_1", NONCE);
    assert!(stored.starts_with("sealed:1:old:"), "{stored}");
    assert_eq!(both.open(&stored, "wh_1").as_deref(), Ok(SECRET));
    let stored = both.seal(SECRET, "wh_1", NONCE);
    assert!(stored.starts_with("sealed:1:new:"), "{stored}");
    assert_eq!(old.open(&stored, "wh_1"), Err(SealError::UnknownKey { id: "new".to_owned() }));
    assert_eq!(sealer(&[("new", 3)]).open(&stored, "wh_1"), Err(SealError::Damaged { id: "new".to_owned() }));
}

#[test]
fn a_seal_opens_in_its_own_row_only_and_unchanged() {
    let sealer = sealer(&[("k", 1)]);
    let damaged = Err(SealError::Damaged { id: "k".to_owned() });
    let stored = sealer.seal(SECRET, "wh_1", NONCE);
    assert_eq!(sealer.open(&stored, "wh_2"), damaged);
    let bytes = BASE64.decode(stored.strip_prefix("sealed:1:k:").unwrap()).unwrap();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        assert_eq!(sealer.open(&format!("sealed:1:k:{}", BASE64.encode(&changed)), "wh_1"), damaged, "byte {place}");
        assert_eq!(sealer.open(&format!("sealed:1:k:{}", BASE64.encode(&bytes[..place])), "wh_1"), damaged);
    }
    assert_eq!(sealer.open("sealed:2:k:AAAA", "wh_1"), Err(SealError::Form));
    assert_eq!(sealer.open("sealed:1:", "wh_1"), Err(SealError::Form));
    assert_eq!(sealer.open("sealed:1:no key:AAAA", "wh_1"), Err(SealError::Form));
}

#[test]
fn bad_keys_are_refused_without_repeating_them() {
    let key = key(7);
    check_refused(&key, "entry 1: write a key as `KEYID:BASE64`");
    check_refused(&format!("k1:{key},K2:{key}"), "entry 2: write a key");
    check_refused(&format!(":{key}"), "entry 1: write a key");
    check_refused(&format!("{}:{key}", "a".repeat(17)), "entry 1: write a key");
    check_refused(
        &format!("k1:{}", BASE64.encode([7; 31])),
        "entry 1: what follows `k1:` is not the base64 of 32 bytes",
    );
    check_refused("k1:*", "entry 1: what follows `k1:`");
    check_refused(&format!("k1:{key},"), "entry 2");
    check_refused(&format!("k1:{key},k1:{key}"), "entry 2: there are two keys `k1`");
    let many: Vec<String> = (0..17).map(|number| format!("k{number}:{key}")).collect();
    check_refused(&many.join(","), "17 keys");
    for text in [&key, &format!("k1:{key},K2:{key}"), &format!("k1:{key},k1:{key}"), &format!("k1:{key}x")] {
        assert!(!Sealer::parse(text).unwrap_err().contains(&key[..8]));
    }
}

#[test]
fn nothing_prints_a_key() {
    let sealer = sealer(&[("k1", 7), ("k2", 8)]);
    assert_eq!(format!("{sealer:?}"), r#"Sealer["k1:(redacted)", "k2:(redacted)"]"#);
    let error = sealer.open(&sealer.seal(SECRET, "wh_1", NONCE), "wh_2").unwrap_err();
    assert!(!error.to_string().contains(&key(7)[..8]) && error.to_string().contains("`k1`"));
}

proptest! {
    #[test]
    fn what_is_sealed_opens(text in any::<String>(), aad in any::<String>(), nonce: [u8; 24], keyed: bool) {
        let sealer = if keyed { sealer(&[("k", 1)]) } else { Sealer::default() };
        let stored = sealer.seal(&text, &aad, nonce);
        prop_assert_eq!(sealer.open(&stored, &aad), Ok(text));
    }

    #[test]
    fn no_text_panics(text in r"(sealed:[01]:)?[a-z]{0,3}:?\PC{0,60}", keys in r"([a-z]{0,3}:?[A-Za-z0-9+/=]{0,60},?){0,3}") {
        let _ = sealer(&[("k", 1)]).open(&text, "wh_1");
        let _ = Sealer::parse(&keys);
    }
}
