//! Whether every keyword of a schema is well formed and understood, before any data are seen.

use core::slice;

use serde_json::Value;

use super::keyword::Keyword;
use super::pattern::Pattern;
use super::{SchemaError, push_step, target};
use crate::json_value::Number;

/// Most schemas inside a schema.
const PARTS_MAX: usize = 5_000;
const ZERO: Number = Number::Integer(0);
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
const TYPES: [&str; 7] = ["null", "boolean", "object", "array", "number", "integer", "string"];

/// Names the first keyword that is malformed or not supported.
pub(super) fn check(root: &Value) -> Result<(), SchemaError> {
    let mut checker = Checker { root, pointer: String::new(), seen: Vec::new(), waiting: Vec::new() };
    checker.all().map_err(|message| SchemaError { pointer: checker.pointer, message })
}

struct Checker<'s> {
    root: &'s Value,
    /// Where the check is; where it stopped, if something is wrong.
    pointer: String,
    /// By address: values inside one document.
    seen: Vec<*const Value>,
    waiting: Vec<(String, &'s Value)>,
}

/// Of what stands in a value, under a name.
type Check<'s> = fn(&mut Checker<'s>, &'s Value, &str, &'s Value) -> Result<(), String>;

impl<'s> Checker<'s> {
    fn all(&mut self) -> Result<(), String> {
        self.schema(self.root)?;
        // What is referred to is a schema too, wherever it stands.
        while let Some((pointer, schema)) = self.waiting.pop() {
            if !self.has_seen(schema) {
                self.pointer = pointer;
                self.schema(schema)?;
            }
        }
        Ok(())
    }

    fn schema(&mut self, schema: &'s Value) -> Result<(), String> {
        if self.seen.len() == PARTS_MAX {
            return Err(format!("the schema has more than {PARTS_MAX} parts; write a shorter one"));
        }
        self.seen.push(schema);
        match schema {
            Value::Bool(_) => Ok(()),
            Value::Object(_) => self.members(schema, Self::keyword),
            _ => Err("a schema is an object, true or false".to_owned()),
        }
    }

    /// Checks every member, or item, with its name.
    fn members(&mut self, of: &'s Value, check: Check<'s>) -> Result<(), String> {
        for (name, member) in of.as_object().into_iter().flatten() {
            self.member(of, name, member, check)?;
        }
        for (index, item) in of.as_array().into_iter().flatten().enumerate() {
            self.member(of, &index.to_string(), item, check)?;
        }
        Ok(())
    }

    fn member(&mut self, of: &'s Value, name: &str, member: &'s Value, check: Check<'s>) -> Result<(), String> {
        let length = self.pointer.len();
        push_step(&mut self.pointer, name);
        check(self, of, name, member)?;
        self.pointer.truncate(length);
        Ok(())
    }

