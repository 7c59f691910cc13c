//! The requests under way: how many, for whom, and that each ends in a settlement whatever happens to its task.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;

use crate::client::Client;
use crate::clock::unix_ms;
use crate::exchange::{Failure, FailureKind, Outcome, Request, Settlement, UnixMs};
use crate::outbox::InFlight;

/// A request and what came of it.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) request: Arc<Request>,
    pub(crate) settlement: Settlement,
}

/// Tasks that send, one for each request.
#[derive(Debug)]
pub(crate) struct Sending {
    client: Client,
    tasks: JoinSet<Settlement>,
    begun: HashMap<Id, Begun>,
}

#[derive(Debug)]
struct Begun {
    request: Arc<Request>,
    at: UnixMs,
    since: Instant,
}

impl Sending {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, tasks: JoinSet::new(), begun: HashMap::new() }
    }

    pub(crate) fn begin(&mut self, request: Request) {
        let request = Arc::new(request);
        let begun = Begun { request: Arc::clone(&request), at: unix_ms(), since: Instant::now() };
        let client = self.client.clone();
        let task = self.tasks.spawn(async move { client.send(&request).await });
        self.begun.insert(task.id(), begun);
    }

    /// Requests under way.
    pub(crate) fn count(&self) -> usize {
        self.begun.len()
    }

    /// Requests under way by webhook, in the order of the ids.
    pub(crate) fn busy(&self) -> Vec<InFlight> {
        let mut counts = BTreeMap::<&str, u32>::new();
        for begun in self.begun.values() {
            *counts.entry(&begun.request.webhook_id).or_default() += 1;
        }
        counts
            .into_iter()
            .map(|(webhook_id, requests)| InFlight { webhook_id: webhook_id.to_owned(), requests })
            .collect()
    }

    /// Wait for the next to finish. None at once when nothing is under way.
    pub(crate) async fn next(&mut self) -> Option<Sent> {
        let ended = self.tasks.join_next_with_id().await?;
        self.take(ended)
    }

    /// One that has finished already.
    pub(crate) fn try_next(&mut self) -> Option<Sent> {
        let ended = self.tasks.try_join_next_with_id()?;
        self.take(ended)
    }

    /// End all of them now. Whether a receiver saw them is not known, so they count as attempts.
    pub(crate) fn cut_off(&mut self) -> Vec<Sent> {
        let mut sent: Vec<_> = std::iter::from_fn(|| self.try_next()).collect();
        self.tasks = JoinSet::new();
        let cut = self
            .begun
            .drain()
            .map(|(_, begun)| begun.failed(FailureKind::Timeout, "the host stopped before the answer was complete"));
        sent.extend(cut);
        sent
    }

    fn take(&mut self, ended: Result<(Id, Settlement), JoinError>) -> Option<Sent> {
        let (id, settlement) = match ended {
            Ok((id, settlement)) => (id, Some(settlement)),
            Err(error) => (error.id(), None),
        };
        let begun = self.begun.remove(&id)?;
        Some(match settlement {
            Some(settlement) => Sent { request: begun.request, settlement },
            None => begun.failed(FailureKind::Protocol, "the HTTP client panicked"),
        })
    }
}

impl Begun {
    fn failed(self, kind: FailureKind, message: &str) -> Sent {
        let outcome = Outcome::Failure(Failure::new(kind, message));
        let mut settlement = self.request.settled_as(outcome, self.at, self.since.elapsed());
        settlement.request_headers.clone_from(&self.request.headers);
        Sent { request: self.request, settlement }
    }
}
