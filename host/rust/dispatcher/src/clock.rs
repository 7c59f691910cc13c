//! The system clock in the outbox's unit, and how far away one of its times is.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::exchange::UnixMs;

/// Now. A clock before 1970 counts as 1970.
pub(crate) fn unix_ms() -> UnixMs {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMs::try_from(since.as_millis()).unwrap_or(UnixMs::MAX)
}

/// From now to `at`; zero when it is past.
pub(crate) fn until(at: UnixMs) -> Duration {
    Duration::from_millis(u64::try_from(at.saturating_sub(unix_ms())).unwrap_or(0))
}
