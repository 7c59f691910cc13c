//! All that the catalogue knows of each topic, as data.

use super::Entry;
use super::tree::{list, object, pretty, quoted};

pub(super) fn write(entries: &[Entry]) -> String {
    let topics = list(entries.iter().map(topic));
    let document = object(&[("hookwright", quoted(env!("CARGO_PKG_VERSION"))), ("topics", topics)]);
    pretty(&document) + "\n"
}

fn topic(entry: &Entry) -> String {
    let info = &entry.info;
    let maybe = |text: &Option<String>| text.clone().unwrap_or_else(|| "null".to_owned());
    object(&[
        ("name", quoted(&info.name)),
        ("title", quoted(&info.title)),
        ("description", quoted(&info.description)),
        ("group", quoted(&info.group)),
        ("sources", list(info.sources.iter().map(|source| quoted(source)))),
        ("schema", maybe(&info.schema)),
        ("sample", maybe(&info.sample)),
        ("deprecated", maybe(&info.deprecated.as_deref().map(quoted))),
        ("replaced_by", maybe(&info.replaced_by.as_deref().map(quoted))),
    ])
}
