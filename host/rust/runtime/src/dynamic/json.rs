//! Values of the interface from JSON and into it.
//!
//! Decides what is refused, and how the place is named; knows no function.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Map, Value};
use wasmtime::component::Val;

use super::shape::{Integer, Shape};

/// A value that does not have the declared shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    /// Where, from the outermost in, for example `[0].topics[2]`.
    pub(super) at: String,
    /// What would be right.
    pub(super) message: String,
}

impl Misfit {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { at: String::new(), message: message.into() }
    }

    pub(super) fn in_field(self, name: &str) -> Self {
        Self { at: format!(".{name}{}", self.at), ..self }
    }

    pub(super) fn at_index(self, index: usize) -> Self {
        Self { at: format!("[{index}]{}", self.at), ..self }
    }
}

/// The value that `json` says.
///
/// # Errors
///
/// The first place that does not fit.
pub(super) fn read(shape: &Shape, json: Value) -> Result<Val, Misfit> {
    match (shape, json) {
        (Shape::Bool, Value::Bool(it)) => Ok(Val::Bool(it)),
        (Shape::Integer(kind), Value::Number(number)) => integer(*kind, &number),
        (Shape::Text, Value::String(text)) => Ok(Val::String(text)),
        (Shape::Bytes, Value::String(text)) => match STANDARD.decode(text) {
            Ok(bytes) => Ok(Val::List(bytes.into_iter().map(Val::U8).collect())),
            Err(error) => Err(Misfit::new(format!("is not base64: {error}"))),
        },
        (Shape::List(element), Value::Array(items)) => {
            let read = |(index, item)| read(element, item).map_err(|misfit| misfit.at_index(index));
            Ok(Val::List(items.into_iter().enumerate().map(read).collect::<Result<_, _>>()?))
        }
        (Shape::Tuple(parts), Value::Array(items)) => {
            if parts.len() != items.len() {
                return Err(Misfit::new(format!("must have {} items, has {}", parts.len(), items.len())));
            }
            let read = |(index, (part, item))| read(part, item).map_err(|misfit: Misfit| misfit.at_index(index));
            Ok(Val::Tuple(parts.iter().zip(items).enumerate().map(read).collect::<Result<_, _>>()?))
        }
        (Shape::Record(fields), Value::Object(given)) => record(fields, given),
        // Some languages write a map without entries so; no record is an array.
        (Shape::Record(fields), Value::Array(given)) if given.is_empty() => record(fields, Map::new()),
        (Shape::Enum(names), Value::String(name)) => match names.contains(&name) {
            true => Ok(Val::Enum(name)),
            false => Err(one_of(names.iter().map(String::as_str))),
        },
        (Shape::Flags(names), Value::Array(items)) => flags(names, items),
        (Shape::Variant(cases), Value::String(name)) => variant(cases, name, None),
        (Shape::Variant(cases), Value::Object(given)) => match sole(given) {
            Some((name, payload)) => variant(cases, name, Some(payload)),
            None => Err(Misfit::new("must have one name, that of the case")),
        },
        (Shape::Option(_), Value::Null) => Ok(Val::Option(None)),
        (Shape::Option(inner), json) => Ok(Val::Option(Some(Box::new(read(inner, json)?)))),
        (Shape::Result(ok, err), Value::Object(given)) => match sole(given) {
            Some((name, payload)) if name == "ok" => Ok(Val::Result(Ok(side(ok.as_deref(), payload, "ok")?))),
            Some((name, payload)) if name == "err" => Ok(Val::Result(Err(side(err.as_deref(), payload, "err")?))),
            _ => Err(Misfit::new("must be {\"ok\": …} or {\"err\": …}")),
        },
        (shape, json) => Err(Misfit::new(format!("must be {}, is {}", expected(shape), found(&json)))),
    }
}

fn record(fields: &[(String, Shape)], mut given: Map<String, Value>) -> Result<Val, Misfit> {
    let mut values = Vec::with_capacity(fields.len());
    for (name, shape) in fields {
        let value = match (given.remove(name), shape) {
            (Some(json), _) => read(shape, json),
            (None, Shape::Option(_)) => Ok(Val::Option(None)),
            (None, _) => Err(Misfit::new("is missing")),
        };
        values.push((name.clone(), value.map_err(|misfit| misfit.in_field(name))?));
    }
    match given.keys().next() {
        Some(unknown) => Err(Misfit::new("is no field of this record").in_field(unknown)),
        None => Ok(Val::Record(values)),
    }
}

