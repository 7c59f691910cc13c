//! Which kind of key a secret is, whether it fits a scheme, and what it signs.
//!
//! `whsec_…` means two things: in Standard Webhooks and at Svix the key is what follows in base64, at Stripe it is the
//! whole text. The scheme decides which; a secret of a kind that no reading of the scheme takes is refused.

use core::fmt;
use core::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha512};
use subtle::{Choice, ConstantTimeEq};

use super::ed25519::{self, Pair, Public};
use super::entities;
use super::scheme::{Encoding, Form, Hash, KeyRule};
use crate::secret::{Secret, SecretError};

/// How many random bytes [`generate_key`] takes.
pub const KEY_RANDOM_BYTES: usize = 32;

/// Which kind of key a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// `whsec_` and base64: the key of an HMAC.
    Standard,
    /// `whsk_` (signs) or `whpk_` (verifies), and base64.
    Ed25519,
    /// Any text; its bytes as they stand are the key.
    Text,
}

impl SecretKind {
    /// The kind that a secret's first characters tell.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        if secret.starts_with(Secret::PREFIX) {
            Self::Standard
        } else if secret.starts_with(ed25519::SECRET_PREFIX) || secret.starts_with(ed25519::PUBLIC_PREFIX) {
            Self::Ed25519
        } else {
            Self::Text
        }
    }
}

impl fmt::Display for SecretKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Standard => "standard (`whsec_` and base64)",
            Self::Ed25519 => "ed25519 (`whsk_` or `whpk_` and base64)",
            Self::Text => "text (the characters themselves)",
        })
    }
}

/// Makes a secret of 32 random bytes: `whsec_…`, `whsk_…`, or 64 hex digits.
#[must_use]
pub fn generate_key(kind: SecretKind, random: &[u8; KEY_RANDOM_BYTES]) -> String {
    match kind {
        SecretKind::Standard => format!("{}{}", Secret::PREFIX, STANDARD.encode(random)),
        SecretKind::Ed25519 => Pair::of_seed(random).expose(),
        SecretKind::Text => hex(random),
    }
}

/// The public key `whpk_…` of an ed25519 secret `whsk_…`, to give to whoever verifies.
///
/// # Errors
///
/// A [`KeyError`] for anything else.
pub fn public_key(secret: &str) -> Result<String, KeyError> {
    match SecretKind::of(secret) {
        SecretKind::Ed25519 => Public::parse(secret).map(|public| public.expose()),
        found => Err(KeyError::WrongKind { scheme: "standard-ed25519", wanted: SecretKind::Ed25519, found }),
    }
}

/// Why a secret cannot sign as Standard Webhooks does, in HMAC or in ed25519.
pub(crate) fn standard_key_problem(secret: &str) -> Option<String> {
    match SecretKind::of(secret) {
        SecretKind::Ed25519 => check_signing_key(secret).err().map(|error| error.to_string()),
        _ => Secret::parse_any_length(secret).err().map(|error| error.to_string()),
    }
}

/// Whether a text is an ed25519 key that signs: `whsk_…`.
///
/// # Errors
///
/// A [`KeyError`] for anything else.
pub fn check_signing_key(secret: &str) -> Result<(), KeyError> {
    if secret.starts_with(ed25519::PUBLIC_PREFIX) {
        return Err(KeyError::PublicCannotSign);
    }
    Pair::parse(secret).map(drop)
}

/// Why a secret cannot be used. Never holds any of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// The scheme takes secrets of another kind.
    WrongKind {
        /// The scheme's name.
        scheme: &'static str,
        /// What it takes.
        wanted: SecretKind,
        /// What was given.
        found: SecretKind,
    },
    /// The `whsec_` secret is none.
    Standard(SecretError),
    /// The text is empty.
    Empty,
    /// What follows the prefix is not standard base64.
    NotBase64 {
        /// The prefix.
        prefix: &'static str,
    },
    /// The ed25519 key has another length.
    BadLength {
        /// Its prefix.
        prefix: &'static str,
        /// How many bytes such a key has.
        expected: usize,
        /// How many were given.
        bytes: usize,
    },
    /// The public half of a `whsk_` secret is not that of its seed.
    HalvesDiffer,
    /// The bytes of a public key are no point of the curve, or one of small order, with which anything verifies.
    NotAPoint,
    /// A `whpk_` key was given to sign with.
    PublicCannotSign,
}

