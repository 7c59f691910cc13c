//! How many attempts a delivery has and how long to wait before each.

use core::fmt;

use super::{DAY_MS, HOUR_MS, MINUTE_MS};

/// Most attempts of a delivery.
pub const MAX_SCHEDULE_ENTRIES: usize = 50;
/// Longest wait before an attempt.
pub const MAX_DELAY_MS: u64 = 7 * DAY_MS;

/// The delays before attempt 1, 2, …; as many attempts as entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule(Vec<u64>);

impl Schedule {
    /// A schedule of these delays in milliseconds.
    ///
    /// # Errors
    ///
    /// A [`ScheduleError`] when there is none, more than [`MAX_SCHEDULE_ENTRIES`], or one above [`MAX_DELAY_MS`].
    pub fn from_ms(delays_ms: &[u64]) -> Result<Self, ScheduleError> {
        check_number(delays_ms.len())?;
        match delays_ms.iter().position(|delay_ms| *delay_ms > MAX_DELAY_MS) {
            Some(index) => Err(ScheduleError::TooLong { entry: index + 1 }),
            None => Ok(Self(delays_ms.to_vec())),
        }
    }

    /// Parses milliseconds with commas between them, as in `0,5000,300000`; spaces around them do not matter.
    ///
    /// # Errors
    ///
    /// A [`ScheduleError`]; for a bad entry it says which.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        if text.trim().is_empty() {
            return Err(ScheduleError::Empty);
        }
        check_number(text.split(',').count())?;
        let delays_ms: Vec<u64> = text
            .split(',')
            .enumerate()
            .map(|(index, entry)| parse_delay(entry, index + 1))
            .collect::<Result<_, _>>()?;
        Self::from_ms(&delays_ms)
    }

    /// The delay before an attempt, numbered from 1; none when there is no such attempt.
    #[must_use]
    pub fn delay_before(&self, attempt: u32) -> Option<u64> {
        let index = usize::try_from(attempt.checked_sub(1)?).ok()?;
        self.0.get(index).copied()
    }

    /// The number of attempts.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }
}

impl Default for Schedule {
    /// 0 s, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h (Standard Webhooks 1.0.0, "Retries").
    fn default() -> Self {
        let hours = [2, 5, 10, 14, 20, 24].map(|hours| hours * HOUR_MS);
        Self([0, 5_000, 5 * MINUTE_MS, 30 * MINUTE_MS].into_iter().chain(hours).collect())
    }
}

/// Why a list is no schedule. Entries are numbered from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleError {
    /// It has no entry.
    Empty,
    /// It has more than [`MAX_SCHEDULE_ENTRIES`].
    TooMany {
        /// How many it has.
        entries: usize,
    },
    /// An entry is not a whole number.
    NotNumber {
        /// Which one.
        entry: usize,
    },
    /// An entry is above [`MAX_DELAY_MS`].
    TooLong {
        /// Which one.
        entry: usize,
    },
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => out.write_str("a schedule has at least one delay; `0` means one attempt at once"),
            Self::TooMany { entries } => {
                write!(out, "a schedule has at most {MAX_SCHEDULE_ENTRIES} delays, and this has {entries}")
            }
            Self::NotNumber { entry } => {
                write!(out, "entry {entry} is not a whole number of milliseconds; write the list as `0,5000,300000`")
            }
            Self::TooLong { entry } => write!(out, "entry {entry} is above {MAX_DELAY_MS} ms (7 days); write less"),
        }
    }
}

impl core::error::Error for ScheduleError {}

fn check_number(entries: usize) -> Result<(), ScheduleError> {
    match entries {
        0 => Err(ScheduleError::Empty),
        1..=MAX_SCHEDULE_ENTRIES => Ok(()),
        _ => Err(ScheduleError::TooMany { entries }),
    }
}

/// A number that fits in no u64 is a number all the same, only too long a delay.
fn parse_delay(text: &str, entry: usize) -> Result<u64, ScheduleError> {
    let digits = text.trim_matches(' ');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ScheduleError::NotNumber { entry });
    }
    digits.parse().map_err(|_| ScheduleError::TooLong { entry })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check_refused(text: &str, expected: ScheduleError) {
        assert_eq!(Schedule::parse(text), Err(expected), "{text:?}");
    }

    #[test]
    fn the_default_lasts_three_days() {
        let schedule = Schedule::default();
        let delays = (1..=schedule.attempts()).map(|attempt| schedule.delay_before(attempt).unwrap());
        assert_eq!(delays.sum::<u64>(), 75 * HOUR_MS + 35 * MINUTE_MS + 5_000);
        assert_eq!(schedule.attempts(), 10);
        let text = "0,5000,300000,1800000,7200000,18000000,36000000,50400000,72000000,86400000";
        assert_eq!(Schedule::parse(text), Ok(schedule));
    }

    #[test]
    fn attempts_are_numbered_from_one() {
        let schedule = Schedule::parse("0, 10 ,20").unwrap();
        let delays = [0, 1, 2, 3, 4, u32::MAX].map(|attempt| schedule.delay_before(attempt));
        assert_eq!(delays, [None, Some(0), Some(10), Some(20), None, None]);
    }

    #[test]
    fn a_bad_entry_is_named() {
        check_refused("", ScheduleError::Empty);
        check_refused(" ", ScheduleError::Empty);
        check_refused("0,,5", ScheduleError::NotNumber { entry: 2 });
        check_refused("0,5s", ScheduleError::NotNumber { entry: 2 });
        check_refused("-1", ScheduleError::NotNumber { entry: 1 });
        check_refused("0,+5", ScheduleError::NotNumber { entry: 2 });
        check_refused("0,5,604800001", ScheduleError::TooLong { entry: 3 });
        check_refused("99999999999999999999", ScheduleError::TooLong { entry: 1 });
        check_refused(&vec!["0"; 51].join(","), ScheduleError::TooMany { entries: 51 });
        assert!(Schedule::parse(&vec!["604800000"; 50].join(",")).is_ok());
        assert_eq!(Schedule::from_ms(&[]), Err(ScheduleError::Empty));
    }

    proptest! {
        #[test]
        fn text_and_list_agree(delays_ms in prop::collection::vec(any::<u32>(), 0..60)) {
            let list: Vec<u64> = delays_ms.iter().map(|&delay_ms| u64::from(delay_ms)).collect();
            let text = list.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
            prop_assert_eq!(Schedule::parse(&text), Schedule::from_ms(&list));
        }

        #[test]
        fn no_text_panics(text in r"(\PC|[0-9, ]){0,30}") {
            let _ = Schedule::parse(&text);
        }
    }
}
