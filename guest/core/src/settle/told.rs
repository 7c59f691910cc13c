//! What extensions are told of attempts, once those are recorded.
//!
//! Decides nothing about a delivery: whatever goes wrong here is logged, and the outcomes stand.

use std::collections::HashMap;

use serde_json::json;

use super::{Decision, Outcome, Settlement};
use crate::call::Call;
use crate::error::Result;
use crate::hooks::wanted_by_name;
use crate::ports::{DeliveryContext, EventContext, Hook, Level};
use crate::sql::{IN_LIST_MAX, SettleRow, rows};

/// Account, empty for none, and time of the event of each delivery.
type Events = HashMap<String, (String, i64)>;

impl Call<'_> {
    /// Tells the extensions that want to know what became of these attempts.
    pub(super) fn tell_extensions(
        &mut self,
        settlements: &[Settlement],
        known: &HashMap<String, SettleRow>,
        results: &[Option<Result<Decision>>],
    ) {
        if settlements.is_empty() {
            return;
        }
        let interests = self.extensions.interests();
        let attempts = settlements.iter().zip(results).filter_map(|(settlement, result)| match result {
            Some(Ok(decision)) if settlement.outcome != Outcome::Released => {
                let row = known.get(&settlement.delivery_id)?;
                wanted_by_name(&interests, Hook::AfterDelivery, &row.topic).then_some((settlement, row, decision))
            }
            _ => None,
        });
        let attempts: Vec<_> = attempts.collect();
        let ids: Vec<&str> = attempts.iter().map(|(_, row, _)| row.id.as_str()).collect();
        let Ok(events) = self.events_of(&ids) else {
            let count = ids.len();
            let why =
                format!("{count} attempts are recorded, but extensions are not told: their events cannot be read");
            self.environment.log(Level::Warn, &why);
            return;
        };
        for (settlement, row, decision) in attempts {
            let Some((account, occurred_at)) = events.get(&row.id) else { continue };
            let event = EventContext {
                event_id: &row.event_id,
                topic: &row.topic,
                account: Some(account.as_str()).filter(|account| !account.is_empty()),
                occurred_at: *occurred_at,
            };
            let attempt = row.attempts.saturating_add(1);
            let context = DeliveryContext { event, delivery_id: &row.id, webhook_id: &row.webhook_id, attempt };
            if let Err(why) = self.extensions.after_delivery(context, &outcome(settlement, decision)) {
                let id = &row.id;
                let line = format!("delivery {id}: an extension failed when it was told of attempt {attempt}: {why}");
                self.environment.log(Level::Warn, &line);
            }
        }
    }

    fn events_of(&mut self, ids: &[&str]) -> Result<Events> {
        let statements: Vec<_> = ids.chunks(IN_LIST_MAX).map(|part| self.sql.delivered_events(part)).collect();
        let mut events = HashMap::new();
        if statements.is_empty() {
            return Ok(events);
        }
        for answer in self.read(statements)? {
            events.extend(rows(answer, 3, |row| Ok((row.text()?, (row.text()?, row.integer()?))))?);
        }
        Ok(events)
    }
}

fn outcome(settlement: &Settlement, decision: &Decision) -> String {
    let (status, failure) = match &settlement.outcome {
        Outcome::Response(response) => (Some(response.status), None),
        Outcome::Failure { kind, .. } => (None, Some(kind.word())),
        Outcome::Released => (None, None),
    };
    json!({
        "state": decision.state.word(),
        "status": status,
        "failure": failure,
        "duration-ms": settlement.duration_ms,
        "reason": decision.reason,
    })
    .to_string()
}
