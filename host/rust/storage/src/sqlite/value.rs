//! Values on their way into SQLite and out of it, each with its type.
//!
//! Decides which stored types may pass for a declared one; refuses to guess about the others.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::{ColumnType, Value};

/// A parameter as rusqlite binds it: borrowed, with the type of the value.
pub(super) struct Bound<'a>(pub(super) &'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// A result as the declared type. NULL stays NULL, and an integer may come as decimal text.
///
/// # Errors
///
/// Why the stored value is none of that type.
pub(super) fn read(stored: ValueRef<'_>, declared: ColumnType) -> Result<Value, &'static str> {
    match (declared, stored) {
        (_, ValueRef::Null) => Ok(Value::Null),
        (ColumnType::Integer, ValueRef::Integer(number)) => Ok(Value::Integer(number)),
        (ColumnType::Integer, ValueRef::Text(digits)) => {
            let number = str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
            number.map(Value::Integer).ok_or("declared as integer, but holds text that is no 64-bit number")
        }
        (ColumnType::Integer, ValueRef::Real(_)) => Err("declared as integer, but holds a real number"),
        (ColumnType::Integer, ValueRef::Blob(_)) => Err("declared as integer, but holds a blob"),
        (ColumnType::Text, ValueRef::Text(bytes)) => match str::from_utf8(bytes) {
            Ok(text) => Ok(Value::Text(text.to_owned())),
            Err(_) => Err("declared as text, but holds text that is not UTF-8"),
        },
        (ColumnType::Text, ValueRef::Integer(_)) => Err("declared as text, but holds an integer"),
        (ColumnType::Text, ValueRef::Real(_)) => Err("declared as text, but holds a real number"),
        (ColumnType::Text, ValueRef::Blob(_)) => Err("declared as text, but holds a blob"),
        (ColumnType::Blob, ValueRef::Blob(bytes)) => Ok(Value::Blob(bytes.to_owned())),
        (ColumnType::Blob, ValueRef::Integer(_)) => Err("declared as blob, but holds an integer"),
        (ColumnType::Blob, ValueRef::Real(_)) => Err("declared as blob, but holds a real number"),
        (ColumnType::Blob, ValueRef::Text(_)) => Err("declared as blob, but holds text"),
    }
}
