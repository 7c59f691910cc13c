//! Decides which instance serves which call: one thread publishes, one dispatches, one does everything else.
//!
//! So a long list never delays a publish, and a slow publish never delays a delivery. Knows neither databases nor
//! HTTP; both come from outside.

use std::fmt;
use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;

use hookwright_storage::{Connect, Executor};

use crate::api::Api;
use crate::call::Call;
use crate::call_error::CallError;
use crate::component::Component;
use crate::depth;
use crate::environment::{Environment, SystemEnvironment};
use crate::events::Event;
use crate::extensions::{Extensions, NoExtensions};
use crate::group::{self, Part, Receipts};
use crate::imports::Surroundings;
use crate::joined;
use crate::owner::{self, Job, OwnerThread};
use crate::seat::{Parts, Seat};

/// What a host gives the core besides a database.
pub struct Options {
    /// The installation's settings, key and value; wit/README.md lists them. Default: none.
    pub config: Vec<(String, String)>,
    /// Clock, randomness and log. Default: the system's.
    pub environment: Arc<dyn Environment>,
    /// Plugins and callbacks. Default: none.
    pub extensions: Arc<dyn Extensions>,
    /// How long the core may compute between two calls of the host. Default: 10 s.
    pub call_deadline: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            config: Vec::new(),
            environment: Arc::new(SystemEnvironment),
            extensions: Arc::new(NoExtensions),
            call_deadline: Duration::from_secs(10),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values may hold a key.
        let keys: Vec<_> = self.config.iter().map(|(key, _)| key).collect();
        f.debug_struct("Options")
            .field("config", &keys)
            .field("call_deadline", &self.call_deadline)
            .finish_non_exhaustive()
    }
}

/// A running core. Clones share it; it stops when the last is dropped, after the calls that were made.
///
/// Its functions are those that wit/webhooks exports; the WIT says what each means and when it fails. Each gives a
/// [`Call`]: `.await` it, or [`Call::wait`] for it. Dropping the last handle waits for calls under way, so in an
/// asynchronous program let it happen after the runtime's work is done.
#[derive(Clone)]
pub struct Hookwright {
    running: Arc<Running>,
}

/// A handle that does not keep the core running, for an extension that calls it.
#[derive(Clone)]
pub struct WeakHookwright {
    running: Weak<Running>,
}

const _: fn() = || {
    fn shared_by_threads<T: Clone + Send + Sync + 'static>() {}
    shared_by_threads::<Hookwright>();
};

struct Running {
    parts: Arc<Parts>,
    publish: OwnerThread<Part>,
    dispatch: OwnerThread<Job>,
    general: OwnerThread<Job>,
}

impl Hookwright {
    /// Starts the threads. Instances and connections are made when they are first needed.
    ///
    /// # Errors
    ///
    /// [`CallError::Host`] when the system gives no threads.
    pub fn start(component: Component, connect: Arc<dyn Connect>, options: Options) -> Result<Self, CallError> {
        let Options { config, environment, extensions, call_deadline } = options;
        let surroundings = Surroundings { environment, extensions, config: config.into() };
        let parts = Arc::new(Parts { component, connect, surroundings, call_deadline });
        Running::start(parts)
            .map(|running| Self { running: Arc::new(running) })
            .map_err(|error| CallError::Host { part: "threads", message: error.to_string() })
    }

    /// Calls the core inside an application's open transaction, on the application's connection: what `work` publishes
    /// or changes commits, or not, with the application's own rows.
    ///
    /// The call is never queued. `work` runs on a helper thread; the SQL, and callbacks of the extensions, run on this
    /// one, which blocks meanwhile.
    ///
    /// # Errors
    ///
    /// What `work` returns, and [`CallError::TooDeep`] or [`CallError::Host`] before it has run. On
    /// [`StorageError::TransactionLost`](crate::types::StorageError::TransactionLost) and `TransactionMustRestart`
    /// the application must give up its transaction.
    ///
    /// # Panics
    ///
    /// When `executor`, an extension or `work` panics, with the same panic.
    pub fn joined<T: Send>(
        &self,
        executor: &mut dyn Executor,
        work: impl FnOnce(&mut Api<'_>) -> Result<T, CallError> + Send,
    ) -> Result<T, CallError> {
        joined::run(&self.running.parts, executor, work)
    }

    /// A handle that does not keep the core running.
    #[must_use]
    pub fn downgrade(&self) -> WeakHookwright {
        WeakHookwright { running: Arc::downgrade(&self.running) }
    }

    pub(crate) fn component(&self) -> &Component {
        &self.running.parts.component
    }

    /// Queues a publish for the publisher.
    pub(crate) fn publishing(&self, events: Vec<Event>) -> Call<Receipts> {
        if depth::current() > 0 {
            return self.at_once(|api| api.publish(&events));
        }
        let (reply, call) = Call::pending();
        self.running.publish.send(Part { events, reply });
        call
    }

    /// Queues work that leases deliveries or records outcomes.
    pub(crate) fn dispatching<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Api<'_>) -> Result<T, CallError> + Send + 'static,
    ) -> Call<T> {
        self.queue(&self.running.dispatch, work)
    }

    /// Queues any other work.
    pub(crate) fn general<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Api<'_>) -> Result<T, CallError> + Send + 'static,
    ) -> Call<T> {
        self.queue(&self.running.general, work)
    }

    fn queue<T: Send + 'static>(
        &self,
        duty: &OwnerThread<Job>,
        work: impl FnOnce(&mut Api<'_>) -> Result<T, CallError> + Send + 'static,
    ) -> Call<T> {
        if depth::current() > 0 {
            return self.at_once(work);
        }
        let (reply, call) = Call::pending();
        duty.send(Box::new(move |seat| reply.give(work(&mut Api::new(seat)))));
        call
    }

    /// Answers on this thread and with an instance of its own, because the core is on this thread's stack: an owner
    /// thread may be waiting for this very call.
    fn at_once<T>(&self, work: impl FnOnce(&mut Api<'_>) -> Result<T, CallError>) -> Call<T> {
        Call::answered(work(&mut Api::new(&mut Seat::new(&self.running.parts))))
    }
}

impl fmt::Debug for Hookwright {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hookwright").field("component", &self.running.parts.component).finish_non_exhaustive()
    }
}

impl WeakHookwright {
    /// The running core, if it still runs.
    #[must_use]
    pub fn upgrade(&self) -> Option<Hookwright> {
        self.running.upgrade().map(|running| Hookwright { running })
    }
}

impl fmt::Debug for WeakHookwright {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakHookwright").finish_non_exhaustive()
    }
}

impl Running {
    fn start(parts: Arc<Parts>) -> io::Result<Self> {
        let for_publish = Arc::clone(&parts);
        let publish = OwnerThread::start("hookwright-publish", move |queue| {
            group::serve(Seat::new(&for_publish), &queue);
        })?;
        let dispatch = Self::owner("hookwright-dispatch", &parts)?;
        let general = Self::owner("hookwright-general", &parts)?;
        Ok(Self { parts, publish, dispatch, general })
    }

    fn owner(name: &str, parts: &Arc<Parts>) -> io::Result<OwnerThread<Job>> {
        let parts = Arc::clone(parts);
        OwnerThread::start(name, move |jobs| owner::serve(Seat::new(&parts), &jobs))
    }
}
