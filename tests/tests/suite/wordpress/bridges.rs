//! The plugin's bridges to WooCommerce and Ultimate Multisite, by their own tests (host/php/wordpress/tests): inside a real
//! WordPress, where stubs fire the hooks of the two as they do.

use std::path::Path;
use std::process::Command;

use hookwright_tests::php::php;
use hookwright_tests::wordpress::{Cron, Ffi, Front};

#[tokio::test(flavor = "multi_thread")]
async fn their_own_tests_pass() {
    let Some(php) = php() else { return };
    let Some(site) = super::site(Front::BuiltIn, Ffi::On, Cron::OnVisits).await else { return };
    assert_eq!(site.php("var_export(activate_plugin('hookwright/hookwright.php'));"), "NULL");
    let mut tests = Command::new(&php.command);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/php/wordpress/tests/run.php");
    let output = tests.arg(script).arg(site.root()).output().unwrap();
    let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}\n{said}");
    assert!(told.lines().filter(|line| line.starts_with("ok ")).count() >= 19, "{told}");
}
