//! What the tests of all executors share: statements about the table `item (id primary key, name, body)`, and what is
//! expected of their answers. Knows no database.

use hookwright_storage::{ColumnType, Executor, Mode, ResultSet, Statement, StorageError, Value};

/// The first whole number that a double rounds.
pub(crate) const BEYOND_DOUBLES: i64 = (1 << 53) + 1;

/// A statement without result columns.
pub(crate) fn change<const N: usize>(sql: &str, params: [Value; N]) -> Statement {
    Statement { sql: sql.to_owned(), params: params.into(), columns: Vec::new(), expect: None }
}

/// A statement with result columns.
pub(crate) fn query<const N: usize, const C: usize>(
    sql: &str,
    params: [Value; N],
    columns: [ColumnType; C],
) -> Statement {
    Statement { columns: columns.into(), ..change(sql, params) }
}

pub(crate) fn insert(id: i64) -> Statement {
    change("INSERT INTO item (id, name) VALUES (?, ?)", [Value::Integer(id), text("an item")])
}

/// A change of the item with this id that must find it.
pub(crate) fn rename(id: i64) -> Statement {
    let update = change("UPDATE item SET name = ? WHERE id = ?", [text("renamed"), Value::Integer(id)]);
    Statement { expect: Some(1), ..update }
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// The executor's view of the items.
pub(crate) fn ids(executor: &mut dyn Executor) -> Result<Vec<i64>, StorageError> {
    let select = query("SELECT id FROM item ORDER BY id", [], [ColumnType::Integer]);
    let results = executor.execute(Mode::Read, &[select])?;
    Ok(integers(&results[0]))
}

pub(crate) fn integers(result: &ResultSet) -> Vec<i64> {
    let integer = |value: &Value| match value {
        Value::Integer(number) => *number,
        other => panic!("{other:?} is no integer"),
    };
    result.values.iter().map(integer).collect()
}

/// Asserts that `error` is of the kind that `is_kind` tells and that its text holds all `parts`.
#[track_caller]
pub(crate) fn check_error(error: &StorageError, is_kind: impl Fn(&StorageError) -> bool, parts: &[&str]) {
    assert!(is_kind(error), "{error:?}");
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

pub(crate) fn is_other(error: &StorageError) -> bool {
    matches!(error, StorageError::Other(_))
}

pub(crate) fn is_unavailable(error: &StorageError) -> bool {
    matches!(error, StorageError::Unavailable(_))
}

pub(crate) fn is_constraint(error: &StorageError) -> bool {
    matches!(error, StorageError::Constraint(_))
}

pub(crate) fn is_lost(error: &StorageError) -> bool {
    matches!(error, StorageError::TransactionLost(_))
}

/// Integers beyond what a double holds, texts, bytes and nulls are read as they were written.
pub(crate) fn check_values_come_back(executor: &mut dyn Executor) {
    let values = [
        (Value::Integer(BEYOND_DOUBLES), text("wir 🪝 hängen — ok"), Value::Blob(vec![0, 255, 0, 128])),
        (Value::Integer(i64::MIN), text(""), Value::Blob(Vec::new())),
        (Value::Integer(i64::MAX), Value::Null, Value::Null),
        (Value::Integer(-1), text("007 "), Value::Blob(vec![7; 300_000])),
    ];
    for (id, name, body) in values.clone() {
        let sql = "INSERT INTO item (id, name, body) VALUES (?, ?, ?)";
        executor.execute(Mode::Write, &[change(sql, [id, name, body])]).expect("a stored row");
    }
    for (id, name, body) in values {
        let columns = [ColumnType::Integer, ColumnType::Text, ColumnType::Blob];
        let statement = query("SELECT id, name, body FROM item WHERE id = ?", [id.clone()], columns);
        let results = executor.execute(Mode::Read, &[statement]).expect("the stored row");
        assert_eq!(results[0].values, [id, name, body]);
    }
}
