//! Values on their way into MySQL and out of it, each with its type.
//!
//! The server tells text from bytes by a column's character set only, and keys are bytes there: what is declared as text
//! must be UTF-8.

use mysql::Value as Stored;

use crate::{ColumnType, Value};

/// A parameter as the driver binds it.
pub(super) fn bound(value: &Value) -> Stored {
    match value {
        Value::Null => Stored::NULL,
        Value::Integer(number) => Stored::Int(*number),
        Value::Text(text) => Stored::Bytes(text.clone().into_bytes()),
        Value::Blob(bytes) => Stored::Bytes(bytes.clone()),
    }
}

/// A result as the declared type. NULL stays NULL, and an integer may come as decimal text.
///
/// # Errors
///
/// Why what came is none of that type.
pub(super) fn read(stored: Stored, declared: ColumnType) -> Result<Value, &'static str> {
    match (declared, stored) {
        (_, Stored::NULL) => Ok(Value::Null),
        (ColumnType::Integer, Stored::Int(number)) => Ok(Value::Integer(number)),
        (ColumnType::Integer, Stored::UInt(number)) => match i64::try_from(number) {
            Ok(number) => Ok(Value::Integer(number)),
            Err(_) => Err("declared as integer, but larger than one of 64 bits"),
        },
        (ColumnType::Integer, Stored::Bytes(digits)) => {
            let number = str::from_utf8(&digits).ok().and_then(|digits| digits.parse().ok());
            number.map(Value::Integer).ok_or("declared as integer, but holds text that is no 64-bit number")
        }
        (ColumnType::Integer, _) => Err("declared as integer, but holds something else"),
        (ColumnType::Text, Stored::Bytes(bytes)) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Value::Text(text)),
            Err(_) => Err("declared as text, but holds text that is not UTF-8"),
        },
        (ColumnType::Text, _) => Err("declared as text, but holds something else"),
        (ColumnType::Blob, Stored::Bytes(bytes)) => Ok(Value::Blob(bytes)),
        (ColumnType::Blob, _) => Err("declared as blob, but holds something else"),
    }
}
