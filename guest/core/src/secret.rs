//! What a signing secret looks like, and how it stays out of logs.
//!
//! The text is `whsec_` and the base64 of the key. The official Standard Webhooks libraries disagree about padding
//! (Rust and Go want it, Python adds it), so it may be missing in what is read and is always there in what is shown.
//! Stripe uses the same prefix for another scheme, where the whole text is the key; such a secret is not meant here.

use core::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Standard base64; the padding may be missing in what is read and is always there in what is written.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The key with which messages to one webhook are signed. Prints as `Secret(redacted)`.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// What the text begins with.
    pub const PREFIX: &str = "whsec_";
    /// Least length of a new key, in bytes (Standard Webhooks 1.0.0, "Signature scheme").
    pub const MIN_BYTES: usize = 24;
    /// Greatest length of a new key, in bytes (Standard Webhooks 1.0.0, "Signature scheme").
    pub const MAX_BYTES: usize = 64;

    /// Parses a secret for a webhook: 24 to 64 bytes.
    ///
    /// # Errors
    ///
    /// A [`SecretError`]; its text never repeats the secret.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        Self::generate(&Self::parse_any_length(text)?.0)
    }

    /// Parses a secret that somebody else has made, to verify with it: any length but zero.
    ///
    /// # Errors
    ///
    /// A [`SecretError`]; its text never repeats the secret.
    pub fn parse_any_length(text: &str) -> Result<Self, SecretError> {
        let encoded = text.strip_prefix(Self::PREFIX).ok_or(SecretError::NoPrefix)?;
        let key = BASE64.decode(encoded).map_err(|_| SecretError::NotBase64)?;
        if key.is_empty() {
            return Err(SecretError::Empty);
        }
        Ok(Self(key))
    }

    /// Makes a secret of random bytes, 24 to 64.
    ///
    /// # Errors
    ///
    /// [`SecretError::BadLength`] for another number of bytes.
    pub fn generate(random_bytes: &[u8]) -> Result<Self, SecretError> {
        match random_bytes.len() {
            Self::MIN_BYTES..=Self::MAX_BYTES => Ok(Self(random_bytes.to_vec())),
            bytes => Err(SecretError::BadLength { bytes }),
        }
    }

    /// The text, for the one time that it is shown or stored: `whsec_…`.
    #[must_use]
    pub fn expose(&self) -> String {
        let mut text = Self::PREFIX.to_owned();
        BASE64.encode_string(&self.0, &mut text);
        text
    }

    pub(crate) fn key(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(redacted)")
    }
}

/// A secret of any kind as its text. Prints as `SecretText(redacted)`.
#[derive(Clone)]
pub struct SecretText(pub(crate) String);

impl SecretText {
    /// The text, for the one time that it is shown or stored.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SecretText(redacted)")
    }
}

/// Why a text is no secret. Never holds any of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretError {
    /// It does not begin with [`Secret::PREFIX`].
    NoPrefix,
    /// What follows the prefix is not standard base64.
    NotBase64,
    /// Nothing follows the prefix.
    Empty,
    /// The key of a new secret is too short or too long.
    BadLength {
        /// Its length.
        bytes: usize,
    },
}

impl fmt::Display for SecretError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, min, max) = (Secret::PREFIX, Secret::MIN_BYTES, Secret::MAX_BYTES);
        match self {
            Self::NoPrefix => write!(out, "a secret begins with `{prefix}`, followed by the key in base64"),
            Self::NotBase64 => {
                write!(out, "what follows `{prefix}` is standard base64 (A-Z a-z 0-9 + / and = at the end)")
            }
            Self::Empty => write!(out, "a key in base64 follows `{prefix}`, and this has none"),
            Self::BadLength { bytes } => {
                write!(out, "a secret has {min} to {max} bytes, and this has {bytes}; leave it out to have one made")
            }
        }
    }
}

impl core::error::Error for SecretError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(text: &str, expected: SecretError) {
        assert_eq!(Secret::parse(text).unwrap_err(), expected);
    }

    fn secret_of(bytes: usize) -> String {
        format!("{}{}", Secret::PREFIX, BASE64.encode(vec![7; bytes]))
    }

    #[test]
    fn text_survives_the_round_trip() {
        for text in ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &secret_of(25), &secret_of(32), &secret_of(64)] {
            assert_eq!(Secret::parse(text).unwrap().expose(), text);
        }
        assert_eq!(Secret::generate(&[7; 32]).unwrap().expose(), secret_of(32));
    }

    #[test]
    fn padding_may_be_missing_and_is_shown() {
        let padded = secret_of(32);
        let bare = padded.trim_end_matches('=');
        assert_ne!(bare, padded);
        assert_eq!(Secret::parse(bare).unwrap().expose(), padded);
    }

    #[test]
    fn a_secret_that_is_not_one_is_refused() {
        check_refused("", SecretError::NoPrefix);
        check_refused("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::NoPrefix);
        check_refused("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::NoPrefix);
        check_refused("whsec_", SecretError::Empty);
        check_refused("whsec_not base64!", SecretError::NotBase64);
        check_refused("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", SecretError::NotBase64);
        check_refused("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_", SecretError::NotBase64);
        check_refused(&secret_of(23), SecretError::BadLength { bytes: 23 });
        check_refused(&secret_of(65), SecretError::BadLength { bytes: 65 });
    }

    #[test]
    fn a_short_secret_still_verifies() {
        let short = "whsec_plJ3nmyCDGBKInavdOK15jsl";
        check_refused(short, SecretError::BadLength { bytes: 18 });
        assert_eq!(Secret::parse_any_length(short).unwrap().expose(), short);
        assert_eq!(Secret::parse_any_length("whsec_").unwrap_err(), SecretError::Empty);
    }

    #[test]
    fn nothing_prints_the_secret() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert_eq!(format!("{secret:?} {secret:#?}"), "Secret(redacted) Secret(redacted)");
    }
}
