//! Values keep their type and every bit on the way in and out.

use hookwright_storage::{ColumnType, Mode, StorageError, Value};
use hookwright_test_servers::Brand;

use crate::{
    BEYOND_DOUBLES, Site, change, check_error, check_values_come_back, insert, is_other, is_unavailable, query, source,
    text,
};

on_servers! {
    values_come_back_as_they_went,
    values_go_through_a_table_of_parameters,
    another_type_than_the_declared_one_is_refused_by_name,
    text_with_a_nul_byte_is_refused_and_a_blob_with_one_is_not,
    nine_hundred_parameters_and_a_mebibyte_go_in_one_statement,
    a_text_that_is_too_long_is_refused_and_never_cut,
    a_server_that_takes_small_packets_only_is_refused,
}

fn values_come_back_as_they_went(site: Site) {
    check_values_come_back(site.executor().as_mut());
}

/// As the core inserts: rows of parameters, and a query over them.
fn values_go_through_a_table_of_parameters(site: Site) {
    let row = match site.brand {
        Brand::Postgres => "CAST(? AS BIGINT){id},CAST(? AS TEXT){name},CAST(? AS BYTEA){body}",
        Brand::Mariadb => "CAST(? AS SIGNED){id},CAST(? AS BINARY){name},CAST(? AS BINARY){body}",
    };
    let first = row.replace("{id}", " AS id").replace("{name}", " AS name").replace("{body}", " AS body");
    let others = row.replace("{id}", "").replace("{name}", "").replace("{body}", "");
    // MySQL takes the columns of bare parameters for VARBINARY(65535), and cuts what is longer.
    let typed = match site.brand {
        Brand::Postgres => "",
        Brand::Mariadb => "SELECT id, name, body FROM item WHERE 1 = 0 UNION ALL ",
    };
    let sql = format!(
        "INSERT INTO item (id, name, body) \
         SELECT v.id, v.name, v.body FROM ({typed}SELECT {first} UNION ALL SELECT {others}) v"
    );
    let bytes: Vec<u8> = (0..=255).collect();
    let params = [
        Value::Integer(i64::MAX),
        text("é"),
        Value::Blob(bytes.clone()),
        Value::Integer(BEYOND_DOUBLES),
        text(&"🪝".repeat(30_000)),
        Value::Blob(vec![0xFF; 200_000]),
    ];
    let mut executor = site.executor();
    let mut application = site.application();
    if site.brand == Brand::Mariadb {
        // As WordPress has it: what does not fit is cut without a word.
        application.run("SET sql_mode = ''");
    }
    assert_eq!(application.execute(Mode::Write, &[change(&sql, params.clone())]).unwrap()[0].affected, 2);
    let columns = [ColumnType::Integer, ColumnType::Text, ColumnType::Blob];
    let all = query("SELECT id, name, body FROM item ORDER BY id DESC", [], columns);
    assert_eq!(executor.execute(Mode::Read, &[all]).unwrap()[0].values, params);
}

fn another_type_than_the_declared_one_is_refused_by_name(site: Site) {
    let mut wrong = vec![
        ("1.5", ColumnType::Integer, "declared as integer"),
        ("'eins'", ColumnType::Integer, "declared as integer, but holds text that is no 64-bit number"),
        ("CAST(9223372036854775807 AS DECIMAL(30)) + 1", ColumnType::Integer, "declared as integer"),
        ("CAST(id AS DECIMAL(30)) / 3", ColumnType::Integer, "declared as integer"),
        ("id", ColumnType::Text, "declared as text"),
        ("id", ColumnType::Blob, "declared as blob"),
    ];
    if site.brand == Brand::Postgres {
        wrong.push(("name", ColumnType::Blob, "declared as blob, but of the type text"));
        wrong.push(("body", ColumnType::Text, "declared as text, but of the type bytea"));
    } else {
        wrong.push(("x'ff'", ColumnType::Text, "declared as text, but holds text that is not UTF-8"));
    }
    let all = change("UPDATE item SET name = 'a', body = ?", [Value::Blob(vec![1])]);
    site.executor().execute(Mode::Write, &[insert(1), all]).unwrap();
    for (expression, column, words) in wrong {
        let statement = query(&format!("SELECT 1, {expression} AS wrong FROM item"), [], [ColumnType::Integer, column]);
        let error = site.executor().execute(Mode::Write, &[insert(2), statement]).unwrap_err();
        check_error(&error, is_other, &["statement 1", "column 1", words]);
    }
    let digits = query("SELECT '9223372036854775807'", [], [ColumnType::Integer]);
    let result = site.executor().execute(Mode::Read, &[digits]).unwrap();
    assert_eq!(result[0].values, [Value::Integer(i64::MAX)]);
    assert_eq!(site.ids(), [1]);
}

