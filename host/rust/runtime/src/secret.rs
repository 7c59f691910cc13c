//! Decides how a webhook's secrets look to a programmer: redacted, until asked for.
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
    /// Everything else.
    pub options: WebhookOptions,
}

/// Changes to a webhook; a field that is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhookChanges {
    /// For people.
    pub name: Option<String>,
    /// Absolute https URL.
    pub url: Option<String>,
    /// Replaces the whole list.
    pub topics: Option<Vec<String>>,
    /// Active or paused.
    pub status: Option<Status>,
    /// The revision that the caller has seen; `None` overwrites.
    pub revision: Option<i64>,
    /// Everything else.
    pub options: WebhookOptions,
}

/// What may be set of a webhook beside URL and topics; wit/webhooks/registry.wit explains the fields.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct WebhookOptions {
    /// For people; empty removes it.
    pub description: Option<String>,
    /// Who made it. Default `manual`.
    pub integration: Option<String>,
    /// Who answers for it; empty removes it.
    pub owner: Option<String>,
    /// Headers that each request carries besides; replaces the whole list.
    pub headers: Option<Vec<(String, String)>>,
    /// Which conventions the receiver expects. Default `standard`.
    pub dialect: Option<String>,
    /// `json`, `form` or `xml`. Default: the dialect's own.
    pub format: Option<String>,
    /// Version of the dialect's payload. Default: its newest.
    pub payload_version: Option<u32>,
    /// Whether the standard headers are sent beside a vendor's.
    pub standard_headers: Option<bool>,
    /// Delays before the attempts, milliseconds; empty is the installation's.
    pub retry_schedule: Option<Vec<u32>>,
    /// Milliseconds; 0 is the installation's.
    pub timeout: Option<u32>,
    /// 0 is no limit.
    pub requests_per_second: Option<u32>,
    /// Which events by their data; empty is all.
    pub filter: Option<String>,
}

impl fmt::Debug for WebhookOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values of headers are often credentials.
        let names: Option<Vec<&str>> =
            self.headers.as_ref().map(|list| list.iter().map(|(name, _)| name.as_str()).collect());
        f.debug_struct("WebhookOptions")
            .field("dialect", &self.dialect)
            .field("format", &self.format)
            .field("headers", &names)
            .field("filter", &self.filter)
            .finish_non_exhaustive()
    }
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
            options: (&new.options).into(),
        }
    }
}

impl From<&WebhookChanges> for generated::WebhookChanges {
    fn from(changes: &WebhookChanges) -> Self {
        Self {
            name: changes.name.clone(),
            url: changes.url.clone(),
            topics: changes.topics.clone(),
            status: changes.status,
            revision: changes.revision,
            options: (&changes.options).into(),
        }
    }
}

impl From<&WebhookOptions> for generated::Options {
    fn from(options: &WebhookOptions) -> Self {
        Self {
            description: options.description.clone(),
            integration: options.integration.clone(),
            owner: options.owner.clone(),
            headers: options.headers.clone(),
            dialect: options.dialect.clone(),
            format: options.format.clone(),
            payload_version: options.payload_version,
            standard_headers: options.standard_headers,
            retry_schedule: options.retry_schedule.clone(),
            timeout: options.timeout,
            requests_per_second: options.requests_per_second,
            filter: options.filter.clone(),
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
        let headers = Some(vec![("X-Api-Key".to_owned(), "hunter2".to_owned())]);
        let changes =
            WebhookChanges { options: WebhookOptions { headers, ..Default::default() }, ..Default::default() };
        let printed = format!("{changes:?}");
        assert!(printed.contains("X-Api-Key") && !printed.contains("hunter2"), "{printed}");
    }
}
