//! Values keep their type and every bit on the way in and out.

use hookwright_storage::{ColumnType, Mode, StorageError, Value};

use crate::{BEYOND_DOUBLES, Database, change, check_error, check_values_come_back, insert, is_other, query, text};

/// What `SELECT ?` gives back.
fn echo(value: Value, column: ColumnType) -> Result<Value, StorageError> {
    select("?", [value], column)
}

/// The value of an expression of SQL.
fn select<const N: usize>(expression: &str, params: [Value; N], column: ColumnType) -> Result<Value, StorageError> {
    let statement = query(&format!("SELECT {expression} AS result"), params, [column]);
    let mut results = Database::absent().executor().execute(Mode::Read, &[statement])?;
    Ok(results.remove(0).values.remove(0))
}

#[test]
fn values_come_back_as_they_went() {
    check_values_come_back(Database::with_items().executor().as_mut());
}

#[test]
fn values_are_bound_with_their_type() {
    for (value, name) in [
        (Value::Null, "null"),
        (Value::Integer(1), "integer"),
        (text("1"), "text"),
        (text(""), "text"),
        (Value::Blob(vec![49]), "blob"),
        (Value::Blob(Vec::new()), "blob"),
    ] {
        assert_eq!(select("typeof(?)", [value.clone()], ColumnType::Text), Ok(text(name)), "{value:?}");
    }
}

#[test]
fn null_is_null_in_every_column() {
    for column in [ColumnType::Integer, ColumnType::Text, ColumnType::Blob] {
        assert_eq!(echo(Value::Null, column), Ok(Value::Null));
    }
}

#[test]
fn integers_may_come_as_decimal_text() {
    for number in [0, -1, BEYOND_DOUBLES, i64::MIN, i64::MAX] {
        assert_eq!(echo(text(&number.to_string()), ColumnType::Integer), Ok(Value::Integer(number)));
    }
    for no_number in ["", "1.0", "9223372036854775808", " 1", "0x10", "eins"] {
        let error = echo(text(no_number), ColumnType::Integer).unwrap_err();
        check_error(&error, is_other, &["column 0 (`result`) is declared as integer", "no 64-bit number"]);
    }
}

#[test]
fn another_type_than_the_declared_one_is_refused_by_name() {
    let database = Database::with_items();
    for (expression, column, words) in [
        ("1.5", ColumnType::Integer, "declared as integer, but holds a real number"),
        ("x'31'", ColumnType::Integer, "declared as integer, but holds a blob"),
        ("1", ColumnType::Text, "declared as text, but holds an integer"),
        ("1.5", ColumnType::Text, "declared as text, but holds a real number"),
        ("x'31'", ColumnType::Text, "declared as text, but holds a blob"),
        ("CAST(x'ff' AS TEXT)", ColumnType::Text, "text that is not UTF-8"),
        ("1", ColumnType::Blob, "declared as blob, but holds an integer"),
        ("1.5", ColumnType::Blob, "declared as blob, but holds a real number"),
        ("'1'", ColumnType::Blob, "declared as blob, but holds text"),
    ] {
        let statement = query(&format!("SELECT 1, {expression} AS wrong"), [], [ColumnType::Integer, column]);
        let error = database.executor().execute(Mode::Write, &[insert(1), statement]).unwrap_err();
        check_error(&error, is_other, &["statement 1", "column 1 (`wrong`)", words]);
    }
    assert_eq!(database.ids(), [0_i64; 0]);
}

#[test]
fn text_with_a_nul_byte_is_refused_and_a_blob_with_one_is_not() {
    let database = Database::with_items();
    let sql = "INSERT INTO item (id, name) VALUES (?, ?)";
    let statement = change(sql, [Value::Integer(2), text("cut\0here")]);
    let error = database.executor().execute(Mode::Write, &[insert(1), statement]).unwrap_err();
    check_error(&error, is_other, &["statement 1", "parameter 1 holds a NUL byte"]);
    assert_eq!(database.ids(), [0_i64; 0]);
    let bytes = Value::Blob(b"cut\0here".to_vec());
    assert_eq!(echo(bytes.clone(), ColumnType::Blob), Ok(bytes));
}

#[test]
fn nine_hundred_parameters_go_in_one_statement() {
    let database = Database::with_items();
    let mut statement = change(&format!("INSERT INTO item (id) VALUES {}", vec!["(?)"; 900].join(", ")), []);
    statement.params = (0..900).map(Value::Integer).collect();
    statement.expect = Some(900);
    database.executor().execute(Mode::Write, &[statement]).unwrap();
    assert_eq!(database.ids(), (0..900).collect::<Vec<_>>());
}

#[test]
fn a_statement_run_again_has_the_new_parameters_only() {
    let database = Database::with_items();
    let mut executor = database.executor();
    let sql = "SELECT coalesce(?, 'none')";
    for (param, result) in [(text("a"), "a"), (Value::Null, "none"), (text("b"), "b")] {
        let results = executor.execute(Mode::Read, &[query(sql, [param], [ColumnType::Text])]).unwrap();
        assert_eq!(results[0].values, [text(result)]);
    }
    executor.execute(Mode::Read, &[query(sql, [text("a\0b")], [ColumnType::Text])]).unwrap_err();
    let results = executor.execute(Mode::Read, &[query(sql, [text("c")], [ColumnType::Text])]).unwrap();
    assert_eq!(results[0].values, [text("c")]);
}
