//! headers.json: headers that a person gives to a webhook. The runtime judges plugins' additions by the same file.

use hookwright_runtime::registry::{NewWebhook, WebhookOptions};
use hookwright_tests::installation::{Installation, Kind, new_webhook};
use hookwright_tests::subject::Subject;
use serde::Deserialize;

use super::files::{cases, refusal};

both! { a_webhook_s_headers_are_taken_or_refused }

#[derive(Debug, Deserialize)]
struct Input {
    headers: Vec<(String, String)>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Expected {
    Taken { taken: bool },
    Refused { says: String },
}

fn a_webhook_s_headers_are_taken_or_refused(kind: Kind) {
    let mut site = Installation::new(kind);
    for case in cases::<Input, Expected>("headers") {
        let options = WebhookOptions { headers: Some(case.input.headers), ..WebhookOptions::default() };
        let created = site.webhooks_create(NewWebhook { options, ..new_webhook(&[]) });
        match (created, case.expected) {
            (Ok(_), Expected::Taken { taken: true }) => {}
            (Err(error), Expected::Refused { says }) => {
                let refused = refusal(&error);
                assert!(refused.contains("headers: ") && refused.contains(&says), "{}: {refused}", case.id);
            }
            (answer, expected) => panic!("{}: {answer:?}, not {expected:?}", case.id),
        }
    }
}
