//! What the plugin does inside WordPress, by its own tests (host/php/wordpress/tests/real.php): every event of WordPress,
//! transactions, filters, WP-Cron, WP-CLI, REST, copies of the site, deactivation and removal.

use std::path::Path;
use std::process::Command;

use hookwright_tests::php::php;
use hookwright_tests::wordpress::{Cron, Ffi, Front};

/// Needs the program `hookwright` of the same build, as `cargo xtask test` makes it.
#[tokio::test(flavor = "multi_thread")]
async fn its_own_tests_pass() {
    let Some(php) = php() else { return };
    let Some(site) = super::site(Front::BuiltIn, Ffi::On, Cron::OnVisits).await else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/php/wordpress/tests/real.php");
    let program = std::env::current_exe().unwrap().parent().unwrap().join("../hookwright");
    let mut tests = Command::new(&php.command);
    tests.arg(script).arg(site.root()).env("PHP_HOOKWRIGHT_TEST_CLI", program);
    let output = tests.output().unwrap();
    let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}\n{said}\n{}", site.log());
    assert_eq!(told.lines().filter(|line| line.starts_with("ok ")).count(), 14, "{told}");
    assert!(!site.log().contains("PHP "), "{}", site.log());
}
