//! What a run that goes on for ever does beside sending: it removes what is past its retention.
//!
//! Decides how often and in which steps; what is past its retention is the core's to know.

use std::time::Duration;

use hookwright_runtime::Hookwright;
use tokio::time::{MissedTickBehavior, interval};

/// Between two removals. The first comes at the start.
const EVERY: Duration = Duration::from_hours(1);
/// Deliveries in one step: short enough that sending does not wait for it.
const STEP: u32 = 200;

/// Removes what is past its retention, again and again. Ends with the task that it runs in.
pub(super) async fn keep_up(hookwright: Hookwright) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // A database that is away is told by the dispatcher, and the next hour tries again.
        while matches!(hookwright.purge(STEP).await, Ok(removed) if removed.more) {
            tokio::task::yield_now().await;
        }
    }
}
