//! How a secret lies in the database: sealed under the installation's key, or in clear where none was given.
//!
//! Decides the form of the stored text and which key opens it; refuses to know where it is stored, and makes no random
//! bytes of its own. Sealed is XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), whose nonce of 24 bytes may be drawn at
//! random. The webhook's id goes into the seal, so that the secret of one row opens in no other.

use core::fmt;

use base64::Engine;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::call::Call;
use crate::error::{Error, Result};
use crate::secret::BASE64;

/// The keys under which secrets are sealed: the first seals and opens, the others only open. Without a key, secrets are
/// stored in clear. Prints the names of the keys and nothing else of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sealer(Vec<Key>);

#[derive(Clone, PartialEq, Eq)]
struct Key {
    id: String,
    bytes: [u8; 32],
}

/// Every sealed text begins with this, a version and a colon.
const SEALED: &str = "sealed:";
/// Sealed by the rules of this module: key id, colon, base64 of nonce and ciphertext.
const VERSION_1: &str = "sealed:1:";
/// In clear, where the text itself begins like a sealed one.
const CLEAR: &str = "sealed:0:";

const KEY_ID_MAX: usize = 16;
const KEYS_MAX: usize = 16;
const NONCE_BYTES: usize = 24;

impl Sealer {
    /// Reads `KEYID:BASE64` with commas between them; the base64 is that of 32 bytes.
    ///
    /// # Errors
    ///
    /// What is wrong with which entry; never holds any of a key.
    pub fn parse(text: &str) -> core::result::Result<Self, String> {
        let mut keys: Vec<Key> = Vec::new();
        for (entry, number) in text.split(',').zip(1..).filter(|_| !text.is_empty()) {
            let Some((id, key)) = entry.trim().split_once(':').filter(|(id, _)| is_key_id(id)) else {
                return Err(format!(
                    "entry {number}: write a key as `KEYID:BASE64`, its id 1 to {KEY_ID_MAX} of a-z, 0-9, `_` and `-`"
                ));
            };
            let Some(bytes) = BASE64.decode(key).ok().and_then(|bytes| bytes.try_into().ok()) else {
                return Err(format!(
                    "entry {number}: what follows `{id}:` is not the base64 of 32 bytes; `openssl rand -base64 32` makes one"
                ));
            };
            if keys.iter().any(|key| key.id == id) {
                return Err(format!("entry {number}: there are two keys `{id}`; give each an id of its own"));
            }
            keys.push(Key { id: id.to_owned(), bytes });
        }
        if keys.len() > KEYS_MAX {
            return Err(format!(
                "{} keys; give {KEYS_MAX} or fewer, and drop what nothing is sealed under",
                keys.len()
            ));
        }
        Ok(Self(keys))
    }

    /// The text to store. `aad` is what it belongs to; the nonce is never used twice under one key.
    #[must_use]
    pub fn seal(&self, plain: &str, aad: &str, nonce: [u8; NONCE_BYTES]) -> String {
        match self.0.first() {
            Some(key) => {
                let payload = Payload { msg: plain.as_bytes(), aad: aad.as_bytes() };
                // Fails beyond 256 GiB only; and what does not open is better than what lies in clear.
                let ciphertext = key.cipher().encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
                let mut text = format!("{VERSION_1}{}:", key.id);
                BASE64.encode_string([&nonce, ciphertext.as_slice()].concat(), &mut text);
                text
            }
            None if plain.starts_with(SEALED) => format!("{CLEAR}{plain}"),
            None => plain.to_owned(),
        }
    }

    /// The secret of a stored text.
    ///
    /// # Errors
    ///
    /// A [`SealError`]; its text never holds any of a key or of the secret.
    pub fn open(&self, stored: &str, aad: &str) -> core::result::Result<String, SealError> {
        if let Some(clear) = stored.strip_prefix(CLEAR) {
            return Ok(clear.to_owned());
        }
        if !stored.starts_with(SEALED) {
            return Ok(stored.to_owned());
        }
        let (id, text) = stored.strip_prefix(VERSION_1).and_then(|rest| rest.split_once(':')).ok_or(SealError::Form)?;
        if !is_key_id(id) {
            return Err(SealError::Form);
        }
        let key = self.0.iter().find(|key| key.id == id).ok_or_else(|| SealError::UnknownKey { id: id.to_owned() })?;
        let damaged = || SealError::Damaged { id: id.to_owned() };
        let bytes = BASE64.decode(text).map_err(|_| damaged())?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or_else(damaged)?;
        let payload = Payload { msg: ciphertext, aad: aad.as_bytes() };
        let plain = key.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| damaged())?;
        String::from_utf8(plain).map_err(|_| damaged())
    }

    /// What a text begins with that need not be sealed again; none where secrets are stored in clear.
    pub(crate) fn current_prefix(&self) -> Option<String> {
        self.0.first().map(|key| format!("{VERSION_1}{}:", key.id))
    }
}

impl Key {
    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.bytes.into())
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Sealer")?;
        out.debug_list().entries(self.0.iter().map(|key| format!("{}:(redacted)", key.id))).finish()
    }
}

fn is_key_id(id: &str) -> bool {
    (1..=KEY_ID_MAX).contains(&id.len())
        && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}

/// Why a stored secret cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealError {
    /// The installation has no key with this id.
    UnknownKey {
        /// The id in the stored text.
        id: String,
    },
    /// The key does not open it: the key is another one, or the text was changed or belongs to another row.
    Damaged {
        /// The id in the stored text.
        id: String,
    },
    /// It has no form that this version knows.
    Form,
}

impl fmt::Display for SealError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey { id } => write!(
                out,
                "it is sealed under the key `{id}`, which is not among the encryption-keys; add that key at the end of them"
            ),
            Self::Damaged { id } => write!(
                out,
                "the key `{id}` does not open it: the key is not the one it was sealed under, or the row was changed; \
                 give the right key, or give the webhook a new secret"
            ),
            Self::Form => write!(
                out,
                "it is sealed in a form that this version does not know; use the newer Hookwright that has stored it"
            ),
        }
    }
}

impl core::error::Error for SealError {}

impl Call<'_> {
    /// What to store for a webhook's secret.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] when the host gives too few random bytes
    pub(crate) fn seal_secret(&mut self, webhook_id: &str, text: &str) -> Result<String> {
        // Not from the call's own stock, which makes up for missing bytes with zeros: a nonce is never used twice.
        let drawn = self.environment.random_bytes(NONCE_BYTES as u32);
        let nonce = drawn.try_into().map_err(|drawn: Vec<u8>| {
            let count = drawn.len();
            Error::Conflict(format!("the host gave {count} random bytes instead of {NONCE_BYTES}; nothing was stored"))
        })?;
        Ok(self.config.sealer.seal(text, webhook_id, nonce))
    }

    /// The secret that is stored for a webhook.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`], which names the webhook and the key
    pub(crate) fn open_secret(&self, webhook_id: &str, stored: &str) -> Result<String> {
        self.config.sealer.open(stored, webhook_id).map_err(|error| {
            Error::Conflict(format!("webhook {webhook_id}: its stored secret cannot be opened: {error}"))
        })
    }
}

#[cfg(test)]
mod tests;
