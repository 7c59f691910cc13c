//! What stands around the data of an event in the request body.
//!
//! The Standard Webhooks form: `type`, `timestamp`, `data`, in this order and without space, so that the same event
//! always gives the same bytes.

use core::fmt;

use time::OffsetDateTime;

use crate::topic::Topic;

/// Builds a payload: `{"type":"…","timestamp":"…","data":…}`. `compact_data` comes from [`crate::json::compact`].
///
/// # Errors
///
/// [`TimeOutOfRange`] as for [`timestamp_text`].
pub(crate) fn build(topic: &Topic, occurred_at_ms: i64, compact_data: &str) -> Result<String, TimeOutOfRange> {
    let timestamp = timestamp_text(occurred_at_ms)?;
    // A topic needs no escapes in JSON: it has only letters, digits, `_`, `-` and full stops.
    Ok(format!(r#"{{"type":"{topic}","timestamp":"{timestamp}","data":{compact_data}}}"#))
}

/// A time as ISO 8601 in UTC with milliseconds: `2026-11-21T19:22:28.123Z`.
///
/// # Errors
///
/// [`TimeOutOfRange`] outside the years 0 to 9999.
pub(crate) fn timestamp_text(unix_ms: i64) -> Result<String, TimeOutOfRange> {
    let at = calendar(unix_ms)?;
    Ok(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    ))
}

/// A time as WooCommerce writes it into a webhook's name: `Nov 21, 2025 @ 05:41 PM`, in UTC.
///
/// # Errors
///
/// [`TimeOutOfRange`] as for [`timestamp_text`].
pub(crate) fn date_for_people(unix_ms: i64) -> Result<String, TimeOutOfRange> {
    let at = calendar(unix_ms)?;
    let month = at.month().to_string();
    let (half, hour) = if at.hour() < 12 { ("AM", at.hour()) } else { ("PM", at.hour() - 12) };
    let hour = if hour == 0 { 12 } else { hour };
    let month = month.get(..3).unwrap_or(&month);
    Ok(format!("{month} {:02}, {:04} @ {hour:02}:{:02} {half}", at.day(), at.year(), at.minute()))
}

fn calendar(unix_ms: i64) -> Result<OffsetDateTime, TimeOutOfRange> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000)
        .ok()
        .filter(|at| (0..=9999).contains(&at.year()))
        .ok_or(TimeOutOfRange)
}

/// A time that cannot be written with a year of four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeOutOfRange;

impl fmt::Display for TimeOutOfRange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(
            "a time lies between the years 0 and 9999; write it in unix milliseconds, not in micro- or nanoseconds",
        )
    }
}

impl core::error::Error for TimeOutOfRange {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check_time(unix_ms: i64, expected: &str) {
        assert_eq!(timestamp_text(unix_ms).as_deref(), Ok(expected));
    }

    #[test]
    fn the_payload_is_exact() {
        let topic = Topic::parse("order.created").unwrap();
        let payload = build(&topic, 1_795_288_948_123, r#"{"id":9007199254740993}"#).unwrap();
        assert_eq!(
            payload,
            r#"{"type":"order.created","timestamp":"2026-11-21T19:22:28.123Z","data":{"id":9007199254740993}}"#
        );
        assert_eq!(build(&topic, i64::MAX, "null"), Err(TimeOutOfRange));
    }

    #[test]
    fn a_time_has_four_and_three_digits() {
        check_time(0, "1970-01-01T00:00:00.000Z");
        check_time(-1, "1969-12-31T23:59:59.999Z");
        check_time(1_795_288_948_120, "2026-11-21T19:22:28.120Z");
        check_time(951_827_696_001, "2000-02-29T12:34:56.001Z");
        check_time(-62_167_219_200_000, "0000-01-01T00:00:00.000Z");
        check_time(253_402_300_799_999, "9999-12-31T23:59:59.999Z");
        for unix_ms in [i64::MIN, -62_167_219_200_001, 253_402_300_800_000, 1_795_288_948_123_000, i64::MAX] {
            assert_eq!(timestamp_text(unix_ms), Err(TimeOutOfRange), "{unix_ms}");
        }
    }

    #[test]
    fn a_date_for_people_has_half_days() {
        let check = |unix_ms: i64, expected: &str| assert_eq!(date_for_people(unix_ms).as_deref(), Ok(expected));
        check(1_763_746_860_000, "Nov 21, 2025 @ 05:41 PM");
        check(0, "Jan 01, 1970 @ 12:00 AM");
        check(43_200_000, "Jan 01, 1970 @ 12:00 PM");
    }

    proptest! {
        #[test]
        fn the_text_reads_as_the_same_time(unix_ms in -62_167_219_200_000..253_402_207_200_001i64) {
            let text = timestamp_text(unix_ms).unwrap();
            prop_assert_eq!(text.len(), 24);
            prop_assert_eq!(text.parse::<jiff::Timestamp>().unwrap().as_millisecond(), unix_ms);
        }
    }
}
