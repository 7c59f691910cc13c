//! The runtime's dynamic door: any function by its name, arguments and answers as JSON, imports served here.
//!
//! Decides how SQL values are written in JSON; knows no function of the component.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookwright_runtime::dynamic::{DynamicComponent, DynamicError, DynamicImports, DynamicInstance};
use hookwright_runtime::{CodeCache, DeliveryContext, Environment as _, EventContext, Extensions as _, Hook};
use hookwright_storage::{ColumnType, Dialect, Executor, Mode, ResultSet, Statement, StorageError, Value as SqlValue};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::script::Script;
use super::stream::Surroundings;
use crate::component;

/// The component behind its dynamic door, on one connection.
#[derive(Debug)]
pub(super) struct Door(DynamicInstance);

/// What answers the imports.
pub(super) struct Imports {
    pub(super) executor: RefCell<Box<dyn Executor + Send>>,
    pub(super) surroundings: Surroundings,
    pub(super) script: Arc<Script>,
    pub(super) config: Vec<(String, String)>,
}

impl Door {
    pub(super) fn open(imports: Imports) -> Self {
        static SHARED: LazyLock<DynamicComponent> = LazyLock::new(|| {
            DynamicComponent::load(&component::bytes(), &CodeCache::disabled())
                .unwrap_or_else(|error| panic!("dist/hookwright.wasm cannot be loaded: {error}"))
        });
        Self(DynamicInstance::new(SHARED.clone(), Rc::new(imports)))
    }

    /// The answer, or that the arguments were no text.
    ///
    /// # Panics
    ///
    /// When the call fails in another way: then the scenario is wrong, or the component has a bug.
    pub(super) fn call(&mut self, function: &str, arguments: &[u8]) -> Value {
        match self.0.call(function, arguments) {
            Ok(answer) => serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{function}: {error}")),
            Err(DynamicError::InvalidUtf8 { .. }) => json!({ "refused": "invalid-utf8" }),
            Err(error) => json!({ "refused": error.kind(), "message": error.to_string() }),
        }
    }
}

impl DynamicImports for Imports {
    fn call(&self, name: &str, arguments: &str) -> Result<String, String> {
        self.answer(name, arguments).map(|answer| answer.to_string())
    }
}

impl Imports {
    fn answer(&self, name: &str, arguments: &str) -> Result<Value, String> {
        let arguments: Value = serde_json::from_str(arguments).map_err(|error| error.to_string())?;
        let text = |index: usize| arguments[index].as_str().unwrap_or_default();
        Ok(match name {
            "storage.sql-dialect" => match self.executor.borrow().dialect() {
                Dialect::Sqlite => "sqlite".into(),
                Dialect::Postgres => "postgres".into(),
                Dialect::Mysql => "mysql".into(),
            },
            "storage.execute" => self.execute(text(0), &arguments[1])?,
            "environment.now" => self.surroundings.now_ms().into(),
            "environment.random-bytes" => {
                let len = arguments[0].as_u64().and_then(|len| usize::try_from(len).ok()).unwrap_or(0);
                let mut bytes = vec![0; len];
                self.surroundings.fill_random(&mut bytes).map_err(|error| error.to_string())?;
                STANDARD.encode(bytes).into()
            }
            "environment.log" => Value::Null,
            "environment.config" => json!(self.config),
            "extensions.topics" => json!(self.script.topics()),
            "extensions.interests" => {
                let told = |it: hookwright_runtime::Interest| json!({ "hook": word(it.hook), "topics": it.topics });
                self.script.interests().into_iter().map(told).collect()
            }
            "extensions.build-data" => either(self.script.build_data(&event(&arguments[0]), text(1).to_owned())),
            "extensions.filter-data" => either(self.script.filter_data(&event(&arguments[0]), text(1).to_owned())),
            "extensions.should-deliver" => either(self.script.should_deliver(&event(&arguments[0]), text(1), text(2))),
            "extensions.filter-request" => either(self.script.filter_request(&delivery(&arguments[0]), &[])),
            "extensions.after-delivery" => either(self.script.after_delivery(&delivery(&arguments[0]), text(1))),
            other => return Err(format!("this host does not know the import {other}")),
        })
    }

