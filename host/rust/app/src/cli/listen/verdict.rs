//! Whether a request is genuine, by the component's own check.

use hookwright_runtime::signing::{Message, Refusal};
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
    secret: String,
}

impl Verifier {
    pub(super) fn new(hookwright: Hookwright, secret: String) -> Self {
        Self { hookwright, secret }
    }

    /// Checks a body with its headers, whose names are in lower case.
    pub(super) async fn check(&self, headers: &[(String, String)], body: &[u8]) -> Verdict {
        let value = |name: &str| {
            let found = headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
            found.ok_or_else(|| Verdict::Refused(format!("the header {name} is missing")))
        };
        let parts = value("webhook-id")
            .and_then(|id| Ok((id, value("webhook-timestamp")?)))
            .and_then(|(id, timestamp)| Ok((id, timestamp, value("webhook-signature")?)));
        let (id, timestamp, signature) = match parts {
            Ok(parts) => parts,
            Err(refused) => return refused,
        };
        let message = Message { id, timestamp, body: body.to_vec() };
        let checked =
            self.hookwright.verify(message, signature, self.secret.clone(), now_ms(), TOLERANCE_SECONDS).await;
        verdict(checked)
    }
}

fn verdict(checked: Result<Result<(), Refusal>, CallError>) -> Verdict {
    let reason = match checked {
        Ok(Ok(())) => return Verdict::Genuine,
        Ok(Err(Refusal::BadTimestamp)) => "webhook-timestamp is not a number of unix seconds".to_owned(),
        Ok(Err(Refusal::TooOld(seconds))) => {
            format!("the message is {seconds} s old; {TOLERANCE_SECONDS} s are allowed")
        }
        Ok(Err(Refusal::TooNew(seconds))) => {
            format!("the message is {seconds} s in the future; {TOLERANCE_SECONDS} s are allowed. Check the clocks")
        }
        Ok(Err(Refusal::NoSignature)) => "webhook-signature holds no `v1,…` signature".to_owned(),
        Ok(Err(Refusal::Mismatch)) => {
            "it was made with another secret, or the message was changed on its way".to_owned()
        }
        Err(error) => error.to_string(),
    };
    Verdict::Refused(reason)
}
