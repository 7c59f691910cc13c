//! Decides how a person writes a length of time, `30s`, `5m` or `1h 30m`, and how one is told.

use std::str::FromStr;
use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

/// Stands for what the installation is set to.
const DEFAULT: &str = "default";

/// The length of time, not negative.
///
/// # Errors
///
/// What would be right.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || "write a length of time as 30s, 5m, 2h or 500ms".to_owned();
    let span: Span = text.parse().map_err(|_| wrong())?;
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    length.try_into().map_err(|_| wrong())
}

/// Milliseconds as the core takes them.
///
/// # Errors
///
/// What would be right.
pub(crate) fn parse_ms(text: &str) -> Result<u32, String> {
    u32::try_from(parse(text)?.as_millis()).map_err(|_| "this is too long; 49 days are the most".to_owned())
}

/// Milliseconds, or 0 for `default`.
///
/// # Errors
///
/// What would be right.
pub(crate) fn parse_ms_or_default(text: &str) -> Result<u32, String> {
    if text == DEFAULT {
        return Ok(0);
    }
    parse_ms(text).map_err(|wrong| format!("{wrong}; or `{DEFAULT}` for the installation's"))
}

/// Lengths of time with commas between them, in milliseconds; none for `default`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Schedule(pub(crate) Vec<u32>);

impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == DEFAULT {
            return Ok(Self(Vec::new()));
        }
        let delays = text.split(',').map(|part| {
            let wrong = |wrong| format!("`{}`: {wrong}; a schedule is 0s,30s,5m or `{DEFAULT}`", part.trim());
            parse_ms(part.trim()).map_err(wrong)
        });
        delays.collect::<Result<_, _>>().map(Self)
    }
}

/// As it can be typed: `0s`, `1500ms`, `5m`, `1h 30m`.
pub(crate) fn tell(ms: impl Into<u64>) -> String {
    const UNITS: [(u64, &str); 5] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];
    let mut left = ms.into();
    let mut parts = Vec::new();
    for (size, unit) in UNITS {
        if left >= size {
            parts.push(format!("{}{unit}", left / size));
            left %= size;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_units() {
        let ms = |text: &str| parse(text).map(|length| length.as_millis());
        assert_eq!(ms("0s"), Ok(0));
        assert_eq!(ms("500ms"), Ok(500));
        assert_eq!(ms("30s"), Ok(30_000));
        assert_eq!(ms("5m"), Ok(300_000));
        assert_eq!(ms("5 min"), Ok(300_000));
        assert_eq!(ms("1h 30m"), Ok(5_400_000));
        for wrong in ["", "30", "-5s", "soon"] {
            assert!(parse(wrong).unwrap_err().contains("30s, 5m"), "{wrong}");
        }
    }

    #[test]
    fn a_schedule_is_a_list_or_that_of_the_installation() {
        let ms = |text: &str| text.parse::<Schedule>().map(|schedule| schedule.0);
        assert_eq!(ms("0s,30s, 5m,1h 30m"), Ok(vec![0, 30_000, 300_000, 5_400_000]));
        assert_eq!(ms("default"), Ok(Vec::new()));
        assert_eq!(
            ms("0s,,5m").unwrap_err(),
            format!("``: {}", rest("write a length of time as 30s, 5m, 2h or 500ms"))
        );
        assert_eq!(ms("60d").unwrap_err(), format!("`60d`: {}", rest("this is too long; 49 days are the most")));
        assert!(ms("").is_err() && ms("0s,x").unwrap_err().starts_with("`x`: "));
        assert_eq!(parse_ms_or_default("default"), Ok(0));
        assert!(parse_ms_or_default("soon").unwrap_err().ends_with("or `default` for the installation's"));
    }

    fn rest(wrong: &str) -> String {
        format!("{wrong}; a schedule is 0s,30s,5m or `default`")
    }

    #[test]
    fn what_is_told_can_be_typed() {
        for (ms, told) in [(0, "0s"), (1_500, "1s 500ms"), (300_000, "5m"), (5_400_000, "1h 30m"), (604_800_000, "7d")]
        {
            assert_eq!(tell(ms), told);
            assert_eq!(parse_ms(told), Ok(ms));
        }
        assert_eq!(parse_ms(&tell(u32::MAX)), Ok(u32::MAX));
    }
}
