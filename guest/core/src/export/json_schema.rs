//! A bundle of JSON Schema 2020-12: for each topic its data and the body around them. Other formats take them over.

use super::schema::{embedded, keywords};
use super::tree::{Tree, list, object, pretty, quoted};
use super::{ABOUT, Entry, INFERRED, TITLE};

pub(super) fn write(entries: &[Entry]) -> String {
    const PLACE: &str = "#/$defs/";
    let mut root = vec![
        ("$schema", quoted("https://json-schema.org/draft/2020-12/schema")),
        ("title", quoted(TITLE)),
        ("description", quoted(ABOUT)),
    ];
    if !entries.is_empty() {
        root.push(("oneOf", list(entries.iter().map(|entry| reference(PLACE, &event_name(entry))))));
    }
    root.push(("$defs", object(&definitions(entries, PLACE))));
    pretty(&object(&root)) + "\n"
}

/// The schemas of all topics for a place in a document, `#/…/`, below which they are found by name.
pub(super) fn definitions(entries: &[Entry], place: &str) -> Vec<(String, String)> {
    let both = |entry| [(data_name(entry), data(entry, place)), (event_name(entry), event(entry, place))];
    entries.iter().flat_map(both).collect()
}

/// Name of the schema of a topic's data.
pub(super) fn data_name(entry: &Entry) -> String {
    format!("{}Data", entry.id)
}

/// Name of the schema of a topic's request body.
pub(super) fn event_name(entry: &Entry) -> String {
    format!("{}Event", entry.id)
}

/// `{"$ref": …}`
pub(super) fn reference(place: &str, name: &str) -> String {
    format!(r#"{{"$ref":"{place}{name}"}}"#)
}

fn data(entry: &Entry, place: &str) -> String {
    match (&entry.info.schema, &entry.info.sample) {
        (Some(schema), _) => embedded(&Tree::read(schema), &format!("{place}{}", data_name(entry))),
        (None, Some(_)) => {
            let mut fields = vec![("description", quoted(INFERRED))];
            fields.extend(keywords(&entry.shape()));
            object(&fields)
        }
        (None, None) => object(&[("description", quoted("neither a schema nor a sample is known"))]),
    }
}

fn event(entry: &Entry, place: &str) -> String {
    let topic = if entry.beginnings.is_empty() {
        ("const", quoted(&entry.info.name))
    } else {
        let beginnings: Vec<String> = entry.beginnings.iter().map(|text| text.replace('.', "\\.")).collect();
        ("pattern", quoted(&format!("^({})", beginnings.join("|"))))
    };
    let timestamp = r#"{"type":"string","format":"date-time","description":"When the event happened, in UTC."}"#;
    let properties = [
        ("type", object(&[("type", quoted("string")), topic])),
        ("timestamp", timestamp.to_owned()),
        ("data", reference(place, &data_name(entry))),
    ];
    let mut fields = vec![
        ("title", quoted(&entry.info.title)),
        ("description", quoted(&entry.description())),
        ("type", quoted("object")),
        ("properties", object(&properties)),
        ("required", r#"["type","timestamp","data"]"#.to_owned()),
    ];
    if entry.info.deprecated.is_some() {
        fields.push(("deprecated", "true".to_owned()));
    }
    object(&fields)
}
