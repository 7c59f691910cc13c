//! Programs and libraries that nobody here wrote, from npm and PyPI, as judges of what Hookwright produces.
//!
//! Decides how they come onto the machine: by name and pinned version, once, into `target/test-tools`, under a file
//! lock so that tests that run at once do not clash, and bounded in time. A machine that lacks one of them skips its
//! tests in so many words; where the variable `CI` is set that is a failure. Knows nothing of what they judge.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::timeout;

const INSTALL_LIMIT: Duration = Duration::from_secs(240);
const RUN_LIMIT: Duration = Duration::from_secs(120);
/// Written when an installation is complete; one without it is made anew.
const STAMP: &str = "complete";

/// An installed package, with the interpreter that runs scripts against it.
#[derive(Clone, Debug)]
pub struct Package {
    folder: PathBuf,
    language: Language,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Node,
    Python,
}

/// A package from npm, for example `("@scope/name", "1.2.3")`; none, with a word to the person, where there is none.
///
/// # Panics
///
/// When `CI` is set and the package cannot be had.
#[must_use]
pub fn node_package(name: &str, version: &str) -> Option<Package> {
    package(Language::Node, name, version)
}

/// A package from PyPI; otherwise as [`node_package`].
///
/// # Panics
///
/// When `CI` is set and the package cannot be had.
#[must_use]
pub fn python_package(name: &str, version: &str) -> Option<Package> {
    package(Language::Python, name, version)
}

impl Package {
    /// Where it was installed; for Node the folder that holds `node_modules`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs a script in the package's language: an ES module for Node, which may `import` the package. `input` is its
    /// standard input.
    ///
    /// # Panics
    ///
    /// When it does not start, or is not done in time.
    #[must_use]
    pub fn run(&self, script: &str, input: &[u8]) -> Output {
        let option: &[&str] = match self.language {
            Language::Node => &["--input-type=module", "-e"],
            Language::Python => &["-c"],
        };
        let mut command = Command::new(self.language.interpreter());
        command.args(option).arg(script).current_dir(&self.folder);
        if self.language == Language::Python {
            command.env("PYTHONPATH", &self.folder).env("PYTHONDONTWRITEBYTECODE", "1");
        }
        finished(command, input, RUN_LIMIT).unwrap_or_else(|why| panic!("{}: {why}", self.folder.display()))
    }

    /// Runs a file of the package as a program of its own, for example `node_modules/typescript/bin/tsc`.
    ///
    /// # Panics
    ///
    /// When it does not start, or is not done in time.
    #[must_use]
    pub fn run_file(&self, file: &str, arguments: &[&str], working_folder: &Path) -> Output {
        let mut command = Command::new(self.language.interpreter());
        command.arg(self.folder.join(file)).args(arguments).current_dir(working_folder);
        finished(command, &[], RUN_LIMIT).unwrap_or_else(|why| panic!("{file}: {why}"))
    }
}

impl Language {
    fn interpreter(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Python => "python3",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Python => "python",
        }
    }

    /// What asks whether the machine can install at all.
    fn question(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Node => ("npm", &["--version"]),
            Self::Python => ("python3", &["-m", "pip", "--version"]),
        }
    }

    fn remedy(self) -> &'static str {
        match self {
            Self::Node => "install Node.js 20 or newer with npm, for example `apt-get install nodejs npm`",
            Self::Python => "install Python 3.10 or newer with pip, for example `apt-get install python3 python3-pip`",
        }
    }

    fn install(self, name: &str, version: &str, folder: &Path) -> Command {
        match self {
            Self::Node => {
                let mut command = Command::new("npm");
                command.args([
                    "install",
                    "--no-save",
                    "--no-package-lock",
                    "--ignore-scripts",
                    "--no-audit",
                    "--no-fund",
                ]);
                command.arg("--prefix").arg(folder).arg(format!("{name}@{version}"));
                command
            }
            Self::Python => {
                let mut command = Command::new("python3");
                command.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]);
                command.arg("--target").arg(folder).arg(format!("{name}=={version}"));
                command
            }
        }
    }
}

fn package(language: Language, name: &str, version: &str) -> Option<Package> {
    match installed(language, name, version) {
        Ok(folder) => Some(Package { folder, language }),
        Err(lack) => {
            let told = format!("SKIPPED: this machine lacks {name} {version}: {lack}");
            // A test that is skipped on a build server proves nothing.
            assert!(std::env::var_os("CI").is_none_or(|value| value.is_empty()), "{told}");
            // Past the test harness, which keeps what a passing test prints.
            let _ = writeln!(io::stderr(), "{told}");
            None
        }
    }
}

/// The folder with the package, installed now if it is not there.
fn installed(language: Language, name: &str, version: &str) -> Result<PathBuf, String> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/test-tools").join(language.folder());
    let told = |error: io::Error| format!("{}: {error}", all.display());
    fs::create_dir_all(&all).map_err(told)?;
    let all = all.canonicalize().map_err(told)?;
    let label = format!("{}-{version}", name.replace(['/', '@'], "_"));
    let folder = all.join(&label);
    let lock = File::create(all.join(format!("{label}.lock"))).map_err(told)?;
    // Whoever holds it is bounded in time, or has ended and so let go of it.
    lock.lock().map_err(told)?;
    if folder.join(STAMP).is_file() && runs(Command::new(language.interpreter()), &["--version"]) {
        return Ok(folder);
    }
    let (program, arguments) = language.question();
    if !runs(Command::new(language.interpreter()), &["--version"]) || !runs(Command::new(program), arguments) {
        return Err(format!("{} or its installer is missing; {}", language.interpreter(), language.remedy()));
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(told)?;
    }
    fs::create_dir_all(&folder).map_err(told)?;
    let output = finished(language.install(name, version, &folder), &[], INSTALL_LIMIT)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("it cannot be installed (is the registry reachable?): {}", said.trim()));
    }
    fs::write(folder.join(STAMP), version).map_err(told)?;
    Ok(folder)
}

fn runs(mut command: Command, arguments: &[&str]) -> bool {
    command.args(arguments);
    finished(command, &[], RUN_LIMIT).is_ok_and(|output| output.status.success())
}

/// Runs a program to its end; one that takes longer than `limit` is ended.
fn finished(mut command: Command, input: &[u8], limit: Duration) -> Result<Output, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let stdin = child.stdin.take();
        let work = async {
            let feed = async {
                if let Some(mut stdin) = stdin {
                    // A program may end before it has read all; its answer says why.
                    let _ = stdin.write_all(input).await;
                }
            };
            let ((), output) = tokio::join!(feed, child.wait_with_output());
            output.map_err(|error| error.to_string())
        };
        timeout(limit, work).await.map_err(|_| format!("not done after {} s, and ended", limit.as_secs()))?
    })
}
