//! What a person sees of a webhook: all that was set and is not the default, and how it goes.

use hookwright_runtime::registry::{Status, Webhook};

use crate::cli::length;
use crate::json::status_word;
use crate::output::Tone;
use crate::output::moment::{exact, now_ms};
use crate::output::record::Record;

/// A webhook, for a person.
pub(super) fn record(webhook: &Webhook) -> Record {
    let now = now_ms();
    let record = Record::default()
        .toned("Id", Tone::Strong, &webhook.id)
        .field("Name", &webhook.name)
        .field("URL", &webhook.url)
        .field("Topics", topics(&webhook.topics))
        .maybe("Filter", webhook.filter.as_ref())
        .maybe("Account", webhook.account.as_ref())
        .maybe("Description", webhook.description.as_ref())
        .maybe("Integration", Some(&webhook.integration).filter(|name| *name != DEFAULT_INTEGRATION))
        .maybe("Owner", webhook.owner.as_ref())
        .toned("Status", tone(webhook.status), status_word(webhook.status))
        .maybe("Reason", webhook.status_reason.as_ref())
        .maybe("Status since", Some(exact(webhook.status_at, now)).filter(|_| webhook.status_at != webhook.created_at));
    let record = with_conventions(record, webhook)
        .field("Created", exact(webhook.created_at, now))
        .maybe("Updated", Some(exact(webhook.updated_at, now)).filter(|_| webhook.revision > 1))
        .field("Revision", webhook.revision);
    with_health(record, webhook, now)
}

/// For one line.
pub(super) fn topics(topics: &[String]) -> String {
    if topics.is_empty() { "all".to_owned() } else { topics.join(", ") }
}

/// Whether a status is good.
pub(super) fn tone(status: Status) -> Tone {
    match status {
        Status::Active => Tone::Good,
        Status::Paused => Tone::Waiting,
        Status::Disabled => Tone::Bad,
    }
}

const DEFAULT_INTEGRATION: &str = "manual";
const DEFAULT_DIALECT: &str = "standard";

/// How requests look, and when they are sent.
fn with_conventions(record: Record, webhook: &Webhook) -> Record {
    let Webhook { dialect, format, payload_version, .. } = webhook;
    let foreign = dialect != DEFAULT_DIALECT;
    let dialect = match (foreign, format.as_str()) {
        (false, "json") => None,
        (false, format) => Some(format!("{dialect}, as {format}")),
        (true, format) => Some(format!("{dialect}, version {payload_version}, as {format}")),
    };
    let beside = if webhook.standard_headers { "sent" } else { "not sent" };
    let schedule = webhook.retry_schedule.as_ref();
    record
        .maybe("Dialect", dialect)
        .maybe("Standard headers", foreign.then_some(beside))
        .maybe("Headers", Some(webhook.header_names.join(", ")).filter(|names| !names.is_empty()))
        .maybe(
            "Retry schedule",
            schedule.map(|delays| delays.iter().map(|ms| length::tell(*ms)).collect::<Vec<_>>().join(", ")),
        )
        .maybe("Time-out", webhook.timeout.map(length::tell))
        .maybe("Rate", webhook.requests_per_second.map(|rate| format!("{rate} a second at most")))
}

fn with_health(record: Record, webhook: &Webhook, now: i64) -> Record {
    let time = |at: Option<i64>| at.map(|at| exact(at, now));
    let health = &webhook.health;
    let former = webhook.former_secrets_until.iter().filter(|until| **until > now).max();
    record
        .maybe("Former secrets", former.map(|until| format!("sign until {}", exact(*until, now))))
        .maybe("Ping", webhook.ping_pending.then_some("none has been answered yet"))
        .maybe("Delivered", Some(health.delivered).filter(|count| *count > 0))
        .maybe("Failed attempts", Some(health.failed).filter(|count| *count > 0))
        .maybe("Last success", time(health.last_success_at))
        .maybe("Last failure", time(health.last_failure_at))
        .maybe("Failures since", Some(health.consecutive_failures).filter(|failures| *failures > 0))
        .maybe("Failing since", time(health.failing_since))
        .maybe("Slowed until", time(health.slowed_until.filter(|until| *until > now)))
}
