//! OpenAPI 3.1: one entry of `webhooks` for each topic, as the receiver has to implement it.

use super::json_schema::{definitions, event_name, reference};
use super::tree::{list, object, pretty, quoted};
use super::{
    ABOUT, ABOUT_ID, ABOUT_SIGNATURE, ABOUT_TIMESTAMP, EXAMPLE_ID, EXAMPLE_SECONDS, EXAMPLE_SIGNATURE, Entry, TITLE,
};

const SCHEMAS: &str = "#/components/schemas/";

/// What an answer means to the sender: status, name among the components, text.
const RESPONSES: [(&str, &str, &str); 4] = [
    ("2XX", "received", "Received: the delivery is done. Answer before you work on it; the body is not used."),
    ("410", "gone", "Gone: the delivery ends, and the webhook is disabled."),
    (
        "429",
        "slowDown",
        "Too many: all deliveries of the webhook wait, as long as Retry-After says within bounds, else 30 seconds. 502 \
         and 504 mean the same.",
    ),
    ("default", "notReceived", "Not received, redirects among them: tried again later by the retry schedule."),
];
const PARAMETER_NAMES: [&str; 3] = ["webhookId", "webhookTimestamp", "webhookSignature"];

pub(super) fn write(entries: &[Entry]) -> String {
    let webhooks: Vec<_> =
        entries.iter().map(|entry| (&entry.info.name, format!(r#"{{"post":{}}}"#, post(entry)))).collect();
    let mut groups: Vec<&str> = Vec::new();
    for entry in entries {
        if !groups.contains(&entry.info.group.as_str()) {
            groups.push(&entry.info.group);
        }
    }
    let info =
        [("title", quoted(TITLE)), ("version", quoted(env!("CARGO_PKG_VERSION"))), ("description", quoted(ABOUT))];
    let signature = [
        ("type", quoted("apiKey")),
        ("in", quoted("header")),
        ("name", quoted("webhook-signature")),
        ("description", quoted(ABOUT_SIGNATURE)),
    ];
    let responses = RESPONSES.map(|(_, name, text)| (name, object(&[("description", quoted(text))])));
    let components = [
        ("schemas", object(&definitions(entries, SCHEMAS))),
        ("parameters", object(&parameters())),
        ("responses", object(&responses)),
        ("securitySchemes", object(&[("signature", object(&signature))])),
    ];
    let document = object(&[
        ("openapi", quoted("3.1.0")),
        ("info", object(&info)),
        ("tags", list(groups.iter().map(|group| object(&[("name", quoted(group))])))),
        ("security", r#"[{"signature":[]}]"#.to_owned()),
        ("webhooks", object(&webhooks)),
        ("components", object(&components)),
    ]);
    pretty(&document) + "\n"
}

fn parameters() -> [(&'static str, String); 3] {
    let parameter = |name: &str, about: &str, schema: &str, example: &str| {
        object(&[
            ("name", quoted(name)),
            ("in", quoted("header")),
            ("required", "true".to_owned()),
            ("description", quoted(about)),
            ("schema", schema.to_owned()),
            ("example", example.to_owned()),
        ])
    };
    let [id, timestamp, signature] = PARAMETER_NAMES;
    [
        (id, parameter("webhook-id", ABOUT_ID, r#"{"type":"string"}"#, &quoted(EXAMPLE_ID))),
        (timestamp, parameter("webhook-timestamp", ABOUT_TIMESTAMP, r#"{"type":"integer"}"#, EXAMPLE_SECONDS)),
        (
            signature,
            parameter("webhook-signature", ABOUT_SIGNATURE, r#"{"type":"string"}"#, &quoted(EXAMPLE_SIGNATURE)),
        ),
    ]
}

fn post(entry: &Entry) -> String {
    let mut content = vec![("schema", reference(SCHEMAS, &event_name(entry)))];
    if let Some(example) = entry.example() {
        content.push(("example", example));
    }
    let content = object(&[("application/json", object(&content))]);
    let body = object(&[("required", "true".to_owned()), ("content", content)]);
    let parameters = PARAMETER_NAMES.iter().map(|name| reference("#/components/parameters/", name));
    let responses = RESPONSES.map(|(code, name, _)| (code, reference("#/components/responses/", name)));
    let mut fields = vec![
        ("operationId", quoted(&format!("on{}", entry.id))),
        ("tags", list(core::iter::once(quoted(&entry.info.group)))),
        ("summary", quoted(&entry.info.title)),
        ("description", quoted(&entry.description())),
        ("parameters", list(parameters)),
        ("requestBody", body),
        ("responses", object(&responses)),
    ];
    if entry.info.deprecated.is_some() {
        fields.push(("deprecated", "true".to_owned()));
    }
    object(&fields)
}
