//! The webhooks: who wants which events, and where.
//!
//! Decides what a valid webhook is and what changing one does to its deliveries; knows nothing of publishing or sending.
//! A webhook outside the caller's scope is answered exactly as one that does not exist.

use std::collections::{HashMap, HashSet};

mod record;
mod rules;

use record::{row_of, webhook};
use rules::{parse_name, parse_url};

use crate::call::Call;
use crate::error::{Error, FieldErrors, Result, check_search};
use crate::id::WebhookId;
use crate::ports::{Statement, StorageError};
use crate::scope::{Scope, account_problem};
use crate::secret::Secret;
use crate::sql::{Row, WebhookFilter, WebhookRow, rows};
use crate::topic::Topic;

pub use crate::sql::{Status, WebhookSort};
pub use record::{Created, Health, NewWebhook, Webhook, WebhookChanges, WebhookQuery};

const DELETE_MAX: usize = 100;
const SECRET_BYTES: usize = 32;
/// A concurrent change between reading and writing is answered by reading again, this often.
const UPDATE_TRIES: usize = 5;

impl Call<'_> {
    /// Adds a webhook.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`]
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
        let secret = match &new.secret {
            Some(text) => errors.check("secret", Secret::parse(text)),
            None => errors.check("secret", Secret::generate(&self.random::<SECRET_BYTES>())),
        };
        errors.into_result()?;
        let (Some(name), Some(url), Some(secret)) = (name, url, secret) else {
            return Err(Error::field("webhook", "the webhook is not valid"));
        };

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
        };
        let mut batch = vec![self.sql.insert_webhook(&row, &secret.expose())];
        batch.extend(self.subscription_inserts(&row, &patterns));
        self.write(batch)?;
        Ok(Created { webhook: webhook(row, patterns), secret })
    }

    /// One webhook.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`]
    pub fn webhook(&mut self, scope: &Scope, id: &str) -> Result<Webhook> {
        WebhookId::parse(id).map_err(|_| not_found(id))?;
        self.load_webhooks(&[id.to_owned()])?
            .into_iter()
            .find(|webhook| scope.sees(webhook.account.as_deref()))
            .ok_or_else(|| not_found(id))
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
        let webhooks = self.with_topics(found)?;
        Ok((webhooks, total.first().copied().unwrap_or(0).unsigned_abs()))
    }

    /// Changes a webhook, and holds or frees its deliveries when its status changes.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`] on a stale revision
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
        errors.into_result()?;

        for _ in 0..UPDATE_TRIES {
            let current = self.webhook(scope, id)?;
            if let Some(seen) = changes.revision.filter(|seen| *seen != current.revision) {
                return Err(stale(id, seen, current.revision));
            }
            let seen = current.revision;
            let status = changes.status.unwrap_or(current.status);
            let status_changes = status != current.status;
            let patterns = topics.clone().unwrap_or_else(|| current.topics.clone());
            let mut row = row_of(current);
            row.revision = seen.saturating_add(1);
            row.updated_at = self.now;
            if let Some(name) = &name {
                row.name.clone_from(name);
            }
            if let Some(url) = &url {
                row.url = url.as_str().to_owned();
            }
            let mut batch = Vec::new();
            if status_changes {
                row.status = status;
                row.status_at = self.now;
                row.status_reason = None;
                if status == Status::Active {
                    (row.failures, row.failing_since, row.slowed_until) = (0, None, 0);
                }
            }
            batch.push(self.sql.update_webhook(&row, seen));
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
            match self.write(batch) {
                Ok(_) => return Ok(webhook(row, patterns)),
                Err(Error::Storage(StorageError::ExpectationFailed(_))) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Conflict(format!("webhook {id} is being changed by others; try again")))
    }

    /// Deletes webhooks and cancels what waits for them. One result for each id.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] when there are too many ids; an item fails with [`Error::NotFound`].
    pub fn delete_webhooks(&mut self, scope: &Scope, ids: &[String]) -> Result<Vec<Result<()>>> {
        if ids.len() > DELETE_MAX {
            return Err(Error::field("ids", format!("{} ids; at most {DELETE_MAX} may be deleted at once", ids.len())));
        }
        let wanted: Vec<String> = ids.iter().filter(|id| WebhookId::parse(id).is_ok()).cloned().collect();
        let mut known: HashSet<String> = self
            .load_webhooks(&wanted)?
            .into_iter()
            .filter(|webhook| scope.sees(webhook.account.as_deref()))
            .map(|webhook| webhook.id)
            .collect();
        let mut results = Vec::with_capacity(ids.len());
        for id in ids {
            if !known.remove(id) {
                results.push(Err(not_found(id)));
                continue;
            }
            let batch = vec![
                self.sql.delete_webhook(id),
                self.sql.delete_subscriptions(id),
                self.sql.cancel_waiting(id, self.now),
            ];
            results.push(match self.write(batch) {
                Ok(_) => Ok(()),
                Err(Error::Storage(StorageError::ExpectationFailed(_))) => Err(not_found(id)),
                Err(error) => return Err(error),
            });
        }
        Ok(results)
    }

    pub(crate) fn load_webhooks(&mut self, ids: &[String]) -> Result<Vec<Webhook>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let result = self.read(vec![self.sql.webhooks_by_id(ids)])?.into_iter().next().unwrap_or_default();
        let found = rows(result, WebhookRow::WIDTH, WebhookRow::read)?;
        self.with_topics(found)
    }

    fn with_topics(&mut self, found: Vec<WebhookRow>) -> Result<Vec<Webhook>> {
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
                webhook(row, topics)
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

fn stale(id: &str, seen: i64, current: i64) -> Error {
    Error::Conflict(format!(
        "webhook {id} has revision {current}, you have seen {seen}; read it again and repeat the change"
    ))
}
