//! One line for each attempt: when, what, to whom, what came of it, what is next.

use hookwright_dispatcher::{FailureKind, State};
use jiff::Timestamp;

use crate::output::Tone;
use crate::output::moment::{duration, relative};
use crate::progress::Attempt;

const TOPIC_COLUMNS: usize = 24;
const NAME_COLUMNS: usize = 20;

/// The line, and whether it is good news.
pub(super) fn line(attempt: &Attempt, webhook: &str, now_ms: i64) -> (Tone, String) {
    let text = format!(
        "{}  {:TOPIC_COLUMNS$}  {:NAME_COLUMNS$}  #{:<2} {:13} {:>7}  {}",
        time_of_day(attempt.started_at),
        cut(&attempt.topic, TOPIC_COLUMNS),
        cut(webhook, NAME_COLUMNS),
        attempt.number,
        answer(attempt),
        duration(attempt.duration_ms),
        next(attempt, now_ms),
    );
    (tone(attempt), text)
}

/// In UTC: `20:16:05Z`.
pub(crate) fn time_of_day(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).map_or_else(|_| "?".to_owned(), |at| at.strftime("%H:%M:%SZ").to_string())
}

/// The word that programs and people know a kind of failure by.
pub(super) fn word(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Dns => "dns",
        FailureKind::Connect => "connect",
        FailureKind::Tls => "tls",
        FailureKind::Timeout => "timeout",
        FailureKind::Blocked => "blocked",
        FailureKind::Protocol => "protocol",
    }
}

fn answer(attempt: &Attempt) -> String {
    match &attempt.answer {
        Ok(status) => status.to_string(),
        Err(failure) => match failure.kind {
            FailureKind::Dns => "unknown host",
            FailureKind::Connect => "no connection",
            FailureKind::Tls => "TLS failed",
            FailureKind::Timeout => "timeout",
            FailureKind::Blocked => "blocked",
            FailureKind::Protocol => "no answer",
        }
        .to_owned(),
    }
}

fn next(attempt: &Attempt, now_ms: i64) -> String {
    let decision = &attempt.decision;
    let reason = decision.reason.as_deref().unwrap_or("no reason was given");
    if decision.webhook_disabled {
        return format!("webhook disabled: {reason}");
    }
    match (decision.state, decision.due_at) {
        (State::Delivered, _) => "delivered".to_owned(),
        (State::Exhausted, _) => format!("given up: {reason}"),
        (State::Cancelled, _) => "cancelled".to_owned(),
        (State::Held, _) => "held until its webhook is active".to_owned(),
        (State::Pending | State::Sending | State::Retrying, Some(due)) => format!("retry {}", distance(due, now_ms)),
        (State::Pending | State::Sending | State::Retrying, None) => "waits".to_owned(),
    }
}

/// Under a minute more exactly than elsewhere: people wait for it.
pub(super) fn distance(due_ms: i64, now_ms: i64) -> String {
    match u32::try_from(due_ms.saturating_sub(now_ms)) {
        Ok(0) | Err(_) if due_ms <= now_ms => "now".to_owned(),
        Ok(ms) if ms < 60_000 => format!("in {}", duration(ms)),
        _ => relative(due_ms, now_ms),
    }
}

fn tone(attempt: &Attempt) -> Tone {
    match attempt.decision.state {
        _ if attempt.decision.webhook_disabled => Tone::Bad,
        State::Delivered => Tone::Plain,
        State::Exhausted => Tone::Bad,
        State::Cancelled => Tone::Quiet,
        State::Pending | State::Sending | State::Retrying | State::Held => Tone::Waiting,
    }
}

fn cut(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.to_owned();
    }
    text.chars().take(columns.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use hookwright_dispatcher::{Decision, Failure};

    use super::*;

    const NOW: i64 = 1_763_756_165_000;

    fn attempt(state: State, due_in_ms: Option<i64>, answer: Result<u16, Failure>) -> Attempt {
        Attempt {
            delivery_id: "dlv_1".to_owned(),
            webhook_id: "wh_1".to_owned(),
            event_id: "evt_1".to_owned(),
            topic: "order.created".to_owned(),
            url: "http://127.0.0.1/".to_owned(),
            number: 2,
            started_at: NOW,
            duration_ms: 84,
            answer,
            decision: Decision {
                state,
                due_at: due_in_ms.map(|ms| NOW + ms),
                reason: Some("receiver answered 500".to_owned()),
                webhook_disabled: false,
            },
        }
    }

    #[track_caller]
    fn check(attempt: &Attempt, beginning: &str, end: &str) {
        let (_, line) = line(attempt, "A warehouse with a long name", NOW);
        assert!(line.starts_with(beginning) && line.ends_with(end), "{line}");
    }

    #[test]
    fn a_line_says_all() {
        check(
            &attempt(State::Delivered, None, Ok(200)),
            "20:16:05Z  order.created             A warehouse with a …  #2  200             84 ms  ",
            "  delivered",
        );
        let timeout = Failure { kind: FailureKind::Timeout, message: "no complete answer".to_owned() };
        check(
            &attempt(State::Retrying, Some(300_000), Err(timeout)),
            "20:16:05Z",
            " timeout         84 ms  retry in 5 min",
        );
        check(&attempt(State::Retrying, Some(2_500), Ok(500)), "20:16:05Z", "retry in 2.5 s");
        check(&attempt(State::Retrying, Some(-5), Ok(500)), "20:16:05Z", "retry now");
        check(&attempt(State::Exhausted, None, Ok(500)), "20:16:05Z", "given up: receiver answered 500");
    }

    #[test]
    fn a_disabled_webhook_is_the_greater_news() {
        let mut gone = attempt(State::Exhausted, None, Ok(410));
        gone.decision.webhook_disabled = true;
        check(&gone, "20:16:05Z", "webhook disabled: receiver answered 500");
        assert_eq!(line(&gone, "x", NOW).0, Tone::Bad);
    }
}
