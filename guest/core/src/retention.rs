//! What is past its retention, and how it goes; how everything of one account or event goes.
//!
//! Decides which rows are removed and in what order, a bounded number in each call; knows nothing of what is in them.
//! A payload is kept from its publication, the log of attempts from the end of the event's last delivery; an event whose
//! payload and log are gone goes itself, with its deliveries. Nothing of an event goes while a delivery has not ended.

use crate::call::Call;
use crate::catalogue::DEDUPE_MAX_MS;
use crate::error::{Error, Result};
use crate::id::EventId;
use crate::ports::Statement;
use crate::rekey::check_limit;
use crate::scope::account_problem;
use crate::sql::{AgedRow, Erased, IN_LIST_MAX, Kept, LockedBy, Row, TopicSettingsRow, rows};

/// Whose data are erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EraseTarget {
    /// An account: its webhooks and limits, and its events with all that became of them.
    Account(String),
    /// An event `evt_…`, with all that became of it.
    Event(String),
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Webhooks, with what they subscribe to.
    pub webhooks: u64,
    /// Events.
    pub events: u64,
    /// Payloads.
    pub payloads: u64,
    /// Deliveries.
    pub deliveries: u64,
    /// Attempts.
    pub attempts: u64,
    /// There may be more: call again.
    pub more: bool,
}

impl Removed {
    /// The numbers of rows, each with the word for its kind.
    #[must_use]
    pub fn by_kind(&self) -> [(&'static str, u64); 5] {
        [
            ("webhooks", self.webhooks),
            ("events", self.events),
            ("payloads", self.payloads),
            ("deliveries", self.deliveries),
            ("attempts", self.attempts),
        ]
    }
}

/// What the rows of a statement are counted as.
#[derive(Clone, Copy, Debug)]
enum Part {
    Webhooks,
    Events,
    Payloads,
    Deliveries,
    Attempts,
    Uncounted,
}

/// Events of which a part or everything goes.
#[derive(Debug, Default)]
struct Aged {
    without_payload: Vec<String>,
    without_attempts: Vec<String>,
    gone: Vec<String>,
    /// One for each event and for each of their deliveries.
    rows: u64,
}

/// No transaction that publishes stays open longer than a deleted webhook is known.
const DELETED_KNOWN_MS: i64 = 7 * 24 * 60 * 60 * 1000;

type Steps = Vec<(Part, Statement)>;

impl Call<'_> {
    /// Removes payloads, attempts, deliveries and events that are past their retention: those of about `limit`
    /// deliveries.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] on a bad limit
    pub fn purge(&mut self, limit: u32) -> Result<Removed> {
        check_limit(limit)?;
        let subjects = self.read(vec![self.sql.oldest_subjects(limit)])?.pop().unwrap_or_default();
        let useless = self.now.saturating_sub(i64::from(DEDUPE_MAX_MS));
        let until = rows(subjects, 1, Row::integer)?.first().map_or(useless, |oldest| useless.min(*oldest));
        let aged = self.aged(limit)?;
        let without_attempts = [aged.without_attempts.as_slice(), &aged.gone].concat();
        let without_payload = [aged.without_payload.as_slice(), &aged.gone].concat();
        let mut deliveries = Vec::new();
        for part in without_attempts.chunks(IN_LIST_MAX) {
            deliveries.extend(self.delivery_ids(part, u32::MAX)?);
        }

        let sql = self.sql;
        let mut steps = vec![(Part::Uncounted, sql.forget_subjects(until))];
        steps.push((Part::Uncounted, sql.forget_deleted(self.now.saturating_sub(DELETED_KNOWN_MS))));
        let mut all = [aged.without_payload.as_slice(), &aged.without_attempts, &aged.gone].concat();
        all.sort_unstable();
        add(&mut steps, Part::Uncounted, &all, &|ids| sql.lock_events(ids, LockedBy::Purge));
        add(&mut steps, Part::Uncounted, &aged.without_payload, &|ids| sql.keep_only(ids, Kept::Attempts));
        add(&mut steps, Part::Uncounted, &aged.without_attempts, &|ids| sql.keep_only(ids, Kept::Payload));
        add(&mut steps, Part::Events, &aged.gone, &|ids| sql.delete_ended_events(ids));
        add(&mut steps, Part::Payloads, &without_payload, &|ids| sql.delete_purged_payloads(ids));
        add(&mut steps, Part::Attempts, &deliveries, &|ids| sql.delete_purged_attempts(ids));
        add(&mut steps, Part::Deliveries, &deliveries, &|ids| sql.delete_purged_deliveries(ids));
        let mut removed = Removed { more: aged.rows >= u64::from(limit) || until < useless, ..Removed::default() };
        self.remove(steps, &mut removed)?;
        Ok(removed)
    }

