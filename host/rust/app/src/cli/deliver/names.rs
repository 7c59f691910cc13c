//! What the webhooks and events of a run are called, for a person.

use std::collections::HashMap;
use std::time::Duration;

use hookwright_runtime::Hookwright;
use hookwright_runtime::types::Scope;
use tokio::time::timeout;

/// Names kept; more webhooks than that are asked for again.
const KEPT: usize = 10_000;
/// A line of output is not worth a longer wait for a busy database.
const PATIENCE: Duration = Duration::from_millis(500);

/// Names by webhook id.
#[derive(Debug)]
pub(super) struct Names {
    hookwright: Hookwright,
    known: HashMap<String, String>,
}

impl Names {
    /// None known yet.
    pub(super) fn new(hookwright: Hookwright) -> Self {
        Self { hookwright, known: HashMap::new() }
    }

    /// The webhook's name; its URL when the name cannot be found out.
    pub(super) async fn of(&mut self, webhook_id: &str, url: &str) -> String {
        if let Some(name) = self.known.get(webhook_id) {
            return name.clone();
        }
        let asked = self.hookwright.webhooks_get(Scope::All, webhook_id.to_owned());
        let Ok(Ok(webhook)) = timeout(PATIENCE, asked).await else {
            return url.to_owned();
        };
        if self.known.len() >= KEPT {
            self.known.clear();
        }
        self.known.insert(webhook_id.to_owned(), webhook.name.clone());
        webhook.name
    }
}
