//! When a delivery is tried again, when a webhook is slowed down, and when it is disabled.
//!
//! Pure policy on numbers: knows no clock, no random source and no database. Times are unix milliseconds, lengths of
//! time milliseconds; all arithmetic saturates, so that a wrong clock gives a wrong time and never a panic.

mod answer;
mod schedule;

pub use answer::{Answer, Class, Failure, FailureKind, Verdict, judge};
pub use schedule::{MAX_DELAY_MS, MAX_SCHEDULE_ENTRIES, Schedule, ScheduleError};

const MINUTE_MS: u64 = 60 * 1000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// A receiver may ask for a wait of twice the delay of the schedule, and for this much at any rate.
const LEAST_RETRY_AFTER_BOUND_MS: u64 = HOUR_MS;
/// Pause of a webhook whose receiver is overloaded and names no time.
const DEFAULT_PAUSE_MS: u64 = 30 * 1000;
const LEAST_PAUSE_MS: u64 = 5 * 1000;
const LONGEST_PAUSE_MS: u64 = HOUR_MS;

/// What becomes of a delivery after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// One more attempt.
    Retry {
        /// When it is due.
        at_ms: i64,
    },
    /// The schedule has no further attempt, or the receiver wants none.
    Exhausted,
}

/// Decides what follows a failed attempt. `attempts_done` counts it; `random` gives the jitter.
///
/// The wait is the jittered delay of the schedule, or what the receiver asked for with `Retry-After` if that is
/// longer, but not more than twice the plain delay or one hour, whichever is longer.
///
/// A receiver that is [`Class::Gone`] gets no further attempt.
#[must_use]
pub fn next(schedule: &Schedule, attempts_done: u32, failure: &Failure, now_ms: i64, random: u32) -> Next {
    let delay_ms = schedule.delay_before(attempts_done.saturating_add(1)).filter(|_| failure.class != Class::Gone);
    let Some(delay_ms) = delay_ms else {
        return Next::Exhausted;
    };
    let bound_ms = delay_ms.saturating_mul(2).max(LEAST_RETRY_AFTER_BOUND_MS);
    let asked_ms = failure.retry_after_ms.unwrap_or(0).min(bound_ms);
    Next::Retry { at_ms: later(now_ms, jitter(delay_ms, random).max(asked_ms)) }
}

/// The delay changed by up to 20 % both ways, evenly over the values of `random`. Zero stays zero.
#[must_use]
pub fn jitter(delay_ms: u64, random: u32) -> u64 {
    let whole = u128::from(u32::MAX);
    let jittered = u128::from(delay_ms) * (8 * whole + 4 * u128::from(random)) / (10 * whole);
    u64::try_from(jittered).unwrap_or(u64::MAX)
}

/// Until when nothing is sent to the webhook; none unless the failure is of [`Class::Slow`].
///
/// What the receiver asked for, within 5 s and one hour; 30 s if it named no time.
#[must_use]
pub fn slow_until(failure: &Failure, now_ms: i64) -> Option<i64> {
    let pause_ms = failure.retry_after_ms.unwrap_or(DEFAULT_PAUSE_MS).clamp(LEAST_PAUSE_MS, LONGEST_PAUSE_MS);
    (failure.class == Class::Slow).then(|| later(now_ms, pause_ms))
}

/// Failed attempts of a webhook since its last success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunOfFailures {
    /// How many.
    pub count: u32,
    /// When the first of them happened.
    pub since_ms: i64,
}

/// How long and how often a webhook must fail before the policy disables it. Both must be reached: one failed
/// delivery with a long schedule is no dead receiver, and neither is a burst of failures in one minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DisableLimits {
    /// Length of the run of failures.
    pub after_ms: u64,
    /// Number of failures in it; at least one counts always.
    pub least_failures: u32,
}

impl Default for DisableLimits {
    /// 5 days and 10 failures.
    fn default() -> Self {
        Self { after_ms: 5 * DAY_MS, least_failures: 10 }
    }
}

/// Why a failure disables its webhook, for a person: the receiver is gone, or the run of failures that it ends is too
/// long. None when it does not.
#[must_use]
pub fn disables(failure: &Failure, run: RunOfFailures, now_ms: i64, limits: DisableLimits) -> Option<String> {
    match failure.class {
        Class::Gone => Some(failure.reason.clone()),
        Class::Ordinary | Class::Slow => should_disable(run, now_ms, limits),
    }
}

