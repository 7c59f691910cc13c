//! How often, and for how long, something that met a lock is tried again.
//!
//! Refuses to know what is tried; whoever calls has made sure that nothing of a failed try remains.

use std::thread;
use std::time::{Duration, Instant};

use super::failure::Failure;
use crate::StorageError;
use crate::pause::pause;

/// When to stop trying.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// No replay begins later than this after the first try, so that a lock which SQLite itself has waited for in vain
    /// is reported when the caller expects it.
    pub(super) time_out: Duration,
    /// Most replays after the first try.
    pub(super) replays: u32,
}

impl Patience {
    /// A batch is replayed 5 times at most.
    pub(super) fn of_batch(time_out: Duration) -> Self {
        Self { time_out, replays: 5 }
    }

    /// Opening ends by time alone: SQLite does not wait by itself when two connections enter WAL mode.
    pub(super) fn of_opening(time_out: Duration) -> Self {
        Self { time_out, replays: u32::MAX }
    }
}

/// Repeats `attempt` while it fails with [`Failure::Locked`]; then `file` is unavailable.
pub(super) fn until_unlocked<T>(
    file: &str,
    patience: Patience,
    mut attempt: impl FnMut() -> Result<T, Failure>,
) -> Result<T, StorageError> {
    let started = Instant::now();
    let mut replay = 0;
    loop {
        let words = match attempt() {
            Ok(value) => return Ok(value),
            Err(Failure::Final(error)) => return Err(error),
            Err(Failure::Locked(words)) => words,
        };
        let waited = started.elapsed();
        if replay >= patience.replays || waited >= patience.time_out {
            return Err(still_locked(file, waited, &words));
        }
        thread::sleep(pause(replay).min(patience.time_out - waited));
        replay += 1;
    }
}

fn still_locked(file: &str, waited: Duration, words: &str) -> StorageError {
    StorageError::Unavailable(format!(
        "{file} is locked by another process or connection, waited {:.1} s ({words}); end the long transaction there, \
         or raise the busy time-out",
        waited.as_secs_f64()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked() -> Failure {
        Failure::Locked("database is locked".to_owned())
    }

    #[test]
    fn a_lock_that_goes_away_is_not_noticed() {
        let mut tries = 0;
        let outcome = until_unlocked("a.db", Patience::of_batch(Duration::from_secs(60)), || {
            tries += 1;
            if tries < 4 { Err(locked()) } else { Ok(tries) }
        });
        assert_eq!(outcome, Ok(4));
    }

    #[test]
    fn a_batch_is_replayed_five_times_and_no_more() {
        let mut tries = 0;
        let outcome: Result<(), _> = until_unlocked("a.db", Patience::of_batch(Duration::from_secs(60)), || {
            tries += 1;
            Err(locked())
        });
        assert_eq!(tries, 6);
        let text = outcome.unwrap_err().to_string();
        assert!(text.starts_with("a.db is locked by another process"), "{text}");
    }

    #[test]
    fn nothing_is_replayed_after_the_time_out() {
        let mut tries = 0;
        let outcome: Result<(), _> = until_unlocked("a.db", Patience::of_batch(Duration::ZERO), || {
            tries += 1;
            Err(locked())
        });
        assert_eq!(tries, 1);
        assert!(matches!(outcome, Err(StorageError::Unavailable(_))));
    }

    #[test]
    fn another_failure_is_not_replayed() {
        let mut tries = 0;
        let outcome: Result<(), _> = until_unlocked("a.db", Patience::of_batch(Duration::from_secs(60)), || {
            tries += 1;
            Err(Failure::Final(StorageError::ExpectationFailed(3)))
        });
        assert_eq!((tries, outcome), (1, Err(StorageError::ExpectationFailed(3))));
    }
}
