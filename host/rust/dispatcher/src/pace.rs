//! When to claim next: at once while there is more, else when something becomes due, a slot or a publish says so,
//! and at the latest after the poll interval.

use std::time::Duration;

use tokio::time::Instant;

use crate::backoff::Backoff;
use crate::clock;
use crate::exchange::UnixMs;
use crate::outbox::Claimed;

/// The shortest pause after a claim that found nothing, when the clocks of host and database differ or other workers
/// are faster.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);

/// The time of the next claim.
#[derive(Debug)]
pub(crate) struct Pace {
    poll: Duration,
    next: Instant,
    backoff: Backoff,
    /// Something is due that no free slot could take: its receiver has enough to do.
    crowded: bool,
    /// What came while a claim was being made, and so perhaps too late for it.
    meanwhile: Meanwhile,
}

#[derive(Debug, Default)]
struct Meanwhile {
    next: Option<Instant>,
    slot_freed: bool,
}

impl Pace {
    pub(crate) fn new(poll: Duration) -> Self {
        Self {
            poll,
            next: Instant::now(),
            backoff: Backoff::default(),
            crowded: false,
            meanwhile: Meanwhile::default(),
        }
    }

    /// When a claim may be made, given a free slot.
    pub(crate) fn next(&self) -> Instant {
        self.next
    }

    /// A claim is being made.
    pub(crate) fn claiming(&mut self) {
        self.meanwhile = Meanwhile::default();
    }

    /// A claim with `limit` slots has returned.
    pub(crate) fn claimed(&mut self, claimed: &Claimed, limit: usize) {
        self.backoff.succeeded();
        self.crowded = claimed.oldest_due.is_some();
        let pause = match claimed.next_due {
            _ if claimed.requests.len() >= limit => Duration::ZERO,
            _ if self.crowded && self.meanwhile.slot_freed => Duration::ZERO,
            Some(due) => clock::until(due).max(SHORTEST_PAUSE).min(self.poll),
            None => self.poll,
        };
        let next = Instant::now() + pause;
        self.next = self.meanwhile.next.map_or(next, |meanwhile| meanwhile.min(next));
    }

    /// A claim has failed; returns the pause.
    pub(crate) fn failed(&mut self) -> Duration {
        let pause = self.backoff.failed();
        self.next = Instant::now() + pause;
        pause
    }

    /// Something was published.
    pub(crate) fn woken(&mut self) {
        self.hasten(Duration::ZERO);
    }

    /// A request has finished, so its receiver can take another.
    pub(crate) fn slot_freed(&mut self) {
        self.meanwhile.slot_freed = true;
        if self.crowded {
            self.hasten(Duration::ZERO);
        }
    }

    /// A delivery will be due at this time.
    pub(crate) fn due(&mut self, at: UnixMs) {
        self.hasten(clock::until(at));
    }

    fn hasten(&mut self, pause: Duration) {
        let at = Instant::now() + pause.min(self.poll);
        self.meanwhile.next = Some(self.meanwhile.next.map_or(at, |earlier| earlier.min(at)));
        if !self.backoff.is_failing() {
            self.next = self.next.min(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLL: Duration = Duration::from_secs(1);

    fn paced(next_due_in_ms: Option<i64>, oldest_due: Option<UnixMs>) -> Pace {
        let mut pace = Pace::new(POLL);
        let next_due = next_due_in_ms.map(|ms| clock::unix_ms() + ms);
        pace.claimed(&Claimed { next_due, oldest_due, ..Claimed::default() }, 4);
        pace
    }

    fn pause(pace: &Pace) -> Duration {
        pace.next().saturating_duration_since(Instant::now())
    }

    #[test]
    fn waits_for_what_is_due_but_no_longer_than_the_poll_interval() {
        assert!(pause(&paced(None, None)) > POLL / 2);
        assert!(pause(&paced(Some(3_600_000), None)) <= POLL);
        assert!(pause(&paced(Some(300), None)) <= Duration::from_millis(300));
        assert!(pause(&paced(Some(-5_000), None)) <= SHORTEST_PAUSE);
    }

    #[test]
    fn a_full_claim_is_followed_at_once() {
        let mut pace = Pace::new(POLL);
        pace.claimed(&Claimed::default(), 0);
        assert_eq!(pause(&pace), Duration::ZERO);
    }

    #[test]
    fn a_free_slot_matters_only_to_a_crowded_receiver() {
        let mut quiet = paced(None, None);
        quiet.slot_freed();
        assert!(pause(&quiet) > POLL / 2);
        let mut crowded = paced(None, Some(1));
        crowded.slot_freed();
        assert_eq!(pause(&crowded), Duration::ZERO);
    }

    #[test]
    fn what_comes_during_a_claim_is_not_forgotten() {
        let mut pace = Pace::new(POLL);
        pace.claiming();
        pace.woken();
        pace.claimed(&Claimed::default(), 4);
        assert_eq!(pause(&pace), Duration::ZERO);

        pace.claiming();
        pace.slot_freed();
        pace.claimed(&Claimed { oldest_due: Some(1), ..Claimed::default() }, 4);
        assert_eq!(pause(&pace), Duration::ZERO);
    }

    #[test]
    fn nothing_hastens_a_claim_that_is_backing_off() {
        let mut pace = paced(None, None);
        pace.failed();
        pace.failed();
        pace.woken();
        assert!(pause(&pace) > Duration::from_millis(100));
    }
}
