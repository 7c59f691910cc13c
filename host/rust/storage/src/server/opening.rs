//! Opening a connection in bounded time.
//!
//! Decides what becomes of an attempt that a server has left without an answer: a driver bounds the TCP connection
//! only, and its call cannot be ended. So it runs on a thread of its own; what it gets in the end is for whoever tries
//! again. Refuses to know how either server is spoken to.

use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::StorageError;

/// So many attempts may be left under way; then the oldest is waited for instead.
const MOST: usize = 4;

type Attempt<L> = Receiver<Result<L, StorageError>>;

/// Attempts to connect to one server. Clones share those that are under way.
#[derive(Debug)]
pub(crate) struct Opening<L>(Arc<Mutex<Vec<Attempt<L>>>>);

impl<L> Default for Opening<L> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<L> Clone for Opening<L> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<L: Send + 'static> Opening<L> {
    /// What `open` gives, or an attempt before it. `name` is the database's.
    ///
    /// # Errors
    ///
    /// Those of `open`; [`StorageError::Unavailable`] after `wait`.
    pub(crate) fn within(
        &self,
        wait: Duration,
        name: &str,
        open: impl FnOnce() -> Result<L, StorageError> + Send + 'static,
    ) -> Result<L, StorageError> {
        let attempt = {
            let mut under_way = self.under_way();
            let mut place = 0;
            while let Some(attempt) = under_way.get(place) {
                match attempt.try_recv() {
                    Err(TryRecvError::Empty) => place += 1,
                    Ok(Err(_)) | Err(TryRecvError::Disconnected) => drop(under_way.remove(place)),
                    Ok(Ok(link)) => {
                        under_way.remove(place);
                        return Ok(link);
                    }
                }
            }
            if under_way.len() < MOST { begin(open, name)? } else { under_way.remove(0) }
        };
        match attempt.recv_timeout(wait) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Disconnected) => Err(unanswered(name, wait)),
            Err(RecvTimeoutError::Timeout) => {
                self.under_way().push(attempt);
                Err(unanswered(name, wait))
            }
        }
    }

    fn under_way(&self) -> MutexGuard<'_, Vec<Attempt<L>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn begin<L: Send + 'static>(
    open: impl FnOnce() -> Result<L, StorageError> + Send + 'static,
    name: &str,
) -> Result<Attempt<L>, StorageError> {
    let (told, attempt) = sync_channel(1);
    let thread = std::thread::Builder::new().name("hookwright-connect".to_owned());
    // Nobody may wait any more.
    let begun = thread.spawn(move || drop(told.send(open())));
    begun
        .map_err(|error| StorageError::Unavailable(format!("{name} cannot be reached: no thread starts ({error})")))?;
    Ok(attempt)
}

fn unanswered(name: &str, wait: Duration) -> StorageError {
    StorageError::Unavailable(format!(
        "{name} cannot be reached (no answer for {} s); check that the server runs, and host and port in the URL",
        wait.as_secs()
    ))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    const SOON: Duration = Duration::from_millis(5);
    const LATE: Duration = Duration::from_secs(30);

    #[test]
    fn attempts_without_an_answer_do_not_pile_up_and_are_used_when_they_have_one() {
        let (opening, begun): (Opening<u32>, _) = (Opening::default(), Arc::new(AtomicUsize::new(0)));
        let mut servers: Vec<Sender<u32>> = Vec::new();
        let mut attempt = |wait| {
            let (server, answer) = channel();
            servers.push(server);
            let begun = Arc::clone(&begun);
            let outcome = opening.within(wait, "a database", move || {
                begun.fetch_add(1, Ordering::SeqCst);
                answer.recv().map_err(|_| StorageError::Unavailable("gone".to_owned()))
            });
            (outcome, servers.clone())
        };
        for _ in 0..MOST + 3 {
            let error = attempt(SOON).0.unwrap_err().to_string();
            assert!(error.contains("a database cannot be reached (no answer"), "{error}");
        }
        let (_, servers) = attempt(SOON);
        for server in &servers[..MOST] {
            server.send(7).unwrap();
        }
        assert_eq!(attempt(LATE).0, Ok(7));
        assert_eq!(begun.load(Ordering::SeqCst), MOST);
    }

    #[test]
    fn the_error_of_an_attempt_is_told() {
        let why = StorageError::Unavailable("no such host".to_owned());
        let outcome: Result<(), _> = Opening::default().within(LATE, "a database", {
            let why = why.clone();
            move || Err(why)
        });
        assert_eq!(outcome, Err(why));
    }
}
