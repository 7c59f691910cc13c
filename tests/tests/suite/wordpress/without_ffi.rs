//! A host that does not allow FFI to what serves pages, as PHP is by itself: the site goes on, its owner learns why nothing
//! is sent, and nothing is lost, because PHP always allows FFI on the command line.

use hookwright_tests::wordpress::{Cron, Ffi, Front};

use super::owner::{Owner, register};
use super::{assert_verified, data, site, topics, wait_for};
use crate::delivery::receiver::Receiver;

const SCREENS: [&str; 5] =
    ["hookwright", "hookwright&action=new", "hookwright-deliveries", "hookwright-topics", "hookwright-settings"];

#[tokio::test(flavor = "multi_thread")]
async fn the_site_works_its_owner_is_told_and_nothing_is_lost() {
    let Some(site) = site(Front::BuiltIn, Ffi::Off, Cron::OnRequest).await else { return };
    let mut owner = Owner::of(&site).await;
    let page = owner.activate().await;
    assert!(page.errors().iter().any(|error| error.contains("ffi.enable")), "{}", page.words());
    for screen in SCREENS {
        let page = owner.browser.get(&format!("/wp-admin/admin.php?page={screen}")).await;
        assert!(
            page.status == 200 && page.errors().iter().any(|error| error.contains("ffi.enable")),
            "{screen}: {}",
            page.words()
        );
    }

    let receiver = Receiver::willing().await;
    let create = format!(
        "echo hookwright()->hookwright()->registry->create(new Hookwright\\Registry\\NewWebhook(
            url: '{}', topics: ['wordpress.user.registered', 'wordpress.post.published']))->secret;",
        receiver.url("/hook")
    );
    let secret = site.php(&create);
    owner.set("/wp-admin/options-general.php", "options.php", "users_can_register", "1").await;
    register(&site, "marta").await;
    let post = owner.publish_post("Business as usual").await;
    let page = site.visitor().get(post["link"].as_str().unwrap()).await;
    assert!(page.status == 200 && page.words().contains("Business as usual"), "{}", page.words());

    site.run_cron();
    wait_for(&site, &receiver, 3).await;
    let arrivals = receiver.arrivals("/hook");
    assert_eq!(topics(&arrivals), ["webhook.ping", "wordpress.post.published", "wordpress.user.registered"]);
    assert_verified(&arrivals, &secret);
    assert_eq!(data(&arrivals, "wordpress.user.registered")["user"]["login"], "marta");
    assert_eq!(site.log(), "");

    // Neither tables nor options are left, although FFI is off.
    owner.deactivate().await;
    owner.delete_plugin().await;
    assert_eq!(site.column("SHOW TABLES LIKE '%hookwright%'"), [""; 0]);
    assert_eq!(site.column("SELECT option_name FROM wp_options WHERE option_name LIKE '%hookwright%'"), [""; 0]);
}
