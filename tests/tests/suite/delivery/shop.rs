//! A platform under test: the component on the system's clock, and a dispatcher on its outbox.

use std::sync::Arc;

use hookwright_dispatcher::{Client, ClientOptions, Dispatcher, Options as Pace, Summary, Until};
use hookwright_outbox::RuntimeOutbox;
use hookwright_runtime::deliveries::{Delivery, Details, Query, State};
use hookwright_runtime::registry::NewWebhook;
use hookwright_runtime::types::{Paging, Scope};
use hookwright_runtime::{Hookwright, Options, SystemEnvironment};
use hookwright_tests::component;
use hookwright_tests::installation::{Installation, Kind, new_webhook};

/// What an installation needs to call receivers on this machine.
pub(super) const LOOPBACK: [(&str, &str); 2] = [("allow-http", "true"), ("allow-addresses", "loopback")];

pub(super) struct Shop {
    // Before the installation, whose end looks at tables that nobody may be writing any more.
    pub(super) hookwright: Hookwright,
    pub(super) site: Installation,
}

/// A webhook of the shop, with its secret.
pub(super) struct Hook {
    pub(super) id: String,
    pub(super) secret: String,
}

impl Shop {
    pub(super) fn open(config: &[(&str, &str)]) -> Self {
        let config: Vec<_> = LOOPBACK.iter().chain(config).copied().collect();
        // Its own subject, which makes the tables, is the native one: it never blocks on another thread.
        let mut site = Installation::with_config(Kind::Native, &config);
        let options = Options { environment: Arc::new(SystemEnvironment), ..site.options() };
        let hookwright = component::start(site.connect(), options);
        Self { hookwright, site }
    }

    pub(super) async fn hook(&self, url: String, topics: &[&str]) -> Hook {
        let created = self.hookwright.webhooks_create(NewWebhook { url, ..new_webhook(topics) }).await.unwrap();
        Hook { id: created.webhook.id, secret: created.secret.expose().to_owned() }
    }

    pub(super) fn dispatcher(&self) -> Dispatcher<RuntimeOutbox> {
        let outbox = RuntimeOutbox(self.hookwright.clone());
        Dispatcher::new(outbox, client(), Pace::default())
    }

    /// Delivers until nothing waits any more.
    pub(super) async fn deliver(&self) -> Summary {
        self.dispatcher().run(Until::Empty { wait_at_most: None }).await
    }

    /// All deliveries, with all that is known of them.
    pub(super) async fn log(&self) -> Vec<Details> {
        let mut log = Vec::new();
        for page in 1.. {
            let found: Vec<Delivery> = self.hookwright.deliveries_find(query(page)).await.unwrap().items;
            if found.is_empty() {
                break;
            }
            for delivery in found {
                log.push(self.hookwright.deliveries_get(Scope::All, delivery.id).await.unwrap());
            }
        }
        log
    }

    /// Asserts that every delivery has reached its receiver.
    pub(super) async fn assert_all_delivered(&self, count: usize) {
        let log = self.log().await;
        assert_eq!(log.len(), count);
        assert!(log.iter().all(|details| details.delivery.state == State::Delivered), "{log:?}");
    }
}

pub(super) fn client() -> Client {
    Client::new(ClientOptions::default()).unwrap()
}

fn query(page: u32) -> Query {
    Query {
        scope: Scope::All,
        webhook_id: None,
        event_id: None,
        topic: None,
        state: None,
        paging: Paging { page, per_page: 100 },
    }
}
