//! Turns the topic packs in `catalogue/` into a table in the component's data, so that looking a topic up parses nothing.
//!
//! A pack that breaks a rule fails the build with the file's and the topic's name.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

/// The order in which packs are listed.
const PACKS: [&str; 6] = ["hookwright", "ultimate-multisite", "wp-ultimo", "woocommerce", "wink", "easy-lms"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pack {
    pack: String,
    #[serde(rename = "title")]
    _title: String,
    groups: Vec<String>,
    #[serde(default)]
    fragments: BTreeMap<String, Map<String, Value>>,
    topics: Vec<Topic>,
    #[serde(default)]
    families: Vec<Family>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    name: String,
    /// The topic is that of another pack.
    same_as: Option<String>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    fragments: Vec<String>,
    #[serde(default)]
    sample: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    prefix: String,
    title: String,
    description: String,
    group: String,
    allowed_prefixes: Vec<String>,
    denied: Vec<String>,
    example: String,
    sample: Map<String, Value>,
}

struct Entry {
    topic: Topic,
    sources: Vec<String>,
    sample: String,
}

fn main() {
    let mut entries: Vec<Entry> = Vec::new();
    let mut families = String::new();
    for name in PACKS {
        let path = format!("catalogue/{name}.json");
        println!("cargo::rerun-if-changed={path}");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let pack: Pack = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(pack.pack, name, "{path}: `pack` is not the file's name");
        for topic in pack.topics {
            add_topic(&mut entries, &pack.fragments, &pack.groups, name, topic);
        }
        for family in pack.families {
            assert!(pack.groups.contains(&family.group), "{path}: the group of {} is not listed", family.prefix);
            write_family(&mut families, name, &family);
        }
    }

    let mut table = format!("static TOPICS: [Builtin; {}] = [\n", entries.len());
    for entry in &entries {
        let Topic { name, title, description, group, .. } = &entry.topic;
        writeln!(
            table,
            "Builtin {{ name: {name:?}, title: {title:?}, description: {description:?}, group: {group:?}, \
             sources: &{:?}, sample: {:?} }},",
            entry.sources, entry.sample
        )
        .expect("a String can be written");
    }
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|index| &entries[*index].topic.name);
    writeln!(table, "];\n\nstatic BY_NAME: [u16; {}] = {order:?};", order.len()).expect("a String can be written");
    writeln!(table, "\nstatic FAMILIES: &[Family] = &[\n{families}];").expect("a String can be written");
    #[expect(clippy::disallowed_methods, reason = "a build script learns its folder from the environment")]
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("catalogue.rs"), table).expect("OUT_DIR can be written");
}

fn add_topic(
    entries: &mut Vec<Entry>,
    fragments: &BTreeMap<String, Map<String, Value>>,
    groups: &[String],
    pack: &str,
    topic: Topic,
) {
    let name = &topic.name;
    if let Some(other) = &topic.same_as {
        let entry = entries
            .iter_mut()
            .find(|entry| entry.topic.name == *name && entry.sources.contains(other))
            .unwrap_or_else(|| panic!("{pack}: {name} is not in {other}"));
        entry.sources.push(pack.to_owned());
        return;
    }
    assert!(entries.iter().all(|entry| entry.topic.name != *name), "{pack}: {name} stands in two packs");
    assert!(groups.contains(&topic.group), "{pack}: the group of {name} is not listed");
    assert!(!topic.title.is_empty() && !topic.description.is_empty(), "{pack}: {name} lacks a title or description");
    let mut sample = Map::new();
    for fragment in &topic.fragments {
        let fields = fragments.get(fragment).unwrap_or_else(|| panic!("{pack}: {name} names no fragment {fragment}"));
        sample.extend(fields.clone());
    }
    sample.extend(topic.sample.clone());
    assert!(!sample.is_empty(), "{pack}: {name} has no sample");
    let sample = Value::Object(sample).to_string();
    entries.push(Entry { topic, sources: vec![pack.to_owned()], sample });
}

fn write_family(out: &mut String, pack: &str, family: &Family) {
    let Family { prefix, title, description, group, allowed_prefixes, denied, example, sample } = family;
    writeln!(
        out,
        "Family {{ prefix: {prefix:?}, title: {title:?}, description: {description:?}, group: {group:?}, \
         source: {pack:?}, allowed_prefixes: &{allowed_prefixes:?}, denied: &{denied:?}, example: {example:?}, \
         sample: {:?} }},",
        Value::Object(sample.clone()).to_string()
    )
    .expect("a String can be written");
}
