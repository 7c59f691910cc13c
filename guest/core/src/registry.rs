//! The webhooks: who wants which events, and where.
//!
//! Decides what a valid webhook is and what changing one does to its deliveries; knows nothing of publishing or sending.
//! A webhook outside the caller's scope is answered exactly as one that does not exist.

use std::collections::HashMap;

mod headers;
mod limits;
mod many;
mod options;
mod record;
mod rotation;
mod rules;

use record::webhook;
use rotation::{check_secret, kind_problem, stored_kind};
use rules::{parse_name, parse_url};

use crate::call::Call;
use crate::error::{Error, FieldErrors, Result, check_search};
use crate::id::WebhookId;
use crate::ports::{Statement, StorageError};
use crate::scope::{Scope, account_problem};
use crate::secret::SecretText;
use crate::sql::{Row, SettingsRow, WebhookFilter, WebhookRow, rows};
use crate::topic::Topic;

pub use crate::sql::{Status, WebhookSort};
pub(crate) use headers::check as check_headers;
pub use options::WebhookOptions;
pub use record::{Created, Health, NewWebhook, Webhook, WebhookChanges, WebhookQuery};
pub(crate) use rotation::former_secrets;

/// A concurrent change between reading and writing is answered by reading again, this often.
const UPDATE_TRIES: usize = 5;

