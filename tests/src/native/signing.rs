//! Schemes and their verdicts as the WIT has them, from and to the core's.

use hookwright_core::signing as core;
use hookwright_core::{Error, Result};
use hookwright_runtime::signing;

use super::wire::Wire;

/// The core's scheme.
///
/// # Errors
///
/// [`Error::Invalid`] for `scheme`, when its header's name is none.
pub(super) fn scheme(scheme: signing::Scheme) -> Result<core::Scheme> {
    use signing::Scheme;
    let header = |name: String| {
        core::HeaderName::parse(&name).map_err(|error| Error::field("scheme", format!("{name:?}: {error}")))
    };
    Ok(match scheme {
        Scheme::Standard => core::Scheme::Standard,
        Scheme::StandardEd25519 => core::Scheme::StandardEd25519,
        Scheme::Svix => core::Scheme::Svix,
        Scheme::Github => core::Scheme::Github,
        Scheme::Stripe => core::Scheme::Stripe,
        Scheme::Shopify => core::Scheme::Shopify,
        Scheme::Woocommerce => core::Scheme::Woocommerce,
        Scheme::Convoy => core::Scheme::Convoy,
        Scheme::Hook0 => core::Scheme::Hook0,
        Scheme::HmacSha256Hex(name) => core::Scheme::HmacSha256Hex(header(name)?),
        Scheme::HmacSha256Base64(name) => core::Scheme::HmacSha256Base64(header(name)?),
        Scheme::HmacSha512Hex(name) => core::Scheme::HmacSha512Hex(header(name)?),
        Scheme::HmacSha512Base64(name) => core::Scheme::HmacSha512Base64(header(name)?),
    })
}

/// The core's kind of secret.
pub(super) fn secret_kind(kind: signing::SecretKind) -> core::SecretKind {
    match kind {
        signing::SecretKind::Standard => core::SecretKind::Standard,
        signing::SecretKind::Ed25519 => core::SecretKind::Ed25519,
        signing::SecretKind::Text => core::SecretKind::Text,
    }
}

impl Wire for core::Refusal {
    type Out = signing::Refusal;
    fn wire(self) -> signing::Refusal {
        match self {
            Self::BadTimestamp => signing::Refusal::BadTimestamp,
            Self::TooOld(seconds) => signing::Refusal::TooOld(seconds),
            Self::TooNew(seconds) => signing::Refusal::TooNew(seconds),
            Self::NoSignature => signing::Refusal::NoSignature,
            Self::Mismatch => signing::Refusal::Mismatch,
        }
    }
}

impl Wire for core::HeadersRefusal {
    type Out = signing::HeadersRefusal;
    fn wire(self) -> signing::HeadersRefusal {
        match self {
            Self::MissingHeader(name) => signing::HeadersRefusal::MissingHeader(name),
            Self::RepeatedHeader(name) => signing::HeadersRefusal::RepeatedHeader(name),
            Self::Message(refusal) => signing::HeadersRefusal::Message(refusal.wire()),
        }
    }
}
