//! What an error of PostgreSQL means for a batch, and what a person can do about it.
//!
//! Decides by SQLSTATE, never by text. Details are left out, they may quote values.

use postgres::Error;
use postgres::error::SqlState;

use crate::StorageError;
use crate::server::{Failure, in_statement};

/// Reads an error that no statement of a batch caused. `name` is the database's.
pub(super) fn of(error: &Error, name: &str) -> Failure {
    read(error, name, |words| words)
}

/// Reads an error of the statement with this index, from 0.
pub(super) fn of_statement(error: &Error, name: &str, index: usize, sql: &str) -> Failure {
    read(error, name, |words| in_statement(index, sql, &words))
}

/// What to do about a connection that is not had.
pub(super) fn of_opening(error: &Error, name: &str, with_tls: bool) -> StorageError {
    let words = words(error);
    let what = match error.code().map(SqlState::code) {
        Some("28P01" | "28000") => "check user and password in its URL, and pg_hba.conf on the server",
        Some("3D000") => "create the database, or name another one",
        Some(code) if code.starts_with("53") => "the server is at its limits; try again later, or raise them there",
        Some(_) => "ask the server's log why",
        None if with_tls => {
            "check that the server runs and speaks TLS, and host, port, sslmode and sslrootcert in the URL"
        }
        None => "check that the server runs, and host and port in the URL",
    };
    StorageError::Unavailable(format!("{name} cannot be reached ({words}); {what}"))
}

/// A savepoint was asked for where no transaction is open.
pub(super) fn is_no_transaction(error: &Error) -> bool {
    error.code() == Some(&SqlState::NO_ACTIVE_SQL_TRANSACTION)
}

/// The server's own words, or those of the layers of the driver.
pub(super) fn words(error: &Error) -> String {
    if let Some(told) = error.as_db_error() {
        return told.message().to_owned();
    }
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        words = format!("{words}: {inner}");
        source = inner.source();
    }
    words
}

fn read(error: &Error, name: &str, place: impl FnOnce(String) -> String) -> Failure {
    let words = words(error);
    let Some(code) = error.code().map(SqlState::code) else {
        // Without a code it was the driver: the connection, or a value that it cannot bind.
        return match error.is_closed() || std::error::Error::source(error).is_some_and(|why| why.is::<std::io::Error>())
        {
            true => Failure::Broken(words),
            false => Failure::Final(StorageError::Other(place(words))),
        };
    };
    match code {
        "40001" | "40P01" => Failure::Conflict(words),
        "55P03" => Failure::Locked(words),
        "25006" => Failure::unavailable(format!(
            "{name} cannot be written ({words}); use the primary server, and a user and database that are not read-only"
        )),
        "42501" => Failure::unavailable(format!(
            "{name} refuses its user ({words}); grant that user what is missing, or name the owner of the tables"
        )),
        "53100" => {
            Failure::unavailable(format!("there is no room for {name} to grow ({words}); free space on its disk"))
        }
        "57P01" | "57P02" | "57P03" | "57P05" => Failure::Broken(words),
        code => match code.get(..2) {
            Some("08") => Failure::Broken(words),
            Some("23") => Failure::Final(StorageError::Constraint(place(words))),
            Some("53" | "58") => {
                Failure::unavailable(format!("{name} cannot do it now ({words}); ask the server's log why"))
            }
            _ => Failure::Final(StorageError::Other(place(words))),
        },
    }
}
