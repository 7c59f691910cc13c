//! The policy simulator: what it foretells is what happens.

use hookwright_runtime::deliveries::{FailureKind, State};
use hookwright_runtime::policy::{Answer, Moment, Response};
use hookwright_runtime::registry::Status;
use hookwright_tests::installation::{Installation, Kind, answered, event, failed};
use hookwright_tests::subject::Subject;

use crate::expect::fields;

both! {
    what_is_foretold_happens,
    a_run_of_failures_disables_as_foretold,
    times_are_told_with_their_bounds,
    what_cannot_be_simulated_is_named,
}

/// The time-out of a request in the default settings.
const TIMEOUT_MS: i64 = 20_000;

fn status(status: u16) -> Answer {
    Answer::Response(Response { status, retry_after: None })
}

fn asking(status: u16, retry_after: &str) -> Answer {
    Answer::Response(Response { status, retry_after: Some(retry_after.to_owned()) })
}

fn what_is_foretold_happens(kind: Kind) {
    check(kind, &[], vec![status(500), status(429), Answer::Failure(FailureKind::Timeout), status(200)]);
    check(kind, &[], vec![status(503), status(410), status(200)]);
    check(kind, &[], vec![asking(429, "120"), asking(502, "0"), asking(503, "999999999"), asking(500, "soon")]);
    check(kind, &[], vec![status(404); 12]);
    check(kind, &[], [FailureKind::Dns, FailureKind::Tls, FailureKind::Blocked].map(Answer::Failure).to_vec());
    check(kind, &[("retry-schedule-ms", "60000,0,7")], vec![status(429), status(301), status(204)]);
}

fn a_run_of_failures_disables_as_foretold(kind: Kind) {
    let config = [("disable-after-ms", "1000"), ("least-failures-to-disable", "3")];
    check(kind, &config, vec![status(500); 5]);
    let mut site = Installation::with_config(kind, &config);
    let steps = site.simulate(vec![status(500); 5]).unwrap();
    let last = steps.last().unwrap();
    assert_eq!((steps.len(), last.state), (3, State::Held));
    assert!(last.disabled.as_ref().is_some_and(|why| why.contains("3 failed attempts in a row")), "{last:?}");
}

/// Lets everything happen that the simulator tells, and compares.
#[track_caller]
fn check(kind: Kind, config: &[(&str, &str)], answers: Vec<Answer>) {
    let mut site = Installation::with_config(kind, config);
    let webhook = site.webhook(&["order.created"]);
    let steps = site.simulate(answers.clone()).unwrap();
    let start = site.clock.now();
    site.publish_one(event("order.created"));
    let within = |at: i64, moment: Moment| {
        let since = u64::try_from(at - start).unwrap();
        assert!((moment.earliest..=moment.latest).contains(&since), "{since} is not within {moment:?} of {steps:?}");
        assert!((moment.earliest..=moment.latest).contains(&moment.expected), "{moment:?}");
    };
    for (step, answer) in steps.iter().zip(&answers) {
        let mut claimed = site.claim_all();
        if claimed.requests.is_empty() {
            site.clock.set(claimed.next_due.expect("another attempt is due"));
            claimed = site.claim_all();
        }
        let [request] = claimed.requests.as_slice() else { panic!("one delivery is due: {claimed:?}") };
        assert_eq!(request.attempt, step.attempt);
        within(site.clock.now(), step.at);
        let outcome = match answer {
            Answer::Response(response) => {
                let headers: Vec<_> =
                    response.retry_after.iter().map(|value| ("Retry-After", value.as_str())).collect();
                answered(response.status, &headers)
            }
            Answer::Failure(kind) => failed(*kind),
        };
        if matches!(answer, Answer::Failure(FailureKind::Timeout)) {
            site.clock.set(site.clock.now() + TIMEOUT_MS);
        }
        let decision = site.settle_one(request, outcome);
        assert_eq!((decision.state, &decision.reason), (step.state, &step.reason));
        assert_eq!(decision.webhook_disabled, step.disabled.is_some());
        let now = site.webhook_now(&webhook.id);
        assert_eq!(now.health.consecutive_failures, step.failures);
        assert_eq!(now.status == Status::Disabled, step.disabled.is_some());
        // How long the run took depends on the jitter.
        let cause =
            |reason: &Option<String>| reason.as_ref().and_then(|text| text.split(": ").last().map(str::to_owned));
        assert_eq!(cause(&now.status_reason), cause(&step.disabled));
        if let Some(moment) = step.slowed_until {
            within(now.health.slowed_until.expect("the webhook is slowed"), moment);
        }
        assert_eq!(decision.state == State::Retrying, step.next.is_some());
    }
    let ended = steps.last().is_some_and(|last| last.next.is_none());
    assert!(ended || steps.len() == answers.len(), "it went on to the end: {steps:?}");
    assert_eq!(ended, site.claim_all().next_due.is_none());
}

fn times_are_told_with_their_bounds(kind: Kind) {
    let mut site = Installation::new(kind);
    let steps = site.simulate(vec![status(500), Answer::Failure(FailureKind::Timeout), asking(429, "7200")]).unwrap();
    let moment = |earliest, expected, latest| Moment { earliest, expected, latest };
    assert_eq!(steps[0].at, moment(0, 0, 0));
    assert_eq!(steps[0].next, Some(moment(4_000, 5_000, 6_000)));
    assert_eq!(steps[1].at, moment(4_000, 5_000, 6_000));
    assert_eq!(steps[1].next, Some(moment(264_000, 325_000, 386_000)), "a time-out takes 20 s");
    // A pause is an hour at most, a wait twice the delay or an hour: nothing is sent before both.
    assert_eq!(steps[2].slowed_until, Some(moment(3_864_000, 3_925_000, 3_986_000)));
    assert_eq!(steps[2].next, Some(moment(3_864_000, 3_925_000, 3_986_000)));
    assert_eq!(steps[2].failures, 3);
}

fn what_cannot_be_simulated_is_named(kind: Kind) {
    let mut site = Installation::new(kind);
    assert_eq!(fields(site.simulate(Vec::new())), ["answers"]);
    assert_eq!(fields(site.simulate(vec![status(200); 1_001])), ["answers"]);
    assert_eq!(
        fields(site.simulate(vec![status(99), status(200), status(1_000)])),
        ["answers[0].status", "answers[2].status"]
    );
}
