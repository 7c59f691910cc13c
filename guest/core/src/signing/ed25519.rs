//! ed25519 keys as Standard Webhooks writes them: `whsk_` for the sender, `whpk_` for whoever verifies.

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use super::key::KeyError;
use crate::secret::BASE64;

/// What a sender's key begins with; the base64 of seed (32 bytes) and public key (32 bytes) follows.
pub(super) const SECRET_PREFIX: &str = "whsk_";
/// What a public key begins with; the base64 of its 32 bytes follows.
pub(super) const PUBLIC_PREFIX: &str = "whpk_";

/// A key to sign with. Prints nothing of itself.
pub(super) struct Pair(SigningKey);

impl Pair {
    /// Makes the key of 32 random bytes.
    pub(super) fn of_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Parses `whsk_…`.
    pub(super) fn parse(text: &str) -> Result<Self, KeyError> {
        if text.starts_with(PUBLIC_PREFIX) {
            return Err(KeyError::PublicCannotSign);
        }
        let bytes = decode::<64>(text, SECRET_PREFIX)?;
        SigningKey::from_keypair_bytes(&bytes).map(Self).map_err(|_| KeyError::HalvesDiffer)
    }

    pub(super) fn public(&self) -> Public {
        Public(self.0.verifying_key())
    }

    pub(super) fn expose(&self) -> String {
        format!("{SECRET_PREFIX}{}", BASE64.encode(self.0.to_keypair_bytes()))
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Pair(redacted)")
    }
}

/// A key to verify with.
#[derive(Debug)]
pub(super) struct Public(VerifyingKey);

impl Public {
    /// Parses `whpk_…`, or takes the public half of `whsk_…`.
    pub(super) fn parse(text: &str) -> Result<Self, KeyError> {
        if text.starts_with(SECRET_PREFIX) {
            return Pair::parse(text).map(|pair| pair.public());
        }
        let bytes = decode::<32>(text, PUBLIC_PREFIX)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::NotAPoint)?;
        if key.is_weak() { Err(KeyError::NotAPoint) } else { Ok(Self(key)) }
    }

    pub(super) fn expose(&self) -> String {
        format!("{PUBLIC_PREFIX}{}", BASE64.encode(self.0.as_bytes()))
    }

    /// Whether a signature in base64 is this key's, by the strict rules: each message has one right form of it.
    pub(super) fn fits(&self, message: &[u8], encoded: &str) -> bool {
        let Ok(bytes) = STANDARD.decode(encoded) else { return false };
        let Ok(signature) = Signature::from_slice(&bytes) else { return false };
        self.0.verify_strict(message, &signature).is_ok()
    }
}

fn decode<const N: usize>(text: &str, prefix: &'static str) -> Result<[u8; N], KeyError> {
    let encoded = text.strip_prefix(prefix).ok_or(KeyError::NotBase64 { prefix })?;
    let bytes = BASE64.decode(encoded).map_err(|_| KeyError::NotBase64 { prefix })?;
    bytes.try_into().map_err(|bytes: Vec<u8>| KeyError::BadLength { prefix, expected: N, bytes: bytes.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str =
        "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
    const PUBLIC: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";

    #[test]
    fn keys_survive_the_round_trip() {
        let pair = Pair::parse(SECRET).unwrap();
        assert_eq!(pair.expose(), SECRET);
        assert_eq!(pair.public().expose(), PUBLIC);
        assert_eq!(Public::parse(PUBLIC).unwrap().expose(), PUBLIC);
        assert_eq!(Public::parse(SECRET).unwrap().expose(), PUBLIC);
        assert_eq!(Public::parse(PUBLIC.trim_end_matches('=')).unwrap().expose(), PUBLIC);
        assert_eq!(Pair::parse(&Pair::of_seed(&[7; 32]).expose()).unwrap().expose(), Pair::of_seed(&[7; 32]).expose());
    }

    #[test]
    fn a_key_that_is_not_one_is_refused() {
        assert_eq!(Pair::parse(PUBLIC).unwrap_err(), KeyError::PublicCannotSign);
        assert_eq!(Pair::parse("whsk_not base64").unwrap_err(), KeyError::NotBase64 { prefix: SECRET_PREFIX });
        let short = KeyError::BadLength { prefix: SECRET_PREFIX, expected: 64, bytes: 32 };
        assert_eq!(Pair::parse("whsk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=").unwrap_err(), short);
        let empty = KeyError::BadLength { prefix: PUBLIC_PREFIX, expected: 32, bytes: 0 };
        assert_eq!(Public::parse("whpk_").unwrap_err(), empty);

        let mut halves = BASE64.decode(&SECRET[5..]).unwrap();
        halves[0] ^= 1;
        let text = format!("{SECRET_PREFIX}{}", BASE64.encode(&halves));
        assert_eq!(Pair::parse(&text).unwrap_err(), KeyError::HalvesDiffer);
    }

    /// With a key of small order, one signature would fit many messages.
    #[test]
    fn a_weak_public_key_is_refused() {
        let (mut identity, mut off_the_curve) = ([0; 32], [0; 32]);
        identity[0] = 1;
        off_the_curve[0] = 2;
        for bytes in [identity, [0; 32], off_the_curve] {
            let text = format!("{PUBLIC_PREFIX}{}", BASE64.encode(bytes));
            assert_eq!(Public::parse(&text).unwrap_err(), KeyError::NotAPoint, "{bytes:?}");
        }
    }

    #[test]
    fn nothing_prints_the_secret() {
        assert_eq!(format!("{:?}", Pair::parse(SECRET).unwrap()), "Pair(redacted)");
    }
}
