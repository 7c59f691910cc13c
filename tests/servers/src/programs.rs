//! Where a server's programs come from: the machine, or Debian's package, unpacked beside the build.
//!
//! Decides where in a package the programs lie.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::brand::Brand;
use crate::debian::{self, Packages};

/// When this variable is set, tests on MariaDB run on MySQL.
const MYSQL: &str = "HOOKWRIGHT_TEST_MYSQL";

/// The files of one server.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    pub(crate) server: PathBuf,
    /// What makes an empty data folder; for MariaDB the server itself.
    pub(crate) set_up: PathBuf,
    /// Messages and character sets; MariaDB only.
    pub(crate) share: PathBuf,
    /// MySQL in MariaDB's place.
    pub(crate) is_mysql: bool,
    /// Libraries that the machine itself may lack.
    libraries: Option<PathBuf>,
}

impl Programs {
    /// The machine's programs, or else those of the package.
    ///
    /// # Errors
    ///
    /// What is missing and what to install.
    pub(crate) fn find(brand: Brand) -> Result<Self, String> {
        if brand == Brand::Mariadb && std::env::var_os(MYSQL).is_some_and(|value| !value.is_empty()) {
            return Self::mysql();
        }
        match Self::below(brand, Path::new("/")) {
            Some(programs) => Ok(programs),
            None => {
                let root = debian::unpacked(Packages::Needed(brand.package())).map_err(|why| {
                    format!(
                        "{why}; install the server with `apt-get install --no-install-recommends {}`",
                        brand.package()
                    )
                })?;
                let programs = Self::below(brand, &root);
                programs.ok_or_else(|| format!("{} holds no server in its usual place", brand.package()))
            }
        }
    }

    /// MySQL of Debian's next release, run by the C library of that release.
    fn mysql() -> Result<Self, String> {
        let root = debian::unpacked(Packages::Unstable("mysql-server-core"))?;
        let told = |error: std::io::Error| format!("{}: {error}", root.display());
        let libraries = library_folder(&root).ok_or("MySQL's package holds no libraries in their usual place")?;
        let server = root.join("usr/sbin/run-mysqld");
        let (root, own) = (root.display(), libraries.display());
        let script = format!(
            "#!/bin/sh\nexec {root}/usr/lib64/ld-linux-x86-64.so.2 --library-path {own} {root}/usr/sbin/mysqld \"$@\"\n"
        );
        fs::write(&server, script).map_err(told)?;
        fs::set_permissions(&server, std::os::unix::fs::PermissionsExt::from_mode(0o755)).map_err(told)?;
        let share = PathBuf::from(format!("{root}/usr/share/mysql"));
        Ok(Self { set_up: server.clone(), server, share, is_mysql: true, libraries: None })
    }

    fn below(brand: Brand, root: &Path) -> Option<Self> {
        let libraries = (root != Path::new("/")).then(|| library_folder(root)).flatten();
        match brand {
            Brand::Postgres => {
                let mut versions: Vec<PathBuf> = fs::read_dir(root.join("usr/lib/postgresql"))
                    .ok()?
                    .filter_map(|entry| Some(entry.ok()?.path()))
                    .filter(|version| version.join("bin/postgres").exists())
                    .collect();
                versions.sort();
                let bin = versions.pop()?.join("bin");
                Some(Self {
                    server: bin.join("postgres"),
                    set_up: bin.join("initdb"),
                    share: bin,
                    is_mysql: false,
                    libraries,
                })
            }
            Brand::Mariadb => {
                let server = root.join("usr/sbin/mariadbd");
                let share = ["usr/share/mysql", "usr/share/mariadb"].map(|share| root.join(share));
                let share = share.into_iter().find(|share| share.join("mysql_system_tables.sql").exists())?;
                server.exists().then_some(Self { set_up: server.clone(), server, share, is_mysql: false, libraries })
            }
        }
    }

    /// Lets a command find the libraries.
    pub(crate) fn with_libraries(&self, command: &mut Command) {
        if let Some(libraries) = &self.libraries {
            command.env("LD_LIBRARY_PATH", libraries);
        }
    }
}

/// `usr/lib/x86_64-linux-gnu` or its like.
fn library_folder(root: &Path) -> Option<PathBuf> {
    let folders = fs::read_dir(root.join("usr/lib")).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    folders.into_iter().find(|folder| folder.to_string_lossy().ends_with("-linux-gnu"))
}
