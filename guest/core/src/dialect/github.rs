//! GitHub: the event in a header, what happened to it as `action` in the body.

use super::{Definition, Headers, Occurrence, PLAIN, RequestFacts, parts};
use crate::export::tree::{Kind, Tree};
use crate::id;
use crate::signing::{Scheme, SecretKind};

pub(super) const DEFINITION: Definition = Definition {
    word: "github",
    scheme: Some(Scheme::Github),
    secret_kind: SecretKind::Text,
    body: |_, about| Ok(body(about)),
    headers,
    ..PLAIN
};

/// The data with the topic's second part as `action` in front. Data that have an `action`, or are no object, go out as
/// they stand, and so do those of a topic of one part.
fn body(about: &Occurrence<'_>) -> String {
    let (_, action) = parts(about.topic.as_str());
    let tree = Tree::read(about.data);
    let members = match &tree.kind {
        Kind::Object(_) if !action.is_empty() && tree.field("action").is_none() => about.data.strip_prefix('{'),
        _ => None,
    };
    match members {
        Some("}") => format!(r#"{{"action":"{action}"}}"#),
        Some(members) => format!(r#"{{"action":"{action}",{members}"#),
        None => about.data.to_owned(),
    }
}

fn headers(facts: &RequestFacts<'_>, headers: &mut Headers) {
    headers.add("x-github-event", parts(facts.topic).0);
    headers.add("x-github-delivery", &id::uuid(facts.delivery_id));
    headers.add("x-github-hook-id", facts.webhook_id);
}
