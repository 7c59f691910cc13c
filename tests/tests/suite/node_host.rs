//! The Node host on PostgreSQL and MariaDB, by its own tests (host/node/test/servers.test.js). All others of its tests are
//! run by `cargo xtask test` itself, which has laid the package where this looks.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

use hookwright_test_servers::{Brand, shared};

#[test]
fn its_tests_on_servers_pass() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/node-host/package");
    if !package.join("node_modules/.hookwright-complete").is_file() {
        let told = "SKIPPED: the Node host is not installed; `cargo xtask test-node` installs it";
        assert!(std::env::var_os("CI").is_none_or(|value| value.is_empty()), "{told}");
        // Past the test harness, which keeps what a passing test prints.
        let _ = writeln!(io::stderr(), "{told}");
        return;
    }
    let mut tests = Command::new("node");
    tests.args(["--test", "--test-reporter=tap", "test/servers.test.js"]).current_dir(&package);
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
