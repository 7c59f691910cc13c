//! What must have come of an event, and whether it has.
//!
//! Knows neither the program under demonstration nor HTTP; it compares what the receiver saw with what was published.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::receiver::Arrival;

/// An event and what the receiver has to see of it.
#[derive(Clone, Debug)]
pub(crate) struct Expectation {
    /// Its topic.
    pub(crate) topic: &'static str,
    /// The data as published, without space between tokens.
    pub(crate) data: String,
    /// Where it goes; none when no webhook wants it.
    pub(crate) path: Option<&'static str>,
    /// The answers it gets, in order.
    pub(crate) answers: &'static [u16],
    /// `evt_…`, once it is published.
    pub(crate) event_id: String,
}

/// All that is not as it must be; empty when all is well.
pub(crate) fn problems(expected: &[Expectation], arrivals: &[Arrival], log: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    for arrival in arrivals {
        if let Err(why) = &arrival.verified {
            problems.push(format!("a request to {} did not verify: {why}", arrival.path));
        }
        if !expected.iter().any(|event| event.event_id == arrival.webhook_id) {
            problems.push(format!("a request to {} has the unknown webhook-id {}", arrival.path, arrival.webhook_id));
        }
    }
    for event in expected {
        problems.extend(event.problem_of_arrivals(arrivals));
        problems.extend(event.problem_of_log(log));
    }
    problems
}

impl Expectation {
    fn problem_of_arrivals(&self, arrivals: &[Arrival]) -> Option<String> {
        let topic = self.topic;
        let mine: Vec<&Arrival> = arrivals.iter().filter(|arrival| arrival.webhook_id == self.event_id).collect();
        let answers: Vec<u16> = mine.iter().map(|arrival| arrival.answer).collect();
        if answers != self.answers {
            return Some(format!("{topic}: answers {answers:?}, expected {:?}", self.answers));
        }
        if let Some(elsewhere) = mine.iter().find(|arrival| Some(arrival.path.as_str()) != self.path) {
            return Some(format!("{topic}: came to {}, expected {:?}", elsewhere.path, self.path));
        }
        let bodies: BTreeSet<&[u8]> = mine.iter().map(|arrival| arrival.body.as_ref()).collect();
        if bodies.len() > 1 {
            return Some(format!("{topic}: the attempts differ in their bodies"));
        }
        bodies.first().and_then(|body| self.problem_of_body(body))
    }

    /// The body is the envelope of Standard Webhooks around the data, byte for byte; only its time is not known.
    fn problem_of_body(&self, body: &[u8]) -> Option<String> {
        let found = String::from_utf8_lossy(body);
        let envelope: Value = serde_json::from_slice(body).unwrap_or_default();
        let timestamp = envelope["timestamp"].as_str().unwrap_or_default();
        let expected = format!(r#"{{"type":"{}","timestamp":"{timestamp}","data":{}}}"#, self.topic, self.data);
        (found != expected).then(|| format!("{}: the body is {found}, expected {expected}", self.topic))
    }

    fn problem_of_log(&self, log: &Value) -> Option<String> {
        let mine: Vec<&Value> = log["items"]
            .as_array()
            .map(|items| items.iter().filter(|item| item["event_id"] == self.event_id.as_str()).collect())
            .unwrap_or_default();
        match (self.path, mine.as_slice()) {
            (None, []) => None,
            (Some(_), [one]) if one["state"] == "delivered" && one["attempts"] == self.answers.len() => None,
            (_, found) => {
                Some(format!("{}: the log says {}", self.topic, Value::from_iter(found.iter().copied().cloned())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::Bytes;
    use serde_json::json;

    use super::*;

    const BODY: &str = r#"{"type":"a.b","timestamp":"2026-01-01T00:00:00.000Z","data":{"n":1.50}}"#;

    fn expected(answers: &'static [u16], path: Option<&'static str>) -> Expectation {
        let event_id = "evt_1".to_owned();
        Expectation { topic: "a.b", data: r#"{"n":1.50}"#.to_owned(), path, answers, event_id }
    }

    fn arrival(webhook_id: &str, body: &str, answer: u16) -> Arrival {
        Arrival {
            after: Duration::ZERO,
            path: "/x".to_owned(),
            webhook_id: webhook_id.to_owned(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            verified: Ok(()),
            answer,
        }
    }

    fn log(state: &str, attempts: usize) -> Value {
        json!({ "items": [{ "event_id": "evt_1", "state": state, "attempts": attempts }] })
    }

    #[track_caller]
    fn check(arrivals: &[Arrival], log: &Value, expected_problems: &[&str]) {
        let found = problems(&[expected(&[500, 200], Some("/x"))], arrivals, log);
        assert_eq!(found.len(), expected_problems.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected_problems) {
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn all_as_it_must_be() {
        check(&[arrival("evt_1", BODY, 500), arrival("evt_1", BODY, 200)], &log("delivered", 2), &[]);
        assert_eq!(problems(&[expected(&[], None)], &[], &json!({ "items": [] })), [""; 0]);
    }

    #[test]
    fn every_fault_is_found() {
        let (first, second) = (arrival("evt_1", BODY, 500), arrival("evt_1", BODY, 200));
        check(std::slice::from_ref(&first), &log("delivered", 2), &["answers [500]"]);
        check(&[first.clone(), second.clone()], &log("retrying", 2), &["the log says"]);
        check(&[first.clone(), second.clone()], &log("delivered", 3), &["the log says"]);
        let changed = BODY.replace("1.50", "1.5");
        check(&[first.clone(), arrival("evt_1", &changed, 200)], &log("delivered", 2), &["differ"]);
        check(
            &[arrival("evt_1", &changed, 500), arrival("evt_1", &changed, 200)],
            &log("delivered", 2),
            &["the body is"],
        );
        check(&[arrival("evt_1", "", 500), arrival("evt_1", "", 200)], &log("delivered", 2), &["the body is"]);
        let stranger = arrival("evt_2", BODY, 200);
        check(&[first.clone(), second.clone(), stranger], &log("delivered", 2), &["unknown webhook-id evt_2"]);
        let forged = Arrival { verified: Err("signature invalid".to_owned()), ..second.clone() };
        check(&[first.clone(), forged], &log("delivered", 2), &["did not verify: signature invalid"]);
        let elsewhere = Arrival { path: "/y".to_owned(), ..second };
        check(&[first, elsewhere], &log("delivered", 2), &["came to /y"]);
        let unwanted = problems(&[expected(&[], None)], &[], &log("pending", 0));
        assert!(unwanted.len() == 1 && unwanted[0].contains("the log says"), "{unwanted:?}");
    }
}