/// Why the webhook is to be disabled, for a person; none while it is not.
/// A run that begins in the future, as after the clock was set back, never disables.
#[must_use]
pub fn should_disable(run: RunOfFailures, now_ms: i64, limits: DisableLimits) -> Option<String> {
    let lasted_ms = u64::try_from(now_ms.saturating_sub(run.since_ms)).ok()?;
    if run.count < limits.least_failures.max(1) || lasted_ms < limits.after_ms {
        return None;
    }
    let count = run.count;
    let attempts = if count == 1 { "attempt" } else { "attempts" };
    Some(format!("no success for {}: {count} failed {attempts} in a row", in_words(lasted_ms)))
}

fn later(now_ms: i64, wait_ms: u64) -> i64 {
    now_ms.saturating_add_unsigned(wait_ms)
}

/// A length of time in its largest unit, rounded down: `5 days`, `1 hour`.
fn in_words(ms: u64) -> String {
    let units = [(DAY_MS, "day"), (HOUR_MS, "hour"), (MINUTE_MS, "minute"), (1000, "second")];
    let (unit_ms, name) = units.into_iter().find(|(unit_ms, _)| ms >= *unit_ms).unwrap_or((1, "millisecond"));
    let count = ms / unit_ms;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 1_800_000_000_000;
    const MIDDLE: u32 = u32::MAX / 2;

    fn failure(class: Class, retry_after_ms: Option<u64>) -> Failure {
        Failure { reason: "receiver answered 500 Internal Server Error".to_owned(), class, retry_after_ms }
    }

    /// Waits without jitter, in milliseconds; none when the delivery is exhausted.
    #[track_caller]
    fn check_wait(attempts_done: u32, retry_after_ms: Option<u64>, expected: Option<u64>) {
        let failure = failure(Class::Ordinary, retry_after_ms);
        // Half of u32::MAX is a little less than the middle, so a millisecond may be missing.
        let found = match next(&Schedule::default(), attempts_done, &failure, NOW, MIDDLE) {
            Next::Retry { at_ms } => Some(at_ms - NOW),
            Next::Exhausted => None,
        };
        let near = match (found, expected) {
            (Some(found), Some(expected)) => found.abs_diff(expected as i64) <= 1,
            (found, expected) => found.is_none() && expected.is_none(),
        };
        assert!(near, "after {attempts_done} attempts: {found:?}, expected {expected:?}");
    }

    #[track_caller]
    fn check_pause(class: Class, retry_after_ms: Option<u64>, expected_ms: Option<i64>) {
        assert_eq!(slow_until(&failure(class, retry_after_ms), NOW), expected_ms.map(|pause_ms| NOW + pause_ms));
    }

    #[track_caller]
    fn check_disable(count: u32, lasted_ms: i64, expected: Option<&str>) {
        let run = RunOfFailures { count, since_ms: NOW - lasted_ms };
        assert_eq!(should_disable(run, NOW, DisableLimits::default()).as_deref(), expected);
    }

    #[test]
    fn the_default_schedule_is_followed() {
        check_wait(0, None, Some(0));
        check_wait(1, None, Some(5_000));
        check_wait(2, None, Some(5 * MINUTE_MS));
        check_wait(9, None, Some(24 * HOUR_MS));
        check_wait(10, None, None);
        check_wait(u32::MAX, None, None);
    }

    #[test]
    fn retry_after_is_honoured_in_bounds() {
        check_wait(1, Some(60_000), Some(60_000));
        check_wait(1, Some(0), Some(5_000));
        check_wait(1, Some(1_000), Some(5_000));
        check_wait(1, Some(u64::MAX), Some(HOUR_MS));
        check_wait(4, Some(u64::MAX), Some(4 * HOUR_MS));
        check_wait(4, Some(3 * HOUR_MS), Some(3 * HOUR_MS));
        check_wait(10, Some(1_000), None);
    }

    #[test]
    fn jitter_is_a_fifth_both_ways() {
        for (delay_ms, least, greatest) in [(0, 0, 0), (1, 0, 1), (5, 4, 6), (5_000, 4_000, 6_000)] {
            assert_eq!(jitter(delay_ms, 0), least);
            assert_eq!(jitter(delay_ms, u32::MAX), greatest);
        }
        assert_eq!(jitter(u64::MAX, u32::MAX), u64::MAX);
    }

    #[test]
    fn an_overloaded_receiver_gets_a_pause() {
        check_pause(Class::Slow, None, Some(30_000));
        check_pause(Class::Slow, Some(0), Some(5_000));
        check_pause(Class::Slow, Some(120_000), Some(120_000));
        check_pause(Class::Slow, Some(u64::MAX), Some(3_600_000));
        check_pause(Class::Ordinary, Some(120_000), None);
        check_pause(Class::Gone, None, None);
        assert_eq!(slow_until(&failure(Class::Slow, None), i64::MAX), Some(i64::MAX));
    }

    #[test]
    fn a_webhook_is_disabled_after_both_limits() {
        let five_days = 5 * DAY_MS as i64;
        check_disable(10, five_days, Some("no success for 5 days: 10 failed attempts in a row"));
        check_disable(10, five_days - 1, None);
        check_disable(9, 2 * five_days, None);
        check_disable(u32::MAX, -1, None);
        let at_once = DisableLimits { after_ms: 0, least_failures: 0 };
        let run = |count| RunOfFailures { count, since_ms: NOW };
        assert_eq!(should_disable(run(0), NOW, at_once), None);
        let reason = should_disable(run(1), NOW, at_once).unwrap();
        assert_eq!(reason, "no success for 0 milliseconds: 1 failed attempt in a row");
    }

    #[test]
    fn a_receiver_that_is_gone_ends_both() {
        let gone = failure(Class::Gone, Some(1_000));
        assert_eq!(next(&Schedule::default(), 1, &gone, NOW, MIDDLE), Next::Exhausted);
        let run = RunOfFailures { count: 1, since_ms: NOW };
        assert_eq!(disables(&gone, run, NOW, DisableLimits::default()), Some(gone.reason));
        assert_eq!(disables(&failure(Class::Slow, None), run, NOW, DisableLimits::default()), None);
    }

    #[test]
    fn extreme_clocks_do_no_harm() {
        let first = RunOfFailures { count: 100, since_ms: i64::MIN };
        assert!(should_disable(first, i64::MAX, DisableLimits::default()).is_some());
        let ahead = RunOfFailures { count: 100, since_ms: i64::MAX };
        assert_eq!(should_disable(ahead, i64::MIN, DisableLimits::default()), None);
        let slow = failure(Class::Slow, Some(u64::MAX));
        assert_eq!(next(&Schedule::default(), 1, &slow, i64::MAX, 0), Next::Retry { at_ms: i64::MAX });
    }

    proptest! {
        #[test]
        fn waits_stay_within_their_bounds(
            delays_ms in prop::collection::vec(0..=MAX_DELAY_MS, 1..=MAX_SCHEDULE_ENTRIES),
            attempts_done in 0..60u32,
            asked in prop::option::of(any::<u64>()),
            now_ms in -1i64 << 50..1i64 << 50,
            random in any::<u32>(),
        ) {
            let schedule = Schedule::from_ms(&delays_ms).unwrap();
            let with = |asked| next(&schedule, attempts_done, &failure(Class::Ordinary, asked), now_ms, random);
            let Some(&delay_ms) = delays_ms.get(attempts_done as usize) else {
                prop_assert_eq!(with(asked), Next::Exhausted);
                return Ok(());
            };
            let (Next::Retry { at_ms: plain }, Next::Retry { at_ms: found }) = (with(None), with(asked)) else {
                return Err(TestCaseError::fail("exhausted too early"));
            };
            let wait_ms = |at_ms: i64| (at_ms - now_ms) as u64;
            prop_assert!(wait_ms(plain) >= delay_ms * 4 / 5 && wait_ms(plain) <= delay_ms * 6 / 5 + 1);
            prop_assert!(found >= plain);
            prop_assert!(wait_ms(found) <= (2 * delay_ms).max(HOUR_MS));
            // Asking for more never shortens the wait.
            let Next::Retry { at_ms: more } = with(asked.map(|ms| ms.saturating_add(1_000))) else {
                return Err(TestCaseError::fail("exhausted too early"));
            };
            prop_assert!(more >= found);
        }

        #[test]
        fn no_number_panics(
            attempts in any::<u32>(),
            asked in prop::option::of(any::<u64>()),
            now_ms in any::<i64>(),
            since_ms in any::<i64>(),
            random in any::<u32>(),
            after_ms in any::<u64>(),
        ) {
            let slow = failure(Class::Slow, asked);
            if let Next::Retry { at_ms } = next(&Schedule::default(), attempts, &slow, now_ms, random) {
                prop_assert!(at_ms >= now_ms);
            }
            prop_assert!(slow_until(&slow, now_ms) >= Some(now_ms));
            let limits = DisableLimits { after_ms, least_failures: attempts / 2 };
            let disabled = should_disable(RunOfFailures { count: attempts, since_ms }, now_ms, limits);
            prop_assert!(disabled.is_none() || now_ms >= since_ms);
        }
    }
}
