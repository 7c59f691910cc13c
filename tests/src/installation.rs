//! One installation of Hookwright for one test: a database of its own, a clock that stands still, and a subject.
//!
//! Decides that every statement is recorded and that the invariants of the tables are checked when it goes; knows
//! nothing of what a test does with it.

mod steps;

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::Arc;

use hookwright_runtime::{Extensions, Hookwright, NoExtensions, Options};
use hookwright_storage::Connect;
use hookwright_test_servers::Brand;
use rusqlite::Connection;

use crate::component;
use crate::database::Database;
use crate::environment::{Clock, TestEnvironment};
use crate::invariants;
use crate::native::NativeHost;
use crate::recorder::Recorder;
use crate::subject::{Component, Subject, Watched};

pub use steps::{LEASE_MS, answered, event, failed, new_webhook, no_changes, settlement};

/// Which subject answers, on which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The core without WebAssembly, on SQLite.
    Native,
    /// The built component in the runtime, on SQLite.
    Component,
    /// The core without WebAssembly, on PostgreSQL.
    Postgres,
    /// The core without WebAssembly, on MariaDB.
    Mariadb,
}

impl Kind {
    /// Both subjects, on SQLite.
    pub const ALL: [Self; 2] = [Self::Native, Self::Component];

    /// The server that it needs.
    #[must_use]
    pub fn server(self) -> Option<Brand> {
        match self {
            Self::Native | Self::Component => None,
            Self::Postgres => Some(Brand::Postgres),
            Self::Mariadb => Some(Brand::Mariadb),
        }
    }

    /// Runs a test where this machine has the server that it needs; else it has been told.
    pub fn run(self, body: impl FnOnce(Self)) {
        if self.server().is_none_or(|brand| hookwright_test_servers::shared(brand).is_some()) {
            body(self);
        }
    }
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
    store: Database,
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
        Self::on(Database::prepared(kind), kind, config, Arc::new(NoExtensions)).migrated()
    }

    /// An installation with these extensions and all tables.
    #[must_use]
    pub fn with_extensions(kind: Kind, extensions: Arc<dyn Extensions>) -> Self {
        Self::on(Database::prepared(kind), kind, &[], extensions).migrated()
    }

    /// An installation on an empty database.
    #[must_use]
    pub fn empty(kind: Kind, config: &[(&str, &str)], extensions: Arc<dyn Extensions>) -> Self {
        Self::on(Database::empty(kind), kind, config, extensions)
    }

    fn on(store: Database, kind: Kind, config: &[(&str, &str)], extensions: Arc<dyn Extensions>) -> Self {
        let clock = Clock::default();
        let mut config: Vec<_> = config.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        // Most tests count deliveries; those about pings turn them on.
        if config.iter().all(|(key, _)| key != "ping") {
            config.push(("ping".to_owned(), "false".to_owned()));
        }
        let environment = Arc::new(TestEnvironment::new(clock.clone(), 1));
        let recorder = Recorder::default();
        let connect = recorder.watch(store.connect());
        let options = options(&config, &environment, &extensions);
        let subject = Watched::new(subject(kind, connect, options), recorder.clone());
        Self { clock, environment, recorder, subject, kind, config, extensions, store, subjects: 1 }
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

    /// The SQLite file.
    ///
    /// # Panics
    ///
    /// On a server.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.store.path()
    }

    /// Where the tables lie.
    #[must_use]
    pub fn store(&self) -> &Database {
        &self.store
    }

    /// The database as the host opens it, recorded.
    #[must_use]
    pub fn connect(&self) -> Arc<dyn Connect> {
        self.recorder.watch(self.store.connect())
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

    /// A connection to look at the tables, or to harm them, on SQLite.
    ///
    /// # Panics
    ///
    /// On a server.
    #[must_use]
    pub fn database(&self) -> Connection {
        let database = Connection::open(self.path()).expect("the test's database opens");
        database.busy_timeout(std::time::Duration::from_secs(5)).expect("a busy time-out can be set");
        database
    }

    /// The single number that a query gives.
    #[must_use]
    pub fn number(&self, query: &str) -> i64 {
        self.store.number(query)
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
        if !std::thread::panicking() {
            let broken = invariants::broken(&self.store);
            assert!(broken.is_empty(), "{}", broken.join("\n"));
            self.store.give_back();
        }
    }
}

fn subject(kind: Kind, connect: Arc<dyn Connect>, options: Options) -> Box<dyn Subject + Send> {
    match kind {
        Kind::Native | Kind::Postgres | Kind::Mariadb => {
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
