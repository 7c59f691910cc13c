//! One installation of Hookwright for one test: a database file of its own, a clock that stands still, and a subject.
//!
//! Decides that every statement is recorded and that the invariants of the tables are checked when it goes; knows
//! nothing of what a test does with it.

mod steps;

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::Arc;

use hookwright_runtime::{Extensions, Hookwright, NoExtensions, Options};
use hookwright_storage::{Connect, Sqlite};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::component;
use crate::environment::{Clock, TestEnvironment};
use crate::invariants;
use crate::native::NativeHost;
use crate::recorder::Recorder;
use crate::subject::{Component, Subject, Watched};

pub use steps::{LEASE_MS, answered, event, failed, new_webhook, no_changes, settlement};

/// Which subject answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The core without WebAssembly.
    Native,
    /// The built component in the runtime.
    Component,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Native, Self::Component];
}

/// A database with a subject on it. It is itself the subject: call the component's functions on it.
pub struct Installation {
    /// The only clock.
    pub clock: Clock,
    /// What the first subject draws from and logs to.
    pub environment: Arc<TestEnvironment>,
    /// What all subjects have run.
    pub recorder: Recorder,
    subject: Watched,
    kind: Kind,
    config: Vec<(String, String)>,
    extensions: Arc<dyn Extensions>,
    folder: TempDir,
    subjects: u64,
}

impl Installation {
    /// An installation with default settings and all tables.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self::with_config(kind, &[])
    }

    /// An installation with these settings and all tables.
    #[must_use]
    pub fn with_config(kind: Kind, config: &[(&str, &str)]) -> Self {
        Self::empty(kind, config, Arc::new(NoExtensions)).migrated()
    }

    /// An installation with these extensions and all tables.
    #[must_use]
    pub fn with_extensions(kind: Kind, extensions: Arc<dyn Extensions>) -> Self {
        Self::empty(kind, &[], extensions).migrated()
    }

    /// An installation on an empty database.
    #[must_use]
    pub fn empty(kind: Kind, config: &[(&str, &str)], extensions: Arc<dyn Extensions>) -> Self {
        let clock = Clock::default();
        let mut config: Vec<_> = config.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        // Most tests count deliveries; those about pings turn them on.
        if config.iter().all(|(key, _)| key != "ping") {
            config.push(("ping".to_owned(), "false".to_owned()));
        }
        let environment = Arc::new(TestEnvironment::new(clock.clone(), 1));
        let folder = tempfile::tempdir().expect("a folder for the test's database");
        let recorder = Recorder::default();
        let connect = recorder.watch(Arc::new(Sqlite::open(folder.path().join(DATABASE))));
        let options = options(&config, &environment, &extensions);
        let subject = Watched::new(subject(kind, connect, options), recorder.clone());
        Self { clock, environment, recorder, subject, kind, config, extensions, folder, subjects: 1 }
    }

    fn migrated(mut self) -> Self {
        self.migrate().expect("an empty database takes the tables");
        self.recorder.take();
        self
    }

    /// Which subject answers.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The database file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(DATABASE)
    }

    /// The database as the host opens it, recorded.
    #[must_use]
    pub fn connect(&self) -> Arc<dyn Connect> {
        self.recorder.watch(Arc::new(Sqlite::open(self.path())))
    }

    /// What a host of this installation is started with; its random bytes are its own.
    #[must_use]
    pub fn options(&mut self) -> Options {
        self.subjects += 1;
        let environment = Arc::new(TestEnvironment::new(self.clock.clone(), self.subjects));
        options(&self.config, &environment, &self.extensions)
    }

    /// A second process on the same database, under the same clock.
    #[must_use]
    pub fn another(&mut self) -> Watched {
        let options = self.options();
        Watched::new(subject(self.kind, self.connect(), options), self.recorder.clone())
    }

    /// Ends the process and starts it again.
    pub fn restart(&mut self) {
        self.subject = self.another();
    }

    /// The component in a host on this database, whatever the kind.
    #[must_use]
    pub fn hookwright(&mut self) -> Hookwright {
        let options = self.options();
        component::start(self.connect(), options)
    }

    /// A connection to look at the tables, or to harm them.
    #[must_use]
    pub fn database(&self) -> Connection {
        let database = Connection::open(self.path()).expect("the test's database opens");
        database.busy_timeout(std::time::Duration::from_secs(5)).expect("a busy time-out can be set");
        database
    }

    /// The single number that a query gives.
    #[must_use]
    pub fn number(&self, query: &str) -> i64 {
        self.database().query_row(query, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{query}: {error}"))
    }
}

impl Deref for Installation {
    type Target = Watched;

    fn deref(&self) -> &Watched {
        &self.subject
    }
}

impl DerefMut for Installation {
    fn deref_mut(&mut self) -> &mut Watched {
        &mut self.subject
    }
}

impl std::fmt::Debug for Installation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Installation").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        // A test that fails has said why; and one that passes has left nothing without a future.
        if !std::thread::panicking() && self.path().exists() {
            let broken = invariants::broken(&self.database()).expect("the invariants can be checked");
            assert!(broken.is_empty(), "{}", broken.join("\n"));
        }
    }
}

const DATABASE: &str = "hooks.db";

fn subject(kind: Kind, connect: Arc<dyn Connect>, options: Options) -> Box<dyn Subject + Send> {
    match kind {
        Kind::Native => {
            let host = NativeHost::start(connect.as_ref(), options);
            Box::new(host.unwrap_or_else(|error| panic!("the native host does not start: {error}")))
        }
        Kind::Component => Box::new(Component(component::start(connect, options))),
    }
}

fn options(
    config: &[(String, String)],
    environment: &Arc<TestEnvironment>,
    extensions: &Arc<dyn Extensions>,
) -> Options {
    Options {
        config: config.to_vec(),
        environment: Arc::clone(environment) as _,
        extensions: Arc::clone(extensions),
        ..Options::default()
    }
}
