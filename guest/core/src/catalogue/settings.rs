//! What an operator has set for a topic, wherever the topic comes from.
//!
//! Decides which settings are possible; what follows from them when an event is published is `publish/checks.rs`'s
//! matter, and what follows for old rows that of the retention.

use super::TopicInfo;
use super::builtin::is_of_family;
use crate::call::Call;
use crate::error::{Error, FieldErrors, Result};
use crate::export::inferred_schema;
use crate::json_schema::Schema;
use crate::sql::{TopicSettingsRow, rows};
use crate::topic::Topic;

pub use crate::sql::Validation;

/// Settings of a topic; the fields are explained in wit/webhooks/catalogue.wit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicSettings {
    /// What becomes of data that do not satisfy the schema.
    pub validation: Validation,
    /// How long an identical event is dropped, milliseconds; 0: never.
    pub dedupe_window_ms: u32,
    /// How long payloads are kept, milliseconds.
    pub keep_payloads_ms: Option<u64>,
    /// How long attempts are kept, milliseconds.
    pub keep_attempts_ms: Option<u64>,
    /// Why and since when nobody should use it any more.
    pub deprecated: Option<String>,
    /// The topic to use in its place.
    pub replaced_by: Option<String>,
}

/// Seven days: rows of the table of recent events that are older are of no use.
pub(crate) const DEDUPE_MAX_MS: u32 = 7 * 86_400_000;
/// A hundred years.
const KEEP_MAX_MS: u64 = 36_525 * 86_400_000;
const NOTE_MAX: usize = 500;

impl Call<'_> {
    /// The settings of a topic; the defaults where nothing was set.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`]
    pub fn topic_settings(&mut self, name: &str) -> Result<TopicSettings> {
        self.found_topic(name)?;
        Ok(self.settings_row(name)?.map(TopicSettings::from).unwrap_or_default())
    }

    /// Sets all settings of a topic, in the place of the former ones.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::Invalid`]
    pub fn configure_topic(&mut self, name: &str, settings: TopicSettings) -> Result<TopicSettings> {
        let topic = self.found_topic(name)?;
        let mut errors = FieldErrors::default();
        if settings.validation != Validation::Off
            && let Err(problem) = usable_schema(&topic)
        {
            errors.add("validation", problem);
        }
        if settings.dedupe_window_ms > DEDUPE_MAX_MS {
            errors.add("dedupe-window", format!("{} ms; 7 days are the most", settings.dedupe_window_ms));
        }
        for (field, keep) in
            [("keep-payloads", settings.keep_payloads_ms), ("keep-attempts", settings.keep_attempts_ms)]
        {
            if keep.is_some_and(|keep| keep > KEEP_MAX_MS) {
                errors.add(field, "100 years are the most; leave it out for the installation's time");
            }
        }
        match &settings.deprecated {
            Some(note) if note.trim().is_empty() || note.chars().count() > NOTE_MAX => {
                errors.add("deprecated", format!("a note has 1 to {NOTE_MAX} characters"));
            }
            Some(note) if note.chars().any(char::is_control) => {
                errors.add("deprecated", "the note holds a control character");
            }
            Some(_) => {}
            None if settings.replaced_by.is_some() => {
                errors.add("replaced-by", "only a deprecated topic has another in its place; give `deprecated` too");
            }
            None => {}
        }
        if let Some(other) = settings.replaced_by.as_ref().and_then(|o| errors.check("replaced-by", Topic::parse(o))) {
            if other.as_str() == name {
                errors.add("replaced-by", "a topic is not its own replacement");
            } else if self.unknown_topics(core::iter::once(&other))?.contains(other.as_str()) {
                errors.add("replaced-by", super::unknown_topic(&other));
            }
        }
        errors.into_result()?;
        let row = row_of(name, settings.clone());
        let batch = if settings == TopicSettings::default() {
            // Who sets nothing costs nothing.
            vec![self.sql.delete_topic_settings(name)]
        } else {
            self.sql.replace_topic_settings(&row, self.now).into()
        };
        self.write(batch)?;
        Ok(settings)
    }

    /// Tells topics what was set for them.
    pub(super) fn with_settings(&mut self, topics: &mut [TopicInfo]) -> Result<()> {
        let statement = match &*topics {
            [] => return Ok(()),
            [topic] if Topic::parse(&topic.name).is_ok() => self.sql.topic_settings(&topic.name),
            _ => self.sql.all_topic_settings(),
        };
        let result = self.read(vec![statement])?.into_iter().next().unwrap_or_default();
        let settings = rows(result, TopicSettingsRow::WIDTH, TopicSettingsRow::read)?;
        for settings in settings.into_iter().filter(|settings| settings.deprecated.is_some()) {
            for topic in topics.iter_mut().filter(|topic| topic.name == settings.name) {
                topic.deprecated.clone_from(&settings.deprecated);
                topic.replaced_by.clone_from(&settings.replaced_by);
            }
        }
        Ok(())
    }

    /// Refuses a topic whose new schema its validation could not use.
    pub(super) fn check_validated(&mut self, topic: &TopicInfo) -> Result<()> {
        let settings = self.settings_row(&topic.name)?.unwrap_or_default();
        match usable_schema(topic) {
            Err(problem) if settings.validation != Validation::Off => {
                Err(Error::field("schema", format!("data of this topic are validated, and {problem}")))
            }
            _ => Ok(()),
        }
    }

    fn settings_row(&mut self, name: &str) -> Result<Option<TopicSettingsRow>> {
        let result = self.read(vec![self.sql.topic_settings(name)])?.into_iter().next().unwrap_or_default();
        Ok(rows(result, TopicSettingsRow::WIDTH, TopicSettingsRow::read)?.pop())
    }
}

