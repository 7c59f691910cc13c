//! Reads the times that booking systems write, and writes them as RFC 3339 in UTC, to the second.

use core::fmt;

use serde::{Serialize, Serializer};

/// 9999-12-31T23:59:59Z: the last second with a year of four digits.
const LAST: i64 = 253_402_300_799;

/// From here on a number means milliseconds: as seconds it would be in the year 5138.
const FIRST_MILLISECONDS: i64 = 100_000_000_000;

const DAY: i64 = 86_400;

/// A point in time between the years 1970 and 9999: Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(i64);

/// How far a place's clocks are ahead of UTC, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offset(i64);

impl Offset {
    /// `+02:00`, `-0530` or `Z`.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        if text == "Z" || text == "z" {
            return Some(Self(0));
        }
        let (sign, rest) = match text.as_bytes().first()? {
            b'+' => (1, text.get(1..)?),
            b'-' => (-1, text.get(1..)?),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':').or_else(|| rest.split_at_checked(2))?;
        let seconds = number(hours, 2, 0..=23)? * 3_600 + number(minutes, 2, 0..=59)? * 60;
        Some(Self(sign * seconds))
    }
}

impl Moment {
    /// Unix seconds, or milliseconds where they are too many for seconds.
    pub(crate) fn of_number(number: i64) -> Option<Self> {
        Self::checked(if number < FIRST_MILLISECONDS { number } else { number / 1_000 })
    }

    /// `2026-12-04T15:00:00Z` and its relatives: a space for the `T`, no seconds, a fraction (which is dropped), no
    /// offset (then `offset` is the one), no time (then midnight).
    pub(crate) fn of_text(text: &str, offset: Offset) -> Option<Self> {
        let date = text.get(..10)?;
        let mut parts = date.splitn(3, '-');
        let year = number(parts.next()?, 4, 1970..=9999)?;
        let month = number(parts.next()?, 2, 1..=12)?;
        let day = number(parts.next()?, 2, 1..=days_of(year, month))?;
        let (seconds, offset) = match text.get(10..)? {
            "" => (0, offset),
            rest => time(rest.strip_prefix(['T', 't', ' '])?, offset)?,
        };
        Self::checked(days_to(year, month, day) * DAY + seconds - offset.0)
    }

    /// The moment so many minutes later.
    pub(crate) fn plus_minutes(self, minutes: u32) -> Option<Self> {
        Self::checked(self.0 + i64::from(minutes) * 60)
    }

    fn checked(seconds: i64) -> Option<Self> {
        (0..=LAST).contains(&seconds).then_some(Self(seconds))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut days, second) = (self.0 / DAY, self.0 % DAY);
        let mut year = 1970;
        while days >= days_to(year + 1, 1, 1) - days_to(year, 1, 1) {
            days -= days_to(year + 1, 1, 1) - days_to(year, 1, 1);
            year += 1;
        }
        let mut month = 1;
        while days >= days_of(year, month) {
            days -= days_of(year, month);
            month += 1;
        }
        let (hour, minute) = (second / 3_600, second / 60 % 60);
        write!(out, "{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{:02}Z", days + 1, second % 60)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// `15:00`, `15:00:30.5+02:00`: seconds since midnight, and the offset.
fn time(text: &str, usual: Offset) -> Option<(i64, Offset)> {
    let end = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (clock, offset) = text.split_at_checked(end)?;
    let mut parts = clock.splitn(3, ':');
    let hour = number(parts.next()?, 2, 0..=23)?;
    let minute = number(parts.next()?, 2, 0..=59)?;
    let second = match parts.next() {
        None => 0,
        Some(second) => {
            let (whole, fraction) = second.split_once('.').unwrap_or((second, "0"));
            fraction.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
            number(whole, 2, 0..=60)?.min(59)
        }
    };
    let offset = if offset.is_empty() { usual } else { Offset::of_text(offset)? };
    Some((hour * 3_600 + minute * 60 + second, offset))
}

fn number(text: &str, digits: usize, range: core::ops::RangeInclusive<i64>) -> Option<i64> {
    let is_plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok())?.filter(|number| range.contains(number))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, from 1970 on.
fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leap_days = before / 4 - before / 100 + before / 400 - 477;
    let of_months: i64 = (1..month).map(|month| days_of(year, month)).sum();
    (year - 1970) * 365 + leap_days + of_months + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        Moment::of_text(text, Offset(3_600)).map(|moment| moment.to_string())
    }

    #[test]
    fn the_usual_forms_are_read() {
        for (text, utc) in [
            ("2026-12-04T15:00:00Z", "2026-12-04T15:00:00Z"),
            ("2026-12-04t15:00:09.75z", "2026-12-04T15:00:09Z"),
            ("2026-12-04 15:00", "2026-12-04T14:00:00Z"),
            ("2026-12-04", "2026-12-03T23:00:00Z"),
            ("2024-02-29T23:30:00-05:30", "2024-03-01T05:00:00Z"),
            ("2026-01-01T00:30+0100", "2025-12-31T23:30:00Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(utc), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "soon",
            "2026-13-01",
            "2026-02-29",
            "1969-12-31T23:00:00Z",
            "2026-12-04T24:00",
            "2026-12-04 15",
            "2026-12-04T15:00:00+25:00",
            "2026-12-04T15:00:0é",
            "04.12.2026 15:00",
            "2026-12-04T15:00:00 CET",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_is_seconds_or_milliseconds() {
        let of_number = |number| Moment::of_number(number).map(|moment| moment.to_string());
        assert_eq!(of_number(1_796_410_800).as_deref(), Some("2026-12-04T19:00:00Z"));
        assert_eq!(of_number(1_796_410_800_500), of_number(1_796_410_800));
        assert_eq!((of_number(-1), of_number(i64::MIN), of_number(i64::MAX)), (None, None, None));
        assert_eq!(Moment(LAST).to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(Moment(LAST).plus_minutes(u32::MAX), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(seconds in 0..=LAST) {
            let text = Moment(seconds).to_string();
            prop_assert_eq!(Moment::of_text(&text, Offset(7)), Some(Moment(seconds)), "{}", text);
        }

        #[test]
        fn no_text_is_too_strange(text: String, tail in "[-+:.TZ 0-9é]{0,20}") {
            Moment::of_text(&text, Offset(0));
            Offset::of_text(&text);
            if let Some(moment) = Moment::of_text(&format!("2026-12-04{tail}"), Offset(0)) {
                prop_assert!(moment.to_string().starts_with("2026-12-0"));
            }
        }
    }
}
