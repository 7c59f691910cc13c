//! The core's ports on the host's traits: mapping, and nothing else.

use hookwright_core::ports as core;
use hookwright_runtime as host;
use hookwright_storage as sql;

/// The core's port cannot tell of a failure, and neither a test nor a benchmark has such a source.
pub(super) const RANDOM_NEVER_FAILS: &str = "the source of random bytes of a test or benchmark never fails";

/// A storage driver as the core's database.
pub(super) struct StoragePort<'a>(pub(super) &'a mut dyn sql::Executor);

impl core::Storage for StoragePort<'_> {
    fn dialect(&self) -> core::Dialect {
        match self.0.dialect() {
            sql::Dialect::Sqlite => core::Dialect::Sqlite,
            sql::Dialect::Postgres => core::Dialect::Postgres,
            sql::Dialect::Mysql => core::Dialect::Mysql,
        }
    }

    fn execute(
        &mut self,
        mode: core::Mode,
        statements: Vec<core::Statement>,
    ) -> Result<Vec<core::ResultSet>, core::StorageError> {
        let mode = match mode {
            core::Mode::Read => sql::Mode::Read,
            core::Mode::Write => sql::Mode::Write,
            core::Mode::Own => sql::Mode::Own,
            core::Mode::Schema => sql::Mode::Schema,
        };
        let statements: Vec<_> = statements.into_iter().map(statement).collect();
        let results = self.0.execute(mode, &statements).map_err(storage_error)?;
        Ok(results.into_iter().map(result_set).collect())
    }
}

fn statement(statement: core::Statement) -> sql::Statement {
    let column = |column: &core::ColumnType| match column {
        core::ColumnType::Integer => sql::ColumnType::Integer,
        core::ColumnType::Text => sql::ColumnType::Text,
        core::ColumnType::Blob => sql::ColumnType::Blob,
    };
    let param = |value| match value {
        core::Value::Null => sql::Value::Null,
        core::Value::Integer(number) => sql::Value::Integer(number),
        core::Value::Text(text) => sql::Value::Text(text),
        core::Value::Blob(bytes) => sql::Value::Blob(bytes),
    };
    sql::Statement {
        sql: statement.sql,
        params: statement.params.into_iter().map(param).collect(),
        columns: statement.columns.iter().map(column).collect(),
        expect: statement.expect,
    }
}

fn result_set(result: sql::ResultSet) -> core::ResultSet {
    let value = |value| match value {
        sql::Value::Null => core::Value::Null,
        sql::Value::Integer(number) => core::Value::Integer(number),
        sql::Value::Text(text) => core::Value::Text(text),
        sql::Value::Blob(bytes) => core::Value::Blob(bytes),
    };
    core::ResultSet { values: result.values.into_iter().map(value).collect(), affected: result.affected }
}

fn storage_error(error: sql::StorageError) -> core::StorageError {
    use core::StorageError as Core;
    use sql::StorageError as Sql;
    match error {
        Sql::Retryable(text) => Core::Retryable(text),
        Sql::TransactionLost(text) => Core::TransactionLost(text),
        Sql::TransactionMustRestart(text) => Core::TransactionMustRestart(text),
        Sql::ExpectationFailed(index) => Core::ExpectationFailed(index),
        Sql::Constraint(text) => Core::Constraint(text),
        Sql::Unavailable(text) => Core::Unavailable(text),
        Sql::Other(text) => Core::Other(text),
    }
}

/// The runtime's environment as the core's.
pub(super) struct EnvironmentPort<'a>(pub(super) &'a dyn host::Environment);

impl core::Environment for EnvironmentPort<'_> {
    fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }

    fn random_bytes(&self, len: u32) -> Vec<u8> {
        let mut bytes = vec![0; len as usize];
        self.0.fill_random(&mut bytes).expect(RANDOM_NEVER_FAILS);
        bytes
    }

    fn log(&self, level: core::Level, message: &str) {
        let level = match level {
            core::Level::Debug => host::Level::Debug,
            core::Level::Info => host::Level::Info,
            core::Level::Warn => host::Level::Warn,
            core::Level::Error => host::Level::Error,
        };
        self.0.log(level, message);
    }
}

/// The runtime's extensions as the core's.
pub(super) struct ExtensionsPort<'a>(pub(super) &'a dyn host::Extensions);

impl core::Extensions for ExtensionsPort<'_> {
    fn topics(&self) -> Vec<core::ExtensionTopic> {
        let topic = |topic: host::ExtensionTopic| core::ExtensionTopic {
            name: topic.name,
            title: topic.title,
            description: topic.description,
            group: topic.group,
            schema: topic.schema,
            sample: topic.sample,
            extension: topic.extension,
        };
        self.0.topics().into_iter().map(topic).collect()
    }

    fn interests(&self) -> Vec<core::Interest> {
        let interest = |interest: host::Interest| core::Interest {
            hook: match interest.hook {
                host::Hook::BuildData => core::Hook::BuildData,
                host::Hook::FilterData => core::Hook::FilterData,
                host::Hook::ShouldDeliver => core::Hook::ShouldDeliver,
                host::Hook::FilterRequest => core::Hook::FilterRequest,
                host::Hook::AfterDelivery => core::Hook::AfterDelivery,
            },
            topics: interest.topics,
        };
        self.0.interests().into_iter().map(interest).collect()
    }

    fn build_data(&self, event: core::EventContext<'_>, data: &str) -> Result<String, String> {
        self.0.build_data(&context(event), data.to_owned())
    }

    fn filter_data(&self, event: core::EventContext<'_>, data: &str) -> Result<String, String> {
        self.0.filter_data(&context(event), data.to_owned())
    }

    fn should_deliver(&self, event: core::EventContext<'_>, webhook_id: &str, data: &str) -> Result<bool, String> {
        self.0.should_deliver(&context(event), webhook_id, data)
    }

    fn filter_request(
        &self,
        delivery: core::DeliveryContext<'_>,
        headers: &[(String, String)],
    ) -> Result<core::Headers, String> {
        self.0.filter_request(&delivery_context(delivery), headers)
    }

    fn after_delivery(&self, delivery: core::DeliveryContext<'_>, outcome: &str) -> Result<(), String> {
        self.0.after_delivery(&delivery_context(delivery), outcome)
    }
}

fn context(event: core::EventContext<'_>) -> host::EventContext {
    host::EventContext {
        event_id: event.event_id.to_owned(),
        topic: event.topic.to_owned(),
        account: event.account.map(str::to_owned),
        occurred_at: event.occurred_at,
    }
}

fn delivery_context(delivery: core::DeliveryContext<'_>) -> host::DeliveryContext {
    host::DeliveryContext {
        event: context(delivery.event),
        delivery_id: delivery.delivery_id.to_owned(),
        webhook_id: delivery.webhook_id.to_owned(),
        attempt: delivery.attempt,
    }
}
