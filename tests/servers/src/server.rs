//! One server: from nothing to the first answer, its databases, and its URLs.

use std::fs;
use std::io::{self, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mysql::prelude::Queryable as _;

use crate::brand::{self, Brand, PASSWORD, PASSWORD_IN_URL, USER};
use crate::process::{self, Running};
use crate::programs::Programs;

/// How long a server may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(60);
/// Between two looks whether it does.
const LOOK: Duration = Duration::from_millis(20);
/// Another process may take a free port before the server does.
const TRIES: usize = 5;

/// A running server of one's own. Dropping it ends it and removes its folder.
#[derive(Debug)]
pub struct Server {
    brand: Brand,
    folder: PathBuf,
    port: u16,
    // Ends before the rest is dropped.
    _running: Running,
}

/// A database on a server.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its name.
    pub name: String,
    /// Its URL, by the server's socket.
    pub url: String,
    /// Its URL, by the server's port.
    pub tcp_url: String,
}

/// The server that all tests of this process share; none, with a word to the person, where there cannot be one.
///
/// # Panics
///
/// When `CI` is set and there is no server.
#[must_use]
pub fn shared(brand: Brand) -> Option<&'static Server> {
    static POSTGRES: OnceLock<Option<Server>> = OnceLock::new();
    static MARIADB: OnceLock<Option<Server>> = OnceLock::new();
    let place = match brand {
        Brand::Postgres => &POSTGRES,
        Brand::Mariadb => &MARIADB,
    };
    place.get_or_init(|| Server::start(brand)).as_ref()
}

impl Server {
    /// Starts a server that nobody shares.
    ///
    /// # Panics
    ///
    /// When `CI` is set and there is no server.
    #[must_use]
    pub fn start(brand: Brand) -> Option<Self> {
        match Programs::find(brand).and_then(|programs| Self::try_start(brand, &programs)) {
            Ok(server) => Some(server),
            Err(lack) => {
                let told = format!("SKIPPED: there is no {brand:?} server to test with: {lack}");
                // A test that is skipped on a build server proves nothing.
                assert!(std::env::var_os("CI").is_none_or(|value| value.is_empty()), "{told}");
                // Past the test harness, which keeps what a passing test prints.
                let _ = writeln!(io::stderr(), "{told}");
                None
            }
        }
    }

    /// Which server it is.
    #[must_use]
    pub fn brand(&self) -> Brand {
        self.brand
    }

    /// Its port on the loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its password, as a person would type it.
    #[must_use]
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Its Unix socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        match self.brand {
            Brand::Postgres => self.folder.join(format!(".s.PGSQL.{}", self.port)),
            Brand::Mariadb => self.folder.join("mysqld.sock"),
        }
    }

    /// A new, empty database.
    ///
    /// # Panics
    ///
    /// When the server does not make one.
    #[must_use]
    pub fn database(&self) -> Database {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let created = self.admin(&format!("CREATE DATABASE {name}"));
        created.unwrap_or_else(|error| panic!("CREATE DATABASE {name}: {error}"));
        Database { url: self.url(&name), tcp_url: self.tcp_url(&name), name }
    }

    /// Runs one statement as the server's owner, outside of the tests' databases.
    ///
    /// # Errors
    ///
    /// The server's.
    pub fn admin(&self, sql: &str) -> Result<(), String> {
        let own = match self.brand {
            Brand::Postgres => "postgres",
            Brand::Mariadb => "mysql",
        };
        self.run_in(own, sql)
    }

    /// Runs one statement in a database.
    ///
    /// # Errors
    ///
    /// The server's.
    pub fn run_in(&self, database: &str, sql: &str) -> Result<(), String> {
        match self.brand {
            Brand::Postgres => {
                let client = postgres::Client::connect(&self.url(database), postgres::NoTls);
                client.and_then(|mut client| client.batch_execute(sql)).map_err(|error| format!("{error:?}"))
            }
            Brand::Mariadb => {
                let connection = mysql::Conn::new(self.url(database).as_str());
                connection.and_then(|mut connection| connection.query_drop(sql)).map_err(|error| error.to_string())
            }
        }
    }

    /// The URL of a database, by the socket.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        match self.brand {
            Brand::Postgres => {
                format!("postgres://{USER}:{PASSWORD_IN_URL}@{folder}:{}/{database}", self.port)
            }
            Brand::Mariadb => {
                format!("mysql://{USER}:{PASSWORD_IN_URL}@localhost/{database}?socket={folder}%2Fmysqld.sock")
            }
        }
    }

    /// The URL of a database, by the port.
    #[must_use]
    pub fn tcp_url(&self, database: &str) -> String {
        let scheme = match self.brand {
            Brand::Postgres => "postgresql",
            Brand::Mariadb => "mariadb",
        };
        format!("{scheme}://{USER}:{PASSWORD_IN_URL}@127.0.0.1:{}/{database}", self.port)
    }

    fn try_start(brand: Brand, programs: &Programs) -> Result<Self, String> {
        let mut last = String::new();
        for _ in 0..TRIES {
            match Self::start_once(brand, programs) {
                Ok(server) => return Ok(server),
                Err(why) if why.contains("already in use") => last = why,
                Err(why) => return Err(why),
            }
        }
        Err(last)
    }

    fn start_once(brand: Brand, programs: &Programs) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("hookwright-").tempdir().map_err(|error| error.to_string())?;
        brand::own(folder.path())?;
        let set_up = |command: &mut std::process::Command| {
            process::unprivileged(command);
        };
        brand.initialize(programs, folder.path(), set_up)?;
        brand.prepare(folder.path())?;
        let port = free_port().map_err(|error| error.to_string())?;
        let line = brand.command_line(programs, folder.path(), port);
        let running =
            Running::start(&line, folder.path(), brand.last_signal(), |command| programs.with_libraries(command));
        let running = running.map_err(|error| format!("sh: {error}"))?;
        // From here on the shell removes the folder.
        let server = Self { brand, folder: folder.keep(), port, _running: running };
        server.wait()?;
        Ok(server)
    }

    /// Waits for the first answer.
    fn wait(&self) -> Result<(), String> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let Err(error) = self.admin("SELECT 1") else { return Ok(()) };
            let log = last_lines(&self.folder.join("log"));
            if Instant::now() > deadline || log.contains("already in use") || log.contains("FATAL:  could not") {
                return Err(format!("the server does not answer ({error}); its log ends with: {log}"));
            }
            std::thread::sleep(LOOK);
        }
    }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn last_lines(log: &Path) -> String {
    let log = fs::read(log).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<&str> = log.lines().rev().take(8).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_ends_with_its_handle_and_leaves_nothing() {
        for brand in Brand::ALL {
            let Some(server) = Server::start(brand) else { continue };
            let database = server.database();
            assert!(database.url.contains(&database.name));
            let (folder, port) = (server.folder.clone(), server.port());
            assert!(server.socket().exists() && std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
            drop(server);
            assert!(!folder.exists(), "{}", folder.display());
            std::net::TcpStream::connect(("127.0.0.1", port)).unwrap_err();
        }
    }
}
