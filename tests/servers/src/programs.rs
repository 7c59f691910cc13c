//! Where a server's programs come from: the machine, or Debian's package, unpacked beside the build.
//!
//! Decides that nothing is installed: a package that is installed may start a service, one that is unpacked does not.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::brand::Brand;

/// Written when a package is unpacked completely; a folder without it is made anew.
const STAMP: &str = "complete";

/// The files of one server.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    pub(crate) server: PathBuf,
    /// What makes an empty data folder; for MariaDB the server itself.
    pub(crate) set_up: PathBuf,
    /// Messages and character sets; MariaDB only.
    pub(crate) share: PathBuf,
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
        match Self::below(brand, Path::new("/")) {
            Some(programs) => Ok(programs),
            None => {
                let root = unpacked(brand).map_err(|why| {
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
                Some(Self { server: bin.join("postgres"), set_up: bin.join("initdb"), share: bin, libraries })
            }
            Brand::Mariadb => {
                let server = root.join("usr/sbin/mariadbd");
                let share = ["usr/share/mysql", "usr/share/mariadb"].map(|share| root.join(share));
                let share = share.into_iter().find(|share| share.join("mysql_system_tables.sql").exists())?;
                server.exists().then_some(Self { set_up: server.clone(), server, share, libraries })
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

/// The folder with the package and what it needs and the machine lacks, unpacked now if it is not there.
fn unpacked(brand: Brand) -> Result<PathBuf, String> {
    let all = tools_folder()?;
    let told = |error: std::io::Error| format!("{}: {error}", all.display());
    let lock = File::create(all.join(format!("{}.lock", brand.package()))).map_err(told)?;
    lock.lock().map_err(told)?;
    let folder = all.join(brand.package());
    let root = folder.join("root");
    if folder.join(STAMP).is_file() {
        return Ok(root);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(told)?;
    }
    fs::create_dir_all(folder.join("archives/partial")).map_err(told)?;
    if let Err(first) = download(brand, &folder) {
        // The lists of a fresh machine are empty or old.
        run(Command::new("apt-get").args(["update", "-qq"])).map_err(|_| first)?;
        download(brand, &folder)?;
    }
    for entry in fs::read_dir(folder.join("archives")).map_err(told)? {
        let archive = entry.map_err(told)?.path();
        if archive.extension().is_some_and(|extension| extension == "deb") {
            run(Command::new("dpkg-deb").arg("-x").arg(&archive).arg(&root))?;
        }
    }
    fs::write(folder.join(STAMP), "").map_err(told)?;
    Ok(root)
}

fn download(brand: Brand, folder: &Path) -> Result<(), String> {
    let mut command = Command::new("apt-get");
    command.args(["install", "-y", "-qq", "--download-only", "--no-install-recommends", "-o"]);
    command.arg(format!("Dir::Cache::archives={}", folder.join("archives").display())).arg(brand.package());
    run(&mut command)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output =
        command.env("DEBIAN_FRONTEND", "noninteractive").output().map_err(|error| format!("{command:?}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim())),
    }
}

/// Beside the build; elsewhere when the server's user could not reach it there.
fn tools_folder() -> Result<PathBuf, String> {
    let told = |error: std::io::Error| format!("a folder for the servers: {error}");
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-tools/servers");
    fs::create_dir_all(&beside).map_err(told)?;
    let beside = beside.canonicalize().map_err(told)?;
    let open = |folder: &Path| fs::metadata(folder).is_ok_and(|found| found.mode() & 0o001 != 0);
    if crate::process::other_user().is_none() || beside.ancestors().all(open) {
        return Ok(beside);
    }
    let elsewhere = Path::new("/var/cache/hookwright-test-servers");
    fs::create_dir_all(elsewhere).map_err(told)?;
    Ok(elsewhere.to_owned())
}