impl fmt::Display for KeyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongKind { scheme, wanted, found } => {
                write!(out, "the scheme `{scheme}` takes a secret of kind {wanted}, and this is of kind {found}")
            }
            Self::Standard(error) => error.fmt(out),
            Self::Empty => out.write_str("the secret is empty"),
            Self::NotBase64 { prefix } => {
                write!(out, "what follows `{prefix}` is standard base64 (A-Z a-z 0-9 + / and = at the end)")
            }
            Self::BadLength { prefix, expected, bytes } => {
                write!(out, "a `{prefix}` key has {expected} bytes, and this has {bytes}")
            }
            Self::HalvesDiffer => out.write_str("the second half of a `whsk_` key is the public key of its first half"),
            Self::NotAPoint => out.write_str("these 32 bytes are no ed25519 public key"),
            Self::PublicCannotSign => {
                out.write_str("`whpk_…` is a public key, which only verifies; sign with the `whsk_…` key")
            }
        }
    }
}

impl core::error::Error for KeyError {}

/// A key to sign with.
#[derive(Debug)]
pub(super) enum SigningKey {
    Hmac(HmacKey),
    Ed25519(Box<Pair>),
}

impl SigningKey {
    pub(super) fn parse(form: &Form<'_>, secret: &str) -> Result<Self, KeyError> {
        match HmacKey::parse(form, secret)? {
            Some(key) => Ok(Self::Hmac(key)),
            None => Pair::parse(secret).map(|pair| Self::Ed25519(Box::new(pair))),
        }
    }

    /// The key of a secret; the bytes of its text, as the key of an HMAC, where the scheme takes another kind.
    pub(super) fn of_any(form: &Form<'_>, secret: &str) -> Self {
        Self::parse(form, secret).unwrap_or_else(|_| {
            let hash = if let KeyRule::Text(hash) = form.key { hash } else { Hash::Sha256 };
            Self::Hmac(HmacKey { hash, key: secret.as_bytes().to_vec() })
        })
    }

    /// The signature of what the pieces are together, encoded.
    pub(super) fn sign(&self, pieces: &[&[u8]], encoding: Encoding) -> String {
        match self {
            Self::Hmac(key) => encode(&key.mac(pieces), encoding),
            Self::Ed25519(pair) => encode(&pair.sign(&pieces.concat()), encoding),
        }
    }
}

/// A key to verify with.
#[derive(Debug)]
pub(super) enum VerifyingKey {
    Hmac(HmacKey),
    Ed25519(Public),
}

impl VerifyingKey {
    pub(super) fn parse(form: &Form<'_>, secret: &str) -> Result<Self, KeyError> {
        match HmacKey::parse(form, secret)? {
            Some(key) => Ok(Self::Hmac(key)),
            None => Public::parse(secret).map(Self::Ed25519),
        }
    }

    /// Whether one of the signatures is right. Looks at all of them: the time must not tell which one was.
    pub(super) fn fits_one<'a>(
        &self,
        pieces: &[&[u8]],
        encoding: Encoding,
        signatures: impl Iterator<Item = &'a str>,
    ) -> bool {
        match self {
            Self::Hmac(key) => {
                let right = encode(&key.mac(pieces), encoding);
                signatures
                    .fold(Choice::from(0), |found, signature| found | signature.as_bytes().ct_eq(right.as_bytes()))
                    .into()
            }
            Self::Ed25519(public) => {
                let message = pieces.concat();
                signatures.fold(false, |found, signature| found | public.fits(&message, signature))
            }
        }
    }
}

/// The key of an HMAC. Prints nothing of itself.
pub(super) struct HmacKey {
    hash: Hash,
    key: Vec<u8>,
}

