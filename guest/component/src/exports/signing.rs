//! `signing`

use hookwright_core::signing::{self, MessageId};
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
        Ok(verdict.map_err(|refusal| match refusal {
            signing::Refusal::BadTimestamp => wit::Refusal::BadTimestamp,
            signing::Refusal::TooOld(seconds) => wit::Refusal::TooOld(seconds),
            signing::Refusal::TooNew(seconds) => wit::Refusal::TooNew(seconds),
            signing::Refusal::NoSignature => wit::Refusal::NoSignature,
            signing::Refusal::Mismatch => wit::Refusal::Mismatch,
        }))
    }

    fn generate_secret(len: u32) -> Result<String, wit::Error> {
        if !(24..=64).contains(&len) {
            return Err(Error::field("len", format!("{len} bytes; a secret has 24 to 64")).into());
        }
        let secret = Secret::generate(&environment::random_bytes(len));
        secret.map(|secret| secret.expose()).map_err(|error| Error::field("len", error.to_string()).into())
    }
}
