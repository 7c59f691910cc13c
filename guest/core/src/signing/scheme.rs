//! What the schemes are: for each, the key, the signed bytes, the headers and how a signature is written.
//!
//! A scheme is one constant here; nothing else in the code asks which scheme it is.

use core::fmt;

/// How a sender signs.
///
/// A receiver that takes a plain HMAC of the body is served by one of the last four, with the name of its header:
/// Convoy's "simple" form, for example, is [`Scheme::HmacSha256Hex`] with `X-Convoy-Signature`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Standard Webhooks v1: `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,…`.
    Standard,
    /// Standard Webhooks v1a, with ed25519 keys: the same headers, `webhook-signature: v1a,…`.
    StandardEd25519,
    /// Standard Webhooks v1 under Svix's names: `svix-id`, `svix-timestamp`, `svix-signature`.
    Svix,
    /// GitHub: `X-Hub-Signature-256: sha256=…`.
    Github,
    /// Stripe: `Stripe-Signature: t=…,v1=…`.
    Stripe,
    /// Shopify: `X-Shopify-Hmac-Sha256`.
    Shopify,
    /// WooCommerce: `X-WC-Webhook-Signature`, with a key that WordPress may have stored escaped.
    Woocommerce,
    /// Convoy's "advanced" form: `X-Convoy-Signature: t=…,v1=…`.
    Convoy,
    /// Hook0's v0: `X-Hook0-Signature: t=…,v0=…`.
    Hook0,
    /// HMAC-SHA256 of the body, in lower-case hex.
    HmacSha256Hex(HeaderName),
    /// HMAC-SHA256 of the body, in base64.
    HmacSha256Base64(HeaderName),
    /// HMAC-SHA512 of the body, in lower-case hex.
    HmacSha512Hex(HeaderName),
    /// HMAC-SHA512 of the body, in base64.
    HmacSha512Base64(HeaderName),
}

impl Scheme {
    /// What people call it, for example `standard-ed25519`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.form().name
    }

    /// Whether a message may bear a signature for each of several secrets.
    pub(crate) fn has_room_for_several(&self) -> bool {
        self.form().has_list()
    }

    pub(super) fn form(&self) -> Form<'_> {
        match self {
            Self::Standard => STANDARD,
            Self::StandardEd25519 => STANDARD_ED25519,
            Self::Svix => SVIX,
            Self::Github => GITHUB,
            Self::Stripe => STRIPE,
            Self::Shopify => SHOPIFY,
            Self::Woocommerce => WOOCOMMERCE,
            Self::Convoy => CONVOY,
            Self::Hook0 => HOOK0,
            Self::HmacSha256Hex(header) => Form { signature_header: &header.0, ..HMAC_SHA256_HEX },
            Self::HmacSha256Base64(header) => Form { signature_header: &header.0, ..HMAC_SHA256_BASE64 },
            Self::HmacSha512Hex(header) => Form { signature_header: &header.0, ..HMAC_SHA512_HEX },
            Self::HmacSha512Base64(header) => Form { signature_header: &header.0, ..HMAC_SHA512_BASE64 },
        }
    }
}

/// The name of a header: a token of RFC 9110, 64 characters at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderName(String);

impl HeaderName {
    /// Parses a name.
    ///
    /// # Errors
    ///
    /// [`BadHeaderName`]
    pub fn parse(name: &str) -> Result<Self, BadHeaderName> {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let good = (1..=64).contains(&name.len()) && name.bytes().all(token);
        good.then(|| Self(name.to_owned())).ok_or(BadHeaderName)
    }
}

/// A text is no header name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadHeaderName;

impl fmt::Display for BadHeaderName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the name of a header has 1 to 64 letters, digits and hyphens, as in `X-Signature`")
    }
}

impl core::error::Error for BadHeaderName {}

/// A scheme as data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form<'a> {
    pub(super) name: &'static str,
    pub(super) key: KeyRule,
    pub(super) encoding: Encoding,
    /// What is signed, one after the other.
    pub(super) signed: &'static [Part],
    pub(super) id_header: Option<&'static str>,
    pub(super) timestamp_header: Option<&'static str>,
    pub(super) signature_header: &'a str,
    pub(super) value: Value,
}

impl Form<'_> {
    /// Whether a message needs a time of its own.
    pub(super) fn has_timestamp(&self) -> bool {
        self.timestamp_header.is_some() || matches!(self.value, Value::Fields { .. })
    }

    /// Whether there is room for more than one signature.
    pub(super) fn has_list(&self) -> bool {
        !matches!(self.value, Value::One { .. })
    }
}

