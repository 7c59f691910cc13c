//! Where an installation's tables lie: what `--database` names.
//!
//! Decides what is a file and what a server, and that no password is ever shown; refuses to open anything before a
//! command needs it.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hookwright_storage::{Connect, Mysql, OpenMode, Postgres, Sqlite, without_password};

use crate::failure::{Failure, Kind};

/// The folder of plugins where the database has none to lie beside.
const PLUGINS: &str = "hookwright.plugins";

/// A database that was named, not looked at yet.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// A SQLite file.
    File(PathBuf),
    /// A server's, by its URL.
    Server(String),
}

impl Location {
    /// Text with `://` in it is a URL; all else is a file.
    pub(crate) fn of(given: OsString) -> Self {
        match given.to_str() {
            Some(url) if url.contains("://") => Self::Server(url.to_owned()),
            _ => Self::File(given.into()),
        }
    }

    /// Whether it is known that there is nothing. A server tells when it is asked.
    pub(crate) fn is_missing(&self) -> bool {
        match self {
            Self::File(path) => fs::metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound),
            Self::Server(_) => false,
        }
    }

    /// The database; a server makes none by itself.
    ///
    /// # Errors
    ///
    /// When the URL is none of a database that is known.
    pub(crate) fn connect(&self, create: OpenMode) -> Result<Arc<dyn Connect>, Failure> {
        let url = match self {
            Self::File(path) => return Ok(Arc::new(Sqlite { create, ..Sqlite::open(path) })),
            Self::Server(url) => url,
        };
        let refused = |error: hookwright_storage::StorageError| Failure::new(Kind::Storage, error.to_string());
        match url.split("://").next() {
            Some("postgres" | "postgresql") => Ok(Arc::new(Postgres::at(url).map_err(refused)?)),
            Some("mysql" | "mariadb") => Ok(Arc::new(Mysql::at(url).map_err(refused)?)),
            _ => Err(Failure::new(
                Kind::Storage,
                format!(
                    "{self} is no database that this program knows: name a file, postgres://USER:PASSWORD@HOST/DATABASE \
                     or mysql://USER:PASSWORD@HOST/DATABASE with --database"
                ),
            )),
        }
    }

    /// Where plugins lie when nothing else is said: beside the file, or in the working folder.
    pub(crate) fn plugins(&self) -> PathBuf {
        match self {
            Self::File(path) => {
                let mut beside = path.as_os_str().to_owned();
                beside.push(".plugins");
                beside.into()
            }
            Self::Server(_) => Path::new(PLUGINS).to_owned(),
        }
    }
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(given: &str) -> Location {
        Location::of(given.into())
    }

    #[test]
    fn a_url_is_a_server_and_all_else_a_file() {
        assert_eq!(location("shop.db"), Location::File("shop.db".into()));
        assert_eq!(location("mysql:shop"), Location::File("mysql:shop".into()));
        assert_eq!(location("shop.db").plugins(), Path::new("shop.db.plugins"));
        let server = location("postgres://shop:s3cret@db/shop");
        assert_eq!(format!("{server} {server:?}"), "postgres://shop:***@db/shop postgres://shop:***@db/shop");
        assert_eq!(server.plugins(), Path::new("hookwright.plugins"));
        assert!(!server.is_missing() && location("/no/such/file.db").is_missing());
    }

    #[test]
    fn an_unknown_server_is_told_without_its_password() {
        for url in ["redis://a:s3cret@h/1", "://", "postgres://a:s3cret@h:x/y"] {
            let told = location(url).connect(OpenMode::MustExist).err().map(|failure| failure.lines().join("\n"));
            assert!(told.is_some_and(|told| told.contains("postgres://USER") && !told.contains("s3cret")), "{url}");
        }
    }
}
