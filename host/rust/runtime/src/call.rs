//! Decides how a caller waits for an answer: as a future, or by blocking its thread.
//!
//! Knows nothing of who answers.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use crate::call_error::CallError;

/// A call of the core that is under way: `.await` it, or [`Call::wait`] for it.
///
/// It was queued when it was made, and is carried out even if this is dropped.
#[must_use = "the call is under way, but only this tells whether it succeeded"]
pub struct Call<T> {
    answer: oneshot::Receiver<Result<T, CallError>>,
}

impl<T> Call<T> {
    /// Blocks the thread until the answer is there.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    ///
    /// # Panics
    ///
    /// On a thread that drives asynchronous tasks, which would stand still meanwhile: `.await` there.
    pub fn wait(mut self) -> Result<T, CallError> {
        // A call made under another is answered already, and may be on any thread.
        match self.answer.try_recv() {
            Ok(result) => result,
            Err(oneshot::error::TryRecvError::Closed) => Err(CallError::Stopped),
            Err(oneshot::error::TryRecvError::Empty) => self.answer.blocking_recv().unwrap_or(Err(CallError::Stopped)),
        }
    }

    /// A call, and the place for its answer.
    pub(crate) fn pending() -> (Reply<T>, Self) {
        let (reply, answer) = oneshot::channel();
        (Reply(reply), Self { answer })
    }

    pub(crate) fn answered(result: Result<T, CallError>) -> Self {
        let (reply, call) = Self::pending();
        reply.give(result);
        call
    }
}

impl<T> Future for Call<T> {
    type Output = Result<T, CallError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.answer).poll(context).map(|answer| answer.unwrap_or(Err(CallError::Stopped)))
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}

/// Where one caller's answer goes. Dropped without one, the caller gets [`CallError::Stopped`].
pub(crate) struct Reply<T>(oneshot::Sender<Result<T, CallError>>);

impl<T> Reply<T> {
    /// Gives the answer. A caller that has gone away does not hear it.
    pub(crate) fn give(self, result: Result<T, CallError>) {
        let _ = self.0.send(result);
    }
}