fn text_with_a_nul_byte_is_refused_and_a_blob_with_one_is_not(site: Site) {
    let mut executor = site.executor();
    let sql = "INSERT INTO item (id, name) VALUES (?, ?)";
    let error =
        executor.execute(Mode::Write, &[insert(1), change(sql, [Value::Integer(2), text("a\0b")])]).unwrap_err();
    check_error(&error, is_other, &["statement 1", "parameter 1 holds a NUL byte"]);
    let error = executor.execute(Mode::Write, &[change("DELETE FROM item\0", [])]).unwrap_err();
    check_error(&error, is_other, &["statement 0", "the SQL holds a NUL byte"]);
    let blob = change("INSERT INTO item (id, body) VALUES (?, ?)", [Value::Integer(2), Value::Blob(b"a\0b".to_vec())]);
    executor.execute(Mode::Write, &[blob]).unwrap();
    assert_eq!(site.ids(), [2]);
}

fn nine_hundred_parameters_and_a_mebibyte_go_in_one_statement(site: Site) {
    let mut executor = site.executor();
    let mut statement = change(&format!("INSERT INTO item (id) VALUES {}", vec!["(?)"; 900].join(", ")), []);
    statement.params = (0..900).map(Value::Integer).collect();
    statement.expect = Some(900);
    let body = Value::Blob(vec![0xC3; 1 << 20]);
    let large = change("UPDATE item SET body = ? WHERE id = 7", [body.clone()]);
    executor.execute(Mode::Write, &[statement, large]).unwrap();
    let select = query("SELECT body FROM item WHERE id = 7", [], [ColumnType::Blob]);
    assert_eq!(executor.execute(Mode::Read, &[select]).unwrap()[0].values, [body]);
}

/// Without strict mode MySQL stores what fits.
fn a_text_that_is_too_long_is_refused_and_never_cut(site: Site) {
    let short = match site.brand {
        Brand::Postgres => "VARCHAR(4)",
        Brand::Mariadb => "VARBINARY(4)",
    };
    let create = change(&format!("CREATE TABLE short (name {short})"), []);
    site.executor().execute(Mode::Schema, &[create]).unwrap();
    let sql = "INSERT INTO short (name) VALUES (?)";
    let error = site.executor().execute(Mode::Write, &[change(sql, [text("whsec_secret")])]).unwrap_err();
    assert!(matches!(error, StorageError::Other(_)) && !error.to_string().contains("whsec"), "{error:?}");
}

fn a_server_that_takes_small_packets_only_is_refused(site: Site) {
    if site.brand == Brand::Postgres {
        // It has no such limit.
        return;
    }
    // The limit of new connections of a whole server.
    let Some(server) = hookwright_test_servers::Server::start(Brand::Mariadb) else { return };
    let database = server.database();
    server.admin("SET GLOBAL max_allowed_packet = 1048576").unwrap();
    let error = source(Brand::Mariadb, &database.url).unwrap().connect().err().unwrap();
    check_error(&error, is_unavailable, &["packets of 1048576 bytes only", "max_allowed_packet", "2097152"]);
}
