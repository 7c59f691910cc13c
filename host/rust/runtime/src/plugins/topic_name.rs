//! Decides which topic names and patterns of a plugin are well formed, and which topics a pattern takes in.
//!
//! The rules are the core's own (guest/core/src/topic.rs), which judges again; they stand here so that a plugin is
//! refused when it is installed, and not when an event is published. Both are tried with tests/vectors/topics.json.

/// Longest name and longest pattern.
const MAX_BYTES: usize = 120;

/// Topics that tell about the webhooks themselves; only a pattern that names one takes it in.
const OPERATIONAL: [&str; 4] = ["webhook.ping", "webhook.disabled", "webhook.recovered", "delivery.exhausted"];

/// Judges the name of a topic that a plugin adds.
///
/// # Errors
///
/// What is wrong with it.
pub(crate) fn check_own(name: &str) -> Result<(), String> {
    if OPERATIONAL.contains(&name) {
        return Err(format!("`{name}` is Hookwright's own; choose a name that begins with the plugin's subject"));
    }
    check_parts(name)
}

/// Judges a topic pattern: a name, a name with `.*` behind it, or `*`.
///
/// # Errors
///
/// What is wrong with it.
pub(crate) fn check_pattern(pattern: &str) -> Result<(), String> {
    match pattern {
        "*" => Ok(()),
        _ => check_parts(pattern.strip_suffix(".*").unwrap_or(pattern)),
    }
}

/// Whether a topic is among those of the patterns; no patterns are all topics, also the operational ones, as
/// wit/webhooks/extensions.wit has it.
pub fn is_wanted(patterns: &[String], topic: &str) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, topic))
}

fn matches(pattern: &str, topic: &str) -> bool {
    let wide = !OPERATIONAL.contains(&topic);
    match pattern.strip_suffix('*') {
        Some("") => wide,
        // With its full stop, so that `order.*` takes in neither `order` nor `orders.created`.
        Some(prefix) => wide && topic.starts_with(prefix),
        None => pattern == topic,
    }
}

fn check_parts(name: &str) -> Result<(), String> {
    if name.len() > MAX_BYTES {
        return Err(format!("it has {} bytes; {MAX_BYTES} is the most", name.len()));
    }
    if name.split('.').any(str::is_empty) {
        return Err(format!("`{name}` must be one or more parts with full stops between them, such as `booking.made`"));
    }
    match name.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))) {
        Some('*') => {
            Err(format!("`{name}` has `*` where none can be; it ends a pattern, after a full stop: `order.*`"))
        }
        Some(found) => Err(format!("`{name}` has {found:?}; letters A-Z a-z, digits, `_`, `-` and `.` can be in it")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_rules_are_the_core_s() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/topics.json");
        let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let mut tried = (0, 0);
        for case in vectors["cases"].as_array().unwrap() {
            let pattern = case["input"]["pattern"].as_str().unwrap();
            if case["expected"]["says"].is_string() {
                assert!(check_pattern(pattern).is_err(), "{pattern:?}");
                tried.0 += 1;
            } else {
                let topic = case["input"]["topic"].as_str().unwrap();
                assert_eq!(check_pattern(pattern), Ok(()), "{pattern:?}");
                let expected = case["expected"]["matches"].as_bool().unwrap();
                assert_eq!(is_wanted(&[pattern.to_owned()], topic), expected, "{pattern} {topic}");
                tried.1 += 1;
            }
        }
        assert!(tried.0 > 5 && tried.1 > 20, "{tried:?}");
    }

    #[test]
    fn operational_topics_are_nobody_s_and_no_wildcard_takes_them_in() {
        for topic in OPERATIONAL {
            assert!(check_own(topic).is_err(), "{topic}");
            assert!(!is_wanted(&["*".to_owned()], topic), "{topic}");
            assert!(is_wanted(&[topic.to_owned()], topic), "{topic}");
            assert!(is_wanted(&[], topic), "{topic}");
        }
        assert!(check_own("order.*").is_err());
    }
}
