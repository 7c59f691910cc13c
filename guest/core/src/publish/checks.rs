//! What the settings of topics say of events: data that do not satisfy the schema, and topics nobody should use.
//!
//! Decides refusals and warnings by what the publisher wrote, before extensions see it. Knows nothing of webhooks.

use std::collections::HashMap;

use serde_json::Value;

use super::{Draft, Receipt};
use crate::call::Call;
use crate::catalogue::{Validation, deprecation, usable_schema};
use crate::digest;
use crate::error::{Error, FieldError, Result};
use crate::export::tree::Tree;
use crate::json_schema::Schema;
use crate::ports::{ResultSet, Statement};
use crate::sql::{IN_LIST_MAX, PublishRule, TopicSettingsRow, rows};

/// What one publish has to mind. Empty for topics without settings and accounts without a daily limit.
#[derive(Debug, Default)]
pub(super) struct Rules {
    topics: HashMap<String, TopicRule>,
    /// Accounts with a daily limit.
    limited: Vec<String>,
}

/// What is set for a topic.
#[derive(Debug)]
struct TopicRule {
    settings: TopicSettingsRow,
    /// Where data are validated; an error says why that is not possible.
    schema: Option<core::result::Result<Schema, String>>,
}

/// What was found of the events of one publish. Lists that bear an index are in its order.
#[derive(Debug, Default)]
pub(super) struct Checked {
    warnings: Vec<(usize, Vec<String>)>,
    subjects: Vec<(usize, Subject)>,
    /// The places of all subjects, sorted.
    pub(super) places: Vec<Place>,
    /// Accounts with a daily limit, sorted.
    pub(super) limited: Vec<String>,
}

/// What an event is about, and how it is told from another about the same.
#[derive(Debug)]
pub(super) struct Subject {
    place: Place,
    pub(super) fingerprint: String,
    pub(super) window_ms: i64,
}

/// Topic, account and digest of the data's top-level `id`.
pub(super) type Place = (String, String, String);

/// What a schema and a deprecation say of one event.
#[derive(Debug, Default)]
struct Verdict {
    refusals: Vec<FieldError>,
    warnings: Vec<String>,
}

/// More violations of one event are not told.
const VIOLATIONS_MAX: usize = 20;

impl Call<'_> {
    /// Reads what the settings of these events' topics and accounts say.
    pub(super) fn rule_statements(&self, drafts: &[Draft]) -> Vec<Statement> {
        let mut topics: Vec<&str> = drafts.iter().map(|draft| draft.topic.as_str()).collect();
        let mut accounts: Vec<&str> =
            drafts.iter().map(|draft| draft.account.as_str()).filter(|account| !account.is_empty()).collect();
        for names in [&mut topics, &mut accounts] {
            names.sort_unstable();
            names.dedup();
        }
        let first = topics.first().copied().unwrap_or_default();
        let topics: Vec<&[&str]> = topics.chunks(IN_LIST_MAX).collect();
        let accounts: Vec<&[&str]> = accounts.chunks(IN_LIST_MAX).collect();
        (0..topics.len().max(accounts.len()))
            .map(|part| {
                let topics = topics.get(part).copied().unwrap_or(core::slice::from_ref(&first));
                self.sql.publish_rules(topics, accounts.get(part).copied().unwrap_or(&[]))
            })
            .collect()
    }

    /// The answers to [`Self::rule_statements`], with the schemas that are needed.
    pub(super) fn rules(&mut self, answers: impl Iterator<Item = ResultSet>) -> Result<Rules> {
        let mut rules = Rules::default();
        for answer in answers {
            for rule in rows(answer, PublishRule::WIDTH, PublishRule::read)? {
                match rule {
                    PublishRule::LimitedAccount(account) => rules.limited.push(account),
                    PublishRule::Topic(settings) => {
                        rules.topics.insert(settings.name.clone(), TopicRule { settings, schema: None });
                    }
                }
            }
        }
        for (name, rule) in &mut rules.topics {
            if rule.settings.validation != Validation::Off {
                rule.schema = Some(usable_schema(&self.found_topic(name)?));
            }
        }
        Ok(rules)
    }
}

