//! Decides how a person writes a length of time: as `30s`, `5m` or `1h 30m`.

use std::time::Duration;

use jiff::SignedDuration;

/// The length of time, not negative.
///
/// # Errors
///
/// What would be right.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || "write a length of time as 30s, 5m, 2h or 500ms".to_owned();
    let length: SignedDuration = text.parse().map_err(|_| wrong())?;
    length.try_into().map_err(|_| wrong())
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
}
