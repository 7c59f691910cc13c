//! envelope.json: the exact bytes of a payload.

use hookwright_runtime::events::Event;
use hookwright_tests::installation::{Installation, Kind, event};
use serde::Deserialize;

use super::files::{cases, refusal};

both! { payloads_are_exact }

#[derive(Debug, Deserialize)]
struct Input {
    topic: String,
    occurred_at: i64,
    data: String,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Expected {
    Payload { payload: String },
    Invalid { invalid: String },
}

fn payloads_are_exact(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    for case in cases::<Input, Expected>("envelope") {
        let Input { topic, occurred_at, data } = case.input;
        let answer = site.publish_answer(Event { data, occurred_at: Some(occurred_at), ..event(&topic) });
        match (answer, case.expected) {
            (Ok(_), Expected::Payload { payload }) => {
                let request = site.claim_one();
                assert_eq!(String::from_utf8(request.body.clone()).unwrap(), payload, "{}", case.id);
                assert_eq!(site.details(&request.delivery_id).payload, request.body, "{}", case.id);
            }
            (Err(error), Expected::Invalid { invalid }) => {
                let refused = refusal(&error);
                assert!(refused.starts_with(&format!("{invalid}: ")), "{}: {refused}", case.id);
            }
            (answer, expected) => panic!("{}: {answer:?}, not {expected:?}", case.id),
        }
    }
}
