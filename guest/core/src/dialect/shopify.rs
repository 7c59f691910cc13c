//! Shopify: the bare data, and headers that tell all the rest.

use url::Url;

use super::{Definition, Headers, PLAIN, RequestFacts};
use crate::signing::{Scheme, SecretKind};
use crate::{envelope, id};

/// Shopify's word for an API without the promises of a dated version: which of Shopify's versions the data look like,
/// only who publishes them knows.
const API_VERSION: &str = "unstable";

pub(super) const DEFINITION: Definition =
    Definition { word: "shopify", scheme: Some(Scheme::Shopify), secret_kind: SecretKind::Text, headers, ..PLAIN };

/// `x-shopify-webhook-id` names the delivery there, by which receivers tell a repetition.
fn headers(facts: &RequestFacts<'_>, headers: &mut Headers) {
    headers.add("x-shopify-topic", &facts.topic.replace('.', "/"));
    headers.add("x-shopify-webhook-id", &id::uuid(facts.delivery_id));
    headers.add("x-shopify-event-id", &id::uuid(facts.event_id));
    if let Ok(time) = envelope::timestamp_text(facts.occurred_at_ms) {
        headers.add("x-shopify-triggered-at", &time);
    }
    if let Some(host) = Url::parse(facts.site_url).ok().as_ref().and_then(Url::host_str) {
        headers.add("x-shopify-shop-domain", host);
    }
    headers.add("x-shopify-api-version", API_VERSION);
}
