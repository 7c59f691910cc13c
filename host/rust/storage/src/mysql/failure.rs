//! What an error of MariaDB or MySQL means for a batch, and what a person can do about it.
//!
//! Decides by the error's number, never by text. Some texts quote values; those are replaced.

use mysql::Error;

use crate::StorageError;
use crate::server::{Failure, in_statement};

/// There is no such savepoint.
const NO_SAVEPOINT: u16 = 1305;

/// Reads an error that no statement of a batch caused. `name` is the database's.
pub(super) fn of(error: &Error, name: &str) -> Failure {
    read(error, name, |words| words)
}

/// Reads an error of the statement with this index, from 0.
pub(super) fn of_statement(error: &Error, name: &str, index: usize, sql: &str) -> Failure {
    read(error, name, |words| in_statement(index, sql, &words))
}

/// What to do about a connection that is not had.
pub(super) fn of_opening(error: &Error, name: &str) -> StorageError {
    let what = match error {
        Error::MySqlError(told) => match told.code {
            1044 | 1045 | 1698 => "check user and password in its URL, and what the server grants them",
            1049 => "create the database, or name another one",
            1040 | 1203 => "the server is at its limits; try again later, or raise them there",
            _ => "ask the server's log why",
        },
        _ => "check that the server runs, and host and port in the URL",
    };
    StorageError::Unavailable(format!("{name} cannot be reached ({}); {what}", words(error)))
}

/// A savepoint was named that does not exist, as where no transaction is open.
pub(super) fn is_no_savepoint(error: &Error) -> bool {
    matches!(error, Error::MySqlError(told) if told.code == NO_SAVEPOINT)
}

/// The server's words and its number, without values.
fn words(error: &Error) -> String {
    let Error::MySqlError(told) = error else { return error.to_string() };
    let text = match told.code {
        1062 | 1586 => "a row with the same key exists",
        1292 | 1366 | 1367 | 1411 => "a value does not fit its column",
        _ => told.message.as_str(),
    };
    format!("{text} ({})", told.code)
}

fn read(error: &Error, name: &str, place: impl FnOnce(String) -> String) -> Failure {
    let words = words(error);
    let code = match error {
        Error::MySqlError(told) => told.code,
        Error::IoError(_) | Error::CodecError(_) | Error::DriverError(_) => return Failure::Broken(words),
        _ => return Failure::Final(StorageError::Other(place(words))),
    };
    match code {
        // A deadlock; a row changed since the snapshot; a statement to be prepared again.
        1020 | 1213 | 1615 => Failure::Conflict(words),
        1205 => Failure::Locked(words),
        // Server ends; connection killed; gone; lost.
        1053 | 1927 | 2006 | 2013 | 3169 | 4031 => Failure::Broken(words),
        1048 | 1062 | 1169 | 1216 | 1217 | 1364 | 1451 | 1452 | 1557 | 1586 | 3819 | 4025 => {
            Failure::Final(StorageError::Constraint(place(words)))
        }
        1290 | 1792 | 1836 => Failure::unavailable(format!(
            "{name} cannot be written ({words}); use the primary server, and a server that is not read-only"
        )),
        1044 | 1045 | 1142 | 1143 | 1227 | 1370 => {
            Failure::unavailable(format!("{name} refuses its user ({words}); grant that user what is missing"))
        }
        1021 | 1114 => {
            Failure::unavailable(format!("there is no room for {name} to grow ({words}); free space on its disk"))
        }
        1037 | 1038 | 1040 | 1041 | 1203 | 1226 => {
            Failure::unavailable(format!("{name} cannot do it now ({words}); ask the server's log why"))
        }
        _ => Failure::Final(StorageError::Other(place(words))),
    }
}
