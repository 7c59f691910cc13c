//! Decides how a person writes a time: as RFC 3339, in unix seconds, or how long ago.

use jiff::Timestamp;

use crate::output::moment::now_ms;

/// Unix milliseconds of a time as it was typed.
///
/// # Errors
///
/// What would be right.
pub(crate) fn parse(text: &str) -> Result<i64, String> {
    let wrong = || "write a time as 2025-11-21T20:16:05Z, or in unix seconds as 1763756165".to_owned();
    if let Ok(seconds) = text.parse::<i64>() {
        let at = Timestamp::from_second(seconds)
            .map_err(|_| format!("{}; this is too large, are these milliseconds?", wrong()))?;
        return Ok(at.as_millisecond());
    }
    text.parse::<Timestamp>().map(Timestamp::as_millisecond).map_err(|_| wrong())
}

/// Unix milliseconds of a time, or of one that is so long ago: `90s`, `30m`, `2h`, `7d`.
///
/// # Errors
///
/// What would be right.
pub(crate) fn parse_or_ago(text: &str) -> Result<i64, String> {
    if let Some(ms) = length_ms(text) {
        return Ok(now_ms().saturating_sub(ms));
    }
    parse(text).map_err(|wrong| format!("{wrong}; or how long ago, as 30m, 2h or 7d"))
}

/// A number with a unit.
fn length_ms(text: &str) -> Option<i64> {
    const UNITS: [(char, i64); 4] = [('s', 1_000), ('m', 60_000), ('h', 3_600_000), ('d', 86_400_000)];
    let (unit, ms) = UNITS.into_iter().find(|(unit, _)| text.ends_with(*unit))?;
    let number = text.strip_suffix(unit)?;
    let number: i64 = number.parse().ok().filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()))?;
    number.checked_mul(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_may_be_told_by_its_distance() {
        assert_eq!([length_ms("90s"), length_ms("30m")], [Some(90_000), Some(1_800_000)]);
        assert_eq!([length_ms("2h"), length_ms("7d")], [Some(7_200_000), Some(604_800_000)]);
        for wrong in ["", "h", "-2h", "+2h", "2", "2 h", "1.5h", "99999999999999999d", "2w"] {
            assert_eq!(length_ms(wrong), None, "{wrong}");
        }
        let before = now_ms();
        let ago = parse_or_ago("2h").unwrap();
        assert!((before - 7_200_000..=now_ms() - 7_200_000).contains(&ago));
        assert_eq!(parse_or_ago("1763756165"), parse("1763756165"));
        assert!(parse_or_ago("2w").unwrap_err().ends_with("or how long ago, as 30m, 2h or 7d"));
    }

    #[test]
    fn times_are_rfc_3339_or_unix_seconds() {
        assert_eq!(parse("2025-11-21T20:16:05Z"), Ok(1_763_756_165_000));
        assert_eq!(parse("2025-11-21T21:16:05.25+01:00"), Ok(1_763_756_165_250));
        assert_eq!(parse("1763756165"), Ok(1_763_756_165_000));
        for wrong in ["yesterday", "2025-11-21", "", "1.5"] {
            assert!(parse(wrong).unwrap_err().contains("unix seconds"), "{wrong}");
        }
        assert!(parse("1763756165000").unwrap_err().contains("milliseconds"));
    }
}
