//! What each keyword asks of a value.

use core::cmp::Ordering;
use core::fmt::{self, Write as _};
use core::slice;

use serde_json::{Map, Value};

use super::keyword::Keyword;
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
        key: Keyword,
        rule: &'s Value,
        value: &Value,
    ) -> Option<()> {
        self.fuel.burn(1)?;
        let view = View::of(value);
        match key {
            Keyword::Ref => {
                let reference = rule.as_str()?;
                self.fuel.burn(reference.len() / 4)?;
                self.schema(target(self.root, reference)?, value);
            }
            Keyword::Type => {
                let words = list(rule);
                if !words.iter().any(|word| word.as_str().is_some_and(|word| is_of_type(view, word))) {
                    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                    self.fail(format_args!("must be of type {}, not {}", words.join(" or "), type_of(view)));
                }
            }
            Keyword::Const => {
                if !view.same(View::of(rule), &mut self.fuel)? {
                    self.fail(format_args!("must be {}", shown(slice::from_ref(rule))));
                }
            }
            Keyword::Enum => {
                for allowed in list(rule) {
                    if view.same(View::of(allowed), &mut self.fuel)? {
                        return Some(());
                    }
                }
                self.fail(format_args!("must be one of {}", shown(list(rule))));
            }
            Keyword::AllOf => {
                for part in list(rule) {
                    self.schema(part, value);
                }
            }
            Keyword::AnyOf => self.any_of(list(rule), value),
            Keyword::OneOf => {
                let fitting = list(rule).iter().filter(|part| self.misfit(part, value).is_none()).count();
                if fitting != 1 {
                    let all = list(rule).len();
                    self.fail(format_args!("must fit exactly one of the {all} forms of `oneOf`, and fits {fitting}"));
                }
            }
            Keyword::Not => {
                if self.misfit(rule, value).is_none() {
                    self.fail(format_args!("must not be of the form that `not` describes"));
                }
            }
            Keyword::If => {
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
                    if self.deprecated.is_none() {
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

    fn number(&mut self, key: Keyword, rule: &Value, number: Number, text: &serde_json::Number) {
        let Value::Number(rule) = rule else { return };
        let order = number.compare(Number::of(rule));
        let (is_wrong, expected) = match key {
            Keyword::Minimum => (order.is_lt(), "at least"),
            Keyword::Maximum => (order.is_gt(), "at most"),
            Keyword::ExclusiveMinimum => (order.is_le(), "more than"),
            Keyword::ExclusiveMaximum => (order.is_ge(), "less than"),
            Keyword::MultipleOf => (!is_multiple(text, rule), "a multiple of"),
            _ => return,
        };
        if is_wrong {
            self.fail(format_args!("must be {expected} {rule}"));
        }
    }

    fn text(&mut self, key: Keyword, rule: &'s Value, text: &str) -> Option<()> {
        match key {
            Keyword::MinLength | Keyword::MaxLength => {
                self.fuel.burn_text(text.len())?;
                self.count(key, rule, text.chars().count(), "characters");
            }
            Keyword::Pattern => {
                let pattern = rule.as_str()?;
                if !self.is_of_pattern(pattern, text)? {
                    self.fail(format_args!("must be of the pattern `{}`", cut(pattern)));
                }
            }
            _ => {}
        }
        Some(())
    }

    fn list(&mut self, rules: &'s Map<String, Value>, key: Keyword, rule: &'s Value, items: &[Value]) -> Option<()> {
        match key {
            Keyword::MinItems | Keyword::MaxItems => self.count(key, rule, items.len(), "items"),
            Keyword::PrefixItems => {
                for (index, (part, item)) in list(rule).iter().zip(items).enumerate() {
                    self.inside(&index.to_string(), part, item)?;
                }
            }
            Keyword::Items => {
                let before = rules.get("prefixItems").map_or(0, |prefix| list(prefix).len());
                for (index, item) in items.iter().enumerate().skip(before) {
                    self.inside(&index.to_string(), rule, item)?;
                }
            }
            Keyword::Contains => {
                let mut fitting = 0;
                for item in items {
                    self.fuel.burn(1)?;
                    fitting += usize::from(self.misfit(rule, item).is_none());
                }
                let one = Value::from(1);
                let least = rules.get("minContains").unwrap_or(&one);
                self.count(Keyword::MinContains, least, fitting, "items as `contains` says");
                if let Some(most) = rules.get("maxContains") {
                    self.count(Keyword::MaxContains, most, fitting, "items as `contains` says");
                }
            }
            Keyword::UniqueItems if *rule == Value::Bool(true) => {
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
        key: Keyword,
        rule: &'s Value,
        members: &Map<String, Value>,
        value: &Value,
    ) -> Option<()> {
        match key {
            Keyword::MinProperties | Keyword::MaxProperties => self.count(key, rule, members.len(), "members"),
            Keyword::Required => self.required(rule, members)?,
            Keyword::Properties | Keyword::DependentSchemas | Keyword::DependentRequired => {
                for (name, rule) in rule.as_object()? {
                    self.fuel.burn(1)?;
                    match (members.get(name), key) {
                        (None, _) => {}
                        (Some(member), Keyword::Properties) => self.inside(name, rule, member)?,
                        (Some(_), Keyword::DependentSchemas) => self.schema(rule, value),
                        (Some(_), _) => self.required(rule, members)?,
                    }
                }
            }
            Keyword::AdditionalProperties | Keyword::PropertyNames | Keyword::PatternProperties => {
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
        key: Keyword,
        rule: &'s Value,
        name: &str,
        member: &Value,
    ) -> Option<()> {
        if key == Keyword::PropertyNames {
            if let Some(misfit) = self.misfit(rule, &Value::String(name.to_owned())) {
                self.fail(format_args!("has a member `{}` whose name {}", cut(name), misfit.message));
            }
            return Some(());
        }
        let is_additional = key == Keyword::AdditionalProperties;
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
    fn count(&mut self, key: Keyword, rule: &Value, count: usize, what: &str) {
        let Value::Number(rule) = rule else { return };
        let order = Number::Integer(count as i128).compare(Number::of(rule));
        let is_least =
            matches!(key, Keyword::MinLength | Keyword::MinItems | Keyword::MinProperties | Keyword::MinContains);
        let (wrong, expected) = if is_least { (Ordering::Less, "at least") } else { (Ordering::Greater, "at most") };
        if order == wrong {
            self.fail(format_args!("must have {expected} {rule} {what}, and has {count}"));
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
