//! Wakes and stops a running dispatcher from outside.

use std::sync::Arc;

use tokio::sync::{Notify, watch};

/// A handle on a dispatcher. Clones act on the same one.
#[derive(Clone, Debug)]
pub struct Control {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    wake: Notify,
    phase: watch::Sender<Phase>,
}

/// How far a dispatcher is on its way out. Never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Running,
    /// Claim no more, let requests under way finish.
    Stopping,
    /// Cut off what is under way.
    Now,
}

impl Control {
    pub(crate) fn new() -> Self {
        let shared = Shared { wake: Notify::new(), phase: watch::Sender::new(Phase::Running) };
        Self { shared: Arc::new(shared) }
    }

    /// Claim now rather than at the next poll: something was published in this process.
    pub fn wake(&self) {
        self.shared.wake.notify_one();
    }

    /// Claim no more, give back what is claimed and not sent, and return when the requests under way are settled.
    pub fn stop(&self) {
        self.shared.phase.send_if_modified(|phase| raise(phase, Phase::Stopping));
    }

    /// As [`stop`](Self::stop), but cut off the requests under way. They are settled as failed attempts, because they
    /// may have arrived.
    pub fn stop_now(&self) {
        self.shared.phase.send_if_modified(|phase| raise(phase, Phase::Now));
    }

    /// Returns when [`wake`](Self::wake) was called since the last return.
    pub(crate) async fn woken(&self) {
        self.shared.wake.notified().await;
    }

    pub(crate) fn phases(&self) -> watch::Receiver<Phase> {
        self.shared.phase.subscribe()
    }
}

fn raise(phase: &mut Phase, to: Phase) -> bool {
    let raises = *phase < to;
    *phase = (*phase).max(to);
    raises
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_is_never_taken_back() {
        let control = Control::new();
        control.stop_now();
        control.stop();
        assert_eq!(*control.phases().borrow(), Phase::Now);
    }
}
