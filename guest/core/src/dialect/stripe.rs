//! Stripe: its event object around the data.
//!
//! Hookwright has no versions of Stripe's API, so that `api_version` is null; a receiver's library that compares it
//! with its own has to be told to ignore it. Every event is live, at least one delivery is pending while it is sent,
//! and no request to Stripe's API has caused it. `account` stands there for an event that has one, as with Connect.
//! Two levels around the data make their greatest depth 128, one more than `serde_json` reads; they are 126 deep then.

use super::{Definition, PLAIN};
use crate::export::tree::quoted;
use crate::signing::{Scheme, SecretKind};

pub(super) const DEFINITION: Definition = Definition {
    word: "stripe",
    scheme: Some(Scheme::Stripe),
    secret_kind: SecretKind::Text,
    xml_root: "event",
    body: |_, about| {
        let account = about.account.map(|account| format!(r#","account":{}"#, quoted(account))).unwrap_or_default();
        Ok(format!(
            concat!(
                r#"{{"id":{},"object":"event"{},"api_version":null,"created":{},"data":{{"object":{}}},"#,
                r#""livemode":true,"pending_webhooks":1,"request":{{"id":null,"idempotency_key":null}},"type":"{}"}}"#
            ),
            quoted(about.event_id),
            account,
            about.occurred_at_ms.div_euclid(1000),
            about.data,
            about.topic
        ))
    },
    ..PLAIN
};
