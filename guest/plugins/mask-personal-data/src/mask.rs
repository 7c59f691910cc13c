//! What stands in the place of a text that was masked.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How a text is masked.
#[derive(Debug)]
pub(crate) enum Mask {
    /// By this text.
    Redact(String),
    /// By the first letter and the domain of an e-mail address, anything else by this text.
    PartialEmail(String),
    /// By a hash under this key.
    Hash(String),
}

impl Mask {
    pub(crate) fn redact(replacement: &str) -> Self {
        Self::Redact(replacement.to_owned())
    }

    pub(crate) fn partial_email(replacement: &str) -> Self {
        Self::PartialEmail(replacement.to_owned())
    }

    pub(crate) fn hash(key: &str) -> Self {
        Self::Hash(key.to_owned())
    }

    /// What stands for `text`. An empty text tells nothing and stays empty.
    pub(crate) fn of(&self, text: &str) -> String {
        match self {
            _ if text.is_empty() => String::new(),
            Self::Redact(replacement) => replacement.clone(),
            Self::PartialEmail(replacement) => partial_email(text).unwrap_or_else(|| replacement.clone()),
            Self::Hash(key) => hash(key, text),
        }
    }
}

/// `jane@example.com` as `j***@example.com`; nothing for what is no e-mail address.
fn partial_email(text: &str) -> Option<String> {
    let (name, domain) = text.rsplit_once('@')?;
    let first = name.chars().next()?;
    let is_domain = domain.contains('.') && !domain.contains(char::is_whitespace);
    is_domain.then(|| format!("{first}***@{domain}"))
}

/// The first half of HMAC-SHA256 in hexadecimal: 128 bits tell the persons of any site apart.
fn hash(key: &str, text: &str) -> String {
    let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else {
        // HMAC takes keys of every length; were it otherwise, nothing personal may come out.
        return String::new();
    };
    hmac.update(text.as_bytes());
    let digest = hmac.finalize().into_bytes();
    let mut out = String::from("hmac-sha256:");
    for byte in digest.iter().take(16) {
        for half in [byte >> 4, byte & 15] {
            out.extend(char::from_digit(half.into(), 16));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_is_shown_in_part() {
        let mask = Mask::partial_email("***");
        for (text, masked) in [
            ("jane@example.com", "j***@example.com"),
            ("ä@example.com", "ä***@example.com"),
            ("\"a@b\"@example.com", "\"***@example.com"),
            ("@example.com", "***"),
            ("jane@localhost", "***"),
            ("write to jane@example.com or joe", "***"),
            ("Jane", "***"),
            ("", ""),
        ] {
            assert_eq!(mask.of(text), masked, "{text}");
        }
    }

    /// Test case 2 of RFC 4231, section 4.3, cut to half.
    #[test]
    fn a_hash_is_hmac_sha256() {
        assert_eq!(
            Mask::hash("Jefe").of("what do ya want for nothing?"),
            "hmac-sha256:5bdcc146bf60754e6a042426089575c7"
        );
    }
}
