//! urls.json: the URL of a webhook, as it is given and as it is stored.

use hookwright_core::{EndpointUrl, PlainHttp};
use hookwright_runtime::registry::{NewWebhook, WebhookChanges};
use hookwright_runtime::types::Scope;
use hookwright_tests::installation::{Installation, Kind, new_webhook};
use hookwright_tests::subject::Subject;
use serde::Deserialize;

use super::files::{cases, refusal};

both! { a_webhook_s_url_is_normalised_or_refused }

#[derive(Debug, Deserialize)]
struct Input {
    url: String,
    allow_http: bool,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Expected {
    Url { url: String },
    Refused { says: String },
}

#[test]
fn urls_are_parsed_as_the_core_s_type_says() {
    for case in cases::<Input, Expected>("urls") {
        let plain_http = if case.input.allow_http { PlainHttp::Allowed } else { PlainHttp::Refused };
        match (EndpointUrl::parse(&case.input.url, plain_http), case.expected) {
            (Ok(found), Expected::Url { url }) => assert_eq!(found.as_str(), url, "{}", case.id),
            (Err(error), Expected::Refused { says }) => {
                assert!(error.to_string().contains(&says), "{}: {error}", case.id);
            }
            (found, _) => panic!("{}: {found:?}", case.id),
        }
    }
}

fn a_webhook_s_url_is_normalised_or_refused(kind: Kind) {
    let addresses = ("allow-addresses", "loopback,private,192.0.2.0/24,2001:db8::/32");
    let mut strict = Installation::with_config(kind, &[addresses]);
    let mut lax = Installation::with_config(kind, &[("allow-http", "true"), addresses]);
    let existing = [&mut strict, &mut lax].map(|site| site.webhook(&[]).id);
    for case in cases::<Input, Expected>("urls") {
        let (site, existing) =
            if case.input.allow_http { (&mut lax, &existing[1]) } else { (&mut strict, &existing[0]) };
        let created = site.webhooks_create(NewWebhook { url: case.input.url.clone(), ..new_webhook(&[]) });
        let moved = WebhookChanges {
            name: None,
            url: Some(case.input.url),
            topics: None,
            status: None,
            revision: None,
            ..WebhookChanges::default()
        };
        let moved = site.webhooks_update(Scope::All, existing.clone(), moved);
        for answer in [created.map(|created| created.webhook), moved] {
            match (answer, &case.expected) {
                (Ok(webhook), Expected::Url { url }) => assert_eq!(webhook.url, *url, "{}", case.id),
                (Err(error), Expected::Refused { says }) => {
                    let refused = refusal(&error);
                    assert!(refused.starts_with("url: ") && refused.contains(says), "{}: {refused}", case.id);
                    assert!(!refused.contains("secret"), "no refusal repeats credentials: {refused}");
                }
                (answer, _) => panic!("{}: {answer:?}", case.id),
            }
        }
    }
}
