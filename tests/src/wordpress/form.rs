//! Forms of a page as a browser would submit them untouched.
//!
//! Reads the HTML that WordPress and its plugins write; no judge of HTML.

use reqwest::Method;

/// A form, filled in as the page has it.
#[derive(Clone, Debug)]
pub struct Form {
    /// Its `id`, or nothing.
    pub id: String,
    /// Where it goes; nothing for the page itself.
    pub action: String,
    /// How it goes.
    pub method: Method,
    /// What would be sent, in order. Of buttons nothing is.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// With this field changed, or added.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With one more value of a field that may have several.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Whether it has the field.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }
}

/// The forms of a page.
pub(super) fn all(html: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    for part in html.split("<form").skip(1) {
        let inside = part.split("</form").next().unwrap_or_default();
        let (head, body) = inside.split_once('>').unwrap_or((inside, ""));
        let method = attribute(head, "method").unwrap_or_default();
        forms.push(Form {
            id: attribute(head, "id").unwrap_or_default(),
            action: attribute(head, "action").unwrap_or_default(),
            method: if method.eq_ignore_ascii_case("post") { Method::POST } else { Method::GET },
            fields: fields(body),
        });
    }
    forms
}

fn fields(html: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once('<') {
        let (head, after) = tag.split_once('>').unwrap_or((tag, ""));
        rest = after;
        let element = head.split(|letter: char| letter.is_whitespace() || letter == '/').next().unwrap_or_default();
        let Some(name) = attribute(head, "name") else { continue };
        if flag(head, "disabled") {
            continue;
        }
        match element {
            "input" => {
                let kind = attribute(head, "type").unwrap_or_default();
                let value = attribute(head, "value");
                match kind.as_str() {
                    "submit" | "button" | "image" | "reset" | "file" => {}
                    "checkbox" | "radio" if !flag(head, "checked") => {}
                    "checkbox" | "radio" => fields.push((name, value.unwrap_or_else(|| "on".to_owned()))),
                    _ => fields.push((name, value.unwrap_or_default())),
                }
            }
            "textarea" => {
                let text = after.split("</textarea").next().unwrap_or_default();
                fields.push((name, decoded(text.strip_prefix('\n').unwrap_or(text))));
            }
            "select" => {
                let options = after.split("</select").next().unwrap_or_default();
                let heads = || options.split("<option").skip(1).filter_map(|option| option.split('>').next());
                let chosen: Vec<&str> = heads().filter(|head| flag(head, "selected")).collect();
                let first = heads().next().filter(|_| !flag(head, "multiple"));
                let chosen = if chosen.is_empty() { first.into_iter().collect() } else { chosen };
                for option in chosen {
                    fields.push((name.clone(), attribute(option, "value").unwrap_or_default()));
                }
            }
            _ => {}
        }
    }
    fields
}

/// The value of an attribute.
fn attribute(head: &str, name: &str) -> Option<String> {
    attributes(head).into_iter().find(|(found, _)| found == name).and_then(|(_, value)| value)
}

fn flag(head: &str, name: &str) -> bool {
    attributes(head).iter().any(|(found, _)| found == name)
}

/// The attributes of a tag, whose name is skipped.
fn attributes(head: &str) -> Vec<(String, Option<String>)> {
    let mut attributes = Vec::new();
    let mut rest = head.trim_start_matches(|letter: char| !letter.is_whitespace()).trim_start();
    while !rest.is_empty() {
        let end = rest.find(|letter: char| letter.is_whitespace() || letter == '=').unwrap_or(rest.len());
        let name = rest[..end].to_lowercase();
        rest = rest[end..].trim_start();
        let mut value = None;
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|first| matches!(first, '"' | '\''));
            let (text, left) = match quote {
                Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
            };
            value = Some(decoded(text));
            rest = left.trim_start();
        }
        attributes.push((name, value));
    }
    attributes
}

/// Text without HTML's escapes.
pub(super) fn decoded(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let escape = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        let letter = escape.and_then(|(name, _)| match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            _ => {
                let number = name.strip_prefix('#')?;
                let code = match number.strip_prefix('x') {
                    Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)
            }
        });
        match (letter, escape) {
            (Some(letter), Some((_, after))) => {
                plain.push(letter);
                rest = after;
            }
            _ => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_would_submit_it() {
        let html = r#"<form id="other"></form><form method='POST' action="save.php?a=1&amp;b=2">
            <input type=hidden name=_nonce value="a&#039;b"><input type="checkbox" name="on" checked>
            <input type="checkbox" name="off" value="1"/><input name="gone" disabled value="x">
            <select name="one"><option value="1">1<option value="2" selected>2</select>
            <select name="many[]" multiple><option value="1"></select>
            <select name="first"><option value="f">F</option><option value="s">S</option></select>
            <textarea name="text">a &lt; b</textarea><input type="submit" name="go" value="Go"></form>"#;
        let forms = all(html);
        assert_eq!(forms[0].id, "other");
        assert_eq!((forms[1].method.as_str(), forms[1].action.as_str()), ("POST", "save.php?a=1&b=2"));
        let fields: Vec<(&str, &str)> = forms[1].fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        let expected = [("_nonce", "a'b"), ("on", "on"), ("one", "2"), ("first", "f"), ("text", "a < b")];
        assert_eq!(fields, expected);
        assert!(forms[1].clone().with("one", "1").and("many[]", "1").has("many[]"));
    }
}
