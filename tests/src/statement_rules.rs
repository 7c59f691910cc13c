//! The rules of the storage contract that can be seen in a batch, checked on every batch of every test.
//!
//! Decides nothing of its own: each rule is one sentence of ARCHITECTURE.md, "Storage contract". Knows no table by
//! heart but the webhooks, which publish must not touch.

use hookwright_storage::{Mode, Statement, Value};

/// Most parameters of a statement.
const PARAMS_MAX: usize = 900;
/// Most bytes of a statement, text and parameters together.
const BYTES_MAX: usize = 1 << 20;

/// Numbers of rows that a multi-row statement may have.
const ROW_COUNTS: [usize; 3] = [1, 8, 32];
/// Lengths that an IN list of placeholders may have.
const LIST_LENGTHS: [usize; 5] = [1, 4, 16, 64, 256];

/// What no statement may hold, and why.
const FORBIDDEN: [(&str, &str); 17] = [
    (" RETURNING ", "MariaDB has no UPDATE … RETURNING"),
    (" LATERAL ", "MariaDB has no LATERAL"),
    ("INSERT IGNORE", "it hides every other mistake"),
    ("INSERT OR ", "it hides every other mistake, and only SQLite has it"),
    ("REPLACE INTO", "it deletes rows"),
    ("AUTOINCREMENT", "all ids are made by the component"),
    ("AUTO_INCREMENT", "all ids are made by the component"),
    ("LAST_INSERT", "all ids are made by the component"),
    ("FOREIGN KEY", "a settle would wait for the application's transaction"),
    (" REFERENCES ", "a settle would wait for the application's transaction"),
    ("BEGIN", "transactions are the host's"),
    ("COMMIT", "transactions are the host's"),
    ("ROLLBACK", "transactions are the host's"),
    ("SAVEPOINT", "transactions are the host's"),
    ("PRAGMA", "settings are the host's"),
    (" BOOLEAN", "columns are integer, text or blob"),
    ("CURRENT_TIMESTAMP", "the time is the environment's"),
];

/// Checks a batch that a function of the component, if it is known which, has made.
///
/// # Errors
///
/// The rule that is broken, and the statement.
pub fn check(function: Option<&str>, mode: Mode, statements: &[Statement]) -> Result<(), String> {
    if let Some(function) = function {
        check_mode(function, mode)?;
        check_order(function, mode, statements)?;
    }
    for statement in statements {
        check_statement(mode, statement).map_err(|rule| format!("{rule}: {}", statement.sql))?;
        if function == Some("publish") {
            check_publish(&statement.sql).map_err(|rule| format!("{rule}: {}", statement.sql))?;
        }
    }
    Ok(())
}

/// Which modes a function may use (storage contract, section 1).
fn check_mode(function: &str, mode: Mode) -> Result<(), String> {
    let allowed: &[Mode] = match function {
        "migrate" => &[Mode::Read, Mode::Schema],
        "claim"
        | "settle"
        | "test"
        | "ping"
        | "stop"
        | "resume"
        | "rekey"
        | "purge"
        | "erase"
        | "plugins_note_failure"
        | "plugins_note_success" => &[Mode::Read, Mode::Own],
        "publish"
        | "redeliver"
        | "cancel"
        | "recover"
        | "webhooks_create"
        | "webhooks_update"
        | "webhooks_delete"
        | "webhooks_rotate_secret"
        | "webhooks_set_status"
        | "topics_register"
        | "topics_unregister"
        | "topics_configure"
        | "accounts_set_limits"
        | "accounts_remove_limits"
        | "plugins_put"
        | "plugins_set_state"
        | "plugins_set_settings"
        | "plugins_roll_back"
        | "plugins_remove" => &[Mode::Read, Mode::Write],
        "sign" | "verify" | "generate_secret" | "check_config" => &[],
        _ => &[Mode::Read],
    };
    if allowed.contains(&mode) { Ok(()) } else { Err(format!("{function} ran a batch of mode {mode:?}")) }
}

/// Settle changes webhooks last in its batch, in the order of their ids, so that workers do not deadlock.
fn check_order(function: &str, mode: Mode, statements: &[Statement]) -> Result<(), String> {
    if function != "settle" || mode != Mode::Own {
        return Ok(());
    }
    let mut last: Option<&str> = None;
    for statement in statements {
        let webhook = changes_webhooks(&statement.sql).then(|| webhook_id(statement)).flatten();
        match (last, webhook) {
            (Some(_), None) => return Err(format!("settle changes webhooks before {}", statement.sql)),
            (Some(earlier), Some(id)) if id < earlier => {
                return Err(format!("settle changes webhook {id} after {earlier}"));
            }
            (_, webhook) => last = webhook,
        }
    }
    Ok(())
}

