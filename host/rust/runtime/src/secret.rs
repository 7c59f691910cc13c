//! Decides how a webhook's secret looks to a programmer: redacted, until asked for.
//!
//! The generated records hold secrets as plain text and print them; those that hosts handle stand here instead.

use std::fmt;

use crate::bindings::exports::hookwright::webhooks::registry as generated;
use crate::registry::{Status, Webhook};

/// A secret as `whsec_…`. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text, for the one who is to keep it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// A webhook to create; wit/webhooks/registry.wit explains the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewWebhook {
    /// Default: `Webhook created on` and the date.
    pub name: Option<String>,
    /// Absolute https URL; http only where the configuration allows it.
    pub url: String,
    /// Names and patterns; empty means all.
    pub topics: Vec<String>,
    /// Whose events it receives; none means those of the whole installation.
    pub account: Option<String>,
    /// Default active.
    pub status: Option<Status>,
    /// Default: 32 random bytes.
    pub secret: Option<Secret>,
}

/// A new webhook and its secret, which is shown this once.
#[derive(Clone, Debug, PartialEq)]
pub struct Created {
    /// The webhook as stored.
    pub webhook: Webhook,
    /// Its secret.
    pub secret: Secret,
}

impl From<&NewWebhook> for generated::NewWebhook {
    fn from(new: &NewWebhook) -> Self {
        Self {
            name: new.name.clone(),
            url: new.url.clone(),
            topics: new.topics.clone(),
            account: new.account.clone(),
            status: new.status,
            secret: new.secret.as_ref().map(|secret| secret.0.clone()),
        }
    }
}

impl From<generated::Created> for Created {
    fn from(created: generated::Created) -> Self {
        Self { webhook: created.webhook, secret: Secret(created.secret) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        let new = NewWebhook { secret: Some(Secret::from("whsec_bm90IHNob3du".to_owned())), ..NewWebhook::default() };
        assert!(!format!("{new:?}").contains("bm90"));
    }
}
