//! The plugin one request at a time, by its own tests (host/php/wordpress/tests): inside a real WordPress, where stubs fire
//! the hooks of WooCommerce and Ultimate Multisite as they do; what it sends when, what it tells of people, who may do what.

use std::path::Path;
use std::process::Command;

use hookwright_tests::php::php;
use hookwright_tests::wordpress::{Cron, Ffi, Front};

/// Needs the program `hookwright` of the same build, as `cargo xtask test` makes it.
#[tokio::test(flavor = "multi_thread")]
async fn their_own_tests_pass() {
    let Some(php) = php() else { return };
    let Some(site) = super::site(Front::BuiltIn, Ffi::On, Cron::OnVisits).await else { return };
    assert_eq!(site.php("var_export(activate_plugin('hookwright/hookwright.php'));"), "NULL");
    let mut tests = Command::new(&php.command);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/php/wordpress/tests/run.php");
    let program = std::env::current_exe().unwrap().parent().unwrap().join("../hookwright");
    let output = tests.arg(script).arg(site.root()).env("PHP_HOOKWRIGHT_TEST_CLI", program).output().unwrap();
    let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}\n{said}");
    assert!(told.lines().filter(|line| line.starts_with("ok ")).count() >= 39, "{told}");
}