fn check_publish(sql: &str) -> Result<(), &'static str> {
    if changes_webhooks(sql) {
        return Err("publish never writes a webhook row");
    }
    if sql.starts_with("INSERT ") && sql.contains("_webhooks") {
        return Err("a publish inserts without reading a webhook, whose row MariaDB would lock");
    }
    // Where a topic or an account asks for it: the last event of a subject, and what is used of a limit.
    let guards = ["recent_events SET ", "account_limits SET "];
    let is_guard = sql.starts_with("UPDATE ") && guards.iter().any(|guard| sql.contains(guard));
    if sql.starts_with("SELECT ") || sql.starts_with("INSERT ") || is_guard {
        Ok(())
    } else {
        Err("publish reads and inserts, and changes only what guards it")
    }
}

fn check_statement(mode: Mode, statement: &Statement) -> Result<(), String> {
    let Statement { sql, params, columns, expect } = statement;
    let marks = sql.matches('?').count();
    if marks != params.len() {
        return Err(format!("{marks} question marks for {} parameters", params.len()));
    }
    if params.len() > PARAMS_MAX {
        return Err(format!("{} parameters", params.len()));
    }
    let bytes = sql.len() + params.iter().map(size).sum::<usize>();
    if bytes > BYTES_MAX {
        return Err(format!("{bytes} bytes"));
    }
    if params.iter().any(|param| matches!(param, Value::Text(text) if text.contains('\0'))) {
        return Err("a text with a NUL byte".to_owned());
    }
    let upper = format!("{} ", sql.to_uppercase());
    if let Some((word, why)) = FORBIDDEN.iter().find(|(word, _)| upper.contains(word)) {
        return Err(format!("`{}` is forbidden, because {why}", word.trim()));
    }
    if upper.starts_with("CREATE") && mode != Mode::Schema {
        return Err("tables are changed outside of a schema batch".to_owned());
    }
    if columns.is_empty() == upper.starts_with("SELECT ") {
        return Err("result columns are declared for a query, and for nothing else".to_owned());
    }
    check_row_counts(sql)?;
    check_limit_in_list(&upper)?;
    check_guard(&upper, *expect)
}

/// A guarded UPDATE changes what it matched, on drivers that count changed rows too.
fn check_guard(upper: &str, expect: Option<u64>) -> Result<(), String> {
    let Some(changes) = upper.strip_prefix("UPDATE ").and_then(|rest| rest.split(" WHERE ").next()) else {
        return Ok(());
    };
    // A redelivery changes the state or, of what waits for later, the due time: it refuses what is due already. A guarded
    // change of a webhook's health is its first success after failures.
    let certain = [
        "REVISION = ",
        "TOKEN = ",
        "SET STATE = 'PENDING', DUE_AT = ",
        "SET STATE = 'CANCELLED', ",
        "LAST_SUCCESS_AT = ",
        "META SET VALUE = ",
    ];
    if expect.is_some() && !certain.iter().any(|change| changes.contains(change)) {
        return Err("an UPDATE with an expectation may match rows without changing them".to_owned());
    }
    Ok(())
}

/// Multi-row statements come in a few fixed row counts, so that prepared caches work.
fn check_row_counts(sql: &str) -> Result<(), String> {
    // Two queries may stand in one statement; a table of parameters begins each row with one, and on MySQL itself with
    // no row of the table that it goes to.
    let first = usize::from(!sql.contains(" WHERE 1 = 0 UNION ALL SELECT "));
    let rows = sql.matches("UNION ALL SELECT ?").count() + sql.matches("UNION ALL SELECT CAST(?").count() + first;
    let values = sql.matches("),(").count() + 1;
    if !ROW_COUNTS.contains(&rows) || !ROW_COUNTS.contains(&values) {
        return Err(format!("{} rows in one statement", rows.max(values)));
    }
    for list in sql.split("IN (?").skip(1) {
        let length = 1 + list.split(')').next().unwrap_or_default().matches('?').count();
        if !LIST_LENGTHS.contains(&length) {
            return Err(format!("an IN list of {length}"));
        }
    }
    Ok(())
}

