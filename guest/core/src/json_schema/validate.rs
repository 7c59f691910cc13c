//! The way of a schema through data: where it is, what it has found, and when it stops. What each keyword asks is in
//! `keywords.rs`. The schema has been checked: every keyword is well formed.

use core::fmt;
use core::mem;
use std::rc::Rc;

use serde_json::Value;

use super::keyword::Keyword;
use super::pattern::Pattern;
use super::{Violation, push_step};
use crate::json_value::Fuel;

/// Keywords tried and values compared; more than the largest payload needs, and less than a second.
const FUEL: u32 = 4_000_000;
/// Schemas within each other, with all references; so deep is the recursion.
const DEPTH_MAX: usize = 160;
const DEPRECATED_MAX: usize = 100;

pub(super) fn violations(root: &Value, data: &Value, most: usize) -> Vec<Violation> {
    let mut validation = Validation::new(root, most);
    validation.schema(root, data);
    if let Some(gave_up) = validation.gave_up {
        validation.found.truncate(most.saturating_sub(1));
        validation.found.push(gave_up);
        validation.found.truncate(most);
    }
    validation.found
}

pub(super) fn deprecated(root: &Value, data: &Value) -> Vec<String> {
    let mut validation = Validation::new(root, 1);
    validation.deprecated = Some(Vec::new());
    validation.stops_early = false;
    validation.schema(root, data);
    validation.deprecated.unwrap_or_default()
}

pub(super) struct Validation<'s> {
    pub(super) root: &'s Value,
    pub(super) fuel: Fuel,
    depth: usize,
    /// Where in the data.
    pub(super) pointer: String,
    found: Vec<Violation>,
    most: usize,
    /// Whether nothing more is looked at once the most is found: always, but in a search for what is deprecated.
    stops_early: bool,
    /// Only where they are asked for.
    pub(super) deprecated: Option<Vec<String>>,
    /// Those that were needed so far, by the address of their text.
    patterns: Vec<(*const u8, Rc<Pattern>)>,
    /// Where the work was used up.
    gave_up: Option<Violation>,
}

impl<'s> Validation<'s> {
    fn new(root: &'s Value, most: usize) -> Self {
        Self {
            root,
            fuel: Fuel::new(FUEL),
            depth: 0,
            pointer: String::new(),
            found: Vec::new(),
            most,
            stops_early: true,
            deprecated: None,
            patterns: Vec::new(),
            gave_up: None,
        }
    }

    pub(super) fn schema(&mut self, schema: &'s Value, value: &Value) {
        if self.is_done() {
            return;
        }
        let rules = match schema {
            Value::Object(rules) => rules,
            Value::Bool(false) => return self.fail(format_args!("is not allowed here")),
            _ => return,
        };
        if self.depth == DEPTH_MAX {
            return self.give_up("leads too deep: the schema refers to itself without end, or the data nest too deep");
        }
        if let Some(deprecated) = &mut self.deprecated
            && rules.get("deprecated") == Some(&Value::Bool(true))
            && !self.pointer.is_empty()
            && deprecated.len() < DEPRECATED_MAX
            && !deprecated.contains(&self.pointer)
        {
            deprecated.push(self.pointer.clone());
        }
        self.depth += 1;
        for (key, rule) in rules {
            if self.is_done() {
                break;
            }
            let Some(key) = Keyword::of(key) else { continue };
            if self.keyword(rules, key, rule, value).is_none() {
                self.give_up("is too much to check against this schema; send less, or register a simpler schema");
            }
        }
        self.depth -= 1;
    }

    /// A part of the value, by a schema of its own.
    pub(super) fn inside(&mut self, step: &str, schema: &'s Value, value: &Value) -> Option<()> {
        self.fuel.burn_text(step.len())?;
        let length = self.pointer.len();
        push_step(&mut self.pointer, step);
        self.schema(schema, value);
        self.pointer.truncate(length);
        Some(())
    }

    /// The first thing that is wrong by a schema that need not hold.
    pub(super) fn misfit(&mut self, schema: &'s Value, value: &Value) -> Option<Violation> {
        // If this is too much, so is the next step.
        let _ = self.fuel.burn(4);
        let found = mem::take(&mut self.found);
        let (most, stops_early) = (self.most, self.stops_early);
        (self.most, self.stops_early) = (1, true);
        let marked = self.deprecated.as_ref().map_or(0, Vec::len);
        self.schema(schema, value);
        (self.most, self.stops_early) = (most, stops_early);
        let misfit = mem::replace(&mut self.found, found).into_iter().next();
        if let (Some(_), Some(deprecated)) = (&misfit, &mut self.deprecated) {
            deprecated.truncate(marked);
        }
        misfit
    }

    pub(super) fn is_of_pattern(&mut self, pattern: &'s str, text: &str) -> Option<bool> {
        let known = self.patterns.iter().position(|(address, _)| *address == pattern.as_ptr());
        self.fuel.burn(1 + known.unwrap_or(self.patterns.len()) / 8)?;
        let pattern = match known.and_then(|index| self.patterns.get(index)) {
            Some((_, known)) => Rc::clone(known),
            None => {
                self.fuel.burn(pattern.len())?;
                let parsed = Rc::new(Pattern::parse(pattern).ok()?);
                self.patterns.push((pattern.as_ptr(), Rc::clone(&parsed)));
                parsed
            }
        };
        pattern.matches(text, &mut self.fuel)
    }

    fn is_done(&self) -> bool {
        self.gave_up.is_some() || (self.stops_early && self.found.len() >= self.most)
    }

    pub(super) fn fail(&mut self, message: fmt::Arguments<'_>) {
        let _ = self.fuel.burn(8);
        if self.found.len() < self.most {
            self.found.push(Violation { pointer: self.pointer.clone(), message: message.to_string() });
        }
    }

    fn give_up(&mut self, message: &str) {
        if self.gave_up.is_none() {
            self.gave_up = Some(Violation { pointer: self.pointer.clone(), message: message.to_owned() });
        }
    }
}
