//! `signing`

use hookwright_core::signing::{self, HeaderName, HeadersRefusal, KEY_RANDOM_BYTES, MessageId, Scheme, SecretKind};
use hookwright_core::{Error, Secret};

use crate::Component;
use crate::bindings::exports::hookwright::webhooks::signing as wit;
use crate::bindings::hookwright::webhooks::environment;

impl wit::Guest for Component {
    fn sign(message: wit::Message, secrets: Vec<String>) -> Result<String, wit::Error> {
        let sign = || {
            let id = MessageId::parse(&message.id).map_err(|error| Error::field("message.id", error.to_string()))?;
            let timestamp = signing::parse_timestamp(&message.timestamp)
                .ok_or_else(|| Error::field("message.timestamp", "the timestamp is not a number of unix seconds"))?;
            let mut parsed = Vec::with_capacity(secrets.len());
            for (index, text) in secrets.iter().enumerate() {
                let secret = Secret::parse_any_length(text);
                parsed.push(secret.map_err(|error| Error::field(format!("secrets[{index}]"), error.to_string()))?);
            }
            if parsed.is_empty() {
                return Err(Error::field("secrets", "no secret; give one or more"));
            }
            Ok(signing::sign_with_each(&parsed, id, timestamp, &message.body))
        };
        sign().map_err(|error: Error| error.into())
    }

    fn verify(
        message: wit::Message,
        signature: String,
        secret: String,
        now: i64,
        tolerance_seconds: u32,
    ) -> Result<Result<(), wit::Refusal>, wit::Error> {
        let secret = Secret::parse_any_length(&secret).map_err(|error| Error::field("secret", error.to_string()))?;
        let wit::Message { id, timestamp, body } = &message;
        let verdict = signing::verify(&secret, id, timestamp, body, &signature, now, tolerance_seconds);
        Ok(verdict.map_err(Into::into))
    }

    fn generate_secret(len: u32) -> Result<String, wit::Error> {
        if !(24..=64).contains(&len) {
            return Err(Error::field("len", format!("{len} bytes; a secret has 24 to 64")).into());
        }
        let secret = Secret::generate(&environment::random_bytes(len));
        secret.map(|secret| secret.expose()).map_err(|error| Error::field("len", error.to_string()).into())
    }

    fn sign_headers(
        scheme: wit::Scheme,
        message: wit::Message,
        secrets: Vec<String>,
    ) -> Result<Vec<(String, String)>, wit::Error> {
        let wit::Message { id, timestamp, body } = &message;
        let headers = scheme
            .try_into()
            .and_then(|scheme| signing::sign_headers(&scheme, &signing::Message { id, timestamp, body }, &secrets));
        headers.map_err(Into::into)
    }

    fn verify_headers(
        scheme: wit::Scheme,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
        secret: String,
        now: i64,
        tolerance_seconds: u32,
    ) -> Result<Result<(), wit::HeadersRefusal>, wit::Error> {
        let verdict = scheme
            .try_into()
            .and_then(|scheme| signing::verify_headers(&scheme, &headers, &body, &secret, now, tolerance_seconds));
        verdict.map(|verdict| verdict.map_err(Into::into)).map_err(Into::into)
    }

    fn generate_key(kind: wit::SecretKind) -> Result<String, wit::Error> {
        let kind = match kind {
            wit::SecretKind::Standard => SecretKind::Standard,
            wit::SecretKind::Ed25519 => SecretKind::Ed25519,
            wit::SecretKind::Text => SecretKind::Text,
        };
        let random = environment::random_bytes(KEY_RANDOM_BYTES as u32);
        let random = random.try_into().map_err(|bytes: Vec<u8>| {
            let message = format!("the host gave {} random bytes for {KEY_RANDOM_BYTES}", bytes.len());
            wit::Error::from(Error::field("environment.random-bytes", message))
        })?;
        Ok(signing::generate_key(kind, &random))
    }

    fn public_key(secret: String) -> Result<String, wit::Error> {
        signing::public_key(&secret).map_err(|error| Error::field("secret", error.to_string()).into())
    }
}

impl TryFrom<wit::Scheme> for Scheme {
    type Error = Error;

    fn try_from(scheme: wit::Scheme) -> Result<Self, Error> {
        let header = |name: String| {
            HeaderName::parse(&name).map_err(|error| Error::field("scheme", format!("{name:?}: {error}")))
        };
        Ok(match scheme {
            wit::Scheme::Standard => Self::Standard,
            wit::Scheme::StandardEd25519 => Self::StandardEd25519,
            wit::Scheme::Svix => Self::Svix,
            wit::Scheme::Github => Self::Github,
            wit::Scheme::Stripe => Self::Stripe,
            wit::Scheme::Shopify => Self::Shopify,
            wit::Scheme::Woocommerce => Self::Woocommerce,
            wit::Scheme::Convoy => Self::Convoy,
            wit::Scheme::Hook0 => Self::Hook0,
            wit::Scheme::HmacSha256Hex(name) => Self::HmacSha256Hex(header(name)?),
            wit::Scheme::HmacSha256Base64(name) => Self::HmacSha256Base64(header(name)?),
            wit::Scheme::HmacSha512Hex(name) => Self::HmacSha512Hex(header(name)?),
            wit::Scheme::HmacSha512Base64(name) => Self::HmacSha512Base64(header(name)?),
        })
    }
}

impl From<signing::Refusal> for wit::Refusal {
    fn from(refusal: signing::Refusal) -> Self {
        match refusal {
            signing::Refusal::BadTimestamp => Self::BadTimestamp,
            signing::Refusal::TooOld(seconds) => Self::TooOld(seconds),
            signing::Refusal::TooNew(seconds) => Self::TooNew(seconds),
            signing::Refusal::NoSignature => Self::NoSignature,
            signing::Refusal::Mismatch => Self::Mismatch,
        }
    }
}

impl From<HeadersRefusal> for wit::HeadersRefusal {
    fn from(refusal: HeadersRefusal) -> Self {
        match refusal {
            HeadersRefusal::MissingHeader(name) => Self::MissingHeader(name),
            HeadersRefusal::RepeatedHeader(name) => Self::RepeatedHeader(name),
            HeadersRefusal::Message(refusal) => Self::Message(refusal.into()),
        }
    }
}