/// The schema that data can be validated against: the topic's own, else the one that the exported documents infer from
/// its sample, so that a receiver who reads them is promised what is enforced.
///
/// # Errors
///
/// Why there is none, and what to do.
pub(crate) fn usable_schema(topic: &TopicInfo) -> core::result::Result<Schema, String> {
    let name = &topic.name;
    let inferred;
    let text = match (&topic.schema, &topic.sample) {
        (Some(schema), _) => schema,
        (None, Some(_)) if is_of_family(name) => {
            return Err(format!("topic {name} is one of a family whose data have no form in common: choose `off`"));
        }
        (None, Some(sample)) => {
            inferred = inferred_schema(sample);
            &inferred
        }
        (None, None) => {
            return Err(format!(
                "topic {name} has no schema and no sample to infer one from: register it with one, or choose `off`"
            ));
        }
    };
    Schema::parse(text).map_err(|error| format!("the schema of topic {name} cannot be used: {error}"))
}

/// What a publisher is told about a topic that should not be used any more.
pub(crate) fn deprecation(name: &str, note: &str, replaced_by: Option<&str>) -> String {
    match replaced_by {
        Some(other) => format!("topic {name} is deprecated: {note}; use {other}"),
        None => format!("topic {name} is deprecated: {note}"),
    }
}

impl From<TopicSettingsRow> for TopicSettings {
    fn from(row: TopicSettingsRow) -> Self {
        Self {
            validation: row.validation,
            dedupe_window_ms: u32::try_from(row.dedupe_ms).unwrap_or(0),
            keep_payloads_ms: row.keep_payloads_ms.and_then(|ms| u64::try_from(ms).ok()),
            keep_attempts_ms: row.keep_attempts_ms.and_then(|ms| u64::try_from(ms).ok()),
            deprecated: row.deprecated,
            replaced_by: row.replaced_by,
        }
    }
}

fn row_of(name: &str, settings: TopicSettings) -> TopicSettingsRow {
    let length = |ms: Option<u64>| ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX));
    TopicSettingsRow {
        name: name.to_owned(),
        validation: settings.validation,
        dedupe_ms: settings.dedupe_window_ms.into(),
        keep_payloads_ms: length(settings.keep_payloads_ms),
        keep_attempts_ms: length(settings.keep_attempts_ms),
        deprecated: settings.deprecated,
        replaced_by: settings.replaced_by,
    }
}
