//! Statements that write webhooks and their subscriptions.

use super::{HealthChange, WebhookRow};
use crate::ports::{Statement, Value};
use crate::sql::Sql;

/// What a change of the registry may write.
const CHANGEABLE: [&str; 18] = [
    "name",
    "name_search",
    "url",
    "url_search",
    "status",
    "status_reason",
    "status_at",
    "updated_at",
    "description",
    "integration",
    "owner",
    "header_names",
    "shape",
    "standard_headers",
    "retry_schedule",
    "timeout_ms",
    "rate",
    "filter",
];

impl Sql<'_> {
    /// A new webhook. `secret` and `headers` as they are stored.
    pub(crate) fn insert_webhook(&self, webhook: &WebhookRow, secret: &str, headers: &str) -> Statement {
        let mut params: Vec<Value> = vec![
            webhook.id.as_str().into(),
            webhook.account.as_str().into(),
            secret.into(),
            headers.into(),
            webhook.settings.secret_kind.as_str().into(),
            webhook.revision.into(),
            webhook.created_at.into(),
            i64::from(webhook.settings.ping_pending).into(),
        ];
        params.extend(changeable(webhook));
        self.change(
            &format!(
                "INSERT INTO @webhooks (id, account, secret, headers, secret_kind, revision, created_at, ping_pending, {}, \
                 former_secrets, rate_token, failures, slowed_until, delivered_count, failed_count, was_disabled, rate_used_until, \
                 rate_free_at) \
                 VALUES ({}'','',0,0,0,0,0,0,0)",
                CHANGEABLE.join(", "),
                "?,".repeat(params.len())
            ),
            params,
        )
    }

    /// Writes the registry's fields of a webhook whose revision was `seen`.
    pub(crate) fn update_webhook(&self, webhook: &WebhookRow, seen: i64) -> Statement {
        let mut params = changeable(webhook);
        params.extend([webhook.revision.into(), webhook.id.as_str().into(), seen.into()]);
        self.change(
            &format!(
                "UPDATE @webhooks SET {} = ?, revision = ? WHERE id = ? AND revision = ?",
                CHANGEABLE.join(" = ?, ")
            ),
            params,
        )
        .expecting(1)
    }

    /// Forgives a webhook's past failures.
    pub(crate) fn forgive(&self, id: &str) -> Statement {
        self.change(
            "UPDATE @webhooks SET failures = 0, failing_since = NULL, slowed_until = 0 WHERE id = ?",
            vec![id.into()],
        )
    }

    /// Records whether a webhook waits for a ping to be answered.
    pub(crate) fn await_ping(&self, id: &str, pending: bool) -> Statement {
        self.change("UPDATE @webhooks SET ping_pending = ? WHERE id = ?", vec![i64::from(pending).into(), id.into()])
    }

    /// Replaces the values of a webhook's headers, as they are stored.
    pub(crate) fn update_headers(&self, id: &str, headers: &str) -> Statement {
        self.change("UPDATE @webhooks SET headers = ? WHERE id = ?", vec![headers.into(), id.into()])
    }

    /// Replaces the secret, as it is stored, of a webhook whose revision was `seen`.
    pub(crate) fn rotate_secret(&self, webhook: &WebhookRow, secret: &str, seen: i64) -> Statement {
        self.change(
            "UPDATE @webhooks SET secret = ?, secret_kind = ?, former_secrets = ?, revision = ?, updated_at = ? \
             WHERE id = ? AND revision = ?",
            vec![
                secret.into(),
                webhook.settings.secret_kind.as_str().into(),
                webhook.settings.former_secrets.as_str().into(),
                webhook.revision.into(),
                webhook.updated_at.into(),
                webhook.id.as_str().into(),
                seen.into(),
            ],
        )
        .expecting(1)
    }

    pub(crate) fn insert_subscription(&self, webhook: &WebhookRow, pattern: &str, place: i64) -> Statement {
        self.change(
            "INSERT INTO @subscriptions (pattern, account, webhook_id, place) VALUES (?,?,?,?)",
            vec![pattern.into(), webhook.account.as_str().into(), webhook.id.as_str().into(), place.into()],
        )
    }

    pub(crate) fn delete_subscriptions(&self, webhook_id: &str) -> Statement {
        self.change("DELETE FROM @subscriptions WHERE webhook_id = ?", vec![webhook_id.into()])
    }

    pub(crate) fn delete_webhook(&self, id: &str) -> Statement {
        self.change("DELETE FROM @webhooks WHERE id = ?", vec![id.into()]).expecting(1)
    }

    /// Remembers that a webhook was deleted, until [`Sql::forget_deleted`].
    pub(crate) fn remember_deleted(&self, id: &str, now: i64) -> Statement {
        let or_nothing = self.or_nothing("id");
        self.change(
            &format!("INSERT INTO @deleted_webhooks (id, deleted_at) VALUES (?,?) {or_nothing}"),
            vec![id.into(), now.into()],
        )
    }

    /// Forgets webhooks that were deleted up to this time.
    pub(crate) fn forget_deleted(&self, until: i64) -> Statement {
        self.change("DELETE FROM @deleted_webhooks WHERE deleted_at <= ?", vec![until.into()])
    }

    /// Adds a batch's outcomes to a webhook's health. Relative, so that workers need not agree on an order.
    pub(crate) fn update_health(&self, id: &str, change: &HealthChange) -> Statement {
        let run = if change.restarted {
            "failures = ?, failing_since = ?, was_disabled = CASE WHEN status = 'active' THEN 0 ELSE was_disabled END"
        } else {
            "failures = failures + ?, failing_since = COALESCE(failing_since, ?)"
        };
        let mut params: Vec<Value> = vec![
            change.failures.into(),
            change.failing_since.into(),
            change.last_success_at.into(),
            change.last_failure_at.into(),
            change.slowed_until.unwrap_or(0).into(),
            change.slowed_until.unwrap_or(0).into(),
            change.delivered.into(),
            change.failed.into(),
            id.into(),
        ];
        let guard = match change.recovered_from {
            Some((failures, was_disabled)) => {
                params.extend([failures.into(), i64::from(was_disabled).into()]);
                " AND failures = ? AND was_disabled = ?"
            }
            None => "",
        };
        let statement = self.change(
            &format!(
                "UPDATE @webhooks SET {run}, last_success_at = COALESCE(?, last_success_at), \
                 last_failure_at = COALESCE(?, last_failure_at), \
                 slowed_until = CASE WHEN slowed_until < ? THEN ? ELSE slowed_until END, \
                 delivered_count = delivered_count + ?, failed_count = failed_count + ? WHERE id = ?{guard}"
            ),
            params,
        );
        if guard.is_empty() { statement } else { statement.expecting(1) }
    }

    /// Disables a webhook that is still active at the revision that the decision rests on.
    pub(crate) fn disable_webhook(&self, id: &str, seen: i64, reason: &str, at: i64) -> Statement {
        self.change(
            "UPDATE @webhooks SET status = 'disabled', was_disabled = 1, status_reason = ?, status_at = ?, revision = revision + 1, \
             updated_at = ? WHERE id = ? AND revision = ? AND status = 'active'",
            vec![reason.into(), at.into(), at.into(), id.into(), seen.into()],
        )
        .expecting(1)
    }
}

/// The values of [`CHANGEABLE`].
fn changeable(webhook: &WebhookRow) -> Vec<Value> {
    let settings = &webhook.settings;
    vec![
        webhook.name.as_str().into(),
        webhook.name.to_lowercase().into(),
        webhook.url.as_str().into(),
        webhook.url.to_lowercase().into(),
        webhook.status.word().into(),
        webhook.status_reason.clone().into(),
        webhook.status_at.into(),
        webhook.updated_at.into(),
        settings.description.as_str().into(),
        settings.integration.as_str().into(),
        settings.owner.as_str().into(),
        settings.header_names.as_str().into(),
        settings.shape.as_str().into(),
        i64::from(settings.standard_headers).into(),
        settings.retry_schedule.as_str().into(),
        settings.timeout_ms.into(),
        settings.rate.into(),
        settings.filter.as_str().into(),
    ]
}
