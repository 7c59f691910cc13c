//! What each keyword asks of a value.

use core::fmt::{self, Write as _};
use core::slice;

use serde_json::{Map, Value};

use super::numbers::is_multiple;
use super::target;
use super::unique::twins;
use super::validate::Validation;
use crate::json_value::{Number, View};

/// How much of a rule a message shows, in bytes.
const SHOWN_MAX: usize = 200;

impl<'s> Validation<'s> {
    /// None when the work is used up.
    pub(super) fn keyword(
        &mut self,
        rules: &'s Map<String, Value>,
        key: &str,
        rule: &'s Value,
        value: &Value,
    ) -> Option<()> {
        self.fuel.burn(1)?;
        let view = View::of(value);
        match key {
            "$ref" => {
                let reference = rule.as_str()?;
                self.fuel.burn(reference.len() / 4)?;
                self.schema(target(self.root, reference)?, value);
            }
            "type" => {
                let words = list(rule);
                if !words.iter().any(|word| word.as_str().is_some_and(|word| is_of_type(view, word))) {
                    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                    self.fail(format_args!("must be of type {}, not {}", words.join(" or "), type_of(view)));
                }
            }
            "const" => {
                if !view.same(View::of(rule), &mut self.fuel)? {
                    self.fail(format_args!("must be {}", shown(slice::from_ref(rule))));
                }
            }
            "enum" => {
                for allowed in list(rule) {
                    if view.same(View::of(allowed), &mut self.fuel)? {
                        return Some(());
                    }
                }
                self.fail(format_args!("must be one of {}", shown(list(rule))));
            }
            "allOf" => {
                for part in list(rule) {
                    self.schema(part, value);
                }
            }
            "anyOf" => self.any_of(list(rule), value),
            "oneOf" => {
                let fitting = list(rule).iter().filter(|part| self.misfit(part, value).is_none()).count();
                if fitting != 1 {
                    let all = list(rule).len();
                    self.fail(format_args!("must fit exactly one of the {all} forms of `oneOf`, and fits {fitting}"));
                }
            }
            "not" => {
                if self.misfit(rule, value).is_none() {
                    self.fail(format_args!("must not be of the form that `not` describes"));
                }
            }
            "if" => {
                let branch = if self.misfit(rule, value).is_none() { "then" } else { "else" };
                if let Some(branch) = rules.get(branch) {
                    self.schema(branch, value);
                }
            }
            _ => match (view, value) {
                (View::Number(number), Value::Number(text)) => self.number(key, rule, number, text),
                (View::Text(text), _) => return self.text(key, rule, text),
                (View::List(items), _) => return self.list(rules, key, rule, items),
                (View::Object(members), _) => return self.object(rules, key, rule, members, value),
                _ => {}
            },
        }
        Some(())
    }

    fn any_of(&mut self, parts: &'s [Value], value: &Value) {
        let mut first = None;
        let mut fits = false;
        for part in parts {
            match self.misfit(part, value) {
                None => {
                    fits = true;
                    // Only a search for what is deprecated has to see every part.
                    if self.stops_early {
                        return;
                    }
                }
                Some(misfit) => drop(first.get_or_insert(misfit)),
            }
        }
        if !fits {
            let why = first.map_or_else(String::new, |mut first| {
                if first.pointer == self.pointer {
                    first.pointer.clear();
                }
                format!("; the first says: {first}")
            });
            self.fail(format_args!("must fit at least one of the {} forms of `anyOf`{why}", parts.len()));
        }
    }

    fn number(&mut self, key: &str, rule: &Value, number: Number, text: &serde_json::Number) {
        let Value::Number(rule) = rule else { return };
        let order = number.compare(Number::of(rule));
        match key {
            "minimum" if order.is_lt() => self.fail(format_args!("must be {rule} or more")),
            "maximum" if order.is_gt() => self.fail(format_args!("must be {rule} or less")),
            "exclusiveMinimum" if order.is_le() => self.fail(format_args!("must be more than {rule}")),
            "exclusiveMaximum" if order.is_ge() => self.fail(format_args!("must be less than {rule}")),
            "multipleOf" if !is_multiple(text, rule) => self.fail(format_args!("must be a multiple of {rule}")),
            _ => {}
        }
    }

    fn text(&mut self, key: &str, rule: &'s Value, text: &str) -> Option<()> {
        match key {
            "minLength" | "maxLength" => {
                self.fuel.burn_text(text.len())?;
                self.count(key, rule, text.chars().count(), "characters");
            }
            "pattern" => {
                let pattern = rule.as_str()?;
                if !self.is_of_pattern(pattern, text)? {
                    self.fail(format_args!("must be of the pattern `{}`", cut(pattern)));
                }
            }
            _ => {}
        }
        Some(())
    }