impl Rules {
    /// Refuses what a schema does not allow, and notes everything else.
    pub(super) fn apply(self, drafts: Vec<Draft>, results: &mut [Option<Result<Receipt>>]) -> (Vec<Draft>, Checked) {
        let mut checked = Checked { limited: self.limited, ..Checked::default() };
        checked.limited.sort_unstable();
        if self.topics.is_empty() {
            return (drafts, checked);
        }
        let mut kept = Vec::with_capacity(drafts.len());
        for draft in drafts {
            if let Some(rule) = self.topics.get(draft.topic.as_str()) {
                let verdict = rule.judge(&draft.data);
                if !verdict.refusals.is_empty() {
                    results[draft.index] = Some(Err(Error::Invalid(verdict.refusals)));
                    continue;
                }
                if !verdict.warnings.is_empty() {
                    checked.warnings.push((draft.index, verdict.warnings));
                }
                if let Some(subject) = rule.subject(&draft) {
                    checked.places.push(subject.place.clone());
                    checked.subjects.push((draft.index, subject));
                }
            }
            kept.push(draft);
        }
        checked.places.sort_unstable();
        checked.places.dedup();
        (kept, checked)
    }
}

impl TopicRule {
    /// What is to be said of data in compact JSON.
    fn judge(&self, data: &str) -> Verdict {
        let mut verdict = Verdict::default();
        if let Some(note) = &self.settings.deprecated {
            let replaced_by = self.settings.replaced_by.as_deref();
            verdict.warnings.push(deprecation(&self.settings.name, note, replaced_by));
        }
        let Some(schema) = &self.schema else { return verdict };
        let (violations, old_fields) = findings(schema, data);
        match self.settings.validation {
            Validation::Enforce => verdict.refusals = violations,
            Validation::Warn | Validation::Off => {
                let told =
                    violations.into_iter().map(|violation| format!("{}: {}", violation.field, violation.message));
                verdict.warnings.extend(told);
            }
        }
        verdict
            .warnings
            .extend(old_fields.into_iter().map(|pointer| format!("data{pointer}: the field is deprecated")));
        verdict
    }

    fn subject(&self, draft: &Draft) -> Option<Subject> {
        let window_ms = self.settings.dedupe_ms;
        if window_ms <= 0 {
            return None;
        }
        let data = Tree::read(&draft.data);
        let id = data.field("id").map_or("", |id| id.raw);
        Some(Subject {
            place: (draft.topic.as_str().to_owned(), draft.account.clone(), digest::of_parts(&[id.as_bytes()])),
            fingerprint: digest::of_parts(&[draft.data.as_bytes()]),
            window_ms,
        })
    }
}

impl Checked {
    /// Whether all events are simply stored.
    pub(super) fn is_plain(&self) -> bool {
        self.subjects.is_empty() && self.limited.is_empty()
    }

    /// Tells the receipts what was found.
    pub(super) fn warn(self, results: &mut [Option<Result<Receipt>>]) {
        for (index, warnings) in self.warnings {
            if let Some(Some(Ok(receipt))) = results.get_mut(index) {
                receipt.warnings = warnings;
            }
        }
    }

    pub(super) fn take_warnings(&mut self) -> Vec<String> {
        self.warnings.pop().map(|(_, warnings)| warnings).unwrap_or_default()
    }

    /// The subject of an event, and where its place is among the places.
    pub(super) fn subject(&self, index: usize) -> Option<(usize, &Subject)> {
        let found = self.subjects.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        let (_, subject) = self.subjects.get(found)?;
        Some((self.places.binary_search(&subject.place).ok()?, subject))
    }

    /// Where an account is among the limited ones.
    pub(super) fn limited(&self, account: &str) -> Option<usize> {
        self.limited.binary_search_by(|limited| limited.as_str().cmp(account)).ok()
    }
}

/// What the schema says of the data: violations, and pointers of deprecated fields.
fn findings(schema: &core::result::Result<Schema, String>, data: &str) -> (Vec<FieldError>, Vec<String>) {
    let problem = |field: &str, message: String| (vec![FieldError { field: field.to_owned(), message }], Vec::new());
    let schema = match schema {
        Ok(schema) => schema,
        Err(why) => return problem("topic", why.clone()),
    };
    match serde_json::from_str::<Value>(data) {
        Ok(value) => {
            let violations = schema.violations(&value, VIOLATIONS_MAX).into_iter();
            let fields = violations.map(|violation| FieldError {
                field: format!("data{}", violation.pointer),
                message: violation.message,
            });
            (fields.collect(), schema.deprecated_fields(&value))
        }
        // Valid JSON all the same: a number that no schema can be held against.
        Err(error) => problem("data", format!("the data cannot be validated: {error}")),
    }
}
