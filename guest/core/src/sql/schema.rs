//! The tables, as numbered migrations. A released migration is never edited.

use super::{Row, Sql, rows};
use crate::error::Result;
use crate::ports::{ColumnType, Dialect, ResultSet, Statement};

/// The version that this component reads and writes.
pub(crate) const SCHEMA_VERSION: u32 = 1;

impl Sql<'_> {
    /// Makes the table that holds the schema's version.
    pub(crate) fn create_meta(&self) -> Statement {
        self.ddl("CREATE TABLE IF NOT EXISTS @meta (name {KEY64} NOT NULL PRIMARY KEY, value {TEXT} NOT NULL){KEYED}")
    }

    pub(crate) fn schema_version(&self) -> Statement {
        self.query("SELECT value FROM @meta WHERE name = 'schema-version'", &[ColumnType::Text], vec![])
    }

    pub(crate) fn record_schema_version(&self, version: u32) -> [Statement; 2] {
        [
            self.change("DELETE FROM @meta WHERE name = 'schema-version'", vec![]),
            self.change(
                "INSERT INTO @meta (name, value) VALUES ('schema-version', ?)",
                vec![version.to_string().into()],
            ),
        ]
    }

    /// The statements that lead from the version before to `version`; each may be run again.
    pub(crate) fn migration(&self, version: u32) -> Vec<Statement> {
        let steps: &[&str] = match version {
            1 => VERSION_1,
            _ => &[],
        };
        let mut texts: Vec<String> = Vec::with_capacity(steps.len());
        for step in steps {
            // MySQL knows no CREATE INDEX IF NOT EXISTS: there an index is a part of its table, which stands before it.
            match step.strip_prefix("CREATE INDEX IF NOT EXISTS ").and_then(|index| index.split_once(" ON ")) {
                Some((name, columns)) if self.dialect == Dialect::Mysql => {
                    let columns = columns.split(['(', ')']).nth(1).unwrap_or_default();
                    if let Some(table) = texts.last_mut()
                        && let Some(end) = table.rfind(')')
                    {
                        table.insert_str(end, &format!(", KEY {name} ({columns})"));
                    }
                }
                _ => texts.push((*step).to_owned()),
            }
        }
        texts.iter().map(|text| self.ddl(text)).collect()
    }

    /// Fills in a dialect's words for types and table kinds.
    fn ddl(&self, template: &str) -> Statement {
        let words: [(&str, [&str; 3]); 12] = [
            // Compared byte for byte; the number is the longest content in bytes.
            ("{KEY16}", ["TEXT", "TEXT COLLATE \"C\"", "VARBINARY(16)"]),
            ("{KEY40}", ["TEXT", "TEXT COLLATE \"C\"", "VARBINARY(40)"]),
            ("{KEY64}", ["TEXT", "TEXT COLLATE \"C\"", "VARBINARY(64)"]),
            ("{KEY128}", ["TEXT", "TEXT COLLATE \"C\"", "VARBINARY(128)"]),
            ("{KEY200}", ["TEXT", "TEXT COLLATE \"C\"", "VARBINARY(200)"]),
            ("{TEXT}", ["TEXT", "TEXT COLLATE \"C\"", "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"]),
            ("{INT}", ["INTEGER", "BIGINT", "BIGINT"]),
            ("{BLOB}", ["BLOB", "BYTEA", "LONGBLOB"]),
            // Small rows found by their key live in the key's own tree.
            ("{KEYED}", [" WITHOUT ROWID", "", " ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4"]),
            // Rows with large values.
            ("{LARGE}", ["", "", " ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4"]),
            ("{WHERE_SENDING}", [" WHERE state = 'sending'", " WHERE state = 'sending'", ""]),
            ("{WHERE_FAILED}", [FAILED, FAILED, ""]),
        ];
        let dialect = match self.dialect {
            Dialect::Sqlite => 0,
            Dialect::Postgres => 1,
            Dialect::Mysql => 2,
        };
        let mut sql = self.text(template);
        for (word, meanings) in words {
            sql = sql.replace(word, meanings[dialect]);
        }
        Statement { sql, params: vec![], columns: &[], expect: None }
    }
}

/// Deliveries that can be recovered; a query in these words reads by the index.
const FAILED: &str = " WHERE state IN ('exhausted', 'cancelled')";

