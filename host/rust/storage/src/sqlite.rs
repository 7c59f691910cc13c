//! SQLite behind the storage contract, on connections of our own and on an application's.
//!
//! Decides where a database lies, how long to wait for it, and how a batch stands to a transaction; refuses to know what
//! the SQL means. Needs the feature `sqlite`. Source: ARCHITECTURE.md, "Storage contract".

mod batch;
mod failure;
mod joined;
mod open;
mod own;
mod replay;
mod value;

use std::path::PathBuf;
use std::time::Duration;

use crate::{Connect, Executor, StorageError};

pub use joined::JoinedSqlite;
use own::OwnSqlite;

/// How long a connection waits for a lock when nothing else is said.
const DEFAULT_BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A SQLite database in a file, and how to open it.
///
/// A new file becomes Hookwright's: it gets its application id and is kept in WAL mode. A file that holds an
/// application's tables already is shared with it, and its id and journal mode stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sqlite {
    /// The file. SQLite keeps two more beside it, with `-wal` and `-shm` behind the name.
    pub path: PathBuf,
    /// How long to wait for another connection's lock before a batch fails. Zero does not wait.
    pub busy_timeout: Duration,
    /// What to do when there is no such file.
    pub create: OpenMode,
}

/// What to do when the database file does not exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpenMode {
    /// Make an empty database.
    #[default]
    CreateIfMissing,
    /// Fail.
    MustExist,
}

impl Sqlite {
    /// The database in the file `path`, made when missing, with a busy time-out of 5 s. Touches nothing yet;
    /// [`Connect::connect`] does.
    pub fn open(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), busy_timeout: DEFAULT_BUSY_TIMEOUT, create: OpenMode::default() }
    }
}

impl Connect for Sqlite {
    fn connect(&self) -> Result<Box<dyn Executor + Send>, StorageError> {
        Ok(Box::new(OwnSqlite::open(self.clone())?))
    }
}
