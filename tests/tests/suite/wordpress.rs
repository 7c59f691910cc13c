//! A real WordPress, from Debian's package, with the plugin as it is shipped (`cargo xtask build-wordpress`), used as its
//! owner and its visitors use it: through pages, forms and the REST API. What the receiver gets is judged by a library
//! that is not ours.

mod bridges;
mod inside;
mod life;
mod owner;
mod screens;
mod shared_tables;
mod without_ffi;

use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use hookwright_tests::outside_tools::node_package;
use hookwright_tests::wordpress::{Cron, Ffi, Front, Setup, Site, wordpress};
use tokio::time::timeout;

use crate::delivery::receiver::{Arrival, PATIENCE, Receiver};

/// A site with the plugin in its folder, not yet activated; none where the machine lacks something, which it says.
async fn site(front: Front, ffi: Ffi, cron: Cron) -> Option<Site> {
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/wordpress/hookwright");
    if !plugin.join("hookwright.php").is_file() {
        skipped("the WordPress plugin is not built; `cargo xtask build-wordpress` builds it");
        return None;
    }
    let wordpress = wordpress()?;
    Some(Site::start(&wordpress, Setup { front, ffi, cron, plugin: &plugin }).await.unwrap())
}

fn skipped(lack: &str) {
    let told = format!("SKIPPED: {lack}");
    assert!(std::env::var_os("CI").is_none_or(|value| value.is_empty()), "{told}");
    // Past the test harness, which keeps what a passing test prints.
    let _ = writeln!(io::stderr(), "{told}");
}

/// What `standardwebhooks` of npm says of each; and that it refuses each with another body.
fn assert_verified(arrivals: &[Arrival], secret: &str) {
    let script = r"
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
const { secret, requests } = JSON.parse(readFileSync(0, 'utf8'));
const holds = (body, headers) => { try { new Webhook(secret).verify(body, headers); return true; } catch { return false; } };
console.log(JSON.stringify(requests.map(({ body, headers }) => [holds(body, headers), holds(`${body} `, headers)])));
";
    let requests = arrivals.iter().map(|arrival| {
        let headers = arrival.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().into()));
        let headers: serde_json::Map<String, serde_json::Value> = headers.collect();
        serde_json::json!({ "body": String::from_utf8(arrival.body.to_vec()).unwrap(), "headers": headers })
    });
    let task = serde_json::json!({ "secret": secret, "requests": requests.collect::<Vec<_>>() });
    // They wait with a runtime of their own.
    let output = tokio::task::block_in_place(|| {
        node_package("standardwebhooks", "1.1.1").map(|package| package.run(script, task.to_string().as_bytes()))
    });
    let Some(output) = output else { return };
    let said = String::from_utf8_lossy(&output.stderr);
    let answers: Vec<(bool, bool)> = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
    assert_eq!(answers, vec![(true, false); arrivals.len()], "{said}");
}

/// Waits until so many requests have come for `/hook`, while people visit the site, which is what starts WP-Cron.
async fn wait_for(site: &Site, receiver: &Receiver, count: usize) {
    for _ in 0..PATIENCE.as_secs() {
        if timeout(Duration::from_secs(1), receiver.wait_for("/hook", count)).await.is_ok() {
            return;
        }
        site.visitor().get("/wp-login.php").await;
    }
    panic!("{} of {count} requests came\n{}", receiver.count("/hook"), site.log());
}

/// The topics of requests, sorted: what is due at once goes in no order.
fn topics(arrivals: &[Arrival]) -> Vec<String> {
    let mut topics: Vec<String> =
        arrivals.iter().map(|arrival| json(arrival)["type"].as_str().unwrap().into()).collect();
    topics.sort();
    topics
}

/// The data of the one event of this topic.
fn data(arrivals: &[Arrival], topic: &str) -> serde_json::Value {
    let mut events = arrivals.iter().map(json).filter(|event| event["type"] == topic);
    let event = events.next().unwrap_or_else(|| panic!("there is no {topic}"));
    assert!(events.next().is_none(), "{topic} came twice");
    event["data"].clone()
}

fn json(arrival: &Arrival) -> serde_json::Value {
    serde_json::from_slice(&arrival.body).unwrap()
}
