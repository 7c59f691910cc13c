//! Decides on which connection, and on which thread, an instance's SQL runs.
//!
//! Knows neither the SQL nor WebAssembly.

use std::fmt;
use std::sync::{Arc, mpsc};

use hookwright_storage::{Connect, Dialect, Executor, Mode, ResultSet, Statement, StorageError};

use crate::extensions::{DeliveryContext, EventContext, ExtensionTopic, Extensions, Interest};

/// Where an instance's SQL goes.
pub(crate) enum Database {
    /// A connection of its own, opened when it is first needed.
    Own { connect: Arc<dyn Connect>, executor: Option<Box<dyn Executor + Send>> },
    /// The application's connection, which stays on the application's thread.
    Borrowed(Errands),
}

impl Database {
    pub(crate) fn own(connect: Arc<dyn Connect>) -> Self {
        Self::Own { connect, executor: None }
    }

    /// The same database, not connected yet.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Own { connect, .. } => Self::own(Arc::clone(connect)),
            Self::Borrowed(errands) => Self::Borrowed(errands.clone()),
        }
    }

    pub(crate) fn dialect(&mut self) -> Result<Dialect, StorageError> {
        self.with(|executor| Ok(executor.dialect()))
    }

    pub(crate) fn execute(&mut self, mode: Mode, statements: Vec<Statement>) -> Result<Vec<ResultSet>, StorageError> {
        let result = self.with(move |executor| executor.execute(mode, &statements));
        if matches!(result, Err(StorageError::Unavailable(_))) {
            // The connection may be dead. The next batch opens another; this one is not repeated, because a commit
            // whose answer was lost would then happen twice.
            self.forget();
        }
        result
    }

    /// Closes the connection; the next batch opens another.
    pub(crate) fn forget(&mut self) {
        if let Self::Own { executor, .. } = self {
            *executor = None;
        }
    }

    fn with<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut dyn Executor) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        match self {
            Self::Own { connect, executor } => {
                let executor = match executor {
                    Some(executor) => executor,
                    None => executor.insert(connect.connect()?),
                };
                work(executor.as_mut())
            }
            Self::Borrowed(errands) => errands
                .run(work)
                .unwrap_or_else(|| Err(StorageError::TransactionLost("the application's thread broke off".to_owned()))),
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Own { executor: Some(_), .. } => "Database::Own (open)",
            Self::Own { executor: None, .. } => "Database::Own (closed)",
            Self::Borrowed(_) => "Database::Borrowed",
        })
    }
}

/// Work for the thread that holds the application's connection.
pub(crate) type Errand = Box<dyn FnOnce(&mut dyn Executor) + Send>;

/// The way to that thread.
#[derive(Clone)]
pub(crate) struct Errands(mpsc::Sender<Errand>);

impl Errands {
    pub(crate) fn new(sender: mpsc::Sender<Errand>) -> Self {
        Self(sender)
    }

    /// Has the errand run there and waits for what it gives. None: that thread no longer serves, because it panicked.
    fn run<T: Send + 'static>(&self, errand: impl FnOnce(&mut dyn Executor) -> T + Send + 'static) -> Option<T> {
        let (reply, answer) = mpsc::sync_channel(1);
        let errand = move |executor: &mut dyn Executor| {
            let _ = reply.send(errand(executor));
        };
        self.0.send(Box::new(errand)).ok()?;
        answer.recv().ok()
    }
}

/// Extensions that are called on the application's thread, where a callback finds the application's own state.
///
/// The answers given when that thread has broken off are never seen: it is unwinding, and so is the call.
pub(crate) struct ExtensionsOverThere {
    pub(crate) errands: Errands,
    pub(crate) extensions: Arc<dyn Extensions>,
}

impl Extensions for ExtensionsOverThere {
    fn topics(&self) -> Vec<ExtensionTopic> {
        let extensions = Arc::clone(&self.extensions);
        self.errands.run(move |_| extensions.topics()).unwrap_or_default()
    }

    fn interests(&self) -> Vec<Interest> {
        let extensions = Arc::clone(&self.extensions);
        self.errands.run(move |_| extensions.interests()).unwrap_or_default()
    }

    fn build_data(&self, event: &EventContext, data: String) -> Result<String, String> {
        let (extensions, event) = (Arc::clone(&self.extensions), event.clone());
        self.errands.run(move |_| extensions.build_data(&event, data)).unwrap_or_else(broke_off)
    }

    fn filter_data(&self, event: &EventContext, data: String) -> Result<String, String> {
        let (extensions, event) = (Arc::clone(&self.extensions), event.clone());
        self.errands.run(move |_| extensions.filter_data(&event, data)).unwrap_or_else(broke_off)
    }

    fn should_deliver(&self, event: &EventContext, webhook_id: &str, data: &str) -> Result<bool, String> {
        let (extensions, event) = (Arc::clone(&self.extensions), event.clone());
        let (webhook_id, data) = (webhook_id.to_owned(), data.to_owned());
        self.errands.run(move |_| extensions.should_deliver(&event, &webhook_id, &data)).unwrap_or_else(broke_off)
    }

    fn filter_request(
        &self,
        delivery: &DeliveryContext,
        headers: &[(String, String)],
    ) -> Result<Vec<(String, String)>, String> {
        let (extensions, delivery, headers) = (Arc::clone(&self.extensions), delivery.clone(), headers.to_vec());
        self.errands.run(move |_| extensions.filter_request(&delivery, &headers)).unwrap_or_else(broke_off)
    }

    fn after_delivery(&self, delivery: &DeliveryContext, outcome: &str) -> Result<(), String> {
        let (extensions, delivery, outcome) = (Arc::clone(&self.extensions), delivery.clone(), outcome.to_owned());
        self.errands.run(move |_| extensions.after_delivery(&delivery, &outcome)).unwrap_or_else(broke_off)
    }
}

fn broke_off<T>() -> Result<T, String> {
    Err("the application's thread broke off".to_owned())
}
