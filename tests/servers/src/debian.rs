//! Debian's packages, unpacked beside the build.
//!
//! Decides that nothing is installed: a package that is installed may start a service and changes the machine, one that
//! is unpacked does not. Knows nothing of what is in them.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Written when all is unpacked; a folder without it is made anew.
const STAMP: &str = "complete";

/// Which packages.
#[derive(Clone, Copy, Debug)]
pub enum Packages<'a> {
    /// This one, and what it needs and the machine lacks.
    Needed(&'a str),
    /// These, whatever else they would need. The first gives the folder its name.
    Alone(&'a [&'a str]),
    /// This one of Debian's next release, and all that it needs, down to the C library.
    Unstable(&'a str),
}

impl Packages<'_> {
    fn label(&self) -> &str {
        match self {
            Self::Needed(package) | Self::Unstable(package) => package,
            Self::Alone(packages) => packages.first().unwrap_or(&"nothing"),
        }
    }

    fn download(&self, archives: &Path) -> Result<(), String> {
        let mut command = Command::new("apt-get");
        command.current_dir(archives);
        match self {
            Self::Needed(package) => {
                command.args(["install", "-y", "-qq", "--download-only", "--no-install-recommends", "-o"]);
                command.arg(format!("Dir::Cache::archives={}", archives.display())).arg(package);
            }
            Self::Alone(packages) => {
                command.args(["download", "-qq"]).args(*packages);
            }
            Self::Unstable(package) => {
                // Lists and state of its own: what the machine has installed is of another release.
                let source = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \
                              http://deb.debian.org/debian sid main\n";
                let told = |error: std::io::Error| format!("{}: {error}", archives.display());
                fs::create_dir_all(archives.join("lists/partial")).map_err(told)?;
                fs::write(archives.join("sources.list"), source).map_err(told)?;
                fs::write(archives.join("status"), "").map_err(told)?;
                let place = archives.display();
                let state = [
                    format!("Dir::Etc::sourcelist={place}/sources.list"),
                    "Dir::Etc::sourceparts=/dev/null".to_owned(),
                    format!("Dir::State::lists={place}/lists"),
                    format!("Dir::State::status={place}/status"),
                    format!("Dir::Cache={place}"),
                    format!("Dir::Cache::archives={place}"),
                    "APT::Sandbox::User=root".to_owned(),
                ];
                let state = || state.iter().flat_map(|option| ["-o", option]);
                run(Command::new("apt-get").args(["update", "-qq"]).args(state()))?;
                command.args(["install", "-y", "-qq", "--download-only", "--no-install-recommends"]);
                command.args(state()).arg(package);
            }
        }
        run(&mut command)
    }
}

/// The folder with the packages' files as they would lie below `/`, unpacked now if it is not there.
///
/// # Errors
///
/// Why they cannot be had.
pub fn unpacked(packages: Packages<'_>) -> Result<PathBuf, String> {
    let all = tools_folder()?;
    let told = |error: std::io::Error| format!("{}: {error}", all.display());
    let lock = File::create(all.join(format!("{}.lock", packages.label()))).map_err(told)?;
    lock.lock().map_err(told)?;
    let folder = all.join(packages.label());
    let (root, archives) = (folder.join("root"), folder.join("archives"));
    if folder.join(STAMP).is_file() {
        return Ok(root);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(told)?;
    }
    fs::create_dir_all(archives.join("partial")).map_err(told)?;
    if let Err(first) = packages.download(&archives) {
        // The lists of a fresh machine are empty or old.
        run(Command::new("apt-get").args(["update", "-qq"])).map_err(|_| first)?;
        packages.download(&archives)?;
    }
    for entry in fs::read_dir(&archives).map_err(told)? {
        let archive = entry.map_err(told)?.path();
        if archive.extension().is_some_and(|extension| extension == "deb") {
            run(Command::new("dpkg-deb").arg("-x").arg(&archive).arg(&root))?;
        }
    }
    fs::write(folder.join(STAMP), "").map_err(told)?;
    Ok(root)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output =
        command.env("DEBIAN_FRONTEND", "noninteractive").output().map_err(|error| format!("{command:?}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim())),
    }
}

/// Beside the build; elsewhere when the servers' user could not reach it there.
fn tools_folder() -> Result<PathBuf, String> {
    let told = |error: std::io::Error| format!("a folder for Debian's packages: {error}");
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
