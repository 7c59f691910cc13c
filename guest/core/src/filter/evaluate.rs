//! Whether a condition is true of an event.

use serde_json::Value;

use super::FilterInput;
use super::parse::{Node, Operator};
use crate::json_value::{Fuel, Number, View};

/// Enough to read the largest payload several times over; a fraction of a second.
const FUEL: u32 = 2_000_000;

/// Whether the condition is true. An error at its end is not.
pub(super) fn is_true(condition: &Node, input: &FilterInput<'_>) -> bool {
    Evaluation { input: *input, fuel: Fuel::new(FUEL) }.truth(condition) == Some(true)
}

struct Evaluation<'a> {
    input: FilterInput<'a>,
    fuel: Fuel,
}

impl<'a> Evaluation<'a> {
    /// None is CEL's error.
    fn value(&mut self, node: &'a Node) -> Option<View<'a>> {
        self.fuel.burn(1)?;
        Some(match node {
            Node::Literal(literal) => View::of(literal),
            Node::Data => View::of(self.input.data),
            Node::Topic => View::Text(self.input.topic),
            Node::Account => self.input.account.map_or(View::Null, View::Text),
            Node::EventId => View::Text(self.input.event_id),
            Node::Field(of, name) => View::of(self.member(of, name)??),
            Node::Has(of, name) => View::Bool(self.member(of, name)?.is_some()),
            Node::Size(of) => {
                let size = match self.value(of)? {
                    View::Text(text) => {
                        self.fuel.burn_text(text.len())?;
                        text.chars().count()
                    }
                    View::List(items) => items.len(),
                    View::Object(members) => members.len(),
                    _ => return None,
                };
                View::Number(Number::Integer(size as i128))
            }
            Node::Not(of) => View::Bool(!self.truth(of)?),
            Node::Binary(operator, sides) => {
                let (left, right) = (self.value(&sides.0)?, self.value(&sides.1)?);
                return self.binary(*operator, left, right);
            }
            Node::All(parts) => View::Bool(!self.decided_by(false, parts)?),
            Node::Any(parts) => View::Bool(self.decided_by(true, parts)?),
        })
    }

    fn truth(&mut self, node: &'a Node) -> Option<bool> {
        match self.value(node)? {
            View::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// Whether one of the parts has the truth that decides, whatever the others are.
    fn decided_by(&mut self, deciding: bool, parts: &'a [Node]) -> Option<bool> {
        let mut failed = false;
        for part in parts {
            match self.truth(part) {
                Some(truth) if truth == deciding => return Some(true),
                Some(_) => {}
                None => failed = true,
            }
        }
        (!failed).then_some(false)
    }

    /// The member of an object, if it has one of this name; None where there is no object.
    fn member(&mut self, of: &'a Node, name: &str) -> Option<Option<&'a Value>> {
        match self.value(of)? {
            View::Object(members) => Some(members.get(name)),
            _ => None,
        }
    }

    fn binary(&mut self, operator: Operator, left: View<'a>, right: View<'a>) -> Option<View<'a>> {
        Some(View::Bool(match operator {
            Operator::Equal => left.same(right, &mut self.fuel)?,
            Operator::NotEqual => !left.same(right, &mut self.fuel)?,
            Operator::Less => self.order(left, right)?.is_lt(),
            Operator::LessOrEqual => self.order(left, right)?.is_le(),
            Operator::Greater => self.order(left, right)?.is_gt(),
            Operator::GreaterOrEqual => self.order(left, right)?.is_ge(),
            Operator::In => self.is_in(left, right)?,
            Operator::Index => {
                return match (left, right) {
                    (View::List(items), View::Number(Number::Integer(index))) => {
                        items.get(usize::try_from(index).ok()?).map(View::of)
                    }
                    (View::Object(members), View::Text(name)) => members.get(name).map(View::of),
                    _ => None,
                };
            }
            Operator::StartsWith | Operator::EndsWith | Operator::Contains => {
                let (View::Text(text), View::Text(part)) = (left, right) else { return None };
                self.fuel.burn_text(text.len())?;
                match operator {
                    Operator::StartsWith => text.starts_with(part),
                    Operator::EndsWith => text.ends_with(part),
                    _ => text.contains(part),
                }
            }
        }))
    }

    fn order(&mut self, left: View<'_>, right: View<'_>) -> Option<core::cmp::Ordering> {
        match (left, right) {
            (View::Number(left), View::Number(right)) => Some(left.compare(right)),
            // The order of code points is that of their UTF-8.
            (View::Text(left), View::Text(right)) => {
                self.fuel.burn_text(left.len().min(right.len()))?;
                Some(left.cmp(right))
            }
            (View::Bool(left), View::Bool(right)) => Some(left.cmp(&right)),
            _ => None,
        }
    }

    fn is_in(&mut self, part: View<'_>, whole: View<'_>) -> Option<bool> {
        match (part, whole) {
            (_, View::List(items)) => {
                for item in items {
                    if part.same(View::of(item), &mut self.fuel)? {
                        return Some(true);
                    }
                }
                Some(false)
            }
            (View::Text(name), View::Object(members)) => Some(members.contains_key(name)),
            // What could be a key of CEL's maps, and is none of JSON's.
            (View::Bool(_) | View::Number(_), View::Object(_)) => Some(false),
            _ => None,
        }
    }
}
