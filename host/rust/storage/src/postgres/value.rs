//! Values on their way into PostgreSQL and out of it, each with its type.
//!
//! Decides which types may pass for a declared one; refuses to guess about the others.

use std::error::Error;

use postgres::Row;
use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::{ColumnType, Value};

/// The type that a parameter is prepared with; the server finds that of a NULL.
pub(super) fn type_of(value: &Value) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::Integer(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Blob(_) => Type::BYTEA,
    }
}

/// A parameter as the driver binds it.
#[derive(Debug)]
pub(super) struct Bound<'a>(pub(super) &'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(number) => number.to_sql(kind, out),
            Value::Text(text) => text.to_sql(kind, out),
            Value::Blob(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        // The statement was prepared with the types of its values.
        true
    }

    to_sql_checked!();
}

/// A result as it came.
struct Stored<'a> {
    kind: Type,
    bytes: Option<&'a [u8]>,
}

impl<'a> FromSql<'a> for Stored<'a> {
    fn from_sql(kind: &Type, bytes: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self { kind: kind.clone(), bytes: Some(bytes) })
    }

    fn from_sql_null(kind: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self { kind: kind.clone(), bytes: None })
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A result as the declared type. NULL stays NULL, and an integer may come as decimal text.
///
/// # Errors
///
/// Why what came is none of that type.
pub(super) fn read(row: &Row, column: usize, declared: ColumnType) -> Result<Value, String> {
    let stored: Stored<'_> = row.try_get(column).map_err(|error| error.to_string())?;
    let Some(bytes) = stored.bytes else { return Ok(Value::Null) };
    let kind = stored.kind;
    let is_text = [Type::TEXT, Type::VARCHAR, Type::BPCHAR, Type::NAME, Type::UNKNOWN].contains(&kind);
    match declared {
        ColumnType::Integer if is_text => {
            let number = str::from_utf8(bytes).ok().and_then(|digits| digits.parse().ok());
            number.map(Value::Integer).ok_or("declared as integer, but holds text that is no 64-bit number".to_owned())
        }
        ColumnType::Integer => match big_endian(bytes).filter(|_| [Type::INT8, Type::INT4, Type::INT2].contains(&kind))
        {
            Some(number) => Ok(Value::Integer(number)),
            None => Err(format!("declared as integer, but of the type {kind}")),
        },
        ColumnType::Text if is_text => match str::from_utf8(bytes) {
            Ok(text) => Ok(Value::Text(text.to_owned())),
            Err(_) => Err("declared as text, but holds text that is not UTF-8".to_owned()),
        },
        ColumnType::Text => Err(format!("declared as text, but of the type {kind}")),
        ColumnType::Blob if kind == Type::BYTEA => Ok(Value::Blob(bytes.to_owned())),
        ColumnType::Blob => Err(format!("declared as blob, but of the type {kind}")),
    }
}

fn big_endian(bytes: &[u8]) -> Option<i64> {
    match bytes.len() {
        2 => bytes.try_into().ok().map(|bytes| i64::from(i16::from_be_bytes(bytes))),
        4 => bytes.try_into().ok().map(|bytes| i64::from(i32::from_be_bytes(bytes))),
        8 => bytes.try_into().ok().map(i64::from_be_bytes),
        _ => None,
    }
}