    fn keyword(&mut self, schema: &'s Value, key: &str, rule: &'s Value) -> Result<(), String> {
        let number = rule.as_number().map(Number::of);
        let Some(keyword) = Keyword::of(key) else { return Ok(()) };
        let (is_right, expected) = match keyword {
            Keyword::Const => return Ok(()),
            Keyword::Type => {
                let words = if let Value::Array(words) = rule { words } else { slice::from_ref(rule) };
                let is_known = |word: &Value| word.as_str().is_some_and(|word| TYPES.contains(&word));
                let is_right = (1..=TYPES.len()).contains(&words.len()) && words.iter().all(is_known);
                (is_right, "null, boolean, object, array, number, integer or string, or a list of these")
            }
            Keyword::Enum => (rule.is_array(), "a list of values"),
            Keyword::Required => (is_names(rule), "a list of names"),
            Keyword::DependentRequired => {
                (rule.as_object().is_some_and(|lists| lists.values().all(is_names)), "an object of lists of names")
            }
            Keyword::UniqueItems | Keyword::Deprecated => (rule.is_boolean(), "true or false"),
            Keyword::Minimum | Keyword::Maximum | Keyword::ExclusiveMinimum | Keyword::ExclusiveMaximum => {
                (number.is_some(), "a number")
            }
            Keyword::MultipleOf => (number.is_some_and(|number| number.compare(ZERO).is_gt()), "a number above 0"),
            Keyword::MinLength
            | Keyword::MaxLength
            | Keyword::MinItems
            | Keyword::MaxItems
            | Keyword::MinContains
            | Keyword::MaxContains
            | Keyword::MinProperties
            | Keyword::MaxProperties => {
                let is_count = |number: Number| number.is_whole() && number.compare(ZERO).is_ge();
                (number.is_some_and(is_count), "a whole number, 0 or more")
            }
            Keyword::Pattern => match rule.as_str() {
                Some(pattern) => return Pattern::parse(pattern).map(drop),
                None => (false, "text"),
            },
            Keyword::Properties | Keyword::PatternProperties | Keyword::Definitions | Keyword::DependentSchemas => {
                if rule.is_object() {
                    let is_pattern = keyword == Keyword::PatternProperties;
                    return self.members(rule, if is_pattern { Self::pattern } else { Self::part });
                }
                (false, "an object of schemas")
            }
            Keyword::AdditionalProperties
            | Keyword::PropertyNames
            | Keyword::Items
            | Keyword::Contains
            | Keyword::Not
            | Keyword::If
            | Keyword::Branch => return self.schema(rule),
            Keyword::PrefixItems | Keyword::AllOf | Keyword::AnyOf | Keyword::OneOf => match rule {
                Value::Array(parts) if !parts.is_empty() => return self.members(rule, Self::part),
                _ => (false, "a list of one or more schemas"),
            },
            Keyword::Ref => match rule.as_str() {
                Some(reference) => return self.reference(reference),
                None => (false, "text"),
            },
            Keyword::Id => (
                core::ptr::eq(schema, self.root) && rule.is_string(),
                "`$id` only as text at the top of the document; refer to parts by `#/$defs/…`",
            ),
            Keyword::Draft => (
                rule.as_str().is_some_and(|draft| draft.trim_end_matches('#') == DRAFT),
                "draft 2020-12, `https://json-schema.org/draft/2020-12/schema`",
            ),
            Keyword::Unsupported => {
                let instead = match key {
                    "unevaluatedProperties" => "`additionalProperties` beside all `properties`",
                    "unevaluatedItems" | "additionalItems" => "`prefixItems` and `items`",
                    "dependencies" => "`dependentRequired` or `dependentSchemas`",
                    _ => "`$ref`",
                };
                return Err(format!("the keyword `{key}` is not supported; use {instead}"));
            }
        };
        if is_right { Ok(()) } else { Err(format!("expected {expected}")) }
    }

    fn part(&mut self, _of: &'s Value, _name: &str, part: &'s Value) -> Result<(), String> {
        self.schema(part)
    }

    fn pattern(&mut self, _of: &'s Value, pattern: &str, part: &'s Value) -> Result<(), String> {
        Pattern::parse(pattern)?;
        self.schema(part)
    }

    fn reference(&mut self, reference: &str) -> Result<(), String> {
        let Some(found) = target(self.root, reference) else {
            return Err(format!(
                "`{reference}` leads to nothing in this document; refer to `#` or to a part such as `#/$defs/address`"
            ));
        };
        if !self.has_seen(found) {
            let fragment = reference.find("#").map_or(reference.len(), |at| at + 1);
            self.waiting.push((reference.get(fragment..).unwrap_or_default().to_owned(), found));
        }
        Ok(())
    }

    fn has_seen(&self, schema: &Value) -> bool {
        self.seen.contains(&core::ptr::from_ref(schema))
    }
}

fn is_names(rule: &Value) -> bool {
    rule.as_array().is_some_and(|names| names.iter().all(Value::is_string))
}
