//! Decides which answer a request gets: the next of a list, the last one again and again.

use std::str::FromStr;

/// What a request gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A response with this status.
    Status(u16),
    /// None, until the sender gives up.
    Timeout,
}

/// Answers to come. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answers {
    last: Answer,
    /// Those before it, the next one at the end.
    before: Vec<Answer>,
}

impl Answers {
    /// The answer to the next request.
    pub(super) fn next(&mut self) -> Answer {
        self.before.pop().unwrap_or(self.last)
    }
}

impl FromStr for Answers {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut before: Vec<Answer> = text.split(',').rev().map(answer).collect::<Result<_, _>>()?;
        let last = before.remove(0);
        Ok(Self { last, before })
    }
}

fn answer(text: &str) -> Result<Answer, String> {
    let wrong = || format!("`{text}` is no answer; write statuses from 200 to 599, or `timeout`, as 500,timeout,200");
    match text.trim() {
        "timeout" => Ok(Answer::Timeout),
        status => match status.parse() {
            Ok(status @ 200..=599) => Ok(Answer::Status(status)),
            _ => Err(wrong()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_answer_is_repeated() {
        let mut answers: Answers = "500, timeout,200".parse().unwrap();
        let given: Vec<_> = (0..4).map(|_| answers.next()).collect();
        assert_eq!(given, [Answer::Status(500), Answer::Timeout, Answer::Status(200), Answer::Status(200)]);
    }

    #[test]
    fn what_is_no_answer_is_named() {
        for wrong in ["", "200,", "199", "600", "never", "100"] {
            assert!(wrong.parse::<Answers>().unwrap_err().contains("200 to 599"), "{wrong}");
        }
    }
}
