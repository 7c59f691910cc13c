//! A real WordPress for tests, from Debian's package, with a database and a web server of its own.
//!
//! Decides how a site comes to be: the package unpacked and never installed, so that no web server is pulled in; its
//! files linked into a temporary folder; a database of the shared MariaDB; PHP's built-in server or php-fpm; WordPress's
//! own installer over HTTP. Knows nothing of what is tested there.
//!
//! A machine that lacks one of them skips its tests in so many words; where the variable `CI` is set that is a failure.

mod browser;
mod fastcgi;
mod form;
mod fpm;
mod program;
mod site;

use std::io::{self, Write as _};
use std::path::PathBuf;

use hookwright_test_servers::debian::{Packages, unpacked};
use hookwright_test_servers::{Brand, Server, shared};

use crate::php::{Php, php};

pub use browser::{Browser, Page};
pub use form::Form;
pub use site::{ADMIN, Cron, Ffi, Front, Setup, Site};

/// The last is what WordPress loads of the first three; the package links to their files.
const PACKAGES: [&str; 5] =
    ["wordpress", "wordpress-theme-twentytwentythree", "libjs-cropper", "libjs-underscore", "php-getid3"];

/// What a site is made of.
#[derive(Clone, Debug)]
pub struct WordPress {
    php: Php,
    database_server: &'static Server,
    files: PathBuf,
}

/// WordPress, unpacked now if it is not there; none, with a word to the person, where it cannot be had.
///
/// # Panics
///
/// When `CI` is set and it cannot be had.
#[must_use]
pub fn wordpress() -> Option<WordPress> {
    let (php, database_server) = (php()?, shared(Brand::Mariadb)?);
    match unpacked(Packages::Alone(&PACKAGES)) {
        Ok(root) => Some(WordPress { php, database_server, files: root.join("usr/share/wordpress") }),
        Err(lack) => {
            let told = format!("SKIPPED: WordPress cannot be had from Debian's packages: {lack}");
            assert!(std::env::var_os("CI").is_none_or(|value| value.is_empty()), "{told}");
            // Past the test harness, which keeps what a passing test prints.
            let _ = writeln!(io::stderr(), "{told}");
            None
        }
    }
}
