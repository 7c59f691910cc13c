//! TypeScript: the data of each topic as a type, and all events as one union that `type` discriminates.

use core::fmt::Write as _;

use super::infer::{Field, Shape};
use super::json_schema::{data_name, event_name};
use super::tree::quoted;
use super::{ABOUT, Entry};

pub(super) fn write(entries: &[Entry]) -> String {
    let mut out = String::new();
    comment(&mut out, "", ABOUT);
    out.push_str("export type HookwrightEvent =");
    if entries.is_empty() {
        out.push_str(" never");
    }
    for entry in entries {
        let _ = write!(out, "\n  | {}", event_name(entry));
    }
    out.push_str(";\n\n/** The name of a topic. */\nexport type HookwrightTopic = HookwrightEvent[\"type\"];\n");
    for entry in entries {
        topic(&mut out, entry);
    }
    out
}

fn topic(out: &mut String, entry: &Entry) {
    let (data, event) = (data_name(entry), event_name(entry));
    let shape = entry.shape();
    let origin = if entry.info.schema.is_some() { "its schema" } else { "its sample" };
    out.push('\n');
    comment(out, "", &format!("The data of `{}`, told by {origin}.", entry.info.name));
    match &shape {
        Shape::Object(fields) if !fields.is_empty() => {
            let _ = write!(out, "export interface {data} ");
            members(out, fields, "");
            out.push('\n');
        }
        other => {
            let _ = write!(out, "export type {data} = ");
            written(out, other, "");
            out.push_str(";\n");
        }
    }
    let name = match entry.beginnings.as_slice() {
        [] => quoted(&entry.info.name),
        beginnings => beginnings.iter().map(|text| format!("`{text}${{string}}`")).collect::<Vec<_>>().join(" | "),
    };
    out.push('\n');
    let deprecation = entry.deprecation();
    let tag = deprecation.as_ref().and_then(|note| note.strip_prefix("Deprecated: "));
    tagged_comment(out, "", &entry.title_and_description(), tag);
    let _ = write!(
        out,
        "export interface {event} {{\n  type: {name};\n  /** When the event happened: ISO 8601, in UTC. */\n  timestamp: \
         string;\n  data: {data};\n}}\n"
    );
}

fn members(out: &mut String, fields: &[Field], indent: &str) {
    out.push_str("{\n");
    let inner = format!("{indent}  ");
    for field in fields {
        if !field.description.is_empty() {
            comment(out, &inner, &field.description);
        }
        let name = if is_identifier(&field.name) { field.name.clone() } else { quoted(&field.name) };
        let _ = write!(out, "{inner}{name}{}: ", if field.required { "" } else { "?" });
        written(out, &field.shape, &inner);
        out.push_str(";\n");
    }
    let _ = write!(out, "{indent}}}");
}

fn written(out: &mut String, shape: &Shape, indent: &str) {
    match shape {
        Shape::Any => out.push_str("unknown"),
        Shape::Scalar("integer") => out.push_str("number"),
        Shape::Scalar(word) => out.push_str(word),
        Shape::Literal(text) => out.push_str(text),
        Shape::Object(fields) if fields.is_empty() => out.push_str("Record<string, unknown>"),
        Shape::Object(fields) => members(out, fields, indent),
        Shape::List(items) => {
            out.push_str("Array<");
            written(out, items, indent);
            out.push('>');
        }
        Shape::OneOf(parts) => {
            for (index, part) in parts.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { " | " });
                written(out, part, indent);
            }
        }
    }
}

/// One line of documentation. The text neither ends the comment nor begins a tag.
fn comment(out: &mut String, indent: &str, text: &str) {
    tagged_comment(out, indent, text, None);
}

/// The same with what `@deprecated` says.
fn tagged_comment(out: &mut String, indent: &str, text: &str, deprecated: Option<&str>) {
    let harmless = |text: &str| {
        let words: Vec<&str> = text.split(|letter: char| letter.is_whitespace() || letter.is_control()).collect();
        words.join(" ").replace("*/", "*\\/").replace('@', "\\@").trim().to_owned()
    };
    let tag = deprecated.map(|note| format!(" @deprecated {}", harmless(note))).unwrap_or_default();
    let _ = writeln!(out, "{indent}/** {}{tag} */", harmless(text));
}

fn is_identifier(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$';
    name.bytes().next().is_some_and(letter) && name.bytes().all(|byte| letter(byte) || byte.is_ascii_digit())
}
