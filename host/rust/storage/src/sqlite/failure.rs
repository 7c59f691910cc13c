//! What an error of SQLite means for a batch, and what a person can do about it.
//!
//! Decides by error code, never by text. Refuses to know which transaction the batch was in.

use rusqlite::{Error, ErrorCode};

use crate::StorageError;

/// Longest beginning of a statement that an error quotes, in characters.
const QUOTED_CHARS: usize = 60;

/// Why a batch failed, before it is known what that means for the transaction around it.
#[derive(Debug)]
pub(super) enum Failure {
    /// Another connection holds a lock; SQLite's words.
    Locked(String),
    /// The same batch would fail again.
    Final(StorageError),
}

impl Failure {
    /// Reads an error that no statement of the batch caused. `file` names the database.
    pub(super) fn of(error: &Error, file: &str) -> Self {
        Self::read(error, file, |words| words)
    }

    /// Reads an error of the statement with this index, from 0.
    pub(super) fn of_statement(error: &Error, file: &str, index: usize, sql: &str) -> Self {
        Self::read(error, file, |words| in_statement(index, sql, &words))
    }

    /// The statement with this index, from 0, breaks the storage contract.
    pub(super) fn refused(index: usize, sql: &str, why: &str) -> Self {
        Self::Final(StorageError::Other(in_statement(index, sql, why)))
    }

    /// The database cannot be used; the text names it and says what to do.
    pub(super) fn unavailable(text: String) -> Self {
        Self::Final(StorageError::Unavailable(text))
    }

    fn read(error: &Error, file: &str, place: impl FnOnce(String) -> String) -> Self {
        let words = words(error);
        let Some(code) = error.sqlite_error_code() else {
            return Self::Final(StorageError::Other(place(words)));
        };
        match code {
            ErrorCode::DatabaseBusy | ErrorCode::FileLockingProtocolFailed => Self::Locked(words),
            ErrorCode::ConstraintViolation => Self::Final(StorageError::Constraint(place(words))),
            code => Self::Final(match advice(code, file, &words) {
                Some(text) => StorageError::Unavailable(text),
                None => StorageError::Other(place(words)),
            }),
        }
    }
}

impl From<Failure> for String {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Locked(words) => words,
            Failure::Final(error) => error.to_string(),
        }
    }
}

/// Which of our statements it was. Values are never quoted, they may be secret.
fn in_statement(index: usize, sql: &str, what: &str) -> String {
    let mut quoted: String = sql.chars().take(QUOTED_CHARS).collect();
    if quoted.len() < sql.len() {
        quoted.push('…');
    }
    format!("statement {index} ({quoted}): {what}")
}

/// SQLite's own words, without the SQL that rusqlite may add.
fn words(error: &Error) -> String {
    match error {
        Error::SqliteFailure(code, None) => code.to_string(),
        Error::SqliteFailure(_, Some(text)) => text.clone(),
        Error::SqlInputError { msg, offset, .. } => format!("{msg} (at byte {offset})"),
        other => other.to_string(),
    }
}

/// What to tell a person when the database itself is at fault; none when the statement is.
fn advice(code: ErrorCode, file: &str, words: &str) -> Option<String> {
    let text = match code {
        ErrorCode::DiskFull => {
            format!("there is no room for {file} to grow ({words}); free space on its disk or raise its quota")
        }
        ErrorCode::SystemIoFailure => {
            format!("{file} cannot be read or written ({words}); check its disk and file system")
        }
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => not_writable(file, words),
        ErrorCode::CannotOpen => format!(
            "{file} cannot be opened ({words}); check that its folder exists and that this process may create files \
             there, as SQLite needs two more beside it"
        ),
        ErrorCode::DatabaseCorrupt => format!(
            "{file} is damaged ({words}); stop all programs that use it and restore a backup, or save what is left \
             with the .recover command of the sqlite3 program"
        ),
        ErrorCode::NotADatabase => not_a_database(file, words),
        ErrorCode::OutOfMemory => {
            format!("there is not enough memory to use {file} ({words}); give this process more")
        }
        _ => return None,
    };
    Some(text)
}

/// The file or its folder is read-only.
pub(super) fn not_writable(file: &str, words: &str) -> String {
    format!("{file} cannot be written ({words}); give this process write permission for the file and for its folder")
}

/// The file holds something else.
pub(super) fn not_a_database(file: &str, words: &str) -> String {
    format!("{file} is not a SQLite database ({words}); give another path, or move that file away")
}
