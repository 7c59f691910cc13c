//! Signatures: which bytes a sender signs with which key, in which headers they stand, and when they are right.
//!
//! [`sign`] and [`verify`] are Standard Webhooks v1 by its parts; [`sign_headers`] and [`verify_headers`] are any
//! [`Scheme`], in headers. Knows no clock and no random bytes: both are given.

mod ed25519;
mod entities;
mod headers;
mod key;
mod scheme;
mod standard;

pub(crate) use headers::sign_always;
pub use headers::{HeadersRefusal, Message, sign_headers, verify_headers};
pub(crate) use key::standard_key_problem;
pub use key::{KEY_RANDOM_BYTES, KeyError, SecretKind, check_signing_key, generate_key, public_key};
pub use scheme::{BadHeaderName, HeaderName, Scheme};
pub use standard::{BadMessageId, MessageId, Refusal, parse_timestamp, sign, sign_with_each, verify};
