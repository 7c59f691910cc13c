//! The plugin's screens in wp-admin, by their own tests (host/php/wordpress/tests/screens): over HTTP, as an administrator, as
//! an editor who may not, and as an enemy whose texts are shown.

use std::path::Path;
use std::process::Command;

use hookwright_tests::php::php;
use hookwright_tests::wordpress::{ADMIN, Cron, Ffi, Front};

#[tokio::test(flavor = "multi_thread")]
async fn their_own_tests_pass() {
    let Some(php) = php() else { return };
    let Some(site) = super::site(Front::Fpm, Ffi::On, Cron::OnVisits).await else { return };
    assert_eq!(site.php("var_export(activate_plugin('hookwright/hookwright.php'));"), "NULL");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/php/wordpress/tests/screens");
    assert_eq!(site.php(&format!("require '{}';", folder.join("prepare.php").display())), "");
    let mut tests = Command::new(&php.command);
    tests.arg(folder.join("run.php")).args([&site.url, ADMIN.0, ADMIN.1]);
    // The site may be served by this very process.
    let output = tokio::task::spawn_blocking(move || tests.output()).await.unwrap().unwrap();
    let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}\n{said}\n{}", site.log());
    assert!(told.lines().filter(|line| line.starts_with("ok ")).count() >= 25, "{told}");
    assert!(!site.log().contains("PHP "), "{}", site.log());
}
