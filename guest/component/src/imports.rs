//! The host's imports as the ports of the core.

use std::sync::OnceLock;

use hookwright_core::ports::{
    ColumnType, DeliveryContext, Dialect, Environment, EventContext, ExtensionTopic, Extensions, Headers, Hook,
    Interest, Level, Mode, ResultSet, Statement, Storage, StorageError, Value,
};
use hookwright_core::{BadSetting, Call, Config};

use crate::bindings::hookwright::webhooks as wit;

/// All imports of the world.
pub(crate) struct Host;

/// Runs one call of the core with the installation's configuration.
///
/// # Errors
///
/// The configuration's, as the core's error; what the call gives.
pub(crate) fn with_call<T>(
    run: impl FnOnce(&mut Call<'_>) -> hookwright_core::Result<T>,
) -> Result<T, wit::types::Error> {
    let config = config().as_ref().map_err(|bad| crate::exports::bad_config(bad))?;
    let mut storage = Host;
    let mut call = Call::new(config, &mut storage, &Host, &Host);
    run(&mut call).map_err(Into::into)
}

/// The configuration, read once for each instance: it is the host's, and constant.
pub(crate) fn config() -> &'static Result<Config, Vec<BadSetting>> {
    static CONFIG: OnceLock<Result<Config, Vec<BadSetting>>> = OnceLock::new();
    if let Some(config) = CONFIG.get() {
        return config;
    }
    // The import is called outside of the lock: a host may call back.
    let read = Config::parse(&wit::environment::config());
    CONFIG.get_or_init(|| read)
}

impl Storage for Host {
    fn dialect(&self) -> Dialect {
        match wit::storage::sql_dialect() {
            wit::storage::Dialect::Sqlite => Dialect::Sqlite,
            wit::storage::Dialect::Postgres => Dialect::Postgres,
            wit::storage::Dialect::Mysql => Dialect::Mysql,
        }
    }

    fn execute(&mut self, mode: Mode, statements: Vec<Statement>) -> Result<Vec<ResultSet>, StorageError> {
        let mode = match mode {
            Mode::Read => wit::storage::Mode::Read,
            Mode::Write => wit::storage::Mode::Write,
            Mode::Own => wit::storage::Mode::Own,
            Mode::Schema => wit::storage::Mode::Schema,
        };
        let statements: Vec<wit::storage::Statement> = statements.into_iter().map(Into::into).collect();
        match wit::storage::execute(mode, &statements) {
            Ok(results) => Ok(results.into_iter().map(Into::into).collect()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Environment for Host {
    fn now_ms(&self) -> i64 {
        wit::environment::now()
    }

    fn random_bytes(&self, len: u32) -> Vec<u8> {
        wit::environment::random_bytes(len)
    }

    fn log(&self, level: Level, message: &str) {
        let level = match level {
            Level::Debug => wit::environment::Level::Debug,
            Level::Info => wit::environment::Level::Info,
            Level::Warn => wit::environment::Level::Warn,
            Level::Error => wit::environment::Level::Error,
        };
        wit::environment::log(level, message);
    }
}

impl Extensions for Host {
    fn topics(&self) -> Vec<ExtensionTopic> {
        let topics = wit::extensions::topics().into_iter();
        topics
            .map(|topic| ExtensionTopic {
                name: topic.name,
                title: topic.title,
                description: topic.description,
                group: topic.group,
                schema: topic.schema,
                sample: topic.sample,
                extension: topic.extension,
            })
            .collect()
    }

    fn interests(&self) -> Vec<Interest> {
        let interests = wit::extensions::interests().into_iter();
        interests
            .map(|interest| Interest {
                hook: match interest.hook {
                    wit::extensions::Hook::BuildData => Hook::BuildData,
                    wit::extensions::Hook::FilterData => Hook::FilterData,
                    wit::extensions::Hook::ShouldDeliver => Hook::ShouldDeliver,
                    wit::extensions::Hook::FilterRequest => Hook::FilterRequest,
                    wit::extensions::Hook::AfterDelivery => Hook::AfterDelivery,
                },
                topics: interest.topics,
            })
            .collect()
    }

    fn build_data(&self, event: EventContext<'_>, data: &str) -> Result<String, String> {
        wit::extensions::build_data(&context(event), data)
    }

    fn filter_data(&self, event: EventContext<'_>, data: &str) -> Result<String, String> {
        wit::extensions::filter_data(&context(event), data)
    }

    fn should_deliver(&self, event: EventContext<'_>, webhook_id: &str, data: &str) -> Result<bool, String> {
        wit::extensions::should_deliver(&context(event), webhook_id, data)
    }

    fn filter_request(&self, delivery: DeliveryContext<'_>, headers: &[(String, String)]) -> Result<Headers, String> {
        wit::extensions::filter_request(&delivery_context(delivery), headers)
    }

    fn after_delivery(&self, delivery: DeliveryContext<'_>, outcome: &str) -> Result<(), String> {
        wit::extensions::after_delivery(&delivery_context(delivery), outcome)
    }
}

fn context(event: EventContext<'_>) -> wit::extensions::EventContext {
    wit::extensions::EventContext {
        event_id: event.event_id.to_owned(),
        topic: event.topic.to_owned(),
        account: event.account.map(str::to_owned),
        occurred_at: event.occurred_at,
    }
}

fn delivery_context(delivery: DeliveryContext<'_>) -> wit::extensions::DeliveryContext {
    wit::extensions::DeliveryContext {
        event: context(delivery.event),
        delivery_id: delivery.delivery_id.to_owned(),
        webhook_id: delivery.webhook_id.to_owned(),
        attempt: delivery.attempt,
    }
}

impl From<Statement> for wit::storage::Statement {
    fn from(statement: Statement) -> Self {
        Self {
            sql: statement.sql,
            params: statement.params.into_iter().map(Into::into).collect(),
            columns: statement
                .columns
                .iter()
                .map(|column| match column {
                    ColumnType::Integer => wit::storage::ColumnType::Integer,
                    ColumnType::Text => wit::storage::ColumnType::Text,
                    ColumnType::Blob => wit::storage::ColumnType::Blob,
                })
                .collect(),
            expect: statement.expect,
        }
    }
}

impl From<Value> for wit::storage::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Integer(number) => Self::Integer(number),
            Value::Text(text) => Self::Text(text),
            Value::Blob(bytes) => Self::Blob(bytes),
        }
    }
}

impl From<wit::storage::ResultSet> for ResultSet {
    fn from(result: wit::storage::ResultSet) -> Self {
        let values = result.values.into_iter().map(|value| match value {
            wit::storage::Value::Null => Value::Null,
            wit::storage::Value::Integer(number) => Value::Integer(number),
            wit::storage::Value::Text(text) => Value::Text(text),
            wit::storage::Value::Blob(bytes) => Value::Blob(bytes),
        });
        Self { values: values.collect(), affected: result.affected }
    }
}

impl From<wit::types::StorageError> for StorageError {
    fn from(error: wit::types::StorageError) -> Self {
        use wit::types::StorageError as Wit;
        match error {
            Wit::Retryable(text) => Self::Retryable(text),
            Wit::TransactionLost(text) => Self::TransactionLost(text),
            Wit::TransactionMustRestart(text) => Self::TransactionMustRestart(text),
            Wit::ExpectationFailed(index) => Self::ExpectationFailed(index),
            Wit::Constraint(text) => Self::Constraint(text),
            Wit::Unavailable(text) => Self::Unavailable(text),
            Wit::Other(text) => Self::Other(text),
        }
    }
}