/// The version that [`Sql::schema_version`] found; 0 when none is recorded.
pub(crate) fn decode_version(result: ResultSet) -> Result<u32> {
    let found = rows(result, 1, Row::text)?;
    Ok(found.first().and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// An account is empty for the whole installation; times are unix milliseconds; an empty text or 0 in an optional field
/// of a webhook means the default. `was_disabled` until the next success. `shape` is dialect, format and payload version; a delivery keeps that of its payload.
const VERSION_1: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS @webhooks (
        id {KEY40} NOT NULL PRIMARY KEY,
        account {KEY200} NOT NULL,
        name {TEXT} NOT NULL,
        name_search {TEXT} NOT NULL,
        url {TEXT} NOT NULL,
        url_search {TEXT} NOT NULL,
        secret {TEXT} NOT NULL,
        secret_kind {KEY16} NOT NULL,
        former_secrets {TEXT} NOT NULL,
        status {KEY16} NOT NULL,
        status_reason {TEXT},
        status_at {INT} NOT NULL,
        revision {INT} NOT NULL,
        created_at {INT} NOT NULL,
        updated_at {INT} NOT NULL,
        failures {INT} NOT NULL,
        failing_since {INT},
        last_success_at {INT},
        last_failure_at {INT},
        slowed_until {INT} NOT NULL,
        delivered_count {INT} NOT NULL,
        failed_count {INT} NOT NULL,
        was_disabled {INT} NOT NULL,
        description {TEXT} NOT NULL,
        integration {TEXT} NOT NULL,
        owner {TEXT} NOT NULL,
        headers {TEXT} NOT NULL,
        header_names {TEXT} NOT NULL,
        shape {KEY64} NOT NULL,
        standard_headers {INT} NOT NULL,
        retry_schedule {TEXT} NOT NULL,
        timeout_ms {INT} NOT NULL,
        rate {INT} NOT NULL,
        rate_used_until {INT} NOT NULL,
        rate_free_at {INT} NOT NULL,
        rate_token {KEY40} NOT NULL,
        filter {TEXT} NOT NULL,
        ping_pending {INT} NOT NULL
    ){KEYED}",
    "CREATE INDEX IF NOT EXISTS @webhooks_account ON @webhooks (account, created_at)",
    "CREATE INDEX IF NOT EXISTS @webhooks_status ON @webhooks (status, slowed_until)",
    // `place` is the pattern's position in the webhook's list, -1 for the `*` of an empty list.
    "CREATE TABLE IF NOT EXISTS @subscriptions (
        pattern {KEY128} NOT NULL,
        account {KEY200} NOT NULL,
        webhook_id {KEY40} NOT NULL,
        place {INT} NOT NULL,
        PRIMARY KEY (pattern, account, webhook_id)
    ){KEYED}",
    "CREATE INDEX IF NOT EXISTS @subscriptions_webhook ON @subscriptions (webhook_id, place)",
    // What a transaction stores for them that was open while they were deleted is cancelled by this list.
    "CREATE TABLE IF NOT EXISTS @deleted_webhooks (
        id {KEY40} NOT NULL PRIMARY KEY,
        deleted_at {INT} NOT NULL
    ){KEYED}",
    "CREATE INDEX IF NOT EXISTS @deleted_webhooks_at ON @deleted_webhooks (deleted_at)",
    "CREATE TABLE IF NOT EXISTS @topics (
        name {KEY128} NOT NULL PRIMARY KEY,
        title {TEXT} NOT NULL,
        description {TEXT} NOT NULL,
        topic_group {TEXT} NOT NULL,
        topic_schema {BLOB},
        sample {BLOB},
        created_at {INT} NOT NULL,
        updated_at {INT} NOT NULL
    ){LARGE}",
    "CREATE TABLE IF NOT EXISTS @topic_settings (
        name {KEY128} NOT NULL PRIMARY KEY,
        validation {KEY16} NOT NULL,
        dedupe_ms {INT} NOT NULL,
        keep_payloads_ms {INT},
        keep_attempts_ms {INT},
        deprecated {TEXT},
        replaced_by {TEXT},
        updated_at {INT} NOT NULL
    ){KEYED}",
    // `place` is that in the order of activation, 0 while inactive; `settings` are sealed, empty for none. What
    // hosts load changes with the number `plugins-generation` among the meta values.
    "CREATE TABLE IF NOT EXISTS @plugins (
        name {KEY64} NOT NULL PRIMARY KEY,
        version {TEXT} NOT NULL,
        hash {KEY64} NOT NULL,
        active {INT} NOT NULL,
        fails_closed {INT} NOT NULL,
        place {INT} NOT NULL,
        settings {TEXT} NOT NULL,
        setting_names {TEXT} NOT NULL,
        failures {INT} NOT NULL,
        failures_in_a_row {INT} NOT NULL,
        last_error {TEXT},
        deactivated_reason {TEXT},
        installed_at {INT} NOT NULL,
        updated_at {INT} NOT NULL,
        description {BLOB} NOT NULL,
        previous_hash {KEY64},
        previous_version {TEXT},
        previous_description {BLOB}
    ){LARGE}",
    // `webhooks` and `events` are what is used; `day` is the UTC day, in days since 1970, that `events` counts.
    "CREATE TABLE IF NOT EXISTS @account_limits (
        account {KEY200} NOT NULL PRIMARY KEY,
        webhooks_allowed {INT} NOT NULL,
        max_webhooks {INT},
        max_events_per_day {INT},
        webhooks {INT} NOT NULL,
        day {INT} NOT NULL,
        events {INT} NOT NULL,
        revision {INT} NOT NULL,
        updated_at {INT} NOT NULL
    ){KEYED}",
    // The last event of each subject, for topics with a window; `token` changes with every write.
    "CREATE TABLE IF NOT EXISTS @recent_events (
        topic {KEY128} NOT NULL,
        account {KEY200} NOT NULL,
        subject_digest {KEY64} NOT NULL,
        fingerprint {KEY64} NOT NULL,
        event_id {KEY40} NOT NULL,
        published_at {INT} NOT NULL,
        token {KEY40} NOT NULL,
        PRIMARY KEY (topic, account, subject_digest)
    ){KEYED}",
    "CREATE INDEX IF NOT EXISTS @recent_events_age ON @recent_events (published_at)",
    // `fingerprint` tells a repeated publish from another event under the same idempotency key. `kept` is what retention
    // has left: 2 for the payload and 1 for the attempts, added up.
    "CREATE TABLE IF NOT EXISTS @events (
        id {KEY40} NOT NULL PRIMARY KEY,
        topic {KEY128} NOT NULL,
        account {KEY200} NOT NULL,
        occurred_at {INT} NOT NULL,
        published_at {INT} NOT NULL,
        deliveries {INT} NOT NULL,
        fingerprint {KEY64},
        publish_token {KEY40} NOT NULL,
        kept {INT} NOT NULL
    ){KEYED}",
    "CREATE INDEX IF NOT EXISTS @events_age ON @events (topic, kept, published_at)",
    "CREATE TABLE IF NOT EXISTS @payloads (
        event_id {KEY40} NOT NULL,
        digest {KEY64} NOT NULL,
        body {BLOB} NOT NULL,
        PRIMARY KEY (event_id, digest)
    ){LARGE}",
    // `state` is pending, sending, held, delivered, exhausted or cancelled; pending with attempts is shown as retrying.
    // `due_at` is set for pending (next attempt) and sending (end of the lease) only. `claims` counts leases since the
    // last outcome. `account` is the event's, `webhook_account` the one who may see the delivery. `last_try` marks a delivery
    // whose next failure is its end; `attempts_before` are those before its schedule began anew.
    "CREATE TABLE IF NOT EXISTS @deliveries (
        id {KEY40} NOT NULL PRIMARY KEY,
        event_id {KEY40} NOT NULL,
        webhook_id {KEY40} NOT NULL,
        digest {KEY64} NOT NULL,
        topic {KEY128} NOT NULL,
        account {KEY200} NOT NULL,
        webhook_account {KEY200} NOT NULL,
        shape {KEY64} NOT NULL,
        state {KEY16} NOT NULL,
        attempts {INT} NOT NULL,
        attempts_before {INT} NOT NULL,
        claims {INT} NOT NULL,
        due_at {INT},
        claim_token {KEY40},
        last_try {INT} NOT NULL,
        test {INT} NOT NULL,
        reason {TEXT},
        created_at {INT} NOT NULL,
        finished_at {INT}
    ){KEYED}",
    "CREATE INDEX IF NOT EXISTS @deliveries_queue ON @deliveries (webhook_id, state, due_at)",
    "CREATE INDEX IF NOT EXISTS @deliveries_leases ON @deliveries (state, due_at){WHERE_SENDING}",
    "CREATE INDEX IF NOT EXISTS @deliveries_failed ON @deliveries (finished_at, id){WHERE_FAILED}",
    "CREATE INDEX IF NOT EXISTS @deliveries_event ON @deliveries (event_id)",
    "CREATE TABLE IF NOT EXISTS @attempts (
        delivery_id {KEY40} NOT NULL,
        number {INT} NOT NULL,
        started_at {INT} NOT NULL,
        duration_ms {INT} NOT NULL,
        url {TEXT} NOT NULL,
        request_headers {BLOB} NOT NULL,
        status {INT},
        failure {KEY16},
        message {TEXT},
        response_headers {BLOB},
        response_body {BLOB},
        truncated {INT} NOT NULL,
        reason {TEXT},
        PRIMARY KEY (delivery_id, number)
    ){LARGE}",
];
