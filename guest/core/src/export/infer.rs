//! Of which form data are, told by a sample.
//!
//! What a sample shows is taken as the rule: every key of it is required, and an empty list or a null says nothing.
//! The items of a list are taken together; a key that some of them lack is optional.

use core::mem;

use super::tree::{Kind, Tree};

/// The form of a value, from a sample or a schema; what every document is written from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing is known.
    Any,
    /// `null`, `boolean`, `integer`, `number` or `string`.
    Scalar(&'static str),
    /// Exactly this JSON text.
    Literal(String),
    List(Box<Self>),
    Object(Vec<Field>),
    /// Two or more, none of them [`Shape::Any`].
    OneOf(Vec<Self>),
}

/// A key of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) shape: Shape,
    pub(super) required: bool,
    /// From a schema; empty where there is none.
    pub(super) description: String,
}

/// An object with more keys is a map with keys of its own making, not a record.
const FIELDS_MAX: usize = 500;

/// The form of a sample.
pub(super) fn infer(sample: &Tree<'_>) -> Shape {
    match &sample.kind {
        Kind::Scalar("null") => Shape::Any,
        Kind::Scalar(word) => Shape::Scalar(word),
        Kind::List(items) => Shape::List(Box::new(items.iter().map(infer).reduce(merge).unwrap_or(Shape::Any))),
        Kind::Object(fields) if fields.len() > FIELDS_MAX => Shape::Object(Vec::new()),
        Kind::Object(fields) => {
            let mut known: Vec<Field> = Vec::with_capacity(fields.len());
            for (name, value) in fields {
                let shape = infer(value);
                match known.iter_mut().find(|field| field.name == *name) {
                    Some(field) => field.shape = shape,
                    None => known.push(Field { name: name.clone(), shape, required: true, description: String::new() }),
                }
            }
            Shape::Object(known)
        }
    }
}

/// What takes in both.
pub(super) fn merge(one: Shape, other: Shape) -> Shape {
    if one == other {
        return one;
    }
    let mut parts = choices(one);
    for other in choices(other) {
        match parts.iter_mut().find(|part| part.same_kind(&other)) {
            Some(part) => *part = combine(mem::replace(part, Shape::Any), other),
            None => parts.push(other),
        }
    }
    one_of(parts)
}

/// One of several forms; nothing is known when one of them is not.
pub(super) fn one_of(mut parts: Vec<Shape>) -> Shape {
    if parts.is_empty() || parts.contains(&Shape::Any) {
        return Shape::Any;
    }
    if parts.len() == 1 { parts.swap_remove(0) } else { Shape::OneOf(parts) }
}

fn choices(shape: Shape) -> Vec<Shape> {
    match shape {
        Shape::OneOf(parts) => parts,
        other => vec![other],
    }
}

impl Shape {
    fn same_kind(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(_), Self::List(_)) | (Self::Object(_), Self::Object(_)) => true,
            (Self::Scalar("integer" | "number"), Self::Scalar("integer" | "number")) => true,
            (one, other) => one == other,
        }
    }
}

/// Joins two of the same kind.
fn combine(one: Shape, other: Shape) -> Shape {
    match (one, other) {
        (Shape::List(one), Shape::List(other)) => Shape::List(Box::new(merge(*one, *other))),
        (Shape::Object(one), Shape::Object(other)) => combine_fields(one, other),
        (Shape::Scalar(one), Shape::Scalar(other)) if one != other => Shape::Scalar("number"),
        (one, _) => one,
    }
}

fn combine_fields(mut one: Vec<Field>, other: Vec<Field>) -> Shape {
    for field in &mut one {
        field.required &= other.iter().any(|same| same.name == field.name);
    }
    for field in other {
        match one.iter_mut().find(|same| same.name == field.name) {
            Some(same) => same.shape = merge(mem::replace(&mut same.shape, Shape::Any), field.shape),
            None => one.push(Field { required: false, ..field }),
        }
    }
    Shape::Object(if one.len() > FIELDS_MAX { Vec::new() } else { one })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A form in short: `{a:integer,b?:[string|boolean]}`.
    fn told(shape: &Shape) -> String {
        let joined = |parts: Vec<String>, by| parts.join(by);
        match shape {
            Shape::Any => "?".to_owned(),
            Shape::Scalar(word) => (*word).to_owned(),
            Shape::Literal(text) => text.clone(),
            Shape::List(items) => format!("[{}]", told(items)),
            Shape::OneOf(parts) => joined(parts.iter().map(told).collect(), "|"),
            Shape::Object(fields) => {
                let field = |f: &Field| format!("{}{}:{}", f.name, if f.required { "" } else { "?" }, told(&f.shape));
                format!("{{{}}}", joined(fields.iter().map(field).collect(), ","))
            }
        }
    }

    #[track_caller]
    fn check(sample: &str, expected: &str) {
        assert_eq!(told(&infer(&Tree::read(sample))), expected);
    }

    #[test]
    fn a_sample_tells_its_form() {
        check(r#"{"b":1,"a":1.5,"t":"x","f":true,"n":null}"#, "{b:integer,a:number,t:string,f:boolean,n:?}");
        check("[]", "[?]");
        check("[1,2.5]", "[number]");
        check(r#"[1,"a",[2],["b"],2]"#, "[integer|string|[integer|string]]");
        check("[1,null]", "[?]");
        check(r#"{"a":1,"a":"x"}"#, "{a:string}");
    }

    #[test]
    fn a_key_that_some_items_lack_is_optional() {
        check(r#"[{"a":1,"b":2},{"a":"x","c":3},{"a":1}]"#, "[{a:integer|string,b?:integer,c?:integer}]");
    }

    #[test]
    fn a_map_is_no_record() {
        let many: Vec<String> = (0..=FIELDS_MAX).map(|number| format!("\"k{number}\":1")).collect();
        check(&format!("{{{}}}", many.join(",")), "{}");
    }
}
