//! Whether a request is genuine, by the component's own check.

use hookwright_runtime::signing::{HeadersRefusal, Refusal, Scheme};
use hookwright_runtime::{CallError, Hookwright};

use crate::output::moment::now_ms;

/// How old or how far in the future a message may be (Standard Webhooks 1.0.0 leaves it to the receiver; its libraries
/// take this).
const TOLERANCE_SECONDS: u32 = 300;

/// What the check says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The signature is right.
    Genuine,
    /// It is not, for this reason.
    Refused(String),
    /// There was no secret to check with.
    Unchecked,
}

/// Checks requests with one secret.
#[derive(Clone)]
pub(super) struct Verifier {
    hookwright: Hookwright,
    scheme: Scheme,
    secret: String,
}

impl Verifier {
    pub(super) fn new(hookwright: Hookwright, scheme: Scheme, secret: String) -> Self {
        Self { hookwright, scheme, secret }
    }

    /// Checks a body with its headers.
    pub(super) async fn check(&self, headers: &[(String, String)], body: &[u8]) -> Verdict {
        let (scheme, secret) = (self.scheme.clone(), self.secret.clone());
        let checked = self.hookwright.verify_headers(
            scheme,
            headers.to_vec(),
            body.to_vec(),
            secret,
            now_ms(),
            TOLERANCE_SECONDS,
        );
        verdict(checked.await)
    }
}

fn verdict(checked: Result<Result<(), HeadersRefusal>, CallError>) -> Verdict {
    let refusal = match checked {
        Ok(Ok(())) => return Verdict::Genuine,
        Ok(Err(HeadersRefusal::MissingHeader(name))) => {
            return Verdict::Refused(format!("the header {name} is missing"));
        }
        Ok(Err(HeadersRefusal::RepeatedHeader(name))) => {
            return Verdict::Refused(format!("the header {name} is there more than once"));
        }
        Ok(Err(HeadersRefusal::Message(refusal))) => refusal,
        Err(error) => return Verdict::Refused(error.to_string()),
    };
    Verdict::Refused(match refusal {
        Refusal::BadTimestamp => "its time is missing, or not a number of unix seconds".to_owned(),
        Refusal::TooOld(seconds) => format!("the message is {seconds} s old; {TOLERANCE_SECONDS} s are allowed"),
        Refusal::TooNew(seconds) => {
            format!("the message is {seconds} s in the future; {TOLERANCE_SECONDS} s are allowed. Check the clocks")
        }
        Refusal::NoSignature => "the signature's header holds no signature of the scheme".to_owned(),
        Refusal::Mismatch => "it was made with another secret, or the message was changed on its way".to_owned(),
    })
}
