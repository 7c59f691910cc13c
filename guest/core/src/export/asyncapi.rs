//! AsyncAPI 3.0 of the sender: a channel, an operation and a message for each topic.

use super::json_schema::{definitions, event_name, reference};
use super::tree::{list, object, pretty, quoted};
use super::{
    ABOUT, ABOUT_ID, ABOUT_SIGNATURE, ABOUT_TIMESTAMP, EXAMPLE_ID, EXAMPLE_SECONDS, EXAMPLE_SIGNATURE, Entry, TITLE,
};

const SCHEMAS: &str = "#/components/schemas/";
const MESSAGES: &str = "#/components/messages/";

pub(super) fn write(entries: &[Entry]) -> String {
    let named = |write: fn(&Entry) -> String| {
        object(&entries.iter().map(|entry| (&entry.id, write(entry))).collect::<Vec<_>>())
    };
    let operations: Vec<_> = entries.iter().map(|entry| (format!("send{}", entry.id), operation(entry))).collect();
    let info =
        [("title", quoted(TITLE)), ("version", quoted(env!("CARGO_PKG_VERSION"))), ("description", quoted(ABOUT))];
    let mut schemas = definitions(entries, SCHEMAS);
    // A lower-case first letter: no topic's schema has one.
    schemas.push(("webhookHeaders".to_owned(), headers()));
    let signature = [
        ("type", quoted("httpApiKey")),
        ("in", quoted("header")),
        ("name", quoted("webhook-signature")),
        ("description", quoted(ABOUT_SIGNATURE)),
    ];
    let components = [
        ("messages", named(message)),
        ("schemas", object(&schemas)),
        ("securitySchemes", object(&[("signature", object(&signature))])),
    ];
    let document = object(&[
        ("asyncapi", quoted("3.0.0")),
        ("info", object(&info)),
        ("defaultContentType", quoted("application/json")),
        ("channels", named(channel)),
        ("operations", object(&operations)),
        ("components", object(&components)),
    ]);
    pretty(&document) + "\n"
}

fn channel(entry: &Entry) -> String {
    object(&[
        // The URL is the webhook's.
        ("address", "null".to_owned()),
        ("title", quoted(&entry.info.name)),
        // AsyncAPI has `deprecated` for schemas only, so here it stands in words.
        ("description", quoted(&entry.about())),
        ("messages", object(&[(&entry.id, reference(MESSAGES, &entry.id))])),
    ])
}

fn operation(entry: &Entry) -> String {
    let id = &entry.id;
    object(&[
        ("action", quoted("send")),
        ("channel", reference("#/channels/", id)),
        ("summary", quoted(&entry.info.title)),
        ("security", list(core::iter::once(reference("#/components/securitySchemes/", "signature")))),
        ("tags", list(core::iter::once(object(&[("name", quoted(&entry.info.group))])))),
        ("messages", list(core::iter::once(reference(&format!("#/channels/{id}/messages/"), id)))),
    ])
}

fn message(entry: &Entry) -> String {
    let mut fields = vec![
        ("name", quoted(&entry.info.name)),
        ("title", quoted(&entry.info.title)),
        ("summary", quoted(&entry.info.description)),
        ("headers", reference(SCHEMAS, "webhookHeaders")),
        ("payload", reference(SCHEMAS, &event_name(entry))),
    ];
    if let Some(payload) = entry.example() {
        let headers = object(&[
            ("webhook-id", quoted(EXAMPLE_ID)),
            ("webhook-timestamp", quoted(EXAMPLE_SECONDS)),
            ("webhook-signature", quoted(EXAMPLE_SIGNATURE)),
        ]);
        let example = object(&[("name", quoted("sample")), ("headers", headers), ("payload", payload)]);
        fields.push(("examples", list(core::iter::once(example))));
    }
    object(&fields)
}

fn headers() -> String {
    let text = |about: &str| object(&[("type", quoted("string")), ("description", quoted(about))]);
    let properties = [
        ("webhook-id", text(ABOUT_ID)),
        ("webhook-timestamp", text(ABOUT_TIMESTAMP)),
        ("webhook-signature", text(ABOUT_SIGNATURE)),
    ];
    object(&[
        ("type", quoted("object")),
        ("properties", object(&properties)),
        ("required", r#"["webhook-id","webhook-timestamp","webhook-signature"]"#.to_owned()),
    ])
}
