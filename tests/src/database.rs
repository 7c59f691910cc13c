//! Where an installation's tables lie: a SQLite file, or a database on a throw-away server.
//!
//! Decides that a server's databases are used again, emptied, because making their tables is most of the time of a
//! short test. Knows the tables' names; knows nothing of what stands in them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use hookwright_runtime::Options;
use hookwright_storage::{
    ColumnType, Connect, Executor, Mode, Mysql, Postgres, ResultSet, Sqlite, Statement, StorageError, Value,
};
use hookwright_test_servers::{Brand, shared};
use tempfile::TempDir;

use crate::installation::Kind;
use crate::native::NativeHost;

/// All tables but the one of the schema's version.
const TABLES: [&str; 12] = [
    "webhooks",
    "subscriptions",
    "deleted_webhooks",
    "topics",
    "topic_settings",
    "plugins",
    "account_limits",
    "recent_events",
    "events",
    "payloads",
    "deliveries",
    "attempts",
];

/// Databases with tables that nobody uses now.
static FREE: Mutex<Vec<(Brand, String)>> = Mutex::new(Vec::new());

/// A database.
pub struct Database {
    place: Place,
    /// Its tables are in order, so it may be used again.
    prepared: bool,
    /// A server's connection for looking at the tables.
    looking: Mutex<Option<Box<dyn Executor + Send>>>,
}

#[derive(Debug)]
enum Place {
    File(TempDir),
    Server(Brand, String),
}

impl Database {
    /// Without tables.
    ///
    /// # Panics
    ///
    /// When there is no such server; [`Kind::run`] asks first.
    #[must_use]
    pub fn empty(kind: Kind) -> Self {
        let place = match kind.server() {
            None => Place::File(tempfile::tempdir().expect("a folder for the test's database")),
            Some(brand) => Place::Server(brand, shared(brand).expect("a server was asked for").database().url),
        };
        Self { place, prepared: false, looking: Mutex::default() }
    }

    /// On a server with empty tables; a file without any.
    ///
    /// # Panics
    ///
    /// As [`Database::empty`].
    #[must_use]
    pub fn prepared(kind: Kind) -> Self {
        let Some(brand) = kind.server() else { return Self::empty(kind) };
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        let place = free.iter().position(|(of, _)| *of == brand).map(|place| free.swap_remove(place));
        drop(free);
        match place {
            Some((brand, url)) => Self { place: Place::Server(brand, url), prepared: true, looking: Mutex::default() },
            None => {
                let database = Self { prepared: true, ..Self::empty(kind) };
                let mut host =
                    NativeHost::start(database.connect().as_ref(), Options::default()).expect("the server answers");
                host.call(|call| call.migrate()).expect("an empty database takes the tables");
                database.clear();
                database
            }
        }
    }

    /// The same database by another connection, to look at it from another thread.
    ///
    /// # Panics
    ///
    /// On SQLite.
    #[must_use]
    pub fn beside(&self) -> Self {
        match &self.place {
            Place::File(_) => panic!("this test needs a server"),
            Place::Server(brand, url) => {
                Self { place: Place::Server(*brand, url.clone()), prepared: false, looking: Mutex::default() }
            }
        }
    }

    /// For other tests, when this one has passed.
    pub fn give_back(&self) {
        if let Place::Server(brand, url) = &self.place
            && self.prepared
        {
            self.clear();
            FREE.lock().unwrap_or_else(PoisonError::into_inner).push((*brand, url.clone()));
        }
    }

    /// The database as a host opens it.
    ///
    /// # Panics
    ///
    /// When the server's URL is refused.
    #[must_use]
    pub fn connect(&self) -> Arc<dyn Connect> {
        match &self.place {
            Place::File(_) => Arc::new(Sqlite::open(self.path())),
            Place::Server(Brand::Postgres, url) => Arc::new(Postgres::at(url).expect("a URL")),
            Place::Server(Brand::Mariadb, url) => Arc::new(Mysql::at(url).expect("a URL")),
        }
    }

