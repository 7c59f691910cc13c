//! Decides how a person writes the answers of a receiver: `500,timeout,200`, and `#2=120` for a Retry-After.

use std::str::FromStr;

use hookwright_runtime::deliveries::FailureKind;
use hookwright_runtime::policy::{Answer, Response};

use crate::failure::Failure;

/// One answer, as typed and as meant.
#[derive(Clone, Debug)]
pub(super) struct TypedAnswer {
    pub(super) text: String,
    answer: Answer,
}

/// The Retry-After of one answer.
#[derive(Clone, Debug)]
pub(super) struct RetryAfter {
    /// Number of the answer, from 1.
    attempt: usize,
    value: String,
}

/// The answers with what the receiver asked for in them.
///
/// # Errors
///
/// When an answer that is named for a Retry-After is not there, or is none.
pub(super) fn joined(answers: &[TypedAnswer], waits: &[RetryAfter]) -> Result<Vec<Answer>, Failure> {
    let mut joined: Vec<Answer> = answers.iter().map(|typed| typed.answer.clone()).collect();
    for RetryAfter { attempt, value } in waits {
        let refused = |why: String| Failure::option("--retry-after", format!("`#{attempt}={value}`: {why}"));
        match attempt.checked_sub(1).and_then(|index| joined.get_mut(index)) {
            Some(Answer::Response(response)) => response.retry_after = Some(value.clone()),
            Some(Answer::Failure(_)) => {
                return Err(refused(format!("answer {attempt} is a failure, which has no headers")));
            }
            None => return Err(refused(format!("answers are counted from 1, and the last is {}", answers.len()))),
        }
    }
    Ok(joined)
}

impl FromStr for TypedAnswer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim().to_lowercase();
        let answer = match text.as_str() {
            "dns" => Answer::Failure(FailureKind::Dns),
            "connect" => Answer::Failure(FailureKind::Connect),
            "tls" => Answer::Failure(FailureKind::Tls),
            "timeout" => Answer::Failure(FailureKind::Timeout),
            "blocked" => Answer::Failure(FailureKind::Blocked),
            "protocol" => Answer::Failure(FailureKind::Protocol),
            number => {
                let status =
                    number.parse().ok().filter(|status| (100..=999).contains(status)).ok_or(
                        "write a status from 100 to 999, or one of dns, connect, tls, timeout, blocked, protocol",
                    )?;
                Answer::Response(Response { status, retry_after: None })
            }
        };
        Ok(Self { text, answer })
    }
}

impl FromStr for RetryAfter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write the number of the answer and the header's value, as `#2=120`".to_owned();
        let (attempt, value) = text.trim_start_matches('#').split_once('=').ok_or_else(wrong)?;
        Ok(Self { attempt: attempt.trim().parse().map_err(|_| wrong())?, value: value.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(texts: &[&str]) -> Vec<TypedAnswer> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn an_answer_is_a_status_or_a_failure() {
        let joined = joined(&answers(&["500", " Timeout "]), &["#1=120".parse().unwrap()]).unwrap();
        let asked = Answer::Response(Response { status: 500, retry_after: Some("120".to_owned()) });
        assert_eq!(format!("{joined:?}"), format!("{:?}", [asked, Answer::Failure(FailureKind::Timeout)]));
        for wrong in ["", "99", "1000", "slow", "-1"] {
            assert!(wrong.parse::<TypedAnswer>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_wait_belongs_to_an_answer() {
        for wrong in ["#0=1", "#3=1", "#2=1"] {
            assert!(joined(&answers(&["500", "dns"]), &[wrong.parse().unwrap()]).is_err(), "{wrong}");
        }
        for wrong in ["120", "#x=1", ""] {
            assert!(wrong.parse::<RetryAfter>().is_err(), "{wrong}");
        }
    }
}
