//! What a statement may be, before a server sees it.
//!
//! Decides by the statement's first word, since a server runs whatever it is given, COMMIT too. Statements and parameters
//! are counted from 0 in all texts; values are never quoted, they may be secret.

use super::Failure;
use crate::{Mode, Statement, StorageError, Value};

/// Longest beginning of a statement that an error quotes, in characters.
const QUOTED_CHARS: usize = 60;

/// Refuses a batch with a statement that breaks the storage contract.
pub(super) fn check(mode: Mode, statements: &[Statement]) -> Result<(), StorageError> {
    for (index, statement) in statements.iter().enumerate() {
        if let Some(why) = broken_rule(mode, statement) {
            return Err(StorageError::Other(in_statement(index, &statement.sql, &why)));
        }
    }
    Ok(())
}

fn broken_rule(mode: Mode, statement: &Statement) -> Option<String> {
    let Statement { sql, params, .. } = statement;
    if sql.contains('\0') {
        return Some("the SQL holds a NUL byte".to_owned());
    }
    let first: String = sql.chars().take_while(char::is_ascii_alphabetic).collect();
    let changes = ["INSERT", "UPDATE", "DELETE"].contains(&first.as_str());
    let defines = ["CREATE", "ALTER", "DROP"].contains(&first.as_str());
    match mode {
        _ if first == "SELECT" => {}
        Mode::Read if changes || defines => {
            return Some("it changes data, but its batch is for reading".to_owned());
        }
        Mode::Write | Mode::Own if defines => {
            return Some("it changes tables, but its batch is not for that".to_owned());
        }
        _ if changes || defines => {}
        _ => return Some("it neither reads nor changes data; transactions and settings are the host's".to_owned()),
    }
    let (given, wanted) = (params.len(), sql.matches('?').count());
    if given != wanted {
        return Some(format!("{given} parameters for {wanted} placeholders"));
    }
    let with_nul = |param: &Value| matches!(param, Value::Text(text) if text.contains('\0'));
    let position = params.iter().position(with_nul)?;
    Some(format!("the text of parameter {position} holds a NUL byte"))
}

/// The statement with this index breaks the storage contract.
pub(crate) fn refused(index: usize, sql: &str, why: &str) -> Failure {
    Failure::Final(StorageError::Other(in_statement(index, sql, why)))
}

/// Which of our statements it was.
pub(crate) fn in_statement(index: usize, sql: &str, what: &str) -> String {
    let mut quoted: String = sql.chars().take(QUOTED_CHARS).collect();
    if quoted.len() < sql.len() {
        quoted.push('…');
    }
    format!("statement {index} ({quoted}): {what}")
}