impl HmacKey {
    /// Reads a secret as the scheme says; none where it takes ed25519 keys and this may be one.
    fn parse(form: &Form<'_>, secret: &str) -> Result<Option<Self>, KeyError> {
        let found = SecretKind::of(secret);
        let wrong = |wanted| Err(KeyError::WrongKind { scheme: form.name, wanted, found });
        let text = |hash, key: String| {
            if key.is_empty() { Err(KeyError::Empty) } else { Ok(Some(Self { hash, key: key.into_bytes() })) }
        };
        match (form.key, found) {
            (KeyRule::Decoded, SecretKind::Standard) => {
                let secret = Secret::parse_any_length(secret).map_err(KeyError::Standard)?;
                Ok(Some(Self { hash: Hash::Sha256, key: secret.key().to_vec() }))
            }
            (KeyRule::Decoded, _) => wrong(SecretKind::Standard),
            (KeyRule::Ed25519, SecretKind::Ed25519) => Ok(None),
            (KeyRule::Ed25519, _) => wrong(SecretKind::Ed25519),
            // A key pair's half as a shared text would be a secret that is no secret.
            (KeyRule::Text(_) | KeyRule::Unescaped, SecretKind::Ed25519) => wrong(SecretKind::Text),
            (KeyRule::Text(hash), _) => text(hash, secret.to_owned()),
            (KeyRule::Unescaped, _) => text(Hash::Sha256, entities::unescape(secret)),
        }
    }

    fn mac(&self, pieces: &[&[u8]]) -> Vec<u8> {
        match self.hash {
            Hash::Sha256 => mac_of::<Hmac<Sha256>>(&self.key, pieces),
            Hash::Sha512 => mac_of::<Hmac<Sha512>>(&self.key, pieces),
        }
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("HmacKey(redacted)")
    }
}

fn mac_of<M: Mac + KeyInit>(key: &[u8], pieces: &[&[u8]]) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length");
    for piece in pieces {
        mac.update(piece);
    }
    mac.finalize().into_bytes().to_vec()
}

fn encode(bytes: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Hex => hex(bytes),
        Encoding::Base64 => STANDARD.encode(bytes),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::Scheme;

    const WHSEC: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const WHPK: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";

    #[track_caller]
    fn check_refused(scheme: &Scheme, secret: &str, message: &str) {
        let error = VerifyingKey::parse(&scheme.form(), secret).unwrap_err();
        assert_eq!(error.to_string(), message);
    }

    #[test]
    fn a_wrong_kind_is_named_with_the_scheme() {
        check_refused(
            &Scheme::Standard,
            "plain",
            "the scheme `standard` takes a secret of kind standard (`whsec_` and base64), and this is of kind text (the \
             characters themselves)",
        );
        check_refused(
            &Scheme::StandardEd25519,
            WHSEC,
            "the scheme `standard-ed25519` takes a secret of kind ed25519 (`whsk_` or `whpk_` and base64), and this is of \
             kind standard (`whsec_` and base64)",
        );
        check_refused(
            &Scheme::Github,
            WHPK,
            "the scheme `github` takes a secret of kind text (the characters themselves), and this is of kind ed25519 \
             (`whsk_` or `whpk_` and base64)",
        );
        check_refused(&Scheme::Woocommerce, "", "the secret is empty");
        assert!(VerifyingKey::parse(&Scheme::Stripe.form(), WHSEC).is_ok(), "Stripe's key is the whole text");
    }

    #[test]
    fn a_new_secret_fits_a_scheme_of_its_kind() {
        for (kind, scheme) in [
            (SecretKind::Standard, Scheme::Standard),
            (SecretKind::Ed25519, Scheme::StandardEd25519),
            (SecretKind::Text, Scheme::Github),
        ] {
            let secret = generate_key(kind, &[9; KEY_RANDOM_BYTES]);
            assert_eq!(SecretKind::of(&secret), kind);
            assert!(SigningKey::parse(&scheme.form(), &secret).is_ok(), "{kind:?}");
        }
        assert_eq!(generate_key(SecretKind::Text, &[9; KEY_RANDOM_BYTES]), "09".repeat(32));
        let pair = generate_key(SecretKind::Ed25519, &[9; KEY_RANDOM_BYTES]);
        assert!(public_key(&pair).unwrap().starts_with("whpk_"));
        assert_eq!(public_key(WHPK).as_deref(), Ok(WHPK));
        assert!(public_key(WHSEC).unwrap_err().to_string().contains("of kind standard"));
    }

    #[test]
    fn nothing_prints_a_key() {
        let printed = format!("{:?}", SigningKey::parse(&Scheme::Github.form(), "hush").unwrap());
        assert_eq!(printed, "Hmac(HmacKey(redacted))");
    }
}
