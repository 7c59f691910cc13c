//! WooCommerce (class-wc-webhook.php): the resource as its REST API shows it, and `x-wc-webhook-*` headers.
//!
//! The versions are those of WooCommerce's REST API, `wp_api_v1` to `wp_api_v3`. The platform that publishes passes the
//! resource in the right one; here the number changes nothing. WooCommerce writes `/` and letters beyond ASCII in JSON
//! as escapes; a receiver that reads JSON sees no difference, and the signature is that of the bytes sent.

use super::{Definition, Headers, Occurrence, PLAIN, RequestFacts, parts};
use crate::digest;
use crate::export::tree::{Kind, Tree, quoted};
use crate::signing::{Scheme, SecretKind};

pub(super) const DEFINITION: Definition = Definition {
    word: "woocommerce",
    versions: &[1, 2, 3],
    scheme: Some(Scheme::Woocommerce),
    secret_kind: SecretKind::Text,
    body: |_, about| Ok(body(about)),
    user_agent: |facts| facts.woocommerce_user_agent,
    headers,
    ..PLAIN
};

/// The data; `{"action":…,"arg":…}` of a WordPress action unless they have that form, `{"id":…}` of what was deleted.
fn body(about: &Occurrence<'_>) -> String {
    let (resource, event) = parts(about.topic.as_str());
    if resource == "action" && !event.is_empty() {
        let tree = Tree::read(about.data);
        if tree.field("arg").is_some() && tree.field("action").is_some_and(|action| action.raw == quoted(event)) {
            return about.data.to_owned();
        }
        return format!(r#"{{"action":"{event}","arg":{}}}"#, about.data);
    }
    match about.topic.as_str().ends_with(".deleted").then(|| deleted(about.data)).flatten() {
        Some(id) => format!(r#"{{"id":{id}}}"#),
        None => about.data.to_owned(),
    }
}

/// The data's `id`, or the data where they are no more than a number or a text. None in other data, which go out as
/// they stand.
fn deleted(data: &str) -> Option<&str> {
    let tree = Tree::read(data);
    let id = tree.field("id").unwrap_or(&tree);
    matches!(id.kind, Kind::Scalar("integer" | "number" | "string")).then_some(id.raw)
}

/// A topic of one part, which WooCommerce has not, gives an empty event.
fn headers(facts: &RequestFacts<'_>, headers: &mut Headers) {
    let (resource, event) = parts(facts.topic);
    if !facts.site_url.is_empty() {
        headers.add("x-wc-webhook-source", &format!("{}/", facts.site_url.trim_end_matches('/')));
    }
    headers.add("x-wc-webhook-topic", facts.topic);
    headers.add("x-wc-webhook-resource", resource);
    headers.add("x-wc-webhook-event", event);
    headers.add("x-wc-webhook-id", number_there(facts.integration).unwrap_or(facts.webhook_id));
    // 32 hexadecimal digits as there, but not the same for two deliveries within a second.
    let delivery = digest::of_parts(&[b"x-wc-webhook-delivery-id", facts.delivery_id.as_bytes()]);
    headers.add("x-wc-webhook-delivery-id", delivery.get(..32).unwrap_or_default());
}

/// The id of a webhook that was taken over from WooCommerce, by which its receiver may know it.
fn number_there(integration: &str) -> Option<&str> {
    let number = integration.strip_prefix("woocommerce.")?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
}
