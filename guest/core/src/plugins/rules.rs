//! What may be told of a plugin, and whether settings are what it takes.
//!
//! Decides by the text alone; knows no database. Of a description only the topics' names and the schema of the settings
//! are read, everything else is the host's.

use serde_json::Value;

use super::PluginPackage;
use crate::error::{Error, FieldErrors, Result};
use crate::json;
use crate::json_schema::Schema;
use crate::topic::Topic;

/// What is read of a description.
pub(super) struct Described {
    /// As it is stored.
    pub(super) text: Vec<u8>,
    pub(super) topics: Vec<String>,
    /// JSON Schema of the settings, as JSON text.
    settings_schema: Option<String>,
}

const NAME_MAX: usize = 64;
const VERSION_MAX: usize = 100;
const HASH_LEN: usize = 64;
const DESCRIPTION_MAX: usize = 256 * 1024;
const SETTINGS_MAX: usize = 64 * 1024;
const REASON_MAX: usize = 2_000;
const TOPICS_MAX: usize = 1_000;
/// More violations are not told.
const VIOLATIONS_MAX: usize = 20;

impl Described {
    /// What was stored was checked.
    pub(super) fn stored(text: &[u8]) -> Self {
        let value: Value = serde_json::from_slice(text).unwrap_or_default();
        let topics = value["topics"].as_array().map(Vec::as_slice).unwrap_or_default();
        let settings_schema = match &value["settings_schema"] {
            Value::Null => None,
            Value::String(schema) => Some(schema.clone()),
            schema => Some(schema.to_string()),
        };
        let name = |topic: &Value| topic["name"].as_str().map(str::to_owned);
        Self { text: text.to_vec(), topics: topics.iter().filter_map(name).collect(), settings_schema }
    }
}

/// Checks everything about a package that its text shows.
pub(super) fn parse_package(package: &PluginPackage) -> Result<Described> {
    let mut errors = FieldErrors::default();
    if !is_name(&package.name) {
        errors.add("name", format!("write 1 to {NAME_MAX} of A-Z, a-z, 0-9 and `-`, as `mask-emails`"));
    }
    let version = &package.version;
    if !(1..=VERSION_MAX).contains(&version.len()) || version.contains(|letter: char| letter.is_control()) {
        errors.add("version", format!("write 1 to {VERSION_MAX} bytes without control characters, as `1.0.0`"));
    }
    let hash = &package.hash;
    if hash.len() != HASH_LEN || !hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        errors.add("hash", format!("write the SHA-256 of the bytes as {HASH_LEN} of 0-9 and a-f"));
    }
    let described = errors.check("description", object(&package.description, DESCRIPTION_MAX)).map(|value| {
        let described = Described::stored(value.to_string().as_bytes());
        check_described(&described, &value, &mut errors);
        described
    });
    errors.into_result()?;
    described.ok_or_else(|| Error::field("description", "it is not valid"))
}

fn check_described(described: &Described, value: &Value, errors: &mut FieldErrors) {
    let listed = value["topics"].as_array().map_or(0, Vec::len);
    if listed > TOPICS_MAX {
        errors.add("description.topics", format!("{listed} topics; a plugin has at most {TOPICS_MAX}"));
        return;
    }
    if listed != described.topics.len() || !(value["topics"].is_null() || value["topics"].is_array()) {
        errors.add("description.topics", "write a list of objects, each with a `name`");
    }
    for (index, name) in described.topics.iter().enumerate() {
        let field = format!("description.topics[{index}].name");
        errors.check(&field, Topic::parse(name));
        if described.topics.iter().take(index).any(|other| other == name) {
            errors.add(field, format!("topic {name} stands there twice; name each once"));
        }
    }
    if let Some(schema) = &described.settings_schema {
        errors.check("description.settings_schema", Schema::parse(schema));
    }
}

