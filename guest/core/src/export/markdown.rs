//! Markdown (CommonMark with GitHub's tables): what a person reads who writes a receiver.

use core::fmt::Write as _;
use std::collections::HashMap;

use super::infer::Shape;
use super::tree::{Tree, pretty};
use super::{ABOUT, ABOUT_ID, ABOUT_SIGNATURE, ABOUT_TIMESTAMP, Entry, INFERRED};

/// A table cell shows no longer example; the whole sample stands below.
const EXAMPLE_MAX: usize = 60;

pub(super) fn write(entries: &[Entry]) -> String {
    let groups = grouped(entries);
    let mut out = String::from("# Webhook topics\n\n");
    let _ = writeln!(out, "{}\n", plain(ABOUT));
    out.push_str(
        "The body is `{\"type\": …, \"timestamp\": …, \"data\": …}`, where `type` is the topic, and `data` is ",
    );
    out.push_str("described here. Headers:\n\n");
    for (name, about) in
        [("webhook-id", ABOUT_ID), ("webhook-timestamp", ABOUT_TIMESTAMP), ("webhook-signature", ABOUT_SIGNATURE)]
    {
        let _ = writeln!(out, "- `{name}`: {about}");
    }
    out.push_str("\n## Contents\n");
    let mut anchors = Anchors::default();
    anchors.of("Webhook topics");
    anchors.of("Contents");
    let mut topics = String::new();
    for (group, entries) in &groups {
        anchors.of(group);
        let _ = write!(out, "\n{}:\n\n", line_start(&plain(group)));
        let _ = writeln!(topics, "\n## {}", plain(group));
        for entry in entries {
            let anchor = anchors.of(&entry.info.name);
            let _ = writeln!(out, "- [`{}`](#{anchor}): {}", entry.info.name, plain(&entry.info.title));
            topic(&mut topics, entry);
        }
    }
    if groups.is_empty() {
        out.push_str("\nThere is no such topic.\n");
    }
    out + &topics
}

/// Topics by heading; headings in the order in which they first come.
fn grouped(entries: &[Entry]) -> Vec<(&str, Vec<&Entry>)> {
    let mut groups: Vec<(&str, Vec<&Entry>)> = Vec::new();
    for entry in entries {
        match groups.iter_mut().find(|(group, _)| *group == entry.info.group) {
            Some((_, entries)) => entries.push(entry),
            None => groups.push((&entry.info.group, vec![entry])),
        }
    }
    groups
}

fn topic(out: &mut String, entry: &Entry) {
    let info = &entry.info;
    let _ = write!(out, "\n### `{}`\n\n{}\n", info.name, line_start(&plain(&entry.title_and_description())));
    if let Some(note) = entry.deprecation() {
        let _ = write!(out, "\n> {}\n", line_start(&plain(&note)));
    }
    if !entry.beginnings.is_empty() {
        let names: Vec<String> = entry.beginnings.iter().map(|text| format!("`{text}…`")).collect();
        let _ = write!(out, "\nAn example of all topics {}.\n", names.join(" and "));
    }
    let sample = entry.sample();
    let mut rows = String::new();
    fields(&mut rows, "", &entry.shape(), sample.as_ref());
    if !rows.is_empty() {
        let note = if info.schema.is_none() { format!(" ({INFERRED})") } else { String::new() };
        let _ = write!(out, "\nFields{note}:\n\n| Field | Type | Example |\n| --- | --- | --- |\n{rows}");
    }
    if let Some(sample) = &info.sample {
        let _ = write!(out, "\nSample:\n\n```json\n{}\n```\n", pretty(sample));
    }
}

/// A row for each field, those of objects inside after them: `customer.name`, `items[].price`.
fn fields(out: &mut String, path: &str, shape: &Shape, sample: Option<&Tree<'_>>) {
    match shape {
        Shape::List(items) => fields(out, &format!("{path}[]"), items, sample.and_then(|list| list.items().first())),
        Shape::OneOf(parts) => parts.iter().for_each(|part| fields(out, path, part, sample)),
        Shape::Object(known) => {
            for field in known {
                let path = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
                let value = sample.and_then(|sample| sample.field(&field.name));
                let optional = if field.required { "" } else { ", optional" };
                let example = value.map(|value| format!("{} ", code(&cut(value.raw)))).unwrap_or_default();
                let about = match plain(&field.description) {
                    empty if empty.is_empty() => empty,
                    text => format!(": {text}"),
                };
                let _ = writeln!(out, "| {} | {}{optional}{about} | {example}|", code(&path), kind(&field.shape));
                fields(out, &path, &field.shape, value);
            }
        }
        _ => {}
    }
}

fn kind(shape: &Shape) -> String {
    match shape {
        Shape::Any => "any".to_owned(),
        Shape::Scalar(word) => (*word).to_owned(),
        Shape::Literal(text) => code(text),
        Shape::Object(_) => "object".to_owned(),
        Shape::List(items) => match &**items {
            Shape::Any => "list".to_owned(),
            items => format!("list of {}", kind(items)),
        },
        Shape::OneOf(parts) => parts.iter().map(kind).collect::<Vec<_>>().join(" or "),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(EXAMPLE_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A code span in a table: with more backticks around it than in it, and no bar that would end the cell.
fn code(text: &str) -> String {
    let text: String = text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect();
    let text = text.replace('|', "\\|");
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let edge = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) || text.is_empty() || longest > 0;
    let space = if edge { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Text of others on one line, none of it markup.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|letter: char| letter.is_whitespace() || letter.is_control()).filter(|word| !word.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
        }
        for letter in word.chars() {
            if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#') {
                out.push('\\');
            }
            out.push(letter);
        }
    }
    out
}

/// Escapes what would make a list or a rule of a paragraph.
fn line_start(plain: &str) -> String {
    let digits = plain.bytes().take_while(u8::is_ascii_digit).count();
    match plain.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => format!("{}\\{}", &plain[..digits], &plain[digits..]),
        Some(b'-' | b'+' | b'=' | b':') if digits == 0 => format!("\\{plain}"),
        _ => plain.to_owned(),
    }
}

/// The anchors that GitHub gives to headings.
#[derive(Default)]
struct Anchors(HashMap<String, u32>);

impl Anchors {
    fn of(&mut self, heading: &str) -> String {
        let kept =
            heading.trim().chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' '));
        let anchor = kept.collect::<String>().to_lowercase().replace(' ', "-");
        let count = self.0.entry(anchor.clone()).or_default();
        *count += 1;
        if *count == 1 { anchor } else { format!("{anchor}-{}", *count - 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_markup() {
        assert_eq!(
            plain("a *b* _c_\n\n<d> [e](f) | `g` \\ # h"),
            "a \\*b\\* \\_c\\_ \\<d\\> \\[e\\](f) \\| \\`g\\` \\\\ \\# h"
        );
        assert_eq!(line_start("1. a"), "1\\. a");
        assert_eq!(line_start("- a"), "\\- a");
        assert_eq!(line_start("2026 was"), "2026 was");
    }

    #[test]
    fn code_keeps_its_text_in_a_table() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b|"), "``` a``b\\| ```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(cut(&"é".repeat(61)), format!("{}…", "é".repeat(60)));
    }

    #[test]
    fn anchors_are_those_of_github() {
        let mut anchors = Anchors::default();
        let found = ["order.created", "ordercreated", "Order_Created-2", "ordercreated"].map(|text| anchors.of(text));
        assert_eq!(found, ["ordercreated", "ordercreated-1", "order_created-2", "ordercreated-2"]);
    }
}
