//! Rows as the host returns them, read column by column.
//!
//! A host that returns another type or too few values has a bug; the call then fails with words that say so, and
//! never with a trap.

use crate::error::{Error, Result};
use crate::ports::{ResultSet, StorageError, Value};

/// One row, read from left to right.
#[derive(Debug)]
pub(crate) struct Row {
    values: std::vec::IntoIter<Value>,
    /// Values of this row that were not read yet.
    left: usize,
}

/// The rows of a result set, `width` values each.
pub(crate) fn rows<T>(result: ResultSet, width: usize, mut read: impl FnMut(&mut Row) -> Result<T>) -> Result<Vec<T>> {
    if width == 0 || !result.values.len().is_multiple_of(width) {
        return Err(mismatch("rows of the declared width"));
    }
    let count = result.values.len() / width;
    let mut row = Row { values: result.values.into_iter(), left: 0 };
    let mut found = Vec::with_capacity(count);
    for _ in 0..count {
        row.left = width;
        found.push(read(&mut row)?);
        while row.value().is_some() {}
    }
    Ok(found)
}

impl Row {
    fn value(&mut self) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        self.values.next()
    }

    pub(crate) fn text(&mut self) -> Result<String> {
        self.maybe_text()?.ok_or_else(|| mismatch("a text that is not NULL"))
    }

    pub(crate) fn maybe_text(&mut self) -> Result<Option<String>> {
        match self.value() {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(mismatch("a text")),
        }
    }

    pub(crate) fn integer(&mut self) -> Result<i64> {
        self.maybe_integer()?.ok_or_else(|| mismatch("an integer that is not NULL"))
    }

    pub(crate) fn maybe_integer(&mut self) -> Result<Option<i64>> {
        match self.value() {
            Some(Value::Integer(number)) => Ok(Some(number)),
            Some(Value::Text(digits)) => digits.parse().map(Some).map_err(|_| mismatch("an integer")),
            Some(Value::Null) => Ok(None),
            _ => Err(mismatch("an integer")),
        }
    }

    pub(crate) fn count(&mut self) -> Result<u32> {
        u32::try_from(self.integer()?).map_err(|_| mismatch("a count"))
    }

    pub(crate) fn flag(&mut self) -> Result<bool> {
        Ok(self.integer()? != 0)
    }

    pub(crate) fn blob(&mut self) -> Result<Vec<u8>> {
        self.maybe_blob()?.ok_or_else(|| mismatch("bytes that are not NULL"))
    }

    pub(crate) fn maybe_blob(&mut self) -> Result<Option<Vec<u8>>> {
        match self.value() {
            Some(Value::Blob(bytes)) => Ok(Some(bytes)),
            Some(Value::Null) => Ok(None),
            _ => Err(mismatch("bytes")),
        }
    }
}

fn mismatch(wanted: &str) -> Error {
    Error::Storage(StorageError::Other(format!("the database driver did not return {wanted}")))
}
