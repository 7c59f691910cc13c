//! How a scenario's file is laid out: what fits stands on one line, so that a person can read it.

use serde::Serialize;

use super::scenario::Scenario;

const WIDTH: usize = 120;

/// The file of a scenario, its fields in their declared order.
///
/// # Panics
///
/// Never: a scenario is made of what JSON can say.
#[must_use]
pub fn in_order(scenario: &Scenario) -> String {
    let mut out = String::new();
    let text = serde_json::to_string(scenario).unwrap_or_else(|error| panic!("{error}"));
    lay(&parts(&text), 0, 0, &mut out);
    out.push('\n');
    out
}

/// A value as text, in several lines where it is long.
///
/// # Panics
///
/// Never: a value is JSON.
#[must_use]
pub fn of(value: &impl Serialize) -> String {
    let mut out = String::new();
    lay(&parts(&serde_json::to_string(value).unwrap_or_else(|error| panic!("{error}"))), 0, 0, &mut out);
    out
}

/// JSON text taken apart, with its members in the order in which they stand.
enum Part<'a> {
    Plain(&'a str),
    List(Vec<Self>),
    Map(Vec<(&'a str, Self)>),
}

fn parts(text: &str) -> Part<'_> {
    let mut rest = text;
    part(&mut rest)
}

/// Takes one value of compact JSON off the front.
fn part<'a>(rest: &mut &'a str) -> Part<'a> {
    match rest.as_bytes().first() {
        Some(b'[') => {
            let mut items = Vec::new();
            *rest = &rest[1..];
            while !rest.starts_with(']') {
                items.push(part(rest));
                *rest = rest.strip_prefix(',').unwrap_or(rest);
            }
            *rest = &rest[1..];
            Part::List(items)
        }
        Some(b'{') => {
            let mut members = Vec::new();
            *rest = &rest[1..];
            while !rest.starts_with('}') {
                let name = plain(rest);
                *rest = &rest[1..];
                members.push((name, part(rest)));
                *rest = rest.strip_prefix(',').unwrap_or(rest);
            }
            *rest = &rest[1..];
            Part::Map(members)
        }
        _ => Part::Plain(plain(rest)),
    }
}

fn plain<'a>(rest: &mut &'a str) -> &'a str {
    let end = if let Some(inside) = rest.strip_prefix('"') {
        let mut escaped = false;
        let closing = inside.bytes().position(|byte| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes
        });
        closing.map_or(rest.len(), |at| at + 2)
    } else {
        rest.find([',', ']', '}']).unwrap_or(rest.len())
    };
    let (token, after) = rest.split_at(end);
    *rest = after;
    token
}

fn lay(part: &Part<'_>, indent: usize, before: usize, out: &mut String) {
    let line = one_line(part);
    let is_top = indent == 0 && out.is_empty();
    if indent + before + line.chars().count() < WIDTH && !is_top {
        out.push_str(&line);
        return;
    }
    let inner = indent + 2;
    match part {
        Part::Plain(token) => out.push_str(token),
        Part::List(items) => {
            block('[', ']', items, indent, out, |item, out| lay(item, inner, 0, out));
        }
        Part::Map(members) => {
            block('{', '}', members, indent, out, |(name, value), out| {
                out.push_str(name);
                out.push_str(": ");
                lay(value, inner, name.len() + 2, out);
            });
        }
    }
}

fn block<T>(
    open: char,
    close: char,
    items: &[T],
    indent: usize,
    out: &mut String,
    mut each: impl FnMut(&T, &mut String),
) {
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&" ".repeat(indent + 2));
        each(item, out);
    }
    out.push('\n');
    out.push_str(&" ".repeat(indent));
    out.push(close);
}

fn one_line(part: &Part<'_>) -> String {
    match part {
        Part::Plain(token) => (*token).to_owned(),
        Part::List(items) => format!("[{}]", items.iter().map(one_line).collect::<Vec<_>>().join(", ")),
        Part::Map(members) if members.is_empty() => "{}".to_owned(),
        Part::Map(members) => {
            let members = members.iter().map(|(name, value)| format!("{name}: {}", one_line(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_stay_on_a_line_and_all_values_stay_the_same() {
        let value = serde_json::json!({"a": "x\\\"y, ]", "b": [1, {"c": {}}], "d": ["z".repeat(70), "z".repeat(70)]});
        let text = of(&value);
        assert!(text.contains("\"b\": [1, { \"c\": {} }],\n"), "{text}");
        assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
