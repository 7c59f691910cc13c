//! JSON as XML 1.0.
//!
//! - An object has an element for each member, in order; a name that stands twice gives two elements.
//! - A list has an `<item>` for each of its items.
//! - A name of ASCII letters, digits, `_`, `-` and `.` that begins with a letter or `_`, and not with `xml`, is the
//!   element's name. Every other name stands in an attribute: `<member name="first name">`.
//! - Null is an empty element with `nil="true"`; an empty text, list or object is an empty element without.
//! - Numbers and booleans are as JSON writes them.
//! - A character that XML 1.0 forbids (control characters but tab and line ends, U+FFFE, U+FFFF) becomes U+FFFD.

use super::TooLarge;
use crate::export::tree::{Kind, Tree};

/// The document, with declaration.
pub(super) fn write(compact: &str, root: &str) -> Result<String, TooLarge> {
    let mut out = String::with_capacity(compact.len() * 2);
    out.push_str(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
    out.push('\n');
    element(root, &Tree::read(compact), &mut out)?;
    Ok(out)
}

fn element(name: &str, value: &Tree<'_>, out: &mut String) -> Result<(), TooLarge> {
    let (tag, attribute) = if is_element_name(name) { (name, None) } else { ("member", Some(name)) };
    out.push('<');
    out.push_str(tag);
    if let Some(name) = attribute {
        out.push_str(r#" name=""#);
        escape(name, out);
        out.push('"');
    }
    if let Kind::Scalar("null") = value.kind {
        out.push_str(r#" nil="true"/>"#);
        return TooLarge::check(out.len());
    }
    out.push('>');
    match &value.kind {
        Kind::Object(fields) => fields.iter().try_for_each(|(name, value)| element(name, value, out))?,
        Kind::List(items) => items.iter().try_for_each(|item| element("item", item, out))?,
        Kind::Scalar(_) => escape(value.text().as_deref().unwrap_or(value.raw), out),
    }
    out.push_str("</");
    out.push_str(tag);
    out.push('>');
    TooLarge::check(out.len())
}

fn is_element_name(name: &str) -> bool {
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let reserved = name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("xml"));
    name.as_bytes().first().is_some_and(letter)
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        && !reserved
}

/// Text that reads back as it was, between tags and in an attribute: a parser changes line ends that are not written
/// as numbers.
fn escape(plain: &str, out: &mut String) {
    for character in plain.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
}
