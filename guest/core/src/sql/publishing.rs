//! Statements that store events with their payloads and deliveries.
//!
//! Events with an idempotency key may be published twice at once. The event row decides who was first: it is inserted
//! with the publisher's token, and everything else is inserted only where an event with that token stands.

use super::accounts::PLAN_ALLOWS;
use super::switch::STOPPED;
use super::{Row, Sql, fixed_chunks, marks, padded, rows};
use crate::error::Result;
use crate::ports::{ColumnType, Dialect, ResultSet, Statement, Value};

/// An event to store.
#[derive(Clone, Debug)]
pub(crate) struct EventInsert {
    pub(crate) id: String,
    pub(crate) topic: String,
    pub(crate) account: String,
    pub(crate) occurred_at: i64,
    pub(crate) deliveries: u32,
    pub(crate) fingerprint: Option<String>,
}

/// A payload to store.
#[derive(Clone, Debug)]
pub(crate) struct PayloadInsert {
    pub(crate) event_id: String,
    pub(crate) digest: String,
    pub(crate) body: Vec<u8>,
}

/// A delivery to store, pending and due at once.
#[derive(Clone, Debug)]
pub(crate) struct DeliveryInsert {
    pub(crate) id: String,
    pub(crate) event_id: String,
    pub(crate) webhook_id: String,
    pub(crate) digest: String,
    pub(crate) topic: String,
    pub(crate) account: String,
    pub(crate) webhook_account: String,
    pub(crate) shape: String,
    pub(crate) due_at: i64,
    /// The installation was stopped when the webhook was read.
    pub(crate) stopped: bool,
}

/// An active webhook that a pattern leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subscriber {
    pub(crate) webhook_id: String,
    pub(crate) account: String,
    pub(crate) shape: String,
    pub(crate) filter: String,
    pub(crate) retry_schedule: String,
    /// The installation is stopped.
    pub(crate) stopped: bool,
}

/// The receipt of an event, as stored by whoever published it first.
#[derive(Clone, Debug)]
pub(crate) struct StoredEvent {
    pub(crate) id: String,
    pub(crate) published_at: i64,
    pub(crate) deliveries: u32,
    pub(crate) fingerprint: Option<String>,
    pub(crate) token: String,
}

/// The event of a row `v` is stored under a token.
const WON: &str = "(SELECT e.publish_token FROM @events e WHERE e.id = v.event_id) = ?";

/// Payloads of one statement hold at most this many bytes together.
const PAYLOAD_BYTES_MAX: usize = 768 * 1024;

impl Subscriber {
    /// Each webhook once, by id, though several of its patterns may lead to it. A database would make a table of its own
    /// for that, which costs more than the rest of the statement.
    pub(crate) fn each(found: ResultSet) -> Result<Vec<Self>> {
        let mut all = rows(found, 6, Self::read)?;
        all.sort_unstable_by(|one, other| one.webhook_id.cmp(&other.webhook_id));
        all.dedup_by(|one, other| one.webhook_id == other.webhook_id);
        Ok(all)
    }

    fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            webhook_id: row.text()?,
            account: row.text()?,
            shape: row.text()?,
            filter: row.text()?,
            retry_schedule: row.text()?,
            stopped: row.flag()?,
        })
    }
}

impl StoredEvent {
    pub(crate) const WIDTH: usize = 5;

    pub(crate) fn read(row: &mut Row) -> Result<Self> {
        Ok(Self {
            id: row.text()?,
            published_at: row.integer()?,
            deliveries: row.count()?,
            fingerprint: row.maybe_text()?,
            token: row.text()?,
        })
    }
}