    fn list(&mut self, rules: &'s Map<String, Value>, key: &str, rule: &'s Value, items: &[Value]) -> Option<()> {
        match key {
            "minItems" | "maxItems" => self.count(key, rule, items.len(), "items"),
            "prefixItems" => {
                for (index, (part, item)) in list(rule).iter().zip(items).enumerate() {
                    self.inside(&index.to_string(), part, item)?;
                }
            }
            "items" => {
                let before = rules.get("prefixItems").map_or(0, |prefix| list(prefix).len());
                for (index, item) in items.iter().enumerate().skip(before) {
                    self.inside(&index.to_string(), rule, item)?;
                }
            }
            "contains" => {
                let mut fitting = 0;
                for item in items {
                    self.fuel.burn(1)?;
                    fitting += usize::from(self.misfit(rule, item).is_none());
                }
                let one = Value::from(1);
                self.count(
                    "minContains",
                    rules.get("minContains").unwrap_or(&one),
                    fitting,
                    "items as `contains` says",
                );
                if let Some(most) = rules.get("maxContains") {
                    self.count("maxContains", most, fitting, "items as `contains` says");
                }
            }
            "uniqueItems" if *rule == Value::Bool(true) => {
                if let Some((one, other)) = twins(items, &mut self.fuel)? {
                    self.fail(format_args!("must have no item twice, and items {one} and {other} are the same"));
                }
            }
            _ => {}
        }
        Some(())
    }

    fn object(
        &mut self,
        rules: &'s Map<String, Value>,
        key: &str,
        rule: &'s Value,
        members: &Map<String, Value>,
        value: &Value,
    ) -> Option<()> {
        match key {
            "minProperties" | "maxProperties" => self.count(key, rule, members.len(), "members"),
            "required" => self.required(rule, members)?,
            "properties" | "dependentSchemas" | "dependentRequired" => {
                for (name, rule) in rule.as_object()? {
                    self.fuel.burn(1)?;
                    match (members.get(name), key) {
                        (None, _) => {}
                        (Some(member), "properties") => self.inside(name, rule, member)?,
                        (Some(_), "dependentSchemas") => self.schema(rule, value),
                        (Some(_), _) => self.required(rule, members)?,
                    }
                }
            }
            "additionalProperties" | "propertyNames" | "patternProperties" => {
                for (name, member) in members {
                    self.fuel.burn_text(name.len())?;
                    self.member(rules, key, rule, name, member)?;
                }
            }
            _ => {}
        }
        Some(())
    }

    fn member(
        &mut self,
        rules: &'s Map<String, Value>,
        key: &str,
        rule: &'s Value,
        name: &str,
        member: &Value,
    ) -> Option<()> {
        if key == "propertyNames" {
            if let Some(misfit) = self.misfit(rule, &Value::String(name.to_owned())) {
                self.fail(format_args!("has a member `{}` whose name {}", cut(name), misfit.message));
            }
            return Some(());
        }
        let is_additional = key == "additionalProperties";
        if is_additional && rules.get("properties").is_some_and(|known| known.get(name).is_some()) {
            return Some(());
        }
        let patterns = if is_additional { rules.get("patternProperties") } else { Some(rule) };
        for (pattern, part) in patterns.and_then(Value::as_object).into_iter().flatten() {
            if self.is_of_pattern(pattern, name)? {
                if is_additional {
                    return Some(());
                }
                self.inside(name, part, member)?;
            }
        }
        if is_additional { self.inside(name, rule, member) } else { Some(()) }
    }

    fn required(&mut self, names: &Value, members: &Map<String, Value>) -> Option<()> {
        for name in list(names).iter().filter_map(Value::as_str) {
            self.fuel.burn(1)?;
            if !members.contains_key(name) {
                self.fail(format_args!("must have the member `{}`", cut(name)));
            }
        }
        Some(())
    }

    /// `min…` or `max…`.
    fn count(&mut self, key: &str, rule: &Value, count: usize, what: &str) {
        let Value::Number(rule) = rule else { return };
        let order = Number::Integer(count as i128).compare(Number::of(rule));
        if key.starts_with("min") && order.is_lt() {
            self.fail(format_args!("must have {rule} or more {what}, and has {count}"));
        } else if key.starts_with("max") && order.is_gt() {
            self.fail(format_args!("must have {rule} or fewer {what}, and has {count}"));
        }
    }
}

fn list(rule: &Value) -> &[Value] {
    if let Value::Array(items) = rule { items } else { slice::from_ref(rule) }
}

fn type_of(view: View<'_>) -> &'static str {
    match view {
        View::Null => "null",
        View::Bool(_) => "boolean",
        View::Number(_) => "number",
        View::Text(_) => "string",
        View::List(_) => "array",
        View::Object(_) => "object",
    }
}

fn is_of_type(view: View<'_>, word: &str) -> bool {
    match (view, word) {
        (View::Number(number), "integer") => number.is_whole(),
        _ => type_of(view) == word,
    }
}

/// Values of a rule, in brief: a rule may be long, and a message is not.
fn shown(values: &[Value]) -> String {
    let mut text = Brief(String::new());
    for (index, value) in values.iter().enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        if write!(text, "{comma}{value}").is_err() {
            break;
        }
    }
    text.0
}

fn cut(text: &str) -> String {
    let mut brief = Brief(String::new());
    let _ = brief.write_str(text);
    brief.0
}

/// Takes no more than [`SHOWN_MAX`] bytes, and says so to whoever writes.
struct Brief(String);

impl fmt::Write for Brief {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let left = SHOWN_MAX.saturating_sub(self.0.len());
        if text.len() <= left {
            self.0.push_str(text);
            return Ok(());
        }
        self.0.push_str(text.get(..text.floor_char_boundary(left)).unwrap_or_default());
        self.0.push('…');
        Err(fmt::Error)
    }
}
