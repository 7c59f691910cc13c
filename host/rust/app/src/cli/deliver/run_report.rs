//! What a run came to, in words and as JSON.

use std::time::Duration;

use hookwright_dispatcher::Summary;
use serde::Serialize;

use super::lines::distance;

/// What there is to tell of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct RunReport<'a> {
    pub(super) summary: &'a Summary,
    pub(super) took: Duration,
    /// Deliveries of the run that wait for another attempt.
    pub(super) waiting: usize,
    /// Deliveries of the run that wait until their webhook is active.
    pub(super) held: usize,
}

/// The last line of the JSON.
#[derive(Clone, Debug, Serialize)]
pub(super) struct SummaryJson {
    kind: &'static str,
    attempts: u64,
    delivered: u64,
    waiting: usize,
    held: usize,
    exhausted: u64,
    cancelled: u64,
    released: u64,
    lost: u64,
    unsettled: u64,
    webhooks_disabled: u64,
    most_in_flight: usize,
    duration_ms: u64,
    deliveries_per_second: f64,
    next_due: Option<i64>,
    stopped: Option<String>,
}

/// Fewer deliveries say nothing about speed.
const ENOUGH_FOR_A_RATE: u64 = 50;

impl RunReport<'_> {
    /// For programs.
    pub(super) fn to_json(self) -> SummaryJson {
        let Summary { attempts, delivered, exhausted, cancelled, released, lost, unsettled, .. } = *self.summary;
        SummaryJson {
            kind: "summary",
            attempts,
            delivered,
            waiting: self.waiting,
            held: self.held,
            exhausted,
            cancelled,
            released,
            lost,
            unsettled,
            webhooks_disabled: self.summary.webhooks_disabled,
            most_in_flight: self.summary.most_in_flight,
            duration_ms: u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
            deliveries_per_second: self.rate(),
            next_due: self.summary.next_due,
            stopped: self.summary.stopped.clone(),
        }
    }

    /// For people; the first sentence always, the others where there is something to say.
    pub(super) fn sentences(self, now_ms: i64) -> Vec<String> {
        let sentences = match &self.summary.stopped {
            Some(reason) => {
                let stopped = format!("The installation is stopped: {reason}. `hookwright resume` delivers again.");
                vec![Some(self.done()), self.given_up(), self.given_back(), Some(stopped)]
            }
            None => vec![Some(self.done()), self.given_up(), self.given_back(), self.put_off(now_ms), self.on_hold()],
        };
        sentences.into_iter().flatten().collect()
    }

    fn done(self) -> String {
        let Summary { attempts, delivered, .. } = *self.summary;
        match (attempts, delivered) {
            (0, _) if self.summary.stopped.is_some() => "Nothing was sent.".to_owned(),
            (0, _) => "Nothing was due.".to_owned(),
            (_, ENOUGH_FOR_A_RATE..) => {
                format!("{delivered} delivered in {} ({:.0} per second).", self.seconds(), self.rate())
            }
            _ => format!("{delivered} delivered in {}.", self.seconds()),
        }
    }

    fn given_up(self) -> Option<String> {
        let count = self.summary.exhausted;
        let tell = || format!("{count} given up; `hookwright deliveries list --state exhausted` shows why.");
        (count > 0).then(tell)
    }

    fn given_back(self) -> Option<String> {
        match self.summary.released {
            0 => None,
            1 => Some("1 not sent; it is due again.".to_owned()),
            count => Some(format!("{count} not sent; they are due again.")),
        }
    }

    fn put_off(self, now_ms: i64) -> Option<String> {
        let waiting = self.waiting;
        let who = match waiting {
            0 => None,
            1 => Some("1 waits for a retry".to_owned()),
            _ => Some(format!("{waiting} wait for a retry")),
        };
        let again = "run `hookwright deliver` again then, or keep it running with --watch";
        match (who, self.summary.next_due) {
            (None, None) => None,
            (None, Some(due)) => Some(format!("The next delivery is due {}: {again}.", distance(due, now_ms))),
            (Some(who), Some(due)) => Some(format!("{who}, the next {}: {again}.", distance(due, now_ms))),
            (Some(who), None) => Some(format!("{who}.")),
        }
    }

    fn on_hold(self) -> Option<String> {
        let count = self.held;
        let tell = || format!("{count} held until their webhook is active; `hookwright webhooks list` shows why.");
        (count > 0).then(tell)
    }

    fn rate(self) -> f64 {
        let seconds = self.took.as_secs_f64();
        if seconds > 0.0 { self.summary.delivered as f64 / seconds } else { 0.0 }
    }

    fn seconds(self) -> String {
        format!("{:.1} s", self.took.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(summary: Summary, waiting: usize, expected: &[&str]) {
        let report = RunReport { summary: &summary, took: Duration::from_secs(2), waiting, held: 0 };
        assert_eq!(report.sentences(0), expected);
    }

    #[test]
    fn only_what_there_is_is_told() {
        check(Summary::default(), 0, &["Nothing was due."]);
        let later = Summary { next_due: Some(300_000), ..Summary::default() };
        check(
            later.clone(),
            0,
            &[
                "Nothing was due.",
                "The next delivery is due in 5 min: run `hookwright deliver` again then, or keep it running with --watch.",
            ],
        );
        check(
            Summary { attempts: 200, delivered: 200, ..Summary::default() },
            0,
            &["200 delivered in 2.0 s (100 per second)."],
        );
        check(
            Summary { attempts: 5, delivered: 2, exhausted: 1, ..later },
            2,
            &[
                "2 delivered in 2.0 s.",
                "1 given up; `hookwright deliveries list --state exhausted` shows why.",
                "2 wait for a retry, the next in 5 min: run `hookwright deliver` again then, or keep it running with --watch.",
            ],
        );
    }

    #[test]
    fn programs_get_all_numbers() {
        let summary = Summary { attempts: 3, delivered: 2, next_due: Some(7), ..Summary::default() };
        let report = RunReport { summary: &summary, took: Duration::from_millis(500), waiting: 1, held: 0 };
        let json = serde_json::to_value(report.to_json()).unwrap();
        assert_eq!((&json["kind"], &json["delivered"], &json["waiting"]), (&"summary".into(), &2.into(), &1.into()));
        assert_eq!((&json["duration_ms"], &json["deliveries_per_second"]), (&500.into(), &4.0.into()));
        assert_eq!(json["next_due"], 7);
    }
}
