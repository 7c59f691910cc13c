//! A clock that a test sets and random bytes that a seed decides, for the core and for the component alike.
//!
//! Knows nothing of what time and randomness are used for. Both subjects draw the same bytes in the same order, so
//! that even their ids must agree.

use std::io;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hookwright_runtime::{Environment, Level};

/// When a clock starts: 2026-11-21T19:22:28.123Z, in unix milliseconds.
pub const START_MS: i64 = 1_795_288_948_123;

/// One second in milliseconds.
pub const SECOND: i64 = 1_000;
/// One minute in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day in milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// A clock that stands still until it is set. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct Clock(Arc<AtomicI64>);

impl Default for Clock {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(START_MS)))
    }
}

impl Clock {
    /// Unix milliseconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Sets it to a time in unix milliseconds, also an earlier one.
    pub fn set(&self, now_ms: i64) {
        self.0.store(now_ms, Ordering::SeqCst);
    }

    /// Moves it on, or back when `ms` is negative.
    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

/// Clock, reproducible random bytes, and a log that a test can read.
#[derive(Debug)]
pub struct TestEnvironment {
    clock: Clock,
    random: Mutex<Random>,
    log: Mutex<Vec<(Level, String)>>,
}

#[derive(Debug)]
struct Random {
    state: u64,
    /// Every draw of four bytes is this, while it is set.
    forced: Option<u32>,
}

impl TestEnvironment {
    /// Random bytes depend on the seed and on how many were drawn before.
    #[must_use]
    pub fn new(clock: Clock, seed: u64) -> Self {
        let random = Mutex::new(Random { state: seed, forced: None });
        Self { clock, random, log: Mutex::default() }
    }

    /// Makes every random u32 this one, until it is taken back with `None`.
    pub fn force_random(&self, forced: Option<u32>) {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).forced = forced;
    }

    /// The lines logged so far.
    #[must_use]
    pub fn log_lines(&self) -> Vec<(Level, String)> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Environment for TestEnvironment {
    fn now_ms(&self) -> i64 {
        self.clock.now()
    }

    fn fill_random(&self, bytes: &mut [u8]) -> io::Result<()> {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        match random.forced {
            Some(forced) => {
                bytes.chunks_mut(4).for_each(|part| part.copy_from_slice(&forced.to_le_bytes()[..part.len()]))
            }
            None => {
                bytes.chunks_mut(8).for_each(|part| part.copy_from_slice(&random.next().to_le_bytes()[..part.len()]))
            }
        }
        Ok(())
    }

    fn log(&self, level: Level, message: &str) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push((level, message.to_owned()));
    }
}

impl Random {
    /// SplitMix64, which passes for random here and needs no crate.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(environment: &TestEnvironment, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        environment.fill_random(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn the_seed_decides_the_bytes() {
        let [one, same, other] = [7, 7, 8].map(|seed| TestEnvironment::new(Clock::default(), seed));
        let first = draw(&one, 33);
        assert_eq!(first, draw(&same, 33));
        assert_ne!(first, draw(&other, 33));
        assert_ne!(first, draw(&one, 33));
    }

    #[test]
    fn a_draw_can_be_forced() {
        let environment = TestEnvironment::new(Clock::default(), 1);
        environment.force_random(Some(0x0403_0201));
        assert_eq!(draw(&environment, 6), [1, 2, 3, 4, 1, 2]);
        environment.force_random(None);
        assert_ne!(draw(&environment, 6), [1, 2, 3, 4, 1, 2]);
    }
}
