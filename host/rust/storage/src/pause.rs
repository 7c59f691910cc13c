//! How long to wait before a batch that met another one is tried again.

use std::time::{Duration, SystemTime};

/// Least pause before the first replay; it doubles with each, and up to as much again is added at random.
const FIRST_PAUSE: Duration = Duration::from_millis(5);

/// The pause doubles this many times at most.
const MOST_DOUBLINGS: u32 = 5;

/// Two processes that met once should not meet again, so their pauses differ by chance.
pub(crate) fn pause(replay: u32) -> Duration {
    let least = FIRST_PAUSE * 2_u32.pow(replay.min(MOST_DOUBLINGS));
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |now| now.subsec_nanos());
    least + least.mul_f64(f64::from(nanos % 1_000) / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_below_a_third_of_a_second() {
        for replay in [0, 1, 2, 5, 100] {
            let least = FIRST_PAUSE * 2_u32.pow(replay.min(5));
            let pause = pause(replay);
            assert!(pause >= least && pause < least * 2, "{replay}: {pause:?}");
        }
    }
}
