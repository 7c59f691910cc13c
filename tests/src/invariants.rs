//! What must be true of the tables at every moment, whatever was done to them.
//!
//! Knows the tables; knows nothing of how they came to be so.

use crate::database::Database;

/// Sentences that must hold, and the query that finds the ids of rows for which they do not.
const INVARIANTS: [(&str, &str); 13] = [
    (
        "a delivery that waits or is sent has a due time",
        "SELECT id FROM hookwright_deliveries WHERE state IN ('pending', 'sending') AND due_at IS NULL",
    ),
    (
        "a held delivery has no due time, and a webhook that is not active, or the installation is stopped",
        "SELECT d.id FROM hookwright_deliveries d LEFT JOIN hookwright_webhooks w ON w.id = d.webhook_id \
         WHERE d.state = 'held' AND (d.due_at IS NOT NULL OR w.id IS NULL OR (w.status = 'active' AND NOT EXISTS (SELECT 1 FROM hookwright_meta \
         WHERE name = 'stopped')))",
    ),
    (
        "a delivery that has ended has an end, no due time and no claim",
        "SELECT id FROM hookwright_deliveries WHERE state IN ('delivered', 'exhausted', 'cancelled') \
         AND (finished_at IS NULL OR due_at IS NOT NULL OR claim_token IS NOT NULL)",
    ),
    (
        "a delivery that has not ended has no end",
        "SELECT id FROM hookwright_deliveries WHERE state IN ('pending', 'sending', 'held') AND finished_at IS NOT NULL",
    ),
    (
        "a delivery is claimed if and only if it is being sent",
        "SELECT id FROM hookwright_deliveries WHERE (state = 'sending') <> (claim_token IS NOT NULL)",
    ),
    (
        "there is no other state",
        "SELECT id FROM hookwright_deliveries \
         WHERE state NOT IN ('pending', 'sending', 'held', 'delivered', 'exhausted', 'cancelled')",
    ),
    (
        "attempts are counted as they are recorded, from 1 and without a gap; the newest 100 are kept",
        "SELECT d.id FROM hookwright_deliveries d JOIN hookwright_events e ON e.id = d.event_id WHERE e.kept IN (1, 3) \
         AND (CASE WHEN d.attempts < 100 THEN d.attempts ELSE 100 END <> (SELECT COUNT(*) FROM hookwright_attempts a WHERE a.delivery_id = d.id) \
         OR d.attempts <> COALESCE((SELECT MAX(a.number) FROM hookwright_attempts a \
         WHERE a.delivery_id = d.id), 0))",
    ),
    (
        "what is delivered was answered with 2xx",
        "SELECT d.id FROM hookwright_deliveries d JOIN hookwright_events e ON e.id = d.event_id WHERE e.kept IN (1, 3) \
         AND d.state = 'delivered' AND NOT EXISTS (SELECT 1 FROM \
         hookwright_attempts a WHERE a.delivery_id = d.id AND a.status BETWEEN 200 AND 299)",
    ),
    (
        "a delivery has its event and, unless that is past its retention, its payload",
        "SELECT d.id FROM hookwright_deliveries d LEFT JOIN hookwright_events e ON e.id = d.event_id \
         WHERE e.id IS NULL OR (e.kept IN (2, 3) AND NOT EXISTS (SELECT 1 FROM hookwright_payloads p \
         WHERE p.event_id = d.event_id AND p.digest = d.digest))",
    ),
    (
        "what has not ended has its payload",
        "SELECT d.id FROM hookwright_deliveries d JOIN hookwright_events e ON e.id = d.event_id \
         WHERE d.state IN ('pending', 'sending', 'held') AND e.kept = 1",
    ),
    (
        "no payload and no attempt is left without its event",
        "SELECT p.event_id FROM hookwright_payloads p WHERE NOT EXISTS (SELECT 1 FROM hookwright_events e \
         WHERE e.id = p.event_id AND e.kept IN (2, 3)) UNION ALL SELECT a.delivery_id FROM hookwright_attempts a \
         WHERE NOT EXISTS (SELECT 1 FROM hookwright_deliveries d WHERE d.id = a.delivery_id)",
    ),
    (
        "a webhook has its topics, and no topic is without a webhook",
        "SELECT w.id FROM hookwright_webhooks w WHERE NOT EXISTS (SELECT 1 FROM hookwright_subscriptions s \
         WHERE s.webhook_id = w.id AND s.account = w.account) UNION ALL SELECT s.webhook_id FROM \
         hookwright_subscriptions s WHERE NOT EXISTS (SELECT 1 FROM hookwright_webhooks w WHERE w.id = s.webhook_id)",
    ),
    (
        "the webhooks of an account with limits are counted",
        "SELECT account FROM hookwright_account_limits l WHERE l.webhooks <> (SELECT COUNT(*) FROM hookwright_webhooks w \
         WHERE w.account = l.account)",
    ),
];

/// Every sentence that does not hold, with the rows; none in a database without tables.
#[must_use]
pub fn broken(database: &Database) -> Vec<String> {
    if !database.has_tables() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (sentence, query) in INVARIANTS {
        let ids = database.texts(query);
        if !ids.is_empty() {
            found.push(format!("{sentence}: not so for {}", ids.join(", ")));
        }
    }
    found.extend(database.damage());
    found
}
