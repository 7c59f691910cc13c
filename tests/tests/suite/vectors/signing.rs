//! signing.json: `sign` and `verify`.

use hookwright_runtime::signing::{Message, Refusal};
use hookwright_tests::installation::{Installation, Kind};
use hookwright_tests::subject::Subject;
use serde::Deserialize;

use super::files::{cases, refusal};

both! { signatures }

#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "lowercase")]
enum Input {
    Sign { message: Text, secrets: Vec<String> },
    Verify { message: Text, signature: String, secret: String, now: i64, tolerance_seconds: u32 },
}

#[derive(Debug, Deserialize)]
struct Text {
    id: String,
    timestamp: String,
    body: String,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(untagged)]
enum Expected {
    Signature { signature: String },
    Verdict { verdict: String, seconds: Option<i64> },
    Invalid { invalid: String },
}

fn signatures(kind: Kind) {
    let mut site = Installation::new(kind);
    for case in cases::<Input, Expected>("signing") {
        let found = match case.input {
            Input::Sign { message, secrets } => {
                site.sign(message.into(), secrets).map(|signature| Expected::Signature { signature })
            }
            Input::Verify { message, signature, secret, now, tolerance_seconds } => {
                site.verify(message.into(), signature, secret, now, tolerance_seconds).map(verdict)
            }
        };
        let found = found.unwrap_or_else(|error| {
            let field = refusal(&error).split(':').next().unwrap_or_default().to_owned();
            Expected::Invalid { invalid: field }
        });
        assert_eq!(found, case.expected, "{}", case.id);
    }
}

impl From<Text> for Message {
    fn from(text: Text) -> Self {
        Self { id: text.id, timestamp: text.timestamp, body: text.body.into_bytes() }
    }
}

fn verdict(verdict: Result<(), Refusal>) -> Expected {
    let (verdict, seconds) = match verdict {
        Ok(()) => ("right", None),
        Err(Refusal::BadTimestamp) => ("bad-timestamp", None),
        Err(Refusal::TooOld(seconds)) => ("too-old", Some(seconds)),
        Err(Refusal::TooNew(seconds)) => ("too-new", Some(seconds)),
        Err(Refusal::NoSignature) => ("no-signature", None),
        Err(Refusal::Mismatch) => ("mismatch", None),
    };
    Expected::Verdict { verdict: verdict.to_owned(), seconds }
}