    /// The file.
    ///
    /// # Panics
    ///
    /// On a server.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        match &self.place {
            Place::File(folder) => folder.path().join("hooks.db"),
            Place::Server(..) => panic!("this test looks at a SQLite file"),
        }
    }

    /// The URL.
    ///
    /// # Panics
    ///
    /// On SQLite.
    #[must_use]
    pub fn url(&self) -> &str {
        match &self.place {
            Place::File(_) => panic!("this test needs a server"),
            Place::Server(_, url) => url,
        }
    }

    /// Whether there are tables.
    #[must_use]
    pub fn has_tables(&self) -> bool {
        let is_there = match &self.place {
            Place::File(_) => self.path().exists(),
            Place::Server(..) => true,
        };
        is_there && self.run(Mode::Read, "SELECT COUNT(*) FROM hookwright_deliveries", &[ColumnType::Integer]).is_ok()
    }

    /// The texts that a query gives, one in a row.
    ///
    /// # Panics
    ///
    /// When the query fails.
    #[must_use]
    pub fn texts(&self, query: &str) -> Vec<String> {
        let result = self.run(Mode::Read, query, &[ColumnType::Text]).unwrap_or_else(|why| panic!("{query}: {why}"));
        let text = |value| match value {
            Value::Text(text) => text,
            other => panic!("{query}: {other:?}"),
        };
        result.values.into_iter().map(text).collect()
    }

    /// The one number that a query gives.
    ///
    /// # Panics
    ///
    /// When it gives none.
    #[must_use]
    pub fn number(&self, query: &str) -> i64 {
        // A server's sums are no integers.
        let sql = match &self.place {
            Place::File(_) => query.to_owned(),
            Place::Server(Brand::Postgres, _) => format!("SELECT CAST(({query}) AS BIGINT)"),
            Place::Server(Brand::Mariadb, _) => format!("SELECT CAST(({query}) AS SIGNED)"),
        };
        let result = self.run(Mode::Read, &sql, &[ColumnType::Integer]);
        let result = result.unwrap_or_else(|why| panic!("{query}: {why}"));
        match result.values.as_slice() {
            [Value::Integer(number)] => *number,
            other => panic!("{query}: {other:?}"),
        }
    }

    /// Changes rows behind the core's back.
    ///
    /// # Panics
    ///
    /// When it fails.
    pub fn change(&self, sql: &str) {
        self.run(Mode::Own, sql, &[]).unwrap_or_else(|why| panic!("{sql}: {why}"));
    }

    /// What is broken below the tables. Servers look after theirs.
    pub(crate) fn damage(&self) -> Option<String> {
        let Place::File(_) = self.place else { return None };
        let file = rusqlite::Connection::open(self.path()).expect("the test's database opens");
        let verdict = file.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
        let verdict = verdict.unwrap_or_else(|error| error.to_string());
        (verdict != "ok").then(|| format!("the database file is whole: {verdict}"))
    }

    fn clear(&self) {
        let tables = TABLES.iter().map(|table| format!("DELETE FROM hookwright_{table}"));
        let meta = "DELETE FROM hookwright_meta WHERE name <> 'schema-version'".to_owned();
        let statements: Vec<Statement> = tables.chain([meta]).map(|sql| statement(&sql, &[])).collect();
        self.execute(Mode::Own, &statements).expect("the tables can be emptied");
    }

    fn run(&self, mode: Mode, sql: &str, columns: &[ColumnType]) -> Result<ResultSet, String> {
        let results = self.execute(mode, &[statement(sql, columns)]).map_err(|error| error.to_string())?;
        results.into_iter().next_back().ok_or_else(|| "no result".to_owned())
    }

    fn execute(&self, mode: Mode, statements: &[Statement]) -> Result<Vec<ResultSet>, StorageError> {
        if let Place::File(_) = self.place {
            return self.connect().connect()?.execute(mode, statements);
        }
        let mut looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        let executor = match &mut *looking {
            Some(executor) => executor,
            none => none.insert(self.connect().connect()?),
        };
        executor.execute(mode, statements)
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Database").field(&self.place).finish()
    }
}

fn statement(sql: &str, columns: &[ColumnType]) -> Statement {
    Statement { sql: sql.to_owned(), params: Vec::new(), columns: columns.to_vec(), expect: None }
}