fn flags(names: &[String], items: Vec<Value>) -> Result<Val, Misfit> {
    let mut set = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        match item {
            Value::String(name) if names.contains(&name) => set.push(name),
            _ => return Err(one_of(names.iter().map(String::as_str)).at_index(index)),
        }
    }
    Ok(Val::Flags(set))
}

fn variant(cases: &[(String, Option<Shape>)], name: String, payload: Option<Value>) -> Result<Val, Misfit> {
    let Some((_, shape)) = cases.iter().find(|(case, _)| *case == name) else {
        return Err(one_of(cases.iter().map(|(case, _)| case.as_str())));
    };
    let payload = match (shape, payload) {
        (None, None | Some(Value::Null)) => None,
        (None, Some(_)) => return Err(Misfit::new("takes no payload; write null").in_field(&name)),
        (Some(_), None) => return Err(Misfit::new(format!("needs a payload: {{\"{name}\": …}}"))),
        (Some(shape), Some(json)) => Some(Box::new(read(shape, json).map_err(|misfit| misfit.in_field(&name))?)),
    };
    Ok(Val::Variant(name, payload))
}

fn side(shape: Option<&Shape>, payload: Value, name: &str) -> Result<Option<Box<Val>>, Misfit> {
    match (shape, payload) {
        (None, Value::Null) => Ok(None),
        (None, _) => Err(Misfit::new("takes no payload; write null").in_field(name)),
        (Some(shape), json) => match read(shape, json) {
            Ok(value) => Ok(Some(Box::new(value))),
            Err(misfit) => Err(misfit.in_field(name)),
        },
    }
}

fn integer(kind: Integer, number: &serde_json::Number) -> Result<Val, Misfit> {
    let signed = number.as_i64();
    let unsigned = number.as_u64();
    let value = match kind {
        Integer::S8 => signed.and_then(|it| it.try_into().ok()).map(Val::S8),
        Integer::S16 => signed.and_then(|it| it.try_into().ok()).map(Val::S16),
        Integer::S32 => signed.and_then(|it| it.try_into().ok()).map(Val::S32),
        Integer::S64 => signed.map(Val::S64),
        Integer::U8 => unsigned.and_then(|it| it.try_into().ok()).map(Val::U8),
        Integer::U16 => unsigned.and_then(|it| it.try_into().ok()).map(Val::U16),
        Integer::U32 => unsigned.and_then(|it| it.try_into().ok()).map(Val::U32),
        Integer::U64 => unsigned.map(Val::U64),
    };
    value.ok_or_else(|| Misfit::new(format!("must be {}, is {number}", bounds(kind))))
}

fn sole(object: Map<String, Value>) -> Option<(String, Value)> {
    let mut entries = object.into_iter();
    match (entries.next(), entries.next()) {
        (Some(entry), None) => Some(entry),
        _ => None,
    }
}

fn one_of<'a>(names: impl Iterator<Item = &'a str>) -> Misfit {
    Misfit::new(format!("must be one of {}", names.collect::<Vec<_>>().join(", ")))
}

fn bounds(kind: Integer) -> &'static str {
    match kind {
        Integer::S8 => "an integer of 8 bits",
        Integer::S16 => "an integer of 16 bits",
        Integer::S32 => "an integer of 32 bits",
        Integer::S64 => "an integer of 64 bits",
        Integer::U8 => "an integer from 0 to 255",
        Integer::U16 => "an integer from 0 to 65535",
        Integer::U32 => "an integer from 0 to 4294967295",
        Integer::U64 => "an integer from 0 to 18446744073709551615",
    }
}

fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::Bool => "true or false",
        Shape::Integer(kind) => bounds(*kind),
        Shape::Text => "text",
        Shape::Bytes => "base64 text",
        Shape::List(_) | Shape::Tuple(_) | Shape::Flags(_) => "an array",
        Shape::Record(_) | Shape::Result(..) => "an object",
        Shape::Enum(_) => "a name",
        Shape::Variant(_) => "a name, or an object with one",
        Shape::Option(_) => "null or a value",
    }
}

