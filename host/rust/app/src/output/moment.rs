//! Decides how a time is told: how long ago in lists, the exact time in UTC with it elsewhere.
//!
//! Knows no clock but the one it is given.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// The time now, in unix milliseconds.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// For lists: `3 min ago`, `in 5 min`, `now`.
pub(crate) fn relative(at_ms: i64, now_ms: i64) -> String {
    let distance_ms = now_ms.saturating_sub(at_ms);
    let length = length(distance_ms.unsigned_abs());
    match (length, distance_ms) {
        (None, _) => "now".to_owned(),
        (Some(length), 0..) => format!("{length} ago"),
        (Some(length), _) => format!("in {length}"),
    }
}

/// With date, time and distance: `2025-11-21 20:16:05 UTC (3 min ago)`.
pub(crate) fn exact(at_ms: i64, now_ms: i64) -> String {
    match Timestamp::from_millisecond(at_ms) {
        Ok(at) => format!("{} ({})", at.strftime("%Y-%m-%d %H:%M:%S UTC"), relative(at_ms, now_ms)),
        Err(_) => format!("{at_ms} ms since 1970"),
    }
}

/// For lines of a log: `2025-11-21 20:16:05.123`, in UTC.
pub(crate) fn stamp(at_ms: i64) -> String {
    match Timestamp::from_millisecond(at_ms) {
        Ok(at) => at.strftime("%Y-%m-%d %H:%M:%S.%3f").to_string(),
        Err(_) => at_ms.to_string(),
    }
}

/// How long something took: `84 ms`, `2.5 s`.
pub(crate) fn duration(ms: u32) -> String {
    if ms < 1_000 { format!("{ms} ms") } else { format!("{:.1} s", f64::from(ms) / 1_000.0) }
}

/// In one unit, rounded down; none below a second.
fn length(ms: u64) -> Option<String> {
    const UNITS: [(u64, &str, &str); 6] = [
        (365 * 86_400, "year", "years"),
        (30 * 86_400, "month", "months"),
        (86_400, "day", "days"),
        (3_600, "h", "h"),
        (60, "min", "min"),
        (1, "s", "s"),
    ];
    let seconds = ms / 1_000;
    let (unit, one, many) = UNITS.into_iter().find(|(unit, _, _)| seconds >= *unit)?;
    let number = seconds / unit;
    Some(format!("{number} {}", if number == 1 { one } else { many }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_told_in_one_unit() {
        const NOW: i64 = 1_700_000_000_000;
        let check = |distance_s: i64, expected: &str| assert_eq!(relative(NOW - distance_s * 1_000, NOW), expected);
        check(0, "now");
        check(59, "59 s ago");
        check(3 * 60 + 59, "3 min ago");
        check(-5 * 60, "in 5 min");
        check(-90 * 60, "in 1 h");
        check(86_400, "1 day ago");
        check(40 * 86_400, "1 month ago");
        check(800 * 86_400, "2 years ago");
        assert_eq!(relative(i64::MIN, i64::MAX).rsplit(' ').next(), Some("ago"));
    }

    #[test]
    fn exact_times_are_in_utc() {
        assert_eq!(exact(1_763_756_165_000, 1_763_756_165_000 + 180_000), "2025-11-21 20:16:05 UTC (3 min ago)");
        assert_eq!(exact(i64::MAX, 0), "9223372036854775807 ms since 1970");
    }

    #[test]
    fn durations_have_their_unit() {
        assert_eq!((duration(84), duration(2_540)), ("84 ms".to_owned(), "2.5 s".to_owned()));
    }
}
