//! How ids look, and how they are made from time, randomness or an idempotency key.
//!
//! An id is a prefix that names its kind and 128 bits as 26 characters of Crockford's base32 in lower case, so it
//! sorts as its number does and never has a full stop (an event id is part of the signed text). Time and random
//! bytes are given by the caller.

use core::fmt;
use core::str::FromStr;

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TEXT_LEN: usize = 26;
const RANDOM_BITS: u32 = 80;
const MAX_TIME_MS: u64 = (1 << 48) - 1;

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(u128);

        impl $name {
            #[doc = concat!("Parses the text of ", $kind, " id.")]
            ///
            /// # Errors
            ///
            /// [`IdError`] when the prefix, the length or a character is wrong.
            pub(crate) fn parse(text: &str) -> Result<Self, IdError> {
                let digits = text.strip_prefix($prefix).and_then(parse_digits);
                digits.map(Self).ok_or(IdError { kind: $kind, prefix: $prefix })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_digits(out, $prefix, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, out)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }
    };
}

id_type! {
    /// Names an event, `evt_…`; sent to every receiver as `webhook-id`.
    EventId, "evt_", "an event"
}

id_type! {
    /// Names a delivery, `dlv_…`.
    DeliveryId, "dlv_", "a delivery"
}

id_type! {
    /// Names a webhook, `wh_…`. All random, so that it tells nothing.
    WebhookId, "wh_", "a webhook"
}

impl EventId {
    /// Of 48 bits of time and 80 random ones: later events sort after earlier ones, to the millisecond.
    #[must_use]
    pub(crate) fn new(now_ms: i64, random: [u8; 10]) -> Self {
        Self(time_and_random(now_ms, random))
    }

    /// Of account and idempotency key alone, so that the same key gives the same id. Does not sort by time.
    #[must_use]
    pub(crate) fn derived(account: Option<&str>, key: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"hookwright event id 1\n");
        // The length keeps (`a`, `bc`) and (`ab`, `c`) apart, the first byte no account and an empty one.
        hash.update([u8::from(account.is_some())]);
        let account = account.unwrap_or_default();
        hash.update((account.len() as u64).to_be_bytes());
        hash.update(account.as_bytes());
        hash.update(key.as_bytes());
        let mut first = [0; 16];
        first.copy_from_slice(&hash.finalize()[..16]);
        Self(u128::from_be_bytes(first))
    }
}

impl DeliveryId {
    /// Of 48 bits of time and 80 random ones: later deliveries sort after earlier ones, to the millisecond.
    #[must_use]
    pub(crate) fn new(now_ms: i64, random: [u8; 10]) -> Self {
        Self(time_and_random(now_ms, random))
    }
}

impl WebhookId {
    /// Of 128 random bits.
    #[must_use]
    pub(crate) fn new(random: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(random))
    }
}

/// An id as the UUID that other systems expect: version 8 of RFC 9562, of the id's own bits but for the six that say
/// so. A text that is no id gives the bits of its hash.
#[must_use]
pub(crate) fn uuid(id: &str) -> String {
    let own = id.split_once('_').and_then(|(_, digits)| parse_digits(digits));
    let bits = own.unwrap_or_else(|| {
        let hash = crate::digest::of_parts(&[id.as_bytes()]);
        hash.get(..32).and_then(|digits| u128::from_str_radix(digits, 16).ok()).unwrap_or_default()
    });
    let bits = bits & !(0xf << 76) & !(0x3 << 62) | 0x8 << 76 | 0x2 << 62;
    let digits = format!("{bits:032x}");
    let group = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    [group(0, 8), group(8, 12), group(12, 16), group(16, 20), group(20, 32)].join("-")
}

/// A text is not an id of the kind that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IdError {
    kind: &'static str,
    prefix: &'static str,
}

impl fmt::Display for IdError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, prefix } = self;
        write!(out, "{kind} id is `{prefix}` and {TEXT_LEN} characters of 0-9 and a-z without i, l, o, u")
    }
}

impl core::error::Error for IdError {}

/// Proves who claimed or published a row: 128 random bits, as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Token([u8; 16]);