    /// Removes everything of an account or event: about `limit` deliveries, and what belongs to them. What is being sent
    /// meanwhile has lost its claim.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] on a bad limit, account or event id
    pub fn erase(&mut self, target: &EraseTarget, limit: u32) -> Result<Removed> {
        check_limit(limit)?;
        let sql = self.sql;
        let mut removed = Removed::default();
        let (mut steps, events, most) = match target {
            EraseTarget::Account(account) => {
                if let Some(problem) = account_problem(account) {
                    return Err(Error::field("target", problem));
                }
                // Before its events and in a transaction of its own: none comes after but what an open one has published
                // already, and settle writes webhooks last.
                let parts = core::iter::once(Part::Webhooks).chain(core::iter::repeat(Part::Uncounted));
                self.remove(parts.zip(sql.erase_account(account, self.now)).collect(), &mut removed)?;
                let most = limit.min(IN_LIST_MAX as u32);
                let found = self.read(vec![sql.events_of(account, most)])?.pop().unwrap_or_default();
                (Vec::new(), rows(found, 1, Row::text)?, most)
            }
            EraseTarget::Event(id) => {
                EventId::parse(id).map_err(|error| Error::field("target", error.to_string()))?;
                (vec![(Part::Uncounted, sql.forget_recent(id))], vec![id.clone()], u32::MAX)
            }
        };
        let deliveries = if events.is_empty() { Vec::new() } else { self.delivery_ids(&events, limit)? };
        // Deliveries go before their attempts: what is being settled is waited for, and then gone as well.
        add(&mut steps, Part::Deliveries, &deliveries, &|ids| sql.erase(Erased::Deliveries, ids));
        add(&mut steps, Part::Attempts, &deliveries, &|ids| sql.erase(Erased::Attempts, ids));
        let all_deliveries = deliveries.len() < limit as usize;
        if all_deliveries {
            add(&mut steps, Part::Payloads, &events, &|ids| sql.erase(Erased::Payloads, ids));
            add(&mut steps, Part::Events, &events, &|ids| sql.erase(Erased::Events, ids));
        }
        removed.more = !all_deliveries || events.len() >= most as usize;
        self.remove(steps, &mut removed)?;
        Ok(removed)
    }

    fn aged(&mut self, limit: u32) -> Result<Aged> {
        let settings = self.read(vec![self.sql.all_topic_settings()])?.pop().unwrap_or_default();
        let settings = rows(settings, TopicSettingsRow::WIDTH, TopicSettingsRow::read)?;
        let mut aged = Aged::default();
        let mut topic = String::new();
        while aged.rows < u64::from(limit) {
            let next = self.read(vec![self.sql.next_topic(&topic)])?.pop().unwrap_or_default();
            let Some(next) = rows(next, 1, Row::maybe_text)?.pop().flatten() else { break };
            topic = next;
            let own = settings.iter().find(|row| row.name == topic);
            let payloads = self.kept_since(own.and_then(|row| row.keep_payloads_ms), self.config.keep_payloads_ms);
            let attempts = self.kept_since(own.and_then(|row| row.keep_attempts_ms), self.config.keep_attempts_ms);
            let batch = Kept::ALL.map(|kept| self.sql.aged(&topic, kept, payloads, attempts, limit)).into();
            for (kept, result) in Kept::ALL.into_iter().zip(self.read(batch)?) {
                for row in rows(result, AgedRow::WIDTH, AgedRow::read)? {
                    if aged.rows < u64::from(limit) {
                        aged.add(row, kept, payloads, attempts);
                    }
                }
            }
        }
        Ok(aged)
    }

    /// What is older than this goes.
    fn kept_since(&self, own_ms: Option<i64>, default_ms: i64) -> i64 {
        match own_ms.unwrap_or(default_ms) {
            0 => i64::MIN,
            keep => self.now.saturating_sub(keep),
        }
    }

    fn delivery_ids(&mut self, events: &[String], limit: u32) -> Result<Vec<String>> {
        let found = self.read(vec![self.sql.deliveries_of(events, limit)])?.pop().unwrap_or_default();
        rows(found, 1, Row::text)
    }

    /// Runs the steps in one transaction, and adds up what they removed.
    fn remove(&mut self, steps: Steps, removed: &mut Removed) -> Result<()> {
        if steps.is_empty() {
            return Ok(());
        }
        let (parts, batch): (Vec<Part>, Vec<Statement>) = steps.into_iter().unzip();
        for (part, result) in parts.into_iter().zip(self.own(batch)?) {
            *match part {
                Part::Webhooks => &mut removed.webhooks,
                Part::Events => &mut removed.events,
                Part::Payloads => &mut removed.payloads,
                Part::Deliveries => &mut removed.deliveries,
                Part::Attempts => &mut removed.attempts,
                Part::Uncounted => continue,
            } += result.affected;
        }
        Ok(())
    }
}

impl Aged {
    fn add(&mut self, row: AgedRow, kept: Kept, payloads: i64, attempts: i64) {
        let payload_stays = kept != Kept::Attempts && row.published_at > payloads;
        let log_ends_at = row.ended_at.unwrap_or(row.published_at).max(row.published_at);
        let attempts_stay = kept != Kept::Payload && log_ends_at > attempts;
        let list = match (payload_stays, attempts_stay) {
            (false, false) => &mut self.gone,
            (false, true) => &mut self.without_payload,
            (true, false) => &mut self.without_attempts,
            (true, true) => return,
        };
        list.push(row.id);
        self.rows = self.rows.saturating_add(1).saturating_add(row.deliveries.into());
    }
}

fn add(steps: &mut Steps, part: Part, ids: &[String], statement: &dyn Fn(&[String]) -> Statement) {
    steps.extend(ids.chunks(IN_LIST_MAX).map(|ids| (part, statement(ids))));
}