/// How the text of a secret becomes a key, and of which algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyRule {
    /// HMAC-SHA256 with the bytes that follow `whsec_` in base64.
    Decoded,
    /// HMAC with the text as it stands, whatever its prefix.
    Text(Hash),
    /// HMAC-SHA256 with the text after WordPress's `wp_specialchars_decode`.
    Unescaped,
    /// ed25519 with `whsk_` or `whpk_`.
    Ed25519,
}

/// The hash of an HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha512,
}

/// How the bytes of a signature are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Lower case.
    Hex,
    /// Standard alphabet, padded.
    Base64,
}

/// A piece of what is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Id,
    /// The decimal text as it was sent.
    Timestamp,
    Body,
    Text(&'static str),
}

/// What the signature's header holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// `v1,… v1,…`: entries of several versions, spaces between them.
    List { version: &'static str },
    /// `t=1614265330,v1=…,v1=…`: the time first, then entries of several versions.
    Fields { version: &'static str },
    /// One signature behind a fixed text.
    One { prefix: &'static str },
}

const STANDARD: Form<'_> = Form {
    name: "standard",
    key: KeyRule::Decoded,
    encoding: Encoding::Base64,
    signed: &[Part::Id, Part::Text("."), Part::Timestamp, Part::Text("."), Part::Body],
    id_header: Some("webhook-id"),
    timestamp_header: Some("webhook-timestamp"),
    signature_header: "webhook-signature",
    value: Value::List { version: "v1" },
};

const STANDARD_ED25519: Form<'_> =
    Form { name: "standard-ed25519", key: KeyRule::Ed25519, value: Value::List { version: "v1a" }, ..STANDARD };

const SVIX: Form<'_> = Form {
    name: "svix",
    id_header: Some("svix-id"),
    timestamp_header: Some("svix-timestamp"),
    signature_header: "svix-signature",
    ..STANDARD
};

const GITHUB: Form<'_> = Form {
    name: "github",
    signature_header: "X-Hub-Signature-256",
    value: Value::One { prefix: "sha256=" },
    ..HMAC_SHA256_HEX
};

const STRIPE: Form<'_> = Form {
    name: "stripe",
    signed: &[Part::Timestamp, Part::Text("."), Part::Body],
    signature_header: "Stripe-Signature",
    value: Value::Fields { version: "v1" },
    ..HMAC_SHA256_HEX
};

const SHOPIFY: Form<'_> = Form { name: "shopify", signature_header: "X-Shopify-Hmac-Sha256", ..HMAC_SHA256_BASE64 };

const WOOCOMMERCE: Form<'_> = Form {
    name: "woocommerce",
    key: KeyRule::Unescaped,
    signature_header: "X-WC-Webhook-Signature",
    ..HMAC_SHA256_BASE64
};

const CONVOY: Form<'_> = Form {
    name: "convoy",
    signed: &[Part::Timestamp, Part::Text(","), Part::Body],
    signature_header: "X-Convoy-Signature",
    ..STRIPE
};

const HOOK0: Form<'_> =
    Form { name: "hook0", signature_header: "X-Hook0-Signature", value: Value::Fields { version: "v0" }, ..STRIPE };

const HMAC_SHA256_HEX: Form<'_> = Form {
    name: "hmac-sha256-hex",
    key: KeyRule::Text(Hash::Sha256),
    encoding: Encoding::Hex,
    signed: &[Part::Body],
    id_header: None,
    timestamp_header: None,
    // Always the caller's.
    signature_header: "",
    value: Value::One { prefix: "" },
};

const HMAC_SHA256_BASE64: Form<'_> = Form { name: "hmac-sha256-base64", encoding: Encoding::Base64, ..HMAC_SHA256_HEX };

const HMAC_SHA512_HEX: Form<'_> = Form { name: "hmac-sha512-hex", key: KeyRule::Text(Hash::Sha512), ..HMAC_SHA256_HEX };

const HMAC_SHA512_BASE64: Form<'_> =
    Form { name: "hmac-sha512-base64", key: KeyRule::Text(Hash::Sha512), ..HMAC_SHA256_BASE64 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_name_is_a_token() {
        for name in ["X-Signature", "x_sig.256", "a"] {
            assert_eq!(HeaderName::parse(name), Ok(HeaderName(name.to_owned())));
        }
        for name in ["", "X Sig", "X:Y", "X-S\r\nEvil: 1", "é", "X\0", &"x".repeat(65)] {
            assert_eq!(HeaderName::parse(name), Err(BadHeaderName), "{name:?}");
        }
    }
}
