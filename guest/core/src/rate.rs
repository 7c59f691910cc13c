//! How many requests a webhook with a rate may be sent now (generic cell rate algorithm).
//!
//! Requests are spaced evenly; a tenth of a second's worth, one at least, may go at once. Every webhook has a rate of its
//! own, in its row, so that it holds over all hosts. Knows nothing of deliveries.

use crate::sql::DueWebhook;

/// A webhook's rate and how far it is used. Times inside are unix microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    interval: i64,
    burst: i64,
    used_until: i64,
}

/// What a charge leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Charged {
    /// Unix microseconds.
    pub(crate) used_until: i64,
    /// When the next request may go, unix milliseconds.
    pub(crate) free_at: i64,
}

const SECOND: i64 = 1_000_000;

impl Rate {
    pub(crate) fn of(webhook: &DueWebhook) -> Self {
        let rate = i64::from(webhook.rate);
        // Rounded up: rather a little slower than too fast.
        let interval = if rate == 0 { 0 } else { (SECOND + rate - 1) / rate };
        Self { interval, burst: interval.saturating_mul((rate / 10).max(1)), used_until: webhook.rate_used_until }
    }

    /// How many requests may go at `now_ms`.
    pub(crate) fn allowance(self, now_ms: i64) -> u32 {
        let now = now_ms.saturating_mul(1_000);
        let room = now.saturating_add(self.burst).saturating_sub(self.start(now));
        room.checked_div(self.interval).map_or(u32::MAX, |requests| u32::try_from(requests.max(0)).unwrap_or(u32::MAX))
    }

    /// What is left after so many requests at `now_ms`.
    pub(crate) fn charge(self, now_ms: i64, requests: u32) -> Charged {
        let used_until =
            self.start(now_ms.saturating_mul(1_000)).saturating_add(self.interval.saturating_mul(i64::from(requests)));
        let free_at = used_until.saturating_add(self.interval).saturating_sub(self.burst);
        Charged { used_until, free_at: free_at.saturating_add(999).div_euclid(1_000) }
    }

    /// A clock that went backwards must not stop a webhook: what is used lies at most a burst ahead.
    fn start(self, now: i64) -> i64 {
        self.used_until.clamp(now, now.saturating_add(self.burst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn webhook(rate: u32, rate_used_until: i64) -> DueWebhook {
        DueWebhook { id: String::new(), rate, rate_used_until, rate_token: String::new() }
    }

    #[test]
    fn no_rate_is_no_limit() {
        assert_eq!(Rate::of(&webhook(0, 0)).allowance(7), u32::MAX);
    }

    #[test]
    fn five_in_a_second_are_one_each_200_ms() {
        let rate = Rate::of(&webhook(5, 0));
        assert_eq!(rate.allowance(10_000), 1);
        let charged = rate.charge(10_000, 1);
        assert_eq!(charged.free_at, 10_200);
        let rate = Rate::of(&webhook(5, charged.used_until));
        assert_eq!((rate.allowance(10_199), rate.allowance(10_200)), (0, 1));
    }

    #[test]
    fn a_clock_that_goes_back_stops_nothing() {
        let charged = Rate::of(&webhook(5, 0)).charge(1_000_000, 1);
        assert_eq!(Rate::of(&webhook(5, charged.used_until)).allowance(0), 0);
        assert_eq!(Rate::of(&webhook(5, charged.used_until)).charge(0, 0).free_at, 200);
    }

    proptest! {
        #[test]
        fn bug_19_no_second_has_more_than_a_tenth_above_the_rate(
            rate in 1..=1_000_u32,
            steps in prop::collection::vec(0..400_i64, 1..60),
        ) {
            let mut now = 1_000_000;
            let mut used = 0;
            let mut sent: Vec<(i64, u32)> = Vec::new();
            for step in steps {
                now += step;
                let bucket = Rate::of(&webhook(rate, used));
                let count = bucket.allowance(now);
                let charged = bucket.charge(now, count);
                used = charged.used_until;
                sent.push((now, count));
                let window: u32 = sent.iter().filter(|(at, _)| *at > now - 1_000).map(|(_, count)| *count).sum();
                prop_assert!(window <= rate + (rate / 10).max(1), "{window} in a second at rate {rate}");
                let next = Rate::of(&webhook(rate, used));
                prop_assert!(next.allowance(charged.free_at.max(now)) > 0, "free when it says so");
            }
        }

        #[test]
        fn nothing_overflows(rate: u32, used: i64, now: i64, requests: u32) {
            let bucket = Rate::of(&webhook(rate, used));
            let _ = (bucket.allowance(now), bucket.charge(now, requests));
        }
    }
}
