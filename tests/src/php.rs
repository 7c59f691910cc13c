//! PHP on this machine, with the extensions that the PHP host wants, from Debian's packages.
//!
//! Decides how they come here: by apt-get, once, if this is root's machine to change. A machine that lacks them skips its
//! tests in so many words; where the variable `CI` is set that is a failure. Knows nothing of what runs in PHP.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What brings all of it, whatever PHP's version: the command line, php-fpm, and extensions.
const PACKAGES: [&str; 6] = ["php-cli", "php-fpm", "php-curl", "php-sqlite3", "php-mysql", "php-pgsql"];

/// As `php -m` lists them.
const EXTENSIONS: [&str; 8] = ["FFI", "curl", "pcntl", "posix", "mysqli", "pdo_sqlite", "pdo_mysql", "pdo_pgsql"];

/// PHP.
#[derive(Clone, Debug)]
pub struct Php {
    /// The program `php`.
    pub command: PathBuf,
    /// The program `php-fpm`.
    pub fpm: PathBuf,
}

/// PHP of this machine, installed now if it is missing; none, with a word to the person, where it cannot be had.
///
/// # Panics
///
/// When `CI` is set and PHP cannot be had.
#[must_use]
pub fn php() -> Option<Php> {
    match found().or_else(|_| install().and_then(|()| found())) {
        Ok(php) => Some(php),
        Err(lack) => {
            let told = format!("SKIPPED: this machine lacks PHP for the tests of host/php: {lack}");
            assert!(std::env::var_os("CI").is_none_or(|value| value.is_empty()), "{told}");
            // Past the test harness, which keeps what a passing test prints.
            let _ = writeln!(io::stderr(), "{told}");
            None
        }
    }
}

fn found() -> Result<Php, String> {
    let remedy = format!("install it with `apt-get install --no-install-recommends {}`", PACKAGES.join(" "));
    let listed = Command::new("php").arg("-m").output().map_err(|error| format!("php: {error}; {remedy}"))?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    if let Some(missing) = EXTENSIONS.iter().find(|extension| !listed.lines().any(|line| line == **extension)) {
        return Err(format!("php lacks the extension {missing}; {remedy}"));
    }
    let fpm = fs::read_dir("/usr/sbin").into_iter().flatten().flatten().map(|entry| entry.path());
    let fpm = fpm.filter(|path| is_fpm(path)).max().ok_or_else(|| format!("there is no php-fpm; {remedy}"))?;
    Ok(Php { command: "php".into(), fpm })
}

fn is_fpm(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("php-fpm"))
}

fn install() -> Result<(), String> {
    let lock = std::env::temp_dir().join("hookwright-test-php.lock");
    let lock = File::create(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    // Whoever holds it installs the same.
    lock.lock().map_err(|error| error.to_string())?;
    if found().is_ok() {
        return Ok(());
    }
    let install = || run(apt_get().args(["install", "-qq", "--no-install-recommends"]).args(PACKAGES));
    install().or_else(|_| run(apt_get().args(["update", "-qq"])).and_then(|()| install()))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    // Nothing is asked, and no service is started.
    command.arg("--yes").env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
    command
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("apt-get: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}