impl Call<'_> {
    /// Adds a webhook.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`], [`Error::Forbidden`] when the account may not have one more
    pub fn create_webhook(&mut self, new: NewWebhook) -> Result<Created> {
        let mut errors = FieldErrors::default();
        let name = match new.name {
            Some(name) => errors.check("name", parse_name(&name)),
            None => Some(self.default_name()),
        };
        let url = errors.check("url", parse_url(&new.url, self.config));
        let patterns = self.parse_topics(&new.topics, &mut errors)?;
        if let Some(problem) = new.account.as_deref().and_then(account_problem) {
            errors.add("account", problem);
        }
        let status = new.status.unwrap_or(Status::Active);
        if status == Status::Disabled {
            errors.add("status", DISABLED_IS_NOT_CHOSEN);
        }
        let mut settings = SettingsRow::new();
        new.options.apply(&mut settings, &mut errors);
        let secret = match new.secret {
            Some(text) => text,
            None => self.new_secret(&settings),
        };
        let secret = errors.check("secret", check_secret(&secret, &settings));
        errors.into_result()?;
        let (Some(name), Some(url), Some((secret, kind))) = (name, url, secret) else {
            return Err(Error::field("webhook", "the webhook is not valid"));
        };

        options::secret_kind_word(kind).clone_into(&mut settings.secret_kind);
        settings.ping_pending = status == Status::Active;
        let row = WebhookRow {
            id: WebhookId::new(self.random()).to_string(),
            account: new.account.unwrap_or_default(),
            name,
            url: url.as_str().to_owned(),
            status,
            status_reason: None,
            status_at: self.now,
            revision: 1,
            created_at: self.now,
            updated_at: self.now,
            failures: 0,
            failing_since: None,
            last_success_at: None,
            last_failure_at: None,
            slowed_until: 0,
            delivered: 0,
            failed: 0,
            settings,
        };
        let stored_secret = self.seal_secret(&row.id, &secret)?;
        let stored_headers = self.seal_headers(&row.id, new.options.headers.as_deref())?;
        let mut batch = vec![self.sql.insert_webhook(&row, &stored_secret, &stored_headers)];
        batch.extend(self.subscription_inserts(&row, &patterns));
        batch.extend(self.ping_by_itself(&row)?);
        self.write_counted(&row.account, batch)?;
        Ok(Created { webhook: webhook(row, patterns), secret: SecretText(secret) })
    }

    /// One webhook.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`]
    pub fn webhook(&mut self, scope: &Scope, id: &str) -> Result<Webhook> {
        self.load_row(scope, id).map(|(row, topics)| webhook(row, topics))
    }

    /// One page of webhooks, and the number on all pages.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]
    pub fn find_webhooks(&mut self, query: &WebhookQuery) -> Result<(Vec<Webhook>, u64)> {
        query.paging.check()?;
        query.scope.check()?;
        check_search(query.search.as_deref())?;
        let patterns = match &query.topic {
            Some(name) => {
                let topic = Topic::parse(name).map_err(|error| Error::field("topic", error.to_string()))?;
                topic.candidate_patterns().collect()
            }
            None => Vec::new(),
        };
        let filter = WebhookFilter {
            account: query.scope.account().map(str::to_owned),
            search: query.search.clone().filter(|text| !text.is_empty()),
            status: query.status,
            patterns,
        };
        let (limit, offset) = (query.paging.limit(), query.paging.offset());
        let batch = vec![
            self.sql.find_webhooks(&filter, query.sort, query.descending, limit, offset),
            self.sql.count_webhooks(&filter),
        ];
        let mut results = self.read(batch)?.into_iter();
        let found = rows(results.next().unwrap_or_default(), WebhookRow::WIDTH, WebhookRow::read)?;
        let total = rows(results.next().unwrap_or_default(), 1, Row::integer)?;
        let webhooks = self.with_topics(found)?.into_iter().map(|(row, topics)| webhook(row, topics)).collect();
        Ok((webhooks, total.first().copied().unwrap_or(0).unsigned_abs()))
    }

    /// Changes a webhook, and holds or frees its deliveries when its status changes.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`] on a stale revision, [`Error::Forbidden`] when the
    /// account may not have active webhooks
    pub fn update_webhook(&mut self, scope: &Scope, id: &str, changes: &WebhookChanges) -> Result<Webhook> {
        let mut errors = FieldErrors::default();
        let name = changes.name.as_ref().and_then(|name| errors.check("name", parse_name(name)));
        let url = changes.url.as_ref().and_then(|url| errors.check("url", parse_url(url, self.config)));
        let topics = match &changes.topics {
            Some(topics) => Some(self.parse_topics(topics, &mut errors)?),
            None => None,
        };
        if changes.status == Some(Status::Disabled) {
            errors.add("status", DISABLED_IS_NOT_CHOSEN);
        }

        for _ in 0..UPDATE_TRIES {
            let (mut row, current_topics) = self.load_row(scope, id)?;
            let seen = row.revision;
            if let Some(expected) = changes.revision.filter(|expected| *expected != seen) {
                return Err(stale(id, expected, seen));
            }
            let mut errors = errors.clone();
            changes.options.apply(&mut row.settings, &mut errors);
            if let Some(problem) = kind_problem(stored_kind(&row.settings.secret_kind), &row.settings) {
                errors.add("dialect", format!("{problem}; the present secret is another: rotate it first"));
            }
            errors.into_result()?;
            let status = changes.status.unwrap_or(row.status);
            let status_changes = status != row.status;
            let patterns = topics.clone().unwrap_or(current_topics);
            row.revision = seen.saturating_add(1);
            row.updated_at = self.now;
            if let Some(name) = &name {
                row.name.clone_from(name);
            }
            let mut moved = false;
            if let Some(url) = url.as_ref().filter(|url| url.as_str() != row.url) {
                row.url = url.as_str().to_owned();
                moved = true;
            }
            let (mut batch, mut extra) = (Vec::new(), Vec::new());
            if status_changes {
                row.status = status;
                row.status_at = self.now;
                row.status_reason = None;
                if status == Status::Active {
                    self.open_gate(&row.account)?;
                    moved = true;
                    (row.failures, row.failing_since, row.slowed_until) = (0, None, 0);
                    extra.push(self.sql.forgive(&row.id));
                }
            }
            row.settings.ping_pending |= moved;
            batch.push(self.sql.update_webhook(&row, seen));
            batch.append(&mut extra);
            if let Some(list) = &changes.options.headers {
                let stored = self.seal_headers(&row.id, Some(list))?;
                batch.push(self.sql.update_headers(&row.id, &stored));
            }
            if topics.is_some() {
                batch.push(self.sql.delete_subscriptions(&row.id));
                batch.extend(self.subscription_inserts(&row, &patterns));
            }
            if status_changes {
                batch.push(match status {
                    Status::Active => self.sql.free(&row.id, self.now),
                    Status::Paused | Status::Disabled => self.sql.hold(&row.id),
                });
            }
            if moved {
                batch.push(self.sql.await_ping(&row.id, true));
                batch.extend(self.ping_by_itself(&row)?);
            }
            match self.write(batch) {
                Ok(_) => return Ok(webhook(row, patterns)),
                Err(Error::Storage(StorageError::ExpectationFailed(_))) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Conflict(format!("webhook {id} is being changed by others; try again")))
    }

    /// The webhook's row and topics, if the scope sees it.
    pub(crate) fn load_row(&mut self, scope: &Scope, id: &str) -> Result<(WebhookRow, Vec<String>)> {
        WebhookId::parse(id).map_err(|_| not_found(id))?;
        self.load_webhooks(&[id.to_owned()])?
            .pop()
            .filter(|(row, _)| scope.sees(Some(row.account.as_str()).filter(|account| !account.is_empty())))
            .ok_or_else(|| not_found(id))
    }

    /// Headers as they are stored: a JSON object of pairs, sealed like a secret.
    fn seal_headers(&mut self, id: &str, headers: Option<&[(String, String)]>) -> Result<String> {
        match headers {
            Some(list) if !list.is_empty() => {
                let lower: Vec<_> = list.iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
                self.seal_secret(&headers_seal(id), &serde_json::json!(lower).to_string())
            }
            _ => Ok(String::new()),
        }
    }

    pub(crate) fn load_webhooks(&mut self, ids: &[String]) -> Result<Vec<(WebhookRow, Vec<String>)>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let result = self.read(vec![self.sql.webhooks_by_id(ids)])?.into_iter().next().unwrap_or_default();
        let found = rows(result, WebhookRow::WIDTH, WebhookRow::read)?;
        self.with_topics(found)
    }

    fn with_topics(&mut self, found: Vec<WebhookRow>) -> Result<Vec<(WebhookRow, Vec<String>)>> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<String> = found.iter().map(|row| row.id.clone()).collect();
        let result = self.read(vec![self.sql.subscriptions_of(&ids)])?.into_iter().next().unwrap_or_default();
        let mut topics: HashMap<String, Vec<String>> = HashMap::new();
        for (id, pattern, place) in rows(result, 3, |row| Ok((row.text()?, row.text()?, row.integer()?)))? {
            let list = topics.entry(id).or_default();
            if place >= 0 {
                list.push(pattern);
            }
        }
        Ok(found
            .into_iter()
            .map(|row| {
                let topics = topics.remove(&row.id).unwrap_or_default();
                (row, topics)
            })
            .collect())
    }

    fn subscription_inserts(&self, row: &WebhookRow, patterns: &[String]) -> Vec<Statement> {
        if patterns.is_empty() {
            return vec![self.sql.insert_subscription(row, "*", -1)];
        }
        (0..).zip(patterns).map(|(place, pattern)| self.sql.insert_subscription(row, pattern, place)).collect()
    }
}

const DISABLED_IS_NOT_CHOSEN: &str =
    "only the policy disables a webhook; choose `paused` to stop it, or `active` to start it again";

fn not_found(id: &str) -> Error {
    Error::NotFound(format!("webhook {id}"))
}

/// What the sealed headers of a webhook belong to, so that they open nowhere else.
pub(crate) fn headers_seal(id: &str) -> String {
    format!("{id}/headers")
}

fn stale(id: &str, seen: i64, current: i64) -> Error {
    Error::Conflict(format!(
        "webhook {id} has revision {current}, you have seen {seen}; read it again and repeat the change"
    ))
}