impl Token {
    /// Of 128 random bits.
    #[must_use]
    pub(crate) fn new(random: [u8; 16]) -> Self {
        Self(random)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// Times before 1970 count as 1970, and those that 48 bits cannot hold (after the year 10889) as the last one.
fn time_and_random(now_ms: i64, random: [u8; 10]) -> u128 {
    let time = u64::try_from(now_ms).unwrap_or(0).min(MAX_TIME_MS);
    let random = random.iter().fold(0, |bits: u128, byte| bits << 8 | u128::from(*byte));
    u128::from(time) << RANDOM_BITS | random
}

fn write_digits(out: &mut fmt::Formatter<'_>, prefix: &str, bits: u128) -> fmt::Result {
    let mut text = [0; TEXT_LEN];
    for (place, digit) in text.iter_mut().rev().enumerate() {
        *digit = ALPHABET[(bits >> (5 * place) & 31) as usize];
    }
    out.write_str(prefix)?;
    out.write_str(core::str::from_utf8(&text).map_err(|_| fmt::Error)?)
}

fn parse_digits(text: &str) -> Option<u128> {
    // 26 digits hold 130 bits: the first one must leave the two highest empty.
    if text.len() != TEXT_LEN || text.as_bytes()[0] > b'7' {
        return None;
    }
    text.bytes().try_fold(0, |bits: u128, byte| {
        let digit = ALPHABET.iter().position(|&letter| letter == byte)?;
        Some(bits << 5 | digit as u128)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check_refused(text: &str) {
        let message = WebhookId::parse(text).unwrap_err().to_string();
        assert!(message.starts_with("a webhook id is `wh_`"), "{text:?} says: {message}");
    }

    #[test]
    fn the_text_is_prefix_and_26_digits() {
        assert_eq!(WebhookId::new([0; 16]).to_string(), "wh_00000000000000000000000000");
        assert_eq!(WebhookId::new([255; 16]).to_string(), "wh_7zzzzzzzzzzzzzzzzzzzzzzzzz");
        assert_eq!(EventId::new(1, [0; 10]).to_string(), "evt_00000000010000000000000000");
        // The ten characters of this time in a ULID, as the ULID specification shows them.
        assert_eq!(DeliveryId::new(1_469_918_176_385, [0; 10]).to_string(), "dlv_01aryz6s410000000000000000");
    }

    #[test]
    fn a_uuid_has_the_bits_of_the_id() {
        assert_eq!(uuid("wh_00000000000000000000000000"), "00000000-0000-8000-8000-000000000000");
        assert_eq!(uuid("evt_7zzzzzzzzzzzzzzzzzzzzzzzzz"), "ffffffff-ffff-8fff-bfff-ffffffffffff");
        // The time of the example below is 01563df3 6481 in hexadecimal.
        assert_eq!(uuid("dlv_01aryz6s410000000000000000"), "01563df3-6481-8000-8000-000000000000");
        // The first half of the SHA-256 of eight bytes of length and nothing.
        assert_eq!(uuid(""), "af5570f5-a181-8b7a-b78c-af4bc70a660f");
    }

    #[test]
    fn another_text_is_refused() {
        check_refused("");
        check_refused("wh_");
        check_refused("wh_0000000000000000000000000");
        check_refused("wh_000000000000000000000000000");
        check_refused("wh_80000000000000000000000000");
        check_refused("wh_0000000000000000000000000O");
        check_refused("wh_0000000000000000000000000l");
        check_refused("wh_000000000000000000000000é");
        check_refused("evt_00000000000000000000000000");
        check_refused(" wh_00000000000000000000000000");
    }

    #[test]
    fn any_time_gives_an_id() {
        assert_eq!(EventId::new(i64::MIN, [1; 10]), EventId::new(0, [1; 10]));
        assert!(EventId::new(i64::MAX, [0; 10]).to_string().starts_with("evt_7zzzzzzzzz"));
    }

    #[test]
    fn a_derived_id_belongs_to_account_and_key() {
        let id = EventId::derived(Some("shop"), "order-1");
        assert_eq!(id, EventId::derived(Some("shop"), "order-1"));
        for (account, key) in
            [(None, "order-1"), (Some(""), "order-1"), (Some("shopo"), "rder-1"), (Some("shop"), "Order-1")]
        {
            assert_ne!(id, EventId::derived(account, key));
        }
        assert_ne!(EventId::derived(None, "a"), EventId::derived(Some(""), "a"));
        // Stored ids depend on this one: a change of the derivation would publish old keys once more.
        assert_eq!(EventId::derived(None, "order-1").to_string(), "evt_6363egyqrg0awadrz3051s0rrc");
    }

    #[test]
    fn a_token_is_32_digits() {
        assert_eq!(Token::new([0xab; 16]).to_string(), "ab".repeat(16));
        assert_eq!(Token::new([0; 16]).to_string(), "0".repeat(32));
    }

    proptest! {
        #[test]
        fn text_and_id_are_one_to_one(random in any::<[u8; 16]>(), other in any::<[u8; 16]>()) {
            let (a, b) = (WebhookId::new(random), WebhookId::new(other));
            prop_assert_eq!(WebhookId::parse(&a.to_string()), Ok(a));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }

        #[test]
        fn later_ids_sort_later(at in 0..1i64 << 47, random in any::<[u8; 10]>(), other in any::<[u8; 10]>()) {
            prop_assert!(EventId::new(at, random).to_string() < EventId::new(at + 1, other).to_string());
        }

        #[test]
        fn no_text_panics(text in r"(evt_|wh_)?\PC{0,30}") {
            if let Ok(id) = EventId::parse(&text) {
                prop_assert_eq!(id.to_string(), text.clone());
            }
            let _ = WebhookId::parse(&text);
        }
    }
}
