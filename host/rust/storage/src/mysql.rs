//! MariaDB and MySQL behind the storage contract, on connections of our own and on an application's.
//!
//! Decides how a connection is set and how its words are read; what a batch is lies in `server`. Needs the feature
//! `mysql`. Without TLS: a URL that asks for it is refused. Put a tunnel across a network that others share.

mod failure;
mod joined;
mod link;
mod value;

use mysql::prelude::Queryable as _;
use mysql::{Conn, Opts, OptsBuilder};

pub use joined::JoinedMysql;

use crate::server::{CONNECT_TIMEOUT, LOCK_TIMEOUT, Opening, Own, without_password};
use crate::{Connect, Dialect, Executor, StorageError};
use link::MysqlLink;

/// Prepared statements that are kept; the core uses about 150.
const PREPARED: usize = 256;

/// A statement of the core holds up to 1 MiB; its packet is somewhat larger.
const LEAST_PACKET_BYTES: u64 = 2 << 20;

/// Ends a connection whose other end has vanished.
const DEAD_AFTER_MS: u32 = 30_000;

/// A database on a server: MariaDB 10.6, MySQL 8.0, or newer.
#[derive(Clone)]
pub struct Mysql {
    /// The URL without its password.
    name: String,
    options: Opts,
    opening: Opening<MysqlLink<Conn>>,
}

impl Mysql {
    /// The database at `mysql://USER:PASSWORD@HOST:PORT/DATABASE`, or with `mariadb://` before it; `?socket=/PATH`
    /// names a socket. Touches nothing yet.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when it is no such URL; the password is not shown.
    pub fn at(url: &str) -> Result<Self, StorageError> {
        let name = without_password(url);
        let wrong = |why: &str| {
            StorageError::Unavailable(format!(
                "{name} is no URL of a MySQL database ({why}); write mysql://USER:PASSWORD@HOST/DATABASE"
            ))
        };
        if let Some(option) = asks_for_tls(url) {
            return Err(wrong(&format!(
                "{option} asks for TLS, which there is none of to this server: leave it out on a network that is \
                 trusted, else name a tunnel's end"
            )));
        }
        let same = url.strip_prefix("mariadb://").map(|rest| format!("mysql://{rest}"));
        let given = Opts::from_url(same.as_deref().unwrap_or(url)).map_err(|error| wrong(&error.to_string()))?;
        if given.get_db_name().is_none_or(str::is_empty) {
            return Err(wrong("it names no database"));
        }
        let accept = given.get_tcp_connect_timeout().unwrap_or(CONNECT_TIMEOUT);
        let options = OptsBuilder::from_opts(given)
            .stmt_cache_size(PREPARED)
            .tcp_connect_timeout(Some(accept))
            .tcp_user_timeout_ms(Some(DEAD_AFTER_MS))
            .tcp_keepalive_time_ms(Some(DEAD_AFTER_MS))
            // TCP stays TCP: a server in a container announces a socket that is not there.
            .prefer_socket(false)
            .init(vec![
                "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'".to_owned(),
                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED".to_owned(),
                format!("SET SESSION innodb_lock_wait_timeout = {}, SESSION autocommit = 1", LOCK_TIMEOUT.as_secs()),
            ]);
        Ok(Self { name, options: options.into(), opening: Opening::default() })
    }

    fn open(&self) -> Result<MysqlLink<Conn>, StorageError> {
        let wait = self.options.get_tcp_connect_timeout().unwrap_or(CONNECT_TIMEOUT).saturating_mul(2);
        let source = self.clone();
        self.opening.within(wait, &self.name, move || source.open_unbounded())
    }

    fn open_unbounded(&self) -> Result<MysqlLink<Conn>, StorageError> {
        let name = self.name.clone();
        let told = |error: mysql::Error| failure::of_opening(&error, &name);
        let mut connection = Conn::new(self.options.clone()).map_err(told)?;
        let packet: Option<u64> = connection.query_first("SELECT @@max_allowed_packet").map_err(told)?;
        if packet.is_none_or(|bytes| bytes < LEAST_PACKET_BYTES) {
            return Err(StorageError::Unavailable(format!(
                "{name} takes packets of {} bytes only; set max_allowed_packet of the server to {LEAST_PACKET_BYTES} or \
                 more",
                packet.unwrap_or(0)
            )));
        }
        Ok(MysqlLink::new(connection, name))
    }
}

/// The first option that asks for TLS in any of the words that other programs have for it.
fn asks_for_tls(url: &str) -> Option<&str> {
    let (_, options) = url.split_once('?')?;
    options.split('&').find(|option| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let name = name.to_ascii_lowercase().replace(['-', '_'], "");
        let is_off = ["disable", "disabled", "false", "0", "off", "no", "none", "prefer", "preferred"];
        let is_about = ["ssl", "tls", "usessl", "requiressl", "verify"].iter().any(|word| name.starts_with(word));
        is_about && !is_off.contains(&value.to_ascii_lowercase().as_str())
    })
}

impl Connect for Mysql {
    fn connect(&self) -> Result<Box<dyn Executor + Send>, StorageError> {
        let source = self.clone();
        Ok(Box::new(Own::open(Dialect::Mysql, move || source.open())?))
    }
}

impl std::fmt::Debug for Mysql {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The options hold the password.
        f.debug_struct("Mysql").field("name", &self.name).finish_non_exhaustive()
    }
}
