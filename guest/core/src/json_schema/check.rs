//! Whether every keyword of a schema is well formed and understood, before any data are seen.

use core::slice;

use serde_json::Value;

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
    fn members(
        &mut self,
        of: &'s Value,
        check: fn(&mut Self, &'s Value, &str, &'s Value) -> Result<(), String>,
    ) -> Result<(), String> {
        let length = self.pointer.len();
        let named = of.as_object().into_iter().flatten().map(|(name, member)| (Some(name), member));
        let numbered = of.as_array().into_iter().flatten().map(|item| (None, item));
        for (index, (name, member)) in named.chain(numbered).enumerate() {
            let number = index.to_string();
            let name = name.map_or(number.as_str(), String::as_str);
            push_step(&mut self.pointer, name);
            check(self, of, name, member)?;
            self.pointer.truncate(length);
        }
        Ok(())
    }

    fn keyword(&mut self, schema: &'s Value, key: &str, rule: &'s Value) -> Result<(), String> {
        let number = rule.as_number().map(Number::of);
        let (is_right, expected) = match key {
            "type" => {
                let words = if let Value::Array(words) = rule { words } else { slice::from_ref(rule) };
                let is_known = |word: &Value| word.as_str().is_some_and(|word| TYPES.contains(&word));
                let is_right = (1..=TYPES.len()).contains(&words.len()) && words.iter().all(is_known);
                (is_right, "null, boolean, object, array, number, integer or string, or a list of these")
            }
            "enum" => (rule.is_array(), "a list of values"),
            "required" => (is_names(rule), "a list of names"),
            "dependentRequired" => {
                (rule.as_object().is_some_and(|lists| lists.values().all(is_names)), "an object of lists of names")
            }
            "uniqueItems" | "deprecated" => (rule.is_boolean(), "true or false"),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => (number.is_some(), "a number"),
            "multipleOf" => (number.is_some_and(|number| number.compare(ZERO).is_gt()), "a number above 0"),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minContains" | "maxContains" | "minProperties"
            | "maxProperties" => {
                let is_count = |number: Number| number.is_whole() && number.compare(ZERO).is_ge();
                (number.is_some_and(is_count), "a whole number, 0 or more")
            }
            "pattern" => match rule.as_str() {
                Some(pattern) => return Pattern::parse(pattern).map(drop),
                None => (false, "text"),
            },
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" if rule.is_object() => {
                let check = if key == "patternProperties" { Self::pattern } else { Self::part };
                return self.members(rule, check);
            }
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                (false, "an object of schemas")
            }
            "additionalProperties" | "propertyNames" | "items" | "contains" | "not" | "if" | "then" | "else" => {
                return self.schema(rule);
            }
            "prefixItems" | "allOf" | "anyOf" | "oneOf" => match rule {
                Value::Array(parts) if !parts.is_empty() => return self.members(rule, Self::part),
                _ => (false, "a list of one or more schemas"),
            },
            "$ref" => match rule.as_str() {
                Some(reference) => return self.reference(reference),
                None => (false, "text"),
            },
            "$id" => (
                core::ptr::eq(schema, self.root) && rule.is_string(),
                "`$id` only as text at the top of the document; refer to parts by `#/$defs/…`",
            ),
            "$schema" => (
                rule.as_str().is_some_and(|draft| draft.trim_end_matches('#') == DRAFT),
                "draft 2020-12, `https://json-schema.org/draft/2020-12/schema`",
            ),
            "unevaluatedProperties"
            | "unevaluatedItems"
            | "additionalItems"
            | "dependencies"
            | "$dynamicRef"
            | "$recursiveRef" => {
                let instead = match key {
                    "unevaluatedProperties" => "`additionalProperties` beside all `properties`",
                    "unevaluatedItems" | "additionalItems" => "`prefixItems` and `items`",
                    "dependencies" => "`dependentRequired` or `dependentSchemas`",
                    _ => "`$ref`",
                };
                return Err(format!("the keyword `{key}` is not supported; use {instead}"));
            }
            // By the standard, all others describe and do not restrict.
            _ => (true, ""),
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
            let pointer = reference.split_once('#').map_or("", |(_, pointer)| pointer);
            self.waiting.push((pointer.to_owned(), found));
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
