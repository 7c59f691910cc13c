//! What a host would find wrong with a description, as far as it can be told without a host: names, JSON, doubles.
//!
//! Knows no JSON Schema: whether a sample fits its schema is told by `hookwright plugins check`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Plugin;
use crate::description::{Description, Hook, Interest, Topic};

/// The longest name of a plugin, in bytes.
const NAME_BYTES: usize = 64;

/// The longest name of a topic, in bytes.
const TOPIC_BYTES: usize = 120;

/// What a host would refuse in the plugin's description: a line for each fault, none for a good one. For a test:
/// `assert_eq!(testing::faults::<MyPlugin>(), [""; 0])`.
#[must_use]
pub fn faults<P: Plugin>() -> Vec<String> {
    faults_of(&P::describe())
}

fn faults_of(plugin: &Description) -> Vec<String> {
    let mut faults = Vec::new();
    if plugin.name.len() > NAME_BYTES || !is_word(&plugin.name, "-") {
        faults.push(format!("the name `{}`: letters, digits and `-`, {NAME_BYTES} bytes at most", plugin.name));
    }
    if !is_version(&plugin.version) {
        faults.push(format!("the version `{}`: three numbers, as in `1.0.0`", plugin.version));
    }
    if let Some(url) = plugin.homepage.as_ref().filter(|url| !url.starts_with("https://")) {
        faults.push(format!("the homepage `{url}`: an https URL"));
    }
    let mut hooks = BTreeSet::new();
    for interest in &plugin.interests {
        if !hooks.insert(interest.hook.name()) {
            faults.push(format!("{} is wanted twice: give one interest all its topics", interest.hook.name()));
        }
        judge_interest(interest, &plugin.topics, &mut faults);
    }
    let mut names = BTreeSet::new();
    for topic in &plugin.topics {
        if !names.insert(&topic.name) {
            faults.push(format!("the topic `{}` stands twice", topic.name));
        }
        judge_topic(topic, &mut faults);
    }
    judge_schema("the settings", plugin.settings_schema.as_deref(), &mut faults);
    faults
}

fn judge_interest(interest: &Interest, topics: &[Topic], faults: &mut Vec<String>) {
    let hook = interest.hook.name();
    for pattern in &interest.topics {
        if pattern != "*" && !is_topic(pattern.strip_suffix(".*").unwrap_or(pattern)) {
            faults.push(format!("{hook}: `{pattern}` is no pattern: write a topic, `order.*` or `*`"));
        }
    }
    if interest.hook == Hook::BuildPayload && topics.is_empty() {
        faults.push(format!("{hook} is wanted, but there is no topic of the plugin's own to build for"));
    }
}

fn judge_topic(topic: &Topic, faults: &mut Vec<String>) {
    let name = &topic.name;
    if !is_topic(name) {
        faults.push(format!(
            "the topic `{name}`: letters, digits, `_`, `-`, parts separated by full stops, {TOPIC_BYTES} bytes at most"
        ));
    }
    if topic.title.is_empty() {
        faults.push(format!("the topic `{name}` has no title"));
    }
    judge_schema(&format!("the topic `{name}`"), topic.schema.as_deref(), faults);
    if let Some(Err(error)) = topic.sample.as_deref().map(serde_json::from_str::<Value>) {
        faults.push(format!("the sample of the topic `{name}` is no JSON: {error}"));
    }
}

fn judge_schema(owner: &str, schema: Option<&str>, faults: &mut Vec<String>) {
    match schema.map(serde_json::from_str::<Value>) {
        None | Some(Ok(Value::Object(_) | Value::Bool(_))) => {}
        Some(Ok(_)) => faults.push(format!("the schema of {owner} is neither an object nor true or false")),
        Some(Err(error)) => faults.push(format!("the schema of {owner} is no JSON: {error}")),
    }
}

fn is_topic(name: &str) -> bool {
    name.len() <= TOPIC_BYTES && name.split('.').all(|part| is_word(part, "_-"))
}

fn is_word(text: &str, marks: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_ascii_alphanumeric() || marks.contains(character))
}

/// Three numbers, and whatever semantic versioning allows behind them.
fn is_version(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or(text);
    let numbers: Vec<&str> = core.split('.').collect();
    numbers.len() == 3 && numbers.iter().all(|number| number.parse::<u64>().is_ok() && is_word(number, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_good_description_has_no_fault() {
        let plugin = Description::new("good-1", "1.0.0-rc.1")
            .homepage("https://plugins.example.com")
            .interest(Interest::new(Hook::BuildPayload).topics(["a.b", "a.*", "*"]))
            .topic(Topic::new("a.b", "B").schema(true).sample(json!({})))
            .settings_schema(json!({ "type": "object" }));
        assert_eq!(faults_of(&plugin), [""; 0]);
    }

    #[test]
    fn each_fault_is_told_with_what_is_right() {
        let plugin = Description::new("not good", "1.0")
            .homepage("http://plugins.example.com")
            .interest(Interest::new(Hook::FilterPayload).topics(["order*"]))
            .interest(Interest::new(Hook::FilterPayload))
            .topic(Topic::new("a..b", "").schema("7").sample("{"))
            .topic(Topic::new("a..b", "Again"))
            .settings_schema("{");
        let faults = faults_of(&plugin).join("\n");
        for expected in [
            "the name `not good`",
            "the version `1.0`",
            "the homepage `http://plugins.example.com`",
            "filter-payload: `order*` is no pattern",
            "filter-payload is wanted twice",
            "the topic `a..b`: letters",
            "has no title",
            "the schema of the topic `a..b` is neither",
            "the sample of the topic `a..b` is no JSON",
            "the topic `a..b` stands twice",
            "the schema of the settings is no JSON",
        ] {
            assert!(faults.contains(expected), "{expected} is not in:\n{faults}");
        }
    }

    #[test]
    fn a_builder_without_topics_is_a_fault() {
        let plugin = Description::new("p", "1.0.0").interest(Interest::new(Hook::BuildPayload));
        assert!(faults_of(&plugin)[0].contains("no topic of the plugin's own"));
    }
}
