//! Three hosts on the same tables: a WordPress stores events in its own database, the Rust program sends them, and Node
//! reads the log.

use std::path::{Path, PathBuf};
use std::process::Command;

use hookwright_tests::wordpress::{Cron, Ffi, Front, Site};

use super::owner::Owner;
use super::{assert_verified, data, site, topics};
use crate::delivery::receiver::Receiver;

/// Begins the names of the tables; WordPress's own prefix is a part of it.
const PREFIX: &str = "wp_hookwright_";

/// Needs the program `hookwright` of the same build, and the Node host where `cargo xtask test-node` lays it.
#[tokio::test(flavor = "multi_thread")]
async fn php_stores_rust_sends_and_node_reads() {
    let Some(node) = node_host() else { return };
    let Some(site) = site(Front::Fpm, Ffi::On, Cron::OnRequest).await else { return };
    let receiver = Receiver::willing().await;
    let mut owner = Owner::of(&site).await;
    owner.activate().await;
    owner.set("/wp-admin/admin.php?page=hookwright-settings&tab=settings", "delivery", "delivery", "worker").await;
    let secret = owner.make_webhook(&receiver.url("/hook"), &["wordpress.post.published", "order.created"]).await;

    let post = owner.publish_post("For all three").await;
    // A business change and its event, on WordPress's own connection; of the second, neither remains.
    let _ = site.php(
        r"global $wpdb;
        $wpdb->query('CREATE TABLE shop_order (id INT PRIMARY KEY) ENGINE=InnoDB');
        foreach ([7 => 'COMMIT', 8 => 'ROLLBACK'] as $id => $end) {
            $wpdb->query('START TRANSACTION');
            $wpdb->insert('shop_order', ['id' => $id]);
            hookwright()->publish('order.created', ['id' => $id, 'note' => 'é 🎉']);
            $wpdb->query($end);
        }",
    );
    assert_eq!(site.column("SELECT id FROM shop_order"), ["7"]);
    owner.browser.get("/wp-cron.php?doing_wp_cron").await;
    assert_eq!(site.column("SELECT COUNT(*) FROM wp_hookwright_deliveries WHERE claims = 0"), ["3"]);

    tokio::task::block_in_place(|| deliver(&site));
    let arrivals = receiver.arrivals("/hook");
    assert_eq!(topics(&arrivals), ["order.created", "webhook.ping", "wordpress.post.published"]);
    assert_verified(&arrivals, &secret);
    assert_eq!(data(&arrivals, "order.created"), serde_json::json!({ "id": 7, "note": "é 🎉" }));
    assert_eq!(data(&arrivals, "wordpress.post.published")["post"]["id"], post["id"]);

    let log = tokio::task::block_in_place(|| read_log(&node, &site));
    let mut expected: Vec<(String, String, Vec<i64>)> =
        topics(&arrivals).into_iter().map(|topic| (topic, "delivered".to_owned(), vec![200])).collect();
    expected.sort();
    assert_eq!(log, expected);
}

fn deliver(site: &Site) {
    let program = std::env::current_exe().unwrap().parent().unwrap().join("../hookwright");
    let folder = tempfile::tempdir().unwrap();
    let mut worker = Command::new(program);
    worker.args(["--database", &site.database.url, "--allow-local", "--set"]).arg(format!("table-prefix={PREFIX}"));
    let output = worker.arg("deliver").current_dir(folder.path()).output().unwrap();
    let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}\n{said}");
}

/// Topic, state and the answers' codes of each delivery, sorted.
fn read_log(node: &Path, site: &Site) -> Vec<(String, String, Vec<i64>)> {
    let script = r"
import { Hookwright } from './src/index.js';
const [database, tablePrefix] = process.argv.slice(1);
const hookwright = new Hookwright({ database, settings: { tablePrefix } });
const log = hookwright.deliveries.find().items.map(({ id }) => {
  const { delivery, attempts } = hookwright.deliveries.get(id);
  return [delivery.topic, delivery.state, attempts.map(({ outcome }) => outcome.response.status)];
});
console.log(JSON.stringify(log));
await hookwright.close();
";
    let mut reader = Command::new("node");
    reader.args(["--input-type=module", "-e", script, "--", &site.database.tcp_url, PREFIX]).current_dir(node);
    let output = reader.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let mut log: Vec<_> = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
    log.sort();
    log
}

/// The installed package, or a word to the person why there is none.
fn node_host() -> Option<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/node-host/package");
    if package.join("node_modules/.hookwright-complete").is_file() {
        return Some(package);
    }
    super::skipped("the Node host is not installed; `cargo xtask test-node` installs it");
    None
}
