//! secrets.json: a webhook's secret, given or made.

use hookwright_runtime::registry::{NewWebhook, Secret};
use hookwright_tests::installation::{Installation, Kind, new_webhook};
use hookwright_tests::subject::Subject;
use serde::Deserialize;

use super::files::{cases, refusal};

both! { secrets_are_taken_made_or_refused }

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Input {
    Secret(String),
    Generate(u32),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Expected {
    Secret(String),
    Bytes(usize),
    Says(String),
}

fn secrets_are_taken_made_or_refused(kind: Kind) {
    let mut site = Installation::new(kind);
    for case in cases::<Input, Expected>("secrets") {
        let found = match case.input {
            Input::Secret(text) => {
                let webhook = NewWebhook { secret: Some(Secret::from(text)), ..new_webhook(&[]) };
                site.webhooks_create(webhook).map(|created| created.secret.expose().to_owned())
            }
            Input::Generate(len) => site.generate_secret(len),
        };
        match (found, case.expected) {
            (Ok(found), Expected::Secret(secret)) => assert_eq!(found, secret, "{}", case.id),
            (Ok(found), Expected::Bytes(bytes)) => {
                let encoded = found.strip_prefix("whsec_").unwrap();
                assert_eq!(encoded.len(), bytes.div_ceil(3) * 4, "{}: {found}", case.id);
                site.webhook_of(NewWebhook { secret: Some(Secret::from(found)), ..new_webhook(&[]) });
            }
            (Err(error), Expected::Says(says)) => assert!(refusal(&error).contains(&says), "{}: {error:?}", case.id),
            (found, expected) => panic!("{}: {found:?}, not {expected:?}", case.id),
        }
    }
}
