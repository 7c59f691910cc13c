//! Decides how objects look in `--json`: names of fields as in wit/webhooks with `_`, times in unix milliseconds.
//!
//! Scripts depend on it: a field is added, never renamed or removed. JSON inside an object (samples, schemas) is JSON;
//! payloads and bodies are texts, because their bytes matter.

mod delivery;
mod plugin;
mod topic;
mod webhook;

pub(crate) use delivery::{DeliveryJson, DetailsJson, OutcomeJson, outcome, state_word};
pub(crate) use plugin::{PluginJson, policy_word, state_word as plugin_state_word};
pub(crate) use topic::TopicJson;
pub(crate) use webhook::{CreatedJson, WebhookJson, status_word};

use hookwright_runtime::types::Paging;
use serde::Serialize;

use crate::failure::Failure;

/// A whole list.
#[derive(Debug, Serialize)]
pub(crate) struct All<T> {
    items: Vec<T>,
    total: usize,
}

impl<T> All<T> {
    pub(crate) fn of(items: impl IntoIterator<Item = T>) -> Self {
        let items: Vec<T> = items.into_iter().collect();
        let total = items.len();
        Self { items, total }
    }
}

/// One page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct Page<T> {
    items: Vec<T>,
    /// Items on all pages.
    total: u64,
    page: u32,
    per_page: u32,
}

impl<T> Page<T> {
    pub(crate) fn of(items: impl IntoIterator<Item = T>, total: u64, paging: Paging) -> Self {
        Self { items: items.into_iter().collect(), total, page: paging.page, per_page: paging.per_page }
    }
}

/// What became of one of many things that a command was given.
#[derive(Debug, Serialize)]
pub(crate) struct ItemJson<T> {
    id: String,
    #[serde(flatten)]
    result: ItemResult<T>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ItemResult<T> {
    Done(T),
    Failed { error: Failure },
}

impl<T> ItemJson<T> {
    pub(crate) fn of(id: &str, result: Result<T, Failure>) -> Self {
        let result = match result {
            Ok(done) => ItemResult::Done(done),
            Err(error) => ItemResult::Failed { error },
        };
        Self { id: id.to_owned(), result }
    }
}