/// MariaDB has no LIMIT inside IN, save in a table of its own.
fn check_limit_in_list(upper: &str) -> Result<(), String> {
    for list in upper.split(" IN (SELECT").skip(1) {
        let mut depth = 1;
        let outer: String = list
            .chars()
            .take_while(|letter| {
                depth += match letter {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                depth > 0
            })
            .scan(1, |depth, letter| {
                *depth += i32::from(letter == '(') - i32::from(letter == ')');
                Some(if *depth == 1 { letter } else { ' ' })
            })
            .collect();
        if outer.contains(" LIMIT ") {
            return Err("LIMIT inside IN".to_owned());
        }
    }
    Ok(())
}

fn changes_webhooks(sql: &str) -> bool {
    ["UPDATE ", "DELETE FROM ", "INSERT INTO "].iter().any(|verb| {
        let table = sql.strip_prefix(verb).and_then(|rest| rest.split_whitespace().next());
        table.is_some_and(|table| table.ends_with("webhooks"))
    })
}

fn webhook_id(statement: &Statement) -> Option<&str> {
    statement.params.iter().find_map(|param| match param {
        Value::Text(text) if text.starts_with("wh_") => Some(text.as_str()),
        _ => None,
    })
}

fn size(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Integer(_) => 8,
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookwright_storage::ColumnType;

    fn change(sql: &str, params: Vec<Value>) -> Statement {
        Statement { sql: sql.to_owned(), params, columns: vec![], expect: None }
    }

    #[track_caller]
    fn check_broken(function: &str, mode: Mode, statements: &[Statement], rule: &str) {
        let broken = check(Some(function), mode, statements).unwrap_err();
        assert!(broken.contains(rule), "{broken}");
    }

    #[track_caller]
    fn check_refused(sql: &str, rule: &str) {
        check_broken("webhooks_update", Mode::Write, &[change(sql, vec![])], rule);
    }

    #[test]
    fn every_rule_can_be_broken() {
        check_refused("UPDATE t SET a = ?", "1 question marks for 0 parameters");
        check_refused("UPDATE t SET a = 1 RETURNING a", "RETURNING");
        check_refused("INSERT OR IGNORE INTO t VALUES (1)", "INSERT OR");
        check_refused("CREATE TABLE t (a INTEGER)", "outside of a schema batch");
        check_refused("SELECT a FROM t", "result columns");
        check_refused("INSERT INTO t VALUES (1),(2)", "2 rows");
        check_refused("DELETE FROM t WHERE a IN (SELECT a FROM t LIMIT 1)", "LIMIT inside IN");
        check_broken("publish", Mode::Own, &[], "publish ran a batch of mode Own");
        check_broken("settle", Mode::Write, &[], "settle ran a batch of mode Write");
        check_broken(
            "publish",
            Mode::Write,
            &[change("UPDATE x_webhooks SET a = 1", vec![])],
            "never writes a webhook",
        );
        let guarded = Statement { expect: Some(1), ..change("UPDATE t SET a = 1", vec![]) };
        check_broken("settle", Mode::Own, &[guarded], "without changing");
        let long = change("DELETE FROM t WHERE a = ?", vec![Value::Blob(vec![0; BYTES_MAX])]);
        check_broken("settle", Mode::Own, &[long], "bytes");
        let list = change("DELETE FROM t WHERE a IN (?,?)", vec![Value::Integer(1), Value::Integer(2)]);
        check_broken("settle", Mode::Own, &[list], "IN list of 2");
    }

    #[test]
    fn webhooks_are_changed_last_and_in_order() {
        let webhook = |id: &str| change("UPDATE x_webhooks SET a = 1 WHERE id = ?", vec![Value::Text(id.to_owned())]);
        let other = change("UPDATE x_deliveries SET a = 1", vec![]);
        check_broken("settle", Mode::Own, &[webhook("wh_1"), other.clone()], "before UPDATE x_deliveries");
        check_broken("settle", Mode::Own, &[webhook("wh_2"), webhook("wh_1")], "wh_1 after wh_2");
        assert_eq!(check(Some("settle"), Mode::Own, &[other, webhook("wh_1"), webhook("wh_2")]), Ok(()));
    }

    #[test]
    fn a_limit_in_a_table_of_its_own_is_allowed() {
        let sql = "DELETE FROM t WHERE a IN (SELECT a FROM (SELECT a FROM t LIMIT 1) c) AND b = 1";
        assert_eq!(check(Some("settle"), Mode::Own, &[change(sql, vec![])]), Ok(()));
        let query = Statement { columns: vec![ColumnType::Integer], ..change("SELECT a FROM t LIMIT 1", vec![]) };
        assert_eq!(check(None, Mode::Read, &[query]), Ok(()));
    }
}
