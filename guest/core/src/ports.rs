//! What the core needs from outside: a database, an environment, extensions.
//!
//! Decides only the shape, which is that of wit/webhooks/{storage,environment,extensions}.wit; knows neither WIT nor
//! who stands behind it.

/// Which SQL the database speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite 3.35 or newer.
    Sqlite,
    /// PostgreSQL 12 or newer.
    Postgres,
    /// MariaDB 10.6, MySQL 8.0, or newer.
    Mysql,
}

/// How a batch stands to a transaction that the application has open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Queries; joins the application's transaction.
    Read,
    /// Changes; joins the application's transaction.
    Write,
    /// Always a transaction of its own.
    Own,
    /// Changes of the tables, in a transaction of its own under a lock.
    Schema,
}

/// A value, bound and read with its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A 64-bit integer.
    Integer(i64),
    /// Text without NUL.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// The type of a result column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// [`Value::Integer`]
    Integer,
    /// [`Value::Text`]
    Text,
    /// [`Value::Blob`]
    Blob,
}

/// One SQL statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// SQL with one `?` for each parameter.
    pub sql: String,
    /// The parameters.
    pub params: Vec<Value>,
    /// Types of the result columns.
    pub columns: &'static [ColumnType],
    /// Number of rows that must change; another number rolls the batch back.
    pub expect: Option<u64>,
}

/// What one statement gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResultSet {
    /// The values, row after row.
    pub values: Vec<Value>,
    /// Rows changed.
    pub affected: u64,
}

/// Why the database refused a batch; the cases are explained in wit/webhooks/types.wit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageError {
    /// The batch may be sent again.
    Retryable(String),
    /// The application's transaction is gone.
    TransactionLost(String),
    /// The application must run its transaction again.
    TransactionMustRestart(String),
    /// The statement with this index missed its expectation.
    ExpectationFailed(u32),
    /// A constraint was violated.
    Constraint(String),
    /// The database cannot be reached or written.
    Unavailable(String),
    /// Anything else.
    Other(String),
}

/// The database.
pub trait Storage {
    /// Which SQL it speaks.
    fn dialect(&self) -> Dialect;

    /// Runs the statements in one transaction, all or none.
    ///
    /// # Errors
    ///
    /// A [`StorageError`]; nothing was written.
    fn execute(&mut self, mode: Mode, statements: Vec<Statement>) -> Result<Vec<ResultSet>, StorageError>;
}

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// For developers.
    Debug,
    /// For the record.
    Info,
    /// Something to look at.
    Warn,
    /// Something is broken.
    Error,
}

/// Clock, randomness and log.
pub trait Environment {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> i64;

    /// `len` secure random bytes.
    fn random_bytes(&self, len: u32) -> Vec<u8>;

    /// A line for the operator; never a secret or a payload.
    fn log(&self, level: Level, message: &str);
}

/// A topic that an extension contributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtensionTopic {
    /// Unique name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// When it fires.
    pub description: String,
    /// Heading in the catalogue.
    pub group: String,
    /// JSON Schema of the data.
    pub schema: Option<String>,
    /// Realistic data as JSON.
    pub sample: Option<String>,
    /// Name of the extension.
    pub extension: String,
}

/// A hook that extensions may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
    /// Make an event's data from what was published.
    BuildData,
    /// Change an event's data before it is frozen.
    FilterData,
    /// Veto one event for one webhook.
    ShouldDeliver,
    /// Add headers to one request.
    FilterRequest,
    /// Be told what became of one attempt.
    AfterDelivery,
}

/// That some extension answers a hook for some topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interest {
    /// The hook.
    pub hook: Hook,
    /// Patterns; empty means all topics.
    pub topics: Vec<String>,
}

/// The event that a hook is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventContext<'a> {
    /// `evt_…`
    pub event_id: &'a str,
    /// Name of the topic.
    pub topic: &'a str,
    /// The tenant.
    pub account: Option<&'a str>,
    /// When it happened, unix milliseconds.
    pub occurred_at: i64,
}

/// The attempt that a hook is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeliveryContext<'a> {
    /// What is delivered.
    pub event: EventContext<'a>,
    /// `dlv_…`
    pub delivery_id: &'a str,
    /// `wh_…`
    pub webhook_id: &'a str,
    /// Its number, from 1.
    pub attempt: u32,
}

/// Names and values of headers, in order.
pub type Headers = Vec<(String, String)>;

/// Plugins and the host's own callbacks.
pub trait Extensions {
    /// Topics of all active extensions.
    fn topics(&self) -> Vec<ExtensionTopic>;

    /// Hooks that are answered now.
    fn interests(&self) -> Vec<Interest>;

    /// The data made from what was published.
    ///
    /// # Errors
    ///
    /// The reason why the event is refused.
    fn build_data(&self, event: EventContext<'_>, data: &str) -> Result<String, String>;

    /// The data as the extensions want it.
    ///
    /// # Errors
    ///
    /// The reason why the event is refused.
    fn filter_data(&self, event: EventContext<'_>, data: &str) -> Result<String, String>;

    /// Whether the event may go to the webhook.
    ///
    /// # Errors
    ///
    /// The reason why the event is refused.
    fn should_deliver(&self, event: EventContext<'_>, webhook_id: &str, data: &str) -> Result<bool, String>;

    /// Headers to add to a request.
    ///
    /// # Errors
    ///
    /// The reason why there is none.
    fn filter_request(&self, delivery: DeliveryContext<'_>, headers: &[(String, String)]) -> Result<Headers, String>;

    /// Tells what became of an attempt, as a JSON object.
    ///
    /// # Errors
    ///
    /// What went wrong, for the log.
    fn after_delivery(&self, delivery: DeliveryContext<'_>, outcome: &str) -> Result<(), String>;
}
