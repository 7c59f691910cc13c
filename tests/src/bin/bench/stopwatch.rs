//! How long a short operation takes.

use std::time::{Duration, Instant};

use crate::percentile::percentile;

const ROUNDS: usize = 7;

/// Microseconds for one run of `work`: the median of several rounds, each of about `round`.
///
/// # Errors
///
/// The first of `work`.
pub(crate) fn microseconds_each(round: Duration, mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let mut rounds = Vec::with_capacity(ROUNDS);
    // The first round warms up, and tells how many runs fill one.
    let mut runs = 0_u32;
    let started = Instant::now();
    while started.elapsed() < round {
        work()?;
        runs += 1;
    }
    for _ in 0..ROUNDS {
        let started = Instant::now();
        for _ in 0..runs {
            work()?;
        }
        rounds.push(started.elapsed().as_secs_f64() * 1e6 / f64::from(runs));
    }
    Ok(percentile(&rounds, 50.0).unwrap_or_default())
}

/// How often per second, when `count` took `time`.
pub(crate) fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64().max(f64::MIN_POSITIVE)
}
