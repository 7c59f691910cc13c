//! What would happen to a delivery, and to its webhook, if the receiver answered so and so.
//!
//! Decides nothing: it plays the answers against the policy that `settle` follows, on a clock of its own. The webhook is
//! one that has had no failure before and gets nothing else meanwhile. Each attempt is made as soon as it may be; a
//! time-out takes the time of the setting, any other answer comes at once.

use crate::call::Call;
use crate::error::{Error, FieldErrors, Result};
use crate::retry::{self, Answer, FailureKind, Next, RunOfFailures, Verdict};
use crate::sql::State;

/// An answer of the receiver, or its absence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SimulatedAnswer {
    /// It answered.
    Response {
        /// HTTP status, 100 to 999.
        status: u16,
        /// The value of `Retry-After`.
        retry_after: Option<String>,
    },
    /// It did not.
    Failure(FailureKind),
}

/// A time in milliseconds since the event was published. Waits are changed at random by up to a fifth; the three are
/// the least, none and the most of that at every wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// With the least jitter.
    pub earliest: u64,
    /// Without jitter.
    pub expected: u64,
    /// With the most jitter.
    pub latest: u64,
}

/// An attempt and what follows. Whether a webhook is disabled is told for the expected times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// From 1.
    pub attempt: u32,
    /// When it is made.
    pub at: Moment,
    /// Where the delivery stands afterwards.
    pub state: State,
    /// Why it failed; none for a success.
    pub reason: Option<String>,
    /// When the next attempt is made, while the delivery is retrying.
    pub next: Option<Moment>,
    /// Failed attempts of the webhook in a row.
    pub failures: u32,
    /// Until when nothing is sent to the webhook.
    pub slowed_until: Option<Moment>,
    /// Why this attempt disabled the webhook.
    pub disabled: Option<String>,
}

const ANSWERS_MAX: usize = 1_000;
/// What gives the least jitter, none and the most.
const RANDOM: [u32; 3] = [0, 1 << 31, u32::MAX];

impl Call<'_> {
    /// Plays answers against the policy of this installation until the delivery has ended or no answer is left.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for no answer, too many, or a status that HTTP does not have.
    pub fn simulate(&self, answers: &[SimulatedAnswer]) -> Result<Vec<Step>> {
        check(answers)?;
        let delay_ms = self.config.retry_schedule.delay_before(1).unwrap_or(0);
        let start = self.now.saturating_add_unsigned(delay_ms);
        let mut course =
            Course { starts: [start; 3], failing_since: [None; 3], slowed_until: [i64::MIN; 3], failures: 0 };
        let mut steps = Vec::new();
        for (attempt, answer) in (1u32..).zip(answers) {
            let step = self.step(attempt, answer, &mut course);
            let ended = step.next.is_none();
            steps.push(step);
            if ended {
                break;
            }
        }
        Ok(steps)
    }

    fn step(&self, attempt: u32, answer: &SimulatedAnswer, course: &mut Course) -> Step {
        let at = self.moment(course.starts);
        let ends = course.starts.map(|start| start.saturating_add(self.duration_ms(answer)));
        // A date in `Retry-After` is a longer wait for who asks earlier.
        let verdicts = ends.map(|end| retry::judge(answer.as_answer(), end));
        let (mut due, mut slowed_now) = ([None; 3], [None; 3]);
        let (mut reason, mut disabled) = (None, None);
        course.failures = course.failures.saturating_add(1);
        for (track, verdict) in verdicts.iter().enumerate() {
            let Verdict::Failed(failure) = verdict else {
                let (state, failures) = (State::Delivered, 0);
                return Step { attempt, at, state, reason, next: None, failures, slowed_until: None, disabled };
            };
            let end = ends[track];
            if let Next::Retry { at_ms } =
                retry::next(&self.config.retry_schedule, attempt, failure, end, RANDOM[track])
            {
                due[track] = Some(at_ms);
            }
            slowed_now[track] = retry::slow_until(failure, end);
            let since_ms = *course.failing_since[track].get_or_insert(end);
            if track == EXPECTED {
                let run = RunOfFailures { count: course.failures, since_ms };
                disabled = retry::disables(failure, run, end, self.config.disable);
                reason = Some(failure.reason.clone());
            }
        }
        let slowed_until = all(slowed_now);
        if let Some(until) = slowed_until {
            for (known, new) in course.slowed_until.iter_mut().zip(until) {
                *known = (*known).max(new);
            }
        }
        let state = match (all(due), &disabled) {
            (None, _) => State::Exhausted,
            (Some(_), Some(_)) => State::Held,
            (Some(due), None) => {
                for ((start, due), slowed) in course.starts.iter_mut().zip(due).zip(course.slowed_until) {
                    *start = due.max(slowed);
                }
                State::Retrying
            }
        };
        Step {
            attempt,
            at,
            state,
            reason,
            next: (state == State::Retrying).then(|| self.moment(course.starts)),
            failures: course.failures,
            slowed_until: slowed_until.map(|until| self.moment(until)),
            disabled,
        }
    }

    fn duration_ms(&self, answer: &SimulatedAnswer) -> i64 {
        match answer {
            SimulatedAnswer::Failure(FailureKind::Timeout) => self.config.request_timeout_ms.into(),
            _ => 0,
        }
    }

    fn moment(&self, times: [i64; 3]) -> Moment {
        let [earliest, expected, latest] = times.map(|at| u64::try_from(at.saturating_sub(self.now)).unwrap_or(0));
        Moment { earliest, expected, latest }
    }
}

/// The delivery and its webhook between attempts, once for each of [`RANDOM`].
struct Course {
    starts: [i64; 3],
    failing_since: [Option<i64>; 3],
    slowed_until: [i64; 3],
    failures: u32,
}

/// Index of the course without jitter.
const EXPECTED: usize = 1;

impl SimulatedAnswer {
    fn as_answer(&self) -> Answer<'_> {
        match self {
            Self::Response { status, retry_after } => {
                Answer::Status { code: *status, retry_after: retry_after.as_deref() }
            }
            Self::Failure(kind) => Answer::Failure(*kind),
        }
    }
}

fn all(times: [Option<i64>; 3]) -> Option<[i64; 3]> {
    match times {
        [Some(earliest), Some(expected), Some(latest)] => Some([earliest, expected, latest]),
        _ => None,
    }
}

fn check(answers: &[SimulatedAnswer]) -> Result<()> {
    match answers.len() {
        0 => return Err(Error::field("answers", "no answer; give one or more")),
        1..=ANSWERS_MAX => {}
        count => return Err(Error::field("answers", format!("{count} answers; at most {ANSWERS_MAX} are allowed"))),
    }
    let mut errors = FieldErrors::default();
    for (index, answer) in answers.iter().enumerate() {
        if let SimulatedAnswer::Response { status, .. } = answer
            && !(100..=999).contains(status)
        {
            errors.add(format!("answers[{index}].status"), format!("{status} is no HTTP status; it has three digits"));
        }
    }
    errors.into_result()
}
