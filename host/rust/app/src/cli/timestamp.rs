//! Decides how a person writes a time: as RFC 3339, or in unix seconds.

use jiff::Timestamp;

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

#[cfg(test)]
mod tests {
    use super::*;

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
