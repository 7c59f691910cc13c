//! retry.json: what follows an attempt, by the policy alone and through claim and settle.

use std::collections::HashMap;

use hookwright_core::retry::{Answer, Class, FailureKind, Next, Schedule, Verdict, judge, next, slow_until};
use hookwright_runtime::deliveries::{self, Outcome, State};
use hookwright_runtime::registry::Status;
use hookwright_runtime::types::Scope;
use hookwright_tests::environment::START_MS;
use hookwright_tests::installation::{Installation, Kind, answered, event, failed};
use hookwright_tests::subject::Subject;
use serde::Deserialize;

use super::files::cases;

both! { settle_decides_as_the_vectors_say }

#[derive(Debug, Deserialize)]
struct Input {
    schedule_ms: Option<Vec<u64>>,
    attempt: u32,
    answer: Given,
    random: u32,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Given {
    Status { status: u16, retry_after: Option<String> },
    Failure { failure: String },
}

#[derive(Debug, Default, Deserialize, PartialEq)]
struct Expected {
    state: String,
    wait_ms: Option<i64>,
    pause_ms: Option<i64>,
    #[serde(default)]
    disabled: bool,
}

#[test]
fn the_policy_decides_as_the_vectors_say() {
    for case in cases::<Input, Expected>("retry") {
        let Input { schedule_ms, attempt, answer, random } = case.input;
        let schedule = schedule_ms.map_or_else(Schedule::default, |delays| Schedule::from_ms(&delays).unwrap());
        let answer = match &answer {
            Given::Status { status, retry_after } => {
                Answer::Status { code: *status, retry_after: retry_after.as_deref() }
            }
            Given::Failure { failure } => Answer::Failure(FailureKind::from_word(failure).unwrap()),
        };
        let found = match judge(answer, START_MS) {
            Verdict::Success => Expected { state: "delivered".to_owned(), ..Expected::default() },
            Verdict::Failed(failure) => {
                let gone = failure.class == Class::Gone;
                let (state, wait_ms) = match next(&schedule, attempt, &failure, START_MS, random) {
                    Next::Retry { at_ms } if !gone => ("retrying", Some(at_ms - START_MS)),
                    _ => ("exhausted", None),
                };
                let pause_ms = slow_until(&failure, START_MS).map(|until| until - START_MS);
                Expected { state: state.to_owned(), wait_ms, pause_ms, disabled: gone }
            }
        };
        assert_eq!(found, case.expected, "{}", case.id);
    }
}

fn settle_decides_as_the_vectors_say(kind: Kind) {
    let mut sites: HashMap<Option<String>, Installation> = HashMap::new();
    for case in cases::<Input, Expected>("retry") {
        let Input { schedule_ms, attempt, answer, random } = case.input;
        let schedule = schedule_ms.map(|delays| delays.iter().map(u64::to_string).collect::<Vec<_>>().join(","));
        let site = sites.entry(schedule).or_insert_with_key(|schedule| {
            let config = schedule.as_deref().map(|schedule| ("retry-schedule-ms", schedule));
            Installation::with_config(kind, &Vec::from_iter(config))
        });
        let id = site.webhook(&[]).id;
        site.publish_one(event("order.created"));
        for _ in 1..attempt {
            let decision = site.attempt(500);
            site.wait_for(&decision);
        }
        let request = site.claim_one();
        assert_eq!(request.attempt, attempt, "{}", case.id);
        let now = site.clock.now();
        // The jitter is the only use that a settle which disables nothing makes of randomness.
        site.environment.force_random(Some(random));
        let decision = site.settle_one(&request, outcome(&answer));
        site.environment.force_random(None);
        let webhook = site.webhook_now(&id);
        let found = Expected {
            state: match decision.state {
                State::Retrying => "retrying".to_owned(),
                State::Delivered => "delivered".to_owned(),
                State::Exhausted => "exhausted".to_owned(),
                other => panic!("{}: {other:?}", case.id),
            },
            wait_ms: decision.due_at.map(|due| due - now),
            pause_ms: webhook.health.slowed_until.map(|until| until - now),
            disabled: decision.webhook_disabled,
        };
        assert_eq!(found, case.expected, "{}", case.id);
        assert_eq!(webhook.status == Status::Disabled, case.expected.disabled, "{}", case.id);
        assert_eq!(decision.reason.is_none(), case.expected.state == "delivered", "{}", case.id);
        site.webhooks_delete(Scope::All, vec![id]).unwrap();
    }
}

fn outcome(answer: &Given) -> Outcome {
    match answer {
        Given::Status { status, retry_after } => {
            answered(*status, &Vec::from_iter(retry_after.as_deref().map(|value| ("Retry-After", value))))
        }
        Given::Failure { failure } => failed(match failure.as_str() {
            "dns" => deliveries::FailureKind::Dns,
            "connect" => deliveries::FailureKind::Connect,
            "tls" => deliveries::FailureKind::Tls,
            "timeout" => deliveries::FailureKind::Timeout,
            "blocked" => deliveries::FailureKind::Blocked,
            "protocol" => deliveries::FailureKind::Protocol,
            other => panic!("{other} is no kind of failure"),
        }),
    }
}
