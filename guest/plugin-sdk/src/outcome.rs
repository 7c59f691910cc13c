//! What a plugin is told about an attempt. Anything the host adds later stays readable in the text.

use serde::Deserialize;

use crate::Error;

/// What became of one attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Outcome {
    /// The state of the delivery after it: `delivered`, `retrying`, `exhausted`, …
    pub state: String,
    /// The HTTP status of the answer; none where there was no answer.
    pub status: Option<u16>,
    /// Which kind of failure it was, for example `timeout`; none for a success.
    pub failure: Option<String>,
    /// How long the request took, in milliseconds.
    pub duration_ms: Option<u64>,
    /// Why it failed, for people.
    pub reason: Option<String>,
    /// The whole outcome as the host told it: a JSON object.
    #[serde(skip)]
    pub text: String,
}

impl Outcome {
    /// Reads what a host told; `null` is the same as absent.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] where the text is no JSON object or a member is of another type.
    pub fn read(text: String) -> Result<Self, Error> {
        match serde_json::from_str::<Self>(&text) {
            Ok(outcome) => Ok(Self { text, ..outcome }),
            Err(error) => Err(Error::invalid_input(format_args!("the outcome: {error}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn null_and_absent_are_the_same_and_unknown_members_are_kept() {
        let text = r#"{"state":"retrying","status":503,"failure":null,"duration-ms":41,"region":"eu"}"#;
        let outcome = Outcome::read(text.to_owned()).unwrap();
        assert_eq!((outcome.state.as_str(), outcome.status, outcome.duration_ms), ("retrying", Some(503), Some(41)));
        assert_eq!((outcome.failure, outcome.reason), (None, None));
        assert_eq!(outcome.text, text);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text: String) {
            match Outcome::read(text.clone()) {
                Ok(outcome) => prop_assert_eq!(outcome.text, text),
                Err(error) => prop_assert!(matches!(error, Error::InvalidInput(_))),
            }
        }
    }
}
