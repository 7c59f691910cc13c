//! json.json: an event's data, as it is given and as it is sent.

use hookwright_runtime::events::Event;
use hookwright_tests::installation::{Installation, Kind, event};
use serde::Deserialize;

use super::files::{cases, refusal};

both! { data_are_made_small_or_refused }

#[derive(Debug, Deserialize)]
struct Input {
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Expected {
    Compact { compact: String },
    Refused { line: usize, column: usize, says: String },
}

fn data_are_made_small_or_refused(kind: Kind) {
    let mut site = Installation::new(kind);
    site.webhook(&[]);
    for case in cases::<Input, Expected>("json") {
        let answer = site.publish_answer(Event { data: case.input.text, ..event("order.created") });
        match (answer, case.expected) {
            (Ok(_), Expected::Compact { compact }) => {
                let body = String::from_utf8(site.claim_one().body).unwrap();
                let (_, data) = body.split_once(r#""data":"#).unwrap();
                assert_eq!(data.strip_suffix('}'), Some(compact.as_str()), "{}", case.id);
                assert!(compact.len() > 1_000 || serde_json::from_str::<&serde_json::value::RawValue>(&body).is_ok());
            }
            (Err(error), Expected::Refused { line, column, says }) => {
                let refused = refusal(&error);
                let place = format!("data: not JSON at line {line}, column {column}: ");
                assert!(refused.starts_with(&place) && refused.contains(&says), "{}: {refused}", case.id);
            }
            (answer, expected) => panic!("{}: {answer:?}, not {expected:?}", case.id),
        }
    }
}