/// Letters, digits and `-`: such a name is the same in every database, file system and shell.
pub(super) fn is_name(name: &str) -> bool {
    (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

pub(super) fn check_reason(reason: Option<&str>) -> Result<()> {
    let reason = reason.unwrap_or_default();
    if reason.len() > REASON_MAX || reason.contains('\0') {
        return Err(Error::field("reason", format!("write up to {REASON_MAX} bytes without a NUL character")));
    }
    Ok(())
}

/// Settings as they are stored, before any schema is asked.
pub(super) fn check_settings(text: &str) -> Result<Value> {
    object(text, SETTINGS_MAX).map_err(|why| Error::field("settings", why))
}

/// Whether the settings are what the plugin takes.
pub(super) fn conforming(described: &Described, settings: &Value) -> Result<()> {
    let mut errors = FieldErrors::default();
    match &described.settings_schema {
        None => {
            if settings.as_object().is_some_and(|fields| !fields.is_empty()) {
                errors.add("settings", "the plugin takes no settings; write {}");
            }
        }
        Some(schema) => {
            if let Some(schema) = errors.check("settings", Schema::parse(schema)) {
                for violation in schema.violations(settings, VIOLATIONS_MAX) {
                    errors.add(format!("settings{}", violation.pointer), violation.message);
                }
            }
        }
    }
    errors.into_result()
}

/// The names of the top-level settings, as a JSON list. They are shown; values never are.
pub(super) fn setting_names(settings: &Value) -> String {
    let names: Vec<Value> =
        settings.as_object().into_iter().flat_map(|fields| fields.keys()).map(|name| name.as_str().into()).collect();
    Value::from(names).to_string()
}

fn object(text: &str, most: usize) -> core::result::Result<Value, String> {
    if text.len() > most {
        return Err(format!("{} bytes; at most {most} are allowed", text.len()));
    }
    let compact = json::compact(text).map_err(|error| error.to_string())?;
    match serde_json::from_str(&compact) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err("write a JSON object".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugins::FailurePolicy;
    use proptest::prelude::*;

    fn parse(name: &str, hash: &str, description: &str) -> Result<Described> {
        parse_package(&PluginPackage {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            hash: hash.to_owned(),
            policy: FailurePolicy::FailOpen,
            description: description.to_owned(),
        })
    }

    #[track_caller]
    fn check_refused(description: &str, field: &str) {
        let Err(Error::Invalid(fields)) = parse("a", &"0".repeat(64), description) else {
            panic!("{description} is not refused");
        };
        assert!(fields.iter().any(|error| error.field == field), "{description}: {fields:?}");
    }

    #[test]
    fn a_description_names_good_topics_once() {
        let good = parse("a", &"f".repeat(64), r#"{"topics":[{"name":"a.b"},{"name":"c"}],"x":1}"#).ok();
        assert_eq!(good.map(|described| described.topics), Some(vec!["a.b".to_owned(), "c".to_owned()]));
        check_refused("[]", "description");
        check_refused("{", "description");
        check_refused(r#"{"topics":{}}"#, "description.topics");
        check_refused(r#"{"topics":[{}]}"#, "description.topics");
        check_refused(r#"{"topics":[{"name":"a b"}]}"#, "description.topics[0].name");
        check_refused(r#"{"topics":[{"name":"a"},{"name":"a"}]}"#, "description.topics[1].name");
        check_refused(r#"{"settings_schema":"{"}"#, "description.settings_schema");
        check_refused(r#"{"settings_schema":{"type":"colour"}}"#, "description.settings_schema");
    }

    #[test]
    fn names_and_hashes_have_one_form() {
        for (name, hash) in [("", "0"), ("a_b", "0"), ("a/b", "0"), ("ä", "0"), (&"a".repeat(65), "0"), ("a", "F")] {
            assert!(parse(name, &hash.repeat(64), "{}").is_err(), "{name} {hash}");
        }
        assert!(parse("a", "0", "{}").is_err());
        assert!(parse("Mask-Emails", &"0".repeat(64), "{}").is_ok());
    }

    #[test]
    fn settings_without_a_schema_are_refused() {
        let none = Described::stored(b"{}");
        assert!(conforming(&none, &serde_json::json!({})).is_ok());
        assert!(conforming(&none, &serde_json::json!({"a": 1})).is_err());
        let schema = Described::stored(br#"{"settings_schema":{"properties":{"a":{"type":"integer"}}}}"#);
        assert!(conforming(&schema, &serde_json::json!({"a": 1})).is_ok());
        let Err(Error::Invalid(fields)) = conforming(&schema, &serde_json::json!({"a": "x"})) else {
            panic!("a text is no integer");
        };
        assert_eq!(fields[0].field, "settings/a");
    }

    proptest! {
        #[test]
        fn nothing_panics(name in "\\PC{0,70}", description in any::<String>(), settings in any::<String>()) {
            let _ = parse(&name, &"0".repeat(64), &description);
            if let Ok(value) = check_settings(&settings) {
                prop_assert!(value.is_object());
            }
        }

        #[test]
        fn what_is_no_list_of_names_is_refused(topics in "[\\[{\\]}\":,a-z0]{0,12}") {
            let text = format!(r#"{{"topics":{topics}}}"#);
            if let Ok(described) = parse("a", &"0".repeat(64), &text) {
                prop_assert!(described.topics.iter().all(|name| Topic::parse(name).is_ok()));
            }
        }
    }
}
