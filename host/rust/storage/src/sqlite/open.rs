//! From a path to a connection that is fit for work.
//!
//! Decides which files are ours to use and how a connection is set; refuses to know tables and batches.

use std::fs;
use std::io::ErrorKind;
use std::path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::failure::{Failure, not_a_database, not_writable};
use super::replay::{Patience, until_unlocked};
use super::{OpenMode, Sqlite};
use crate::StorageError;

/// "HOOK": SQLite's application id of a database that Hookwright made.
const APPLICATION_ID: u32 = 0x484F_4F4B;

/// The core's statements come in fixed row counts; all of them together are fewer.
const CACHED_STATEMENTS: usize = 256;

/// Settings of a connection; none is stored in the file. The page cache is 8 MiB. Foreign keys are off because the
/// contract has none, and an application's must not make a settle wait.
const SETTINGS: &str = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -8192; \
                        PRAGMA temp_store = MEMORY;";

/// Opens the database.
///
/// # Errors
///
/// [`StorageError::Unavailable`] names the file and says what to do.
pub(super) fn open(source: &Sqlite) -> Result<Connection, StorageError> {
    let file = source.path.display().to_string();
    check_path(source, &file).map_err(StorageError::Unavailable)?;
    let connect = || -> Result<Connection, Failure> {
        let failed = |error| Failure::of(&error, &file);
        let connection = Connection::open_with_flags(plain_path(source), flags(source.create)).map_err(failed)?;
        connection.busy_timeout(source.busy_timeout.min(Duration::from_millis(i32::MAX as u64))).map_err(failed)?;
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        if connection.is_readonly("main").map_err(failed)? {
            return Err(Failure::unavailable(not_writable(&file, "it is read-only")));
        }
        Ok(connection)
    };
    until_unlocked(&file, Patience::of_opening(source.busy_timeout), || {
        let connection = connect()?;
        settle_owner(&connection, &file)?;
        connection.execute_batch(SETTINGS).map_err(|error| Failure::of(&error, &file))?;
        Ok(connection)
    })
}

/// What only the file system can tell, and SQLite tells as "unable to open database file".
fn check_path(source: &Sqlite, file: &str) -> Result<(), String> {
    if file.is_empty() || file == ":memory:" {
        return Err(format!("`{file}` names a database in memory, which no other connection sees; give a file"));
    }
    match fs::metadata(&source.path) {
        Ok(found) if found.is_dir() => Err(format!("{file} is a folder; give the path of a database file in it")),
        Ok(found) if !found.is_file() => Err(format!("{file} is not a regular file; give another path")),
        // SQLite takes a file of one byte for an empty one, and would write over it.
        Ok(found) if found.len() == 1 => Err(not_a_database(file, "it holds a single byte")),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => check_missing(source, file),
        Err(error) => {
            Err(format!("{file} cannot be reached ({error}); check the path, and the permissions of its folders"))
        }
    }
}

fn check_missing(source: &Sqlite, file: &str) -> Result<(), String> {
    if source.create == OpenMode::MustExist {
        return Err(format!("{file} does not exist; give the path of an existing database, or set up a new one"));
    }
    match plain_path(source).parent() {
        Some(folder) if !folder.is_dir() => Err(format!(
            "{file} cannot be created, because the folder {} does not exist; create it, or give another path",
            folder.display()
        )),
        _ => Ok(()),
    }
}

/// An absolute path, so that SQLite takes no file name for a URI.
fn plain_path(source: &Sqlite) -> path::PathBuf {
    path::absolute(&source.path).unwrap_or_else(|_| source.path.clone())
}

fn flags(create: OpenMode) -> OpenFlags {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match create {
        OpenMode::CreateIfMissing => flags | OpenFlags::SQLITE_OPEN_CREATE,
        OpenMode::MustExist => flags,
    }
}

/// Whose database a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// Nobody's: it holds no table.
    Nobody,
    /// Hookwright made it.
    Hookwright,
    /// An application's, which shares it with us and says nothing of itself.
    Application,
    /// The program with this application id.
    Program(u32),
}

/// Takes a new database over, leaves an application's as it is, and refuses another program's.
fn settle_owner(connection: &Connection, file: &str) -> Result<(), Failure> {
    let failed = |error| Failure::of(&error, file);
    let mut owner = owner(connection).map_err(failed)?;
    if owner == Owner::Nobody {
        owner = take_over(connection).map_err(failed)?;
    }
    match owner {
        Owner::Nobody | Owner::Hookwright => enter_wal_mode(connection, file),
        Owner::Application => Ok(()),
        Owner::Program(id) => Err(Failure::unavailable(format!(
            "{file} is a database of another program (application id {id:#010x}); give another path"
        ))),
    }
}

fn owner(connection: &Connection) -> rusqlite::Result<Owner> {
    let id: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let tables: bool = connection.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))?;
    Ok(match (id.cast_unsigned(), tables) {
        (APPLICATION_ID, _) => Owner::Hookwright,
        (0, true) => Owner::Application,
        (0, false) => Owner::Nobody,
        (id, _) => Owner::Program(id),
    })
}

/// Looks again under the lock: an application may have made its tables meanwhile. On failure the caller drops the
/// connection, and with it the transaction.
fn take_over(connection: &Connection) -> rusqlite::Result<Owner> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let mut found = owner(connection)?;
    if found == Owner::Nobody {
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        found = Owner::Hookwright;
    }
    connection.execute_batch("COMMIT")?;
    Ok(found)
}

fn enter_wal_mode(connection: &Connection, file: &str) -> Result<(), Failure> {
    let journal_mode = |sql| -> Result<String, Failure> {
        connection.query_row(sql, [], |row| row.get(0)).map_err(|error| Failure::of(&error, file))
    };
    if journal_mode("PRAGMA journal_mode")? == "wal" {
        return Ok(());
    }
    match journal_mode("PRAGMA journal_mode = WAL")?.as_str() {
        "wal" => Ok(()),
        other => Err(Failure::unavailable(format!(
            "{file} cannot be kept in WAL mode (it stays in mode {other}); put it on a local disk"
        ))),
    }
}