    fn execute(&self, mode: &str, statements: &Value) -> Result<Value, String> {
        let mode = match mode {
            "read" => Mode::Read,
            "write" => Mode::Write,
            "own" => Mode::Own,
            _ => Mode::Schema,
        };
        let statements: Vec<WireStatement> =
            serde_json::from_value(statements.clone()).map_err(|error| error.to_string())?;
        let statements = statements.into_iter().map(WireStatement::into_statement).collect::<Result<Vec<_>, _>>()?;
        Ok(match self.executor.borrow_mut().execute(mode, &statements) {
            Ok(results) => json!({ "ok": results.into_iter().map(result_set).collect::<Vec<_>>() }),
            Err(error) => json!({ "err": storage_error(error) }),
        })
    }
}

#[derive(Deserialize)]
struct WireStatement {
    sql: String,
    params: Vec<WireValue>,
    columns: Vec<WireColumn>,
    expect: Option<u64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum WireValue {
    Null,
    Integer(i64),
    Text(String),
    Blob(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WireColumn {
    Integer,
    Text,
    Blob,
}

impl WireStatement {
    fn into_statement(self) -> Result<Statement, String> {
        let param = |value| match value {
            WireValue::Null => Ok(SqlValue::Null),
            WireValue::Integer(number) => Ok(SqlValue::Integer(number)),
            WireValue::Text(text) => Ok(SqlValue::Text(text)),
            WireValue::Blob(text) => STANDARD.decode(text).map(SqlValue::Blob).map_err(|error| error.to_string()),
        };
        let column = |column| match column {
            WireColumn::Integer => ColumnType::Integer,
            WireColumn::Text => ColumnType::Text,
            WireColumn::Blob => ColumnType::Blob,
        };
        Ok(Statement {
            sql: self.sql,
            params: self.params.into_iter().map(param).collect::<Result<_, String>>()?,
            columns: self.columns.into_iter().map(column).collect(),
            expect: self.expect,
        })
    }
}

fn result_set(result: ResultSet) -> Value {
    let written = |value| match value {
        SqlValue::Null => WireValue::Null,
        SqlValue::Integer(number) => WireValue::Integer(number),
        SqlValue::Text(text) => WireValue::Text(text),
        SqlValue::Blob(bytes) => WireValue::Blob(STANDARD.encode(bytes)),
    };
    json!({ "values": result.values.into_iter().map(written).collect::<Vec<_>>(), "affected": result.affected })
}

fn storage_error(error: StorageError) -> Value {
    match error {
        StorageError::Retryable(words) => json!({ "retryable": words }),
        StorageError::TransactionLost(words) => json!({ "transaction-lost": words }),
        StorageError::TransactionMustRestart(words) => json!({ "transaction-must-restart": words }),
        StorageError::ExpectationFailed(index) => json!({ "expectation-failed": index }),
        StorageError::Constraint(words) => json!({ "constraint": words }),
        StorageError::Unavailable(words) => json!({ "unavailable": words }),
        StorageError::Other(words) => json!({ "other": words }),
    }
}

fn either<T: Serialize>(result: Result<T, String>) -> Value {
    match result {
        Ok(value) => json!({ "ok": value }),
        Err(words) => json!({ "err": words }),
    }
}

fn event(wire: &Value) -> EventContext {
    EventContext {
        event_id: wire["event-id"].as_str().unwrap_or_default().to_owned(),
        topic: wire["topic"].as_str().unwrap_or_default().to_owned(),
        account: wire["account"].as_str().map(str::to_owned),
        occurred_at: wire["occurred-at"].as_i64().unwrap_or_default(),
    }
}

fn delivery(wire: &Value) -> DeliveryContext {
    DeliveryContext {
        event: event(&wire["event"]),
        delivery_id: wire["delivery-id"].as_str().unwrap_or_default().to_owned(),
        webhook_id: wire["webhook-id"].as_str().unwrap_or_default().to_owned(),
        attempt: wire["attempt"].as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or_default(),
    }
}

fn word(hook: Hook) -> &'static str {
    match hook {
        Hook::BuildData => "build-data",
        Hook::FilterData => "filter-data",
        Hook::ShouldDeliver => "should-deliver",
        Hook::FilterRequest => "filter-request",
        Hook::AfterDelivery => "after-delivery",
    }
}