impl Sql<'_> {
    /// Active webhooks with one of the patterns that see events of the account, for [`Subscriber::each`]. Found by pattern,
    /// however many webhooks there are: without statistics SQLite would rather read all that are active, but for the
    /// order that CROSS JOIN is to it.
    pub(crate) fn subscribers(&self, patterns: &[String], account: &str) -> Statement {
        use ColumnType::Text as T;
        let mut params = padded(patterns.iter().map(|pattern| pattern.as_str().into()).collect());
        let marks = marks(params.len());
        params.push(account.into());
        self.query(
            &format!(
                "SELECT s.webhook_id, w.account, w.shape, w.filter, w.retry_schedule, \
                 CASE WHEN {STOPPED} THEN 1 ELSE 0 END FROM @subscriptions s \
                 CROSS JOIN @webhooks w WHERE s.pattern IN ({marks}) AND s.account IN ('', ?) \
                 AND w.id = s.webhook_id AND w.status = 'active' AND {PLAN_ALLOWS}"
            ),
            &[T, T, T, T, T, ColumnType::Integer],
            params,
        )
    }

    pub(crate) fn insert_events(&self, events: &[EventInsert], token: &str, now: i64) -> Vec<Statement> {
        let or_nothing = self.or_nothing("id");
        fixed_chunks(events)
            .map(|chunk| {
                let values = "(?,?,?,?,?,?,?,?,3),".repeat(chunk.len());
                let mut params: Vec<Value> = Vec::with_capacity(chunk.len() * 8);
                for event in chunk {
                    params.extend([
                        event.id.as_str().into(),
                        event.topic.as_str().into(),
                        event.account.as_str().into(),
                        event.occurred_at.into(),
                        now.into(),
                        event.deliveries.into(),
                        event.fingerprint.clone().into(),
                        token.into(),
                    ]);
                }
                self.change(
                    &format!(
                        "INSERT INTO @events (id, topic, account, occurred_at, published_at, deliveries, fingerprint, \
                         publish_token, kept) VALUES {} {or_nothing}",
                        values.trim_end_matches(',')
                    ),
                    params,
                )
            })
            .collect()
    }

    pub(crate) fn insert_payloads(&self, payloads: Vec<PayloadInsert>, token: &str) -> Vec<Statement> {
        let columns = [("event_id", ColumnType::Text), ("digest", ColumnType::Text), ("body", ColumnType::Blob)];
        let mut statements = Vec::new();
        for piece in by_size(payloads) {
            for chunk in fixed_chunks(&piece) {
                let mut params: Vec<Value> = Vec::with_capacity(chunk.len() * 3 + 1);
                for payload in chunk {
                    params.extend([
                        payload.event_id.as_str().into(),
                        payload.digest.as_str().into(),
                        payload.body.clone().into(),
                    ]);
                }
                params.push(token.into());
                statements.push(self.change(
                    &format!(
                        "INSERT INTO @payloads (event_id, digest, body) SELECT v.event_id, v.digest, v.body FROM ({}) v \
                         WHERE {WON}",
                        self.values_table("payloads", &columns, chunk.len())
                    ),
                    params,
                ));
            }
        }
        statements
    }

    /// Inserts deliveries of events with the token. Reads no row that anyone else writes: on MySQL it would stay locked
    /// until an application's transaction ends. What is stored for a webhook deleted meanwhile, a claim cancels.
    pub(crate) fn insert_deliveries(&self, deliveries: &[DeliveryInsert], token: &str, now: i64) -> Vec<Statement> {
        let columns = [
            ("id", ColumnType::Text),
            ("event_id", ColumnType::Text),
            ("webhook_id", ColumnType::Text),
            ("digest", ColumnType::Text),
            ("topic", ColumnType::Text),
            ("account", ColumnType::Text),
            ("webhook_account", ColumnType::Text),
            ("shape", ColumnType::Text),
            ("due_at", ColumnType::Integer),
        ];
        // What is held must be seen by whoever resumes: the stop is made to last, and looked at again.
        let stopped = deliveries.iter().any(|delivery| delivery.stopped);
        let (state, due_at, lock) = if stopped {
            let held = [" THEN 'held' ELSE 'pending' END", " THEN NULL ELSE v.due_at END"];
            let [state, due_at] = held.map(|case| format!("CASE WHEN {STOPPED}{case}"));
            (state, due_at, self.keep_stopped())
        } else {
            ("'pending'".to_owned(), "v.due_at".to_owned(), None)
        };
        let inserts = fixed_chunks(deliveries)
            .map(|chunk| {
                let mut params: Vec<Value> = Vec::with_capacity(chunk.len() * columns.len() + 2);
                params.push(now.into());
                for delivery in chunk {
                    params.extend([
                        delivery.id.as_str().into(),
                        delivery.event_id.as_str().into(),
                        delivery.webhook_id.as_str().into(),
                        delivery.digest.as_str().into(),
                        delivery.topic.as_str().into(),
                        delivery.account.as_str().into(),
                        delivery.webhook_account.as_str().into(),
                        delivery.shape.as_str().into(),
                        delivery.due_at.into(),
                    ]);
                }
                params.push(token.into());
                self.change(
                    &format!(
                        "INSERT INTO @deliveries (id, event_id, webhook_id, digest, topic, account, webhook_account, shape, state, \
                         attempts, attempts_before, claims, due_at, last_try, test, created_at) SELECT v.id, v.event_id, v.webhook_id, v.digest, \
                         v.topic, v.account, v.webhook_account, v.shape, {state}, 0, 0, 0, {due_at}, 0, 0, {} FROM ({}) v WHERE {WON}",
                        self.integer_mark(),
                        self.values_table("deliveries", &columns, chunk.len())
                    ),
                    params,
                )
            });
        lock.into_iter().chain(inserts).collect()
    }

    /// A delivery with one attempt and no effect on its webhook's health, leased from the start or due at once; its
    /// account is the webhook's.
    pub(crate) fn insert_test_delivery(
        &self,
        delivery: &DeliveryInsert,
        lease: Option<(&str, i64)>,
        now: i64,
    ) -> Statement {
        let (state, claims) = if lease.is_some() { ("sending", 1_i64) } else { ("pending", 0) };
        self.change(
            "INSERT INTO @deliveries (id, event_id, webhook_id, digest, topic, account, webhook_account, shape, state, \
             attempts, attempts_before, claims, due_at, claim_token, last_try, test, created_at) \
             VALUES (?,?,?,?,?,?,?,?,?,0,0,?,?,?,1,1,?)",
            vec![
                delivery.id.as_str().into(),
                delivery.event_id.as_str().into(),
                delivery.webhook_id.as_str().into(),
                delivery.digest.as_str().into(),
                delivery.topic.as_str().into(),
                delivery.account.as_str().into(),
                delivery.webhook_account.as_str().into(),
                delivery.shape.as_str().into(),
                state.into(),
                claims.into(),
                lease.map_or(delivery.due_at, |(_, until)| until).into(),
                lease.map(|(token, _)| token).into(),
                now.into(),
            ],
        )
    }

    /// The stored events of these ids. In a statement of its own, after the inserts: `behind` them it sees the winner.
    pub(crate) fn stored_events(&self, ids: &[&str], behind: bool) -> Statement {
        let params = padded(ids.iter().map(|id| (*id).into()).collect());
        // A plain read in MySQL's default isolation would not see a row committed since the transaction began; one that
        // locks would keep others from publishing where there is no row.
        let lock = if behind && self.dialect == Dialect::Mysql { " LOCK IN SHARE MODE" } else { "" };
        self.query(
            &format!(
                "SELECT id, published_at, deliveries, fingerprint, publish_token FROM @events WHERE id IN ({}){lock}",
                marks(params.len())
            ),
            &[ColumnType::Text, ColumnType::Integer, ColumnType::Integer, ColumnType::Text, ColumnType::Text],
            params,
        )
    }
}

fn by_size(payloads: Vec<PayloadInsert>) -> Vec<Vec<PayloadInsert>> {
    let mut pieces: Vec<Vec<PayloadInsert>> = Vec::new();
    let mut bytes = usize::MAX;
    for payload in payloads {
        let size = payload.body.len();
        if bytes.saturating_add(size) > PAYLOAD_BYTES_MAX {
            pieces.push(Vec::new());
            bytes = 0;
        }
        bytes += size;
        if let Some(piece) = pieces.last_mut() {
            piece.push(payload);
        }
    }
    pieces
}
