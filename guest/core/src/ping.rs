//! The ping: a signed request that tells a receiver, and the site's owner, that a webhook works.
//!
//! Decides when a webhook is pinged and what a ping says. It goes the way of every delivery (see
//! [`crate::test_event`]): one attempt, and no mark on the webhook's health.

use serde_json::json;

use crate::call::Call;
use crate::claim::Request;
use crate::envelope;
use crate::error::{Error, Result};
use crate::ports::Statement;
use crate::scope::Scope;
use crate::sql::{Status, WebhookRow};
use crate::topic::Topic;

/// The topic of a ping.
pub(crate) const PING: &str = "webhook.ping";

impl Call<'_> {
    /// Stores a ping for one webhook, whatever its status, and claims it.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Invalid`] when the lease is too short, [`Error::Forbidden`] when its account's plan has
    /// no webhooks
    pub fn ping(&mut self, scope: &Scope, webhook_id: &str, lease_ms: u32) -> Result<Request> {
        self.check_lease(lease_ms)?;
        let (row, _) = self.load_row(scope, webhook_id)?;
        self.open_gate(&row.account)?;
        let data = self.ping_data(&row);
        let event_id = self.event_id();
        self.send_alone(&row, event_id, &ping_topic()?, &data, lease_ms)
    }

    /// What stores the ping of a webhook that has just become active or has another URL, if the installation wants it.
    pub(crate) fn ping_by_itself(&mut self, webhook: &WebhookRow) -> Result<Vec<Statement>> {
        if !self.config.ping || webhook.status != Status::Active {
            return Ok(Vec::new());
        }
        let data = self.ping_data(webhook);
        let event_id = self.event_id();
        let mut statements = self.lone_event(webhook, event_id, &ping_topic()?, &data, None)?;
        statements.push(self.sql.hold_while_stopped(&webhook.id));
        Ok(statements)
    }

    fn ping_data(&self, webhook: &WebhookRow) -> String {
        json!({
            "webhook_id": webhook.id,
            "name": webhook.name,
            "status": webhook.status.word(),
            "pinged_at": envelope::timestamp_text(self.now).unwrap_or_default(),
        })
        .to_string()
    }
}

fn ping_topic() -> Result<Topic> {
    Topic::parse(PING).map_err(|error| Error::field("topic", error.to_string()))
}
