//! A driver around a driver: records every batch, refuses those that break the storage contract, and lets a test do
//! something at the worst moment.
//!
//! Knows nothing of what the statements mean; `statement_rules.rs` judges them.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hookwright_storage::{Connect, Dialect, Executor, Mode, ResultSet, Statement, StorageError};

use crate::statement_rules;

/// What an installation's connections have run. Clones share the record.
#[derive(Clone, Default)]
pub struct Recorder(Arc<Mutex<Record>>);

#[derive(Default)]
struct Record {
    function: Option<&'static str>,
    batches: Vec<Batch>,
    plans: Vec<Plan>,
}

/// A batch that was run.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The function of the component that made it, where one subject alone was at work.
    pub function: Option<&'static str>,
    /// How it stood to a transaction.
    pub mode: Mode,
    /// The texts of its statements.
    pub statements: Vec<String>,
    /// Why it failed.
    pub error: Option<StorageError>,
}

/// Something that happens just before a batch is run.
struct Plan {
    mode: Mode,
    event: Box<dyn FnOnce() -> Result<(), StorageError> + Send>,
}

impl Recorder {
    /// The same database, with every connection recorded.
    #[must_use]
    pub fn watch(&self, connect: Arc<dyn Connect>) -> Arc<dyn Connect> {
        Arc::new(Watching { recorder: self.clone(), connect })
    }

    /// An executor, recorded.
    pub fn watch_executor<'a>(&self, executor: Box<dyn Executor + 'a>) -> Box<dyn Executor + 'a> {
        Box::new(Recorded { recorder: self.clone(), executor })
    }

    /// Until the guard is dropped, batches are those of this function.
    #[must_use]
    pub fn enter(&self, function: &'static str) -> Entered {
        let outer = self.record().function.replace(function);
        Entered { recorder: self.clone(), outer }
    }

    /// Runs `event` just before the next batch of this mode; an error is that batch's answer.
    pub fn before_next(&self, mode: Mode, event: impl FnOnce() -> Result<(), StorageError> + Send + 'static) {
        self.record().plans.push(Plan { mode, event: Box::new(event) });
    }

    /// Whether everything that was planned has happened.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.record().plans.is_empty()
    }

    /// The batches since the last call of this.
    pub fn take(&self) -> Vec<Batch> {
        std::mem::take(&mut self.record().batches)
    }

    /// How many batches have changed the database since the last [`Recorder::take`]: each is one commit.
    #[must_use]
    pub fn commits(&self) -> usize {
        self.record().batches.iter().filter(|batch| batch.mode != Mode::Read && batch.error.is_none()).count()
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(
        &self,
        mode: Mode,
        statements: &[Statement],
        executor: &mut dyn Executor,
    ) -> Result<Vec<ResultSet>, StorageError> {
        let function = self.record().function;
        if let Err(broken) = statement_rules::check(function, mode, statements) {
            panic!("the storage contract is broken: {broken}");
        }
        let plan = {
            let plans = &mut self.record().plans;
            plans.iter().position(|plan| plan.mode == mode).map(|place| plans.remove(place))
        };
        // The record is open meanwhile: what was planned may use the database itself.
        let result = plan.map_or(Ok(()), |plan| (plan.event)()).and_then(|()| executor.execute(mode, statements));
        let statements = statements.iter().map(|statement| statement.sql.clone()).collect();
        self.record().batches.push(Batch { function, mode, statements, error: result.as_ref().err().cloned() });
        result
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("batches", &self.record().batches.len()).finish_non_exhaustive()
    }
}

/// While this lives, batches bear the name of a function.
#[derive(Debug)]
pub struct Entered {
    recorder: Recorder,
    outer: Option<&'static str>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.recorder.record().function = self.outer;
    }
}

struct Watching {
    recorder: Recorder,
    connect: Arc<dyn Connect>,
}

impl Connect for Watching {
    fn connect(&self) -> Result<Box<dyn Executor + Send>, StorageError> {
        Ok(Box::new(Recorded { recorder: self.recorder.clone(), executor: self.connect.connect()? }))
    }
}

/// `E` is a boxed executor, with or without `Send`.
struct Recorded<E> {
    recorder: Recorder,
    executor: E,
}

macro_rules! recorded {
    ($($boxed:ty),+) => {
        $(impl Executor for Recorded<$boxed> {
            fn dialect(&self) -> Dialect {
                self.executor.dialect()
            }

            fn execute(&mut self, mode: Mode, statements: &[Statement]) -> Result<Vec<ResultSet>, StorageError> {
                self.recorder.run(mode, statements, self.executor.as_mut())
            }
        })+
    };
}

recorded!(Box<dyn Executor + Send>, Box<dyn Executor + '_>);