fn found(json: &Value) -> &'static str {
    match json {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// A value of this shape in JSON; null where there is none. None: it is not of this shape.
pub(super) fn text(shape: Option<&Shape>, value: &Val) -> Option<String> {
    shape.map_or_else(|| Some("null".to_owned()), |shape| serde_json::to_string(&Written(shape, value)).ok())
}

/// A value with its shape, as JSON.
pub(super) struct Written<'a>(pub(super) &'a Shape, pub(super) &'a Val);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.0, self.1) {
            (Shape::Bool, Val::Bool(it)) => serializer.serialize_bool(*it),
            (Shape::Integer(_), Val::S8(it)) => serializer.serialize_i64((*it).into()),
            (Shape::Integer(_), Val::S16(it)) => serializer.serialize_i64((*it).into()),
            (Shape::Integer(_), Val::S32(it)) => serializer.serialize_i64((*it).into()),
            (Shape::Integer(_), Val::S64(it)) => serializer.serialize_i64(*it),
            (Shape::Integer(_), Val::U8(it)) => serializer.serialize_u64((*it).into()),
            (Shape::Integer(_), Val::U16(it)) => serializer.serialize_u64((*it).into()),
            (Shape::Integer(_), Val::U32(it)) => serializer.serialize_u64((*it).into()),
            (Shape::Integer(_), Val::U64(it)) => serializer.serialize_u64(*it),
            (Shape::Text, Val::String(text)) | (Shape::Enum(_), Val::Enum(text)) => serializer.serialize_str(text),
            (Shape::Bytes, Val::List(items)) => {
                let bytes: Vec<u8> =
                    items.iter().map_while(|it| if let Val::U8(it) = it { Some(*it) } else { None }).collect();
                serializer.serialize_str(&STANDARD.encode(bytes))
            }
            (Shape::List(element), Val::List(items)) => {
                serializer.collect_seq(items.iter().map(|item| Written(element, item)))
            }
            (Shape::Tuple(parts), Val::Tuple(items)) => {
                serializer.collect_seq(parts.iter().zip(items).map(|(part, item)| Written(part, item)))
            }
            (Shape::Record(fields), Val::Record(values)) => {
                let mut object = serializer.serialize_map(Some(fields.len()))?;
                for ((name, shape), (_, value)) in fields.iter().zip(values) {
                    object.serialize_entry(name, &Written(shape, value))?;
                }
                object.end()
            }
            (Shape::Flags(_), Val::Flags(names)) => {
                let mut array = serializer.serialize_seq(Some(names.len()))?;
                for name in names {
                    array.serialize_element(name)?;
                }
                array.end()
            }
            (Shape::Variant(_), Val::Variant(name, None)) => serializer.serialize_str(name),
            (Shape::Variant(cases), Val::Variant(name, Some(payload))) => {
                let shape = cases.iter().find_map(|(case, shape)| shape.as_ref().filter(|_| case == name));
                entry(serializer, name, shape, Some(payload))
            }
            (Shape::Option(_), Val::Option(None)) => serializer.serialize_unit(),
            (Shape::Option(inner), Val::Option(Some(value))) => Written(inner, value).serialize(serializer),
            (Shape::Result(ok, _), Val::Result(Ok(value))) => entry(serializer, "ok", ok.as_deref(), value.as_deref()),
            (Shape::Result(_, err), Val::Result(Err(value))) => {
                entry(serializer, "err", err.as_deref(), value.as_deref())
            }
            _ => Err(S::Error::custom("a value is not of its declared type")),
        }
    }
}

fn entry<S: Serializer>(
    serializer: S,
    name: &str,
    shape: Option<&Shape>,
    payload: Option<&Val>,
) -> Result<S::Ok, S::Error> {
    let mut object = serializer.serialize_map(Some(1))?;
    match (shape, payload) {
        (Some(shape), Some(payload)) => object.serialize_entry(name, &Written(shape, payload))?,
        _ => object.serialize_entry(name, &())?,
    }
    object.end()
}

#[cfg(test)]
mod tests;
