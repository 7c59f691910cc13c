//! The plugin's whole life on a site: activated, used, deactivated, activated again, deleted.

use hookwright_tests::wordpress::{Cron, Ffi, Front, Site};
use tokio::time::timeout;

use super::owner::{Owner, register};
use super::{assert_verified, data, site, topics, wait_for};
use crate::delivery::receiver::{PATIENCE, Receiver};

const TOPICS: [&str; 3] = ["account_created", "wordpress.post.published", "wordpress.user.registered"];
/// What a new webhook is greeted with.
const PING: &str = "webhook.ping";

/// Here PHP cannot tell the server that a page is complete; the site asks itself for another process that sends.
#[tokio::test(flavor = "multi_thread")]
async fn on_the_built_in_server() {
    let Some(site) = site(Front::BuiltIn, Ffi::On, Cron::OnVisits).await else { return };
    live(&site, Sending::Loopback).await;
}

/// Here nothing runs WP-Cron but the test, so whatever comes before is sent by the process that answered, after its answer.
#[tokio::test(flavor = "multi_thread")]
async fn on_php_fpm() {
    let Some(site) = site(Front::Fpm, Ffi::On, Cron::OnRequest).await else { return };
    live(&site, Sending::AfterPage).await;
}

#[derive(PartialEq)]
enum Sending {
    Loopback,
    AfterPage,
}

async fn live(site: &Site, sending: Sending) {
    let receiver = Receiver::willing().await;
    let mut owner = Owner::of(site).await;
    let page = owner.activate().await;
    assert_eq!(page.errors(), [""; 0]);
    owner.set("/wp-admin/options-general.php", "options.php", "users_can_register", "1").await;
    let secret = owner.make_webhook(&receiver.url("/hook"), &TOPICS).await;
    register(site, "marta").await;
    wait_for(site, &receiver, 3).await;
    let post = owner.publish_post("First & foremost").await;
    wait_for(site, &receiver, 4).await;
    let arrivals = receiver.arrivals("/hook");
    assert_eq!(topics(&arrivals), [TOPICS[0], PING, TOPICS[1], TOPICS[2]]);
    assert_verified(&arrivals, &secret);
    assert_eq!(data(&arrivals, "wordpress.user.registered")["user"]["login"], "marta");
    assert_eq!(data(&arrivals, "wordpress.post.published")["post"]["id"], post["id"]);

    match sending {
        Sending::AfterPage => cron_alone(site, &mut owner, &receiver).await,
        Sending::Loopback => cron_is_busy(site, &mut owner, &receiver).await,
    }
    deactivated(site, &mut owner, &receiver, &secret).await;
    deleted(site, &mut owner).await;
    assert_eq!(site.log(), "", "PHP has something to say");
}

/// Where the owner wants it so, the processes of visitors send nothing; the plugin's work every minute does.
async fn cron_alone(site: &Site, owner: &mut Owner<'_>, receiver: &Receiver) {
    let settings = "/wp-admin/admin.php?page=hookwright-settings&tab=settings";
    let before = receiver.count("/hook");
    owner.set(settings, "delivery", "delivery", "cron").await;
    owner.publish_post("Sent by cron").await;
    // Whoever sends has to claim first.
    assert_eq!(site.column("SELECT COUNT(*) FROM wp_hookwright_deliveries WHERE attempts = 0"), ["1"]);
    owner.browser.get("/wp-cron.php?doing_wp_cron").await;
    wait_for(site, receiver, before + 1).await;
    owner.set(settings, "delivery", "delivery", "auto").await;
}

/// Somebody else holds WP-Cron's lock for the minute, and nobody visits the site.
async fn cron_is_busy(site: &Site, owner: &mut Owner<'_>, receiver: &Receiver) {
    let before = receiver.count("/hook");
    let lock = "INSERT INTO wp_options (option_name, option_value, autoload)
        VALUES ('_transient_doing_cron', UNIX_TIMESTAMP(NOW(6)), 'yes')
        ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)";
    let _none = site.column(lock);
    owner.publish_post("Not by cron").await;
    let arrived = timeout(PATIENCE, receiver.wait_for("/hook", before + 1)).await;
    assert!(arrived.is_ok(), "{}", site.log());
    let _none = site.column("DELETE FROM wp_options WHERE option_name = '_transient_doing_cron'");
}

/// Nothing is stored meanwhile, so nothing comes later either.
async fn deactivated(site: &Site, owner: &mut Owner<'_>, receiver: &Receiver, secret: &str) {
    owner.deactivate().await;
    let (before, arrived) = (events(site), receiver.count("/hook"));
    register(site, "nobody").await;
    owner.publish_post("Unheard").await;
    owner.browser.get("/wp-cron.php?doing_wp_cron").await;
    assert_eq!(events(site), before);
    assert_eq!(
        site.php("echo json_encode(array_map('array_keys', _get_cron_array()));").matches("hookwright").count(),
        0
    );

    // What comes now comes after whatever should not have come.
    owner.activate().await;
    register(site, "bruno").await;
    wait_for(site, receiver, arrived + 2).await;
    let arrivals = receiver.arrivals("/hook").split_off(arrived);
    assert_eq!(topics(&arrivals), ["account_created", "wordpress.user.registered"]);
    assert_eq!(data(&arrivals, "wordpress.user.registered")["user"]["login"], "bruno");
    assert_verified(&arrivals, secret);
}

async fn deleted(site: &Site, owner: &mut Owner<'_>) {
    owner.deactivate().await;
    let page = owner.delete_plugin().await;
    assert!(page.words().contains("deleted"), "{}", page.words());
    assert!(!site.root().join("wp-content/plugins/hookwright").exists());
    assert_eq!(site.column("SHOW TABLES LIKE '%hookwright%'"), [""; 0]);
    // WordPress keeps the names of plugins that were active once.
    let left = "SELECT option_name FROM wp_options WHERE option_name LIKE '%hookwright%'
        OR option_value LIKE '%hookwright%' AND option_name <> 'recently_activated'
        UNION SELECT meta_key FROM wp_usermeta WHERE meta_key LIKE '%hookwright%'";
    assert_eq!(site.column(left), [""; 0]);
}

fn events(site: &Site) -> Vec<String> {
    site.column("SELECT COUNT(*) FROM wp_hookwright_events")
}
