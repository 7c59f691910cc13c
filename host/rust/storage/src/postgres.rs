//! PostgreSQL behind the storage contract, on connections of our own and on an application's.
//!
//! Decides how a connection is set and how its words are read; what a batch is lies in `server`. Needs the feature
//! `postgres`. With TLS where the URL asks for it.

mod failure;
mod joined;
mod link;
mod tls;
mod value;

use std::time::Duration;

use postgres::config::SslMode;
use postgres::{Client, Config, NoTls};

pub use joined::JoinedPostgres;

use crate::server::{CONNECT_TIMEOUT, LOCK_TIMEOUT, Opening, Own, without_password};
use crate::{Connect, Dialect, Executor, StorageError};
use link::PostgresLink;
use tls::Wanted;

/// Ends a connection whose other end has vanished.
const DEAD_AFTER: Duration = Duration::from_secs(30);

/// A database on a PostgreSQL server, 12 or newer.
#[derive(Clone)]
pub struct Postgres {
    /// The URL without its password.
    name: String,
    config: Config,
    tls: Wanted,
    opening: Opening<PostgresLink<Client>>,
}

impl Postgres {
    /// The database at `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, or with `postgresql://` before it. A socket's
    /// folder stands in the host's place, its slashes as `%2F`. `?sslmode=require` encrypts,
    /// `?sslmode=verify-full&sslrootcert=PATH` also checks who answers, by the certificates in that PEM file or,
    /// without one or for the word `system`, by the system's. `connect_timeout` is in seconds; the server has as long
    /// again to answer. Touches nothing yet.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when it is no such URL; the password is not shown.
    pub fn at(url: &str) -> Result<Self, StorageError> {
        let name = without_password(url);
        let wrong = |why: &dyn std::fmt::Display| {
            StorageError::Unavailable(format!(
                "{name} is no URL of a PostgreSQL database ({why}); write postgres://USER:PASSWORD@HOST/DATABASE"
            ))
        };
        let (url, tls) = Wanted::taken_from(url).map_err(|why| wrong(&why))?;
        let mut config: Config = url.parse().map_err(|error| wrong(&failure::words(&error)))?;
        if config.get_hosts().is_empty() {
            return Err(wrong(&"it names no host"));
        }
        if config.get_application_name().is_none() {
            config.application_name("hookwright");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(DEAD_AFTER);
        }
        // Not the two hours of the driver.
        config.keepalives_idle(config.get_keepalives_idle().min(DEAD_AFTER));
        if tls != Wanted::Plain {
            config.ssl_mode(SslMode::Require);
        }
        Ok(Self { name, config, tls, opening: Opening::default() })
    }

    fn open(&self) -> Result<PostgresLink<Client>, StorageError> {
        let accept = *self.config.get_connect_timeout().unwrap_or(&CONNECT_TIMEOUT);
        // The driver tries one host after the other.
        let times = u32::try_from(self.config.get_hosts().len()).unwrap_or(u32::MAX).saturating_add(1);
        let source = self.clone();
        self.opening.within(accept.saturating_mul(times), &self.name, move || source.open_unbounded())
    }

    fn open_unbounded(&self) -> Result<PostgresLink<Client>, StorageError> {
        let name = self.name.clone();
        let told = |error: &postgres::Error| failure::of_opening(error, &name, self.tls != Wanted::Plain);
        let secure = self.tls.connector().map_err(|why| {
            StorageError::Unavailable(format!("{name} cannot be reached ({why}); check sslrootcert in the URL"))
        })?;
        let client = match secure {
            Some(secure) => self.config.connect(secure),
            None => self.config.connect(NoTls),
        };
        let mut client = client.map_err(|error| told(&error))?;
        let wait = LOCK_TIMEOUT.as_millis();
        let settings = format!(
            "SET lock_timeout = {wait}; SET standard_conforming_strings = on; SET client_min_messages = warning; \
             SET client_encoding = 'UTF8'"
        );
        client.batch_execute(&settings).map_err(|error| told(&error))?;
        Ok(PostgresLink::new(client, name))
    }
}

impl Connect for Postgres {
    fn connect(&self) -> Result<Box<dyn Executor + Send>, StorageError> {
        let source = self.clone();
        Ok(Box::new(Own::open(Dialect::Postgres, move || source.open())?))
    }
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").field("name", &self.name).field("tls", &self.tls).finish_non_exhaustive()
    }
}
