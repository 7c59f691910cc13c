//! Decides how callers on any thread share an instance that serves one call at a time: it belongs to a thread, to
//! which they send their work.
//!
//! Knows nothing of the work.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use crate::seat::Seat;

/// Room for calls that nest, each with up to 512 KiB of the core's frames, and the host's under them.
pub(crate) const STACK_BYTES: usize = 4 << 20;

/// A piece of work for the instance.
pub(crate) type Job = Box<dyn FnOnce(&mut Seat) + Send>;

/// A thread that works off a queue. Dropping this lets it finish the queue, and waits until it has ended.
#[derive(Debug)]
pub(crate) struct OwnerThread<W> {
    queue: Option<Sender<W>>,
    thread: Option<JoinHandle<()>>,
}

impl<W: Send + 'static> OwnerThread<W> {
    /// # Errors
    ///
    /// When the system gives no thread.
    pub(crate) fn start(name: &str, serve: impl FnOnce(Receiver<W>) + Send + 'static) -> io::Result<Self> {
        let (queue, work) = mpsc::channel();
        let thread = thread::Builder::new().name(name.to_owned()).stack_size(STACK_BYTES).spawn(|| serve(work))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Queues a piece of work. If the thread has ended, the work is dropped, and with it its reply.
    pub(crate) fn send(&self, work: W) {
        if let Some(queue) = &self.queue {
            let _ = queue.send(work);
        }
    }
}

impl<W> Drop for OwnerThread<W> {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A callback on this very thread may have held the last handle; the thread then ends by itself.
            if thread.thread().id() != thread::current().id() {
                // `guarded` lets no panic out.
                let _ = thread.join();
            }
        }
    }
}

/// Works off jobs until nobody can send any more.
pub(crate) fn serve(mut seat: Seat, jobs: &Receiver<Job>) {
    for job in jobs {
        guarded(|| job(&mut seat));
    }
}

/// Runs a piece of work whose panic, a bug of this crate or of wasmtime, must cost one caller and not the thread.
pub(crate) fn guarded(work: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(work)).is_err() {
        tracing::error!("a call of the core panicked in the host; its instance is replaced");
    }
}
