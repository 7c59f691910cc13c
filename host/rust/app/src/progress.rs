//! What a dispatcher does, as news for whoever shows it.
//!
//! Decides what is news, and when the outbox counts as broken. Refuses to know how it is shown: the dispatcher must
//! never wait for a terminal, so the news queue up here.

use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use hookwright_dispatcher::{Claimed, Decision, Failure as NoAnswer, Observer, Outcome, Request, Settlement, Step};
use hookwright_runtime::CallError;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::failure::{Failure, Kind};

/// Passes the news of a dispatcher on.
#[derive(Debug)]
pub(crate) struct Progress {
    news: UnboundedSender<News>,
    failed_claims: AtomicU32,
    failed_settles: AtomicU32,
    stopped: AtomicBool,
}

/// Something a person may want to know.
#[derive(Debug)]
pub(crate) enum News {
    /// A request was sent, and its outcome is recorded.
    Attempt(Box<Attempt>),
    /// A request was sent, but another worker has its delivery meanwhile.
    Lost(String),
    /// The installation is stopped, and why.
    Stopped(String),
    /// The outbox failed. It is tried again.
    Trouble {
        /// Why.
        failure: Failure,
        /// How often the same step has failed since it last worked, with this time.
        in_a_row: u32,
    },
}

/// A request that was sent, and what was decided after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// `dlv_…`
    pub(crate) delivery_id: String,
    /// `wh_…`
    pub(crate) webhook_id: String,
    /// `evt_…`
    pub(crate) event_id: String,
    /// None when the payload does not tell.
    pub(crate) topic: String,
    /// Where it went.
    pub(crate) url: String,
    /// From 1.
    pub(crate) number: u32,
    /// Unix milliseconds.
    pub(crate) started_at: i64,
    /// Milliseconds.
    pub(crate) duration_ms: u32,
    /// The status of the answer, or why there is none.
    pub(crate) answer: Result<u16, NoAnswer>,
    /// What is next.
    pub(crate) decision: Decision,
}

impl Progress {
    /// An observer, and where its news come out. They end when the observer is dropped.
    pub(crate) fn new() -> (Self, UnboundedReceiver<News>) {
        let (news, receiver) = mpsc::unbounded_channel();
        (
            Self {
                news,
                failed_claims: AtomicU32::new(0),
                failed_settles: AtomicU32::new(0),
                stopped: AtomicBool::new(false),
            },
            receiver,
        )
    }

    fn tell(&self, news: News) {
        // Whoever showed the news may have ended before the dispatcher.
        let _ = self.news.send(news);
    }

    fn failures(&self, step: Step) -> &AtomicU32 {
        match step {
            Step::Claim => &self.failed_claims,
            Step::Settle => &self.failed_settles,
        }
    }
}

impl Observer for Progress {
    fn claimed(&self, claimed: &Claimed) {
        self.failures(Step::Claim).store(0, Ordering::Relaxed);
        let was_stopped = self.stopped.swap(claimed.stopped.is_some(), Ordering::Relaxed);
        if let Some(reason) = claimed.stopped.as_ref().filter(|_| !was_stopped) {
            self.tell(News::Stopped(reason.clone()));
        }
    }

    fn settled(&self, request: &Request, settlement: &Settlement, decision: &Decision) {
        self.failures(Step::Settle).store(0, Ordering::Relaxed);
        if let Some(attempt) = Attempt::of(request, settlement, decision) {
            self.tell(News::Attempt(Box::new(attempt)));
        }
    }

    fn lost(&self, request: &Request, _settlement: &Settlement, _error: &(dyn Error + 'static)) {
        self.tell(News::Lost(request.delivery_id.clone()));
    }

    fn error(&self, step: Step, error: &(dyn Error + 'static), _retry_in: std::time::Duration) {
        let in_a_row = self.failures(step).fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let failure = match error.downcast_ref::<CallError>() {
            Some(error) => Failure::from(error.clone()),
            None => Failure::new(Kind::Storage, error.to_string()),
        };
        self.tell(News::Trouble { failure, in_a_row });
    }
}

impl Attempt {
    /// None for a request that was given back without being sent.
    fn of(request: &Request, settlement: &Settlement, decision: &Decision) -> Option<Self> {
        let answer = match &settlement.outcome {
            Outcome::Response(response) => Ok(response.status),
            Outcome::Failure(failure) => Err(failure.clone()),
            Outcome::Released => return None,
        };
        Some(Self {
            delivery_id: request.delivery_id.clone(),
            webhook_id: request.webhook_id.clone(),
            event_id: request.event_id.clone(),
            topic: request.topic.clone(),
            url: request.url.clone(),
            number: request.attempt,
            started_at: settlement.started_at,
            duration_ms: u32::try_from(settlement.duration.as_millis()).unwrap_or(u32::MAX),
            answer,
            decision: decision.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn news_of(tell: impl FnOnce(&Progress)) -> Vec<News> {
        let (progress, mut news) = Progress::new();
        tell(&progress);
        std::iter::from_fn(|| news.try_recv().ok()).collect()
    }

    #[test]
    fn failures_are_counted_until_the_step_works_again() {
        let fail = |progress: &Progress, step| progress.error(step, &CallError::Stopped, Duration::ZERO);
        let news = news_of(|progress| {
            fail(progress, Step::Claim);
            fail(progress, Step::Settle);
            fail(progress, Step::Claim);
            progress.claimed(&Claimed::default());
            fail(progress, Step::Claim);
            fail(progress, Step::Settle);
        });
        let counts: Vec<_> = news
            .iter()
            .map(|news| match news {
                News::Trouble { in_a_row, .. } => *in_a_row,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(counts, [1, 1, 2, 1, 2]);
    }
}
