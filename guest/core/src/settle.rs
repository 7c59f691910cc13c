//! What became of requests: records each attempt and decides what is next.
//!
//! Decides by the retry policy whether a delivery has succeeded, is tried again or ends, and whether its webhook is
//! slowed or disabled. Everything about one batch is written in one transaction, or nothing of it.
//!
//! The decision rests on rows read before it. Each write names the claim token or revision that was read; when one has
//! changed, nothing is written, and all is read and decided again.

mod record;
mod redact;
mod told;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::call::Call;
use crate::error::{Error, Result};
use crate::id::DeliveryId;
use crate::operational::{self, FAILING_AFTER, Notice};
use crate::ping::PING;
use crate::ports::{Level, Statement, StorageError};
use crate::retry::{self, Answer, Failure, Next, RunOfFailures, Verdict};
use crate::sql::{HealthChange, IN_LIST_MAX, SettleRow, SettleWebhook, Settled, State, rows};
use record::attempt_row;

pub use record::{Decision, Outcome, Response, Settlement};
pub(crate) use redact::sent as redacted;

/// A webhook to disable.
struct Disabling {
    revision: i64,
    reason: String,
    name: String,
}

/// All that one batch writes.
#[derive(Default)]
struct Plan {
    deliveries: Vec<Statement>,
    attempts: Vec<Statement>,
    /// By webhook id: workers that lock rows in one order do not deadlock.
    health: BTreeMap<String, HealthChange>,
    disabling: BTreeMap<String, Disabling>,
    notices: Vec<Notice>,
    answered_pings: BTreeSet<String>,
    results: Vec<Option<Result<Decision>>>,
}

const SETTLEMENTS_MAX: usize = 1_000;
const TRIES: usize = 5;

impl Call<'_> {
    /// Records outcomes and decides what is next. One result for each.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] when there are too many, [`Error::Storage`]; an item fails with [`Error::Conflict`] when the
    /// claim was lost.
    pub fn settle(&mut self, settlements: &[Settlement]) -> Result<Vec<Result<Decision>>> {
        if settlements.len() > SETTLEMENTS_MAX {
            let count = settlements.len();
            return Err(Error::field("settlements", format!("{count} outcomes; at most {SETTLEMENTS_MAX} at once")));
        }
        for _ in 0..TRIES {
            let known = self.settle_rows(settlements)?;
            let mut plan = self.plan(settlements, &known);
            let statements = self.statements(&mut plan)?;
            if !statements.is_empty() {
                match self.own(statements) {
                    Ok(_) => {}
                    Err(Error::Storage(StorageError::ExpectationFailed(_))) => continue,
                    Err(error) => return Err(error),
                }
            }
            for disabling in plan.disabling.values() {
                let Disabling { name, reason, .. } = disabling;
                self.environment.log(Level::Warn, &format!("webhook \"{name}\" is disabled: {reason}"));
            }
            self.tell_extensions(settlements, &known, &plan.results);
            let unknown = || Err(Error::Conflict("the claim was lost".to_owned()));
            return Ok(plan.results.into_iter().map(|result| result.unwrap_or_else(unknown)).collect());
        }
        Err(Error::Storage(StorageError::Retryable("the deliveries are being settled by others".to_owned())))
    }

    fn settle_rows(&mut self, settlements: &[Settlement]) -> Result<HashMap<String, SettleRow>> {
        let ids: Vec<String> = settlements
            .iter()
            .map(|settlement| settlement.delivery_id.clone())
            .filter(|id| DeliveryId::parse(id).is_ok())
            .collect();
        let statements: Vec<_> = ids.chunks(IN_LIST_MAX).map(|part| self.sql.settle_rows(part)).collect();
        if statements.is_empty() {
            return Ok(HashMap::new());
        }
        let mut known = HashMap::with_capacity(ids.len());
        for result in self.read(statements)? {
            known.extend(rows(result, SettleRow::WIDTH, SettleRow::read)?.into_iter().map(|row| (row.id.clone(), row)));
        }
        Ok(known)
    }

    fn plan(&mut self, settlements: &[Settlement], known: &HashMap<String, SettleRow>) -> Plan {
        let mut plan = Plan::default();
        plan.results.resize_with(settlements.len(), || None);
        // The run of failures follows the order in which the answers came, not the order of the list.
        let mut order: Vec<usize> = (0..settlements.len()).collect();
        order.sort_by_key(|index| {
            settlements[*index].started_at.saturating_add(i64::from(settlements[*index].duration_ms))
        });
        let mut settled: Vec<&str> = Vec::new();
        for index in order {
            let settlement = &settlements[index];
            let row = known
                .get(&settlement.delivery_id)
                .filter(|row| row.claim_token.as_deref() == Some(settlement.claim_token.as_str()))
                .filter(|_| !settled.contains(&settlement.delivery_id.as_str()));
            plan.results[index] = Some(match row {
                Some(row) => {
                    settled.push(&settlement.delivery_id);
                    Ok(self.decide(settlement, row, &mut plan))
                }
                None => Err(lost(&settlement.delivery_id)),
            });
        }
        // A later answer may have disabled the webhook of an earlier one.
        for (settlement, result) in settlements.iter().zip(&mut plan.results) {
            let disabled =
                known.get(&settlement.delivery_id).is_some_and(|row| plan.disabling.contains_key(&row.webhook_id));
            if let Some(Ok(decision)) = result
                && decision.state == State::Retrying
                && disabled
            {
                (decision.state, decision.due_at) = (State::Held, None);
            }
        }
        plan
    }

    /// What follows from one outcome; adds it to the plan.
    fn decide(&mut self, settlement: &Settlement, row: &SettleRow, plan: &mut Plan) -> Decision {
        let Some(verdict) = judge(&settlement.outcome, self.now) else {
            return self.release(settlement, row, plan);
        };
        let failure = match &verdict {
            Verdict::Success => None,
            Verdict::Failed(failure) => Some(failure),
        };
        let reason = failure.map(|failure| failure.reason.clone());
        let attempt = attempt_row(settlement, row, reason.clone(), self.config.response_cap_bytes);
        plan.attempts.extend(self.sql.record_attempt(&row.id, attempt));
        let webhook_disabled = if row.test { false } else { self.note_health(settlement, row, failure, plan) };
        let (state, due_at) = self.next_state(row, failure, plan);
        if let (State::Exhausted, Some(failure), Some(webhook)) = (state, failure, &row.webhook)
            && operational::is_told(row)
        {
            plan.notices.push(Notice::exhausted(row, webhook, Some(settlement), &failure.reason, self.now));
        }
        if failure.is_none() && row.topic == PING {
            plan.answered_pings.insert(row.webhook_id.clone());
        }
        let finished_at = is_final(state).then_some(self.now);
        plan.deliveries.push(self.sql.settle_delivery(&Settled {
            id: &row.id,
            claim_token: &settlement.claim_token,
            state: state.stored(),
            due_at,
            attempted: true,
            reason: reason.as_deref(),
            finished_at,
        }));
        Decision { state, due_at, reason, webhook_disabled }
    }

    fn next_state(&mut self, row: &SettleRow, failure: Option<&Failure>, plan: &Plan) -> (State, Option<i64>) {
        let Some(failure) = failure else { return (State::Delivered, None) };
        let Some(webhook) = &row.webhook else { return (State::Cancelled, None) };
        if row.last_try {
            return (State::Exhausted, None);
        }
        let random = self.random_u32();
        let attempts = row.attempts.saturating_sub(row.attempts_before).saturating_add(1);
        match retry::next(&self.schedule(&webhook.retry_schedule), attempts, failure, self.now, random) {
            Next::Exhausted => (State::Exhausted, None),
            Next::Retry { .. } if row.stopped || !webhook.active || plan.disabling.contains_key(&row.webhook_id) => {
                (State::Held, None)
            }
            Next::Retry { at_ms } => (State::Retrying, Some(at_ms)),
        }
    }

    /// Gives a claim back that led to no request.
    fn release(&self, settlement: &Settlement, row: &SettleRow, plan: &mut Plan) -> Decision {
        let (state, due_at) = match &row.webhook {
            None => (State::Cancelled, None),
            // Whoever asked for the test event has gone. A ping is sent whenever it can be.
            Some(_) if row.test && row.topic != PING => (State::Cancelled, None),
            Some(webhook) if row.stopped || !webhook.active => (State::Held, None),
            Some(_) if row.attempts > 0 => (State::Retrying, Some(self.now)),
            Some(_) => (State::Pending, Some(self.now)),
        };
        plan.deliveries.push(self.sql.settle_delivery(&Settled {
            id: &row.id,
            claim_token: &settlement.claim_token,
            state: state.stored(),
            due_at,
            attempted: false,
            reason: None,
            finished_at: is_final(state).then_some(self.now),
        }));
        Decision { state, due_at, reason: None, webhook_disabled: false }
    }

    /// Adds an outcome to its webhook's run, and decides whether the run disables the webhook.
    fn note_health(
        &self,
        settlement: &Settlement,
        row: &SettleRow,
        failure: Option<&Failure>,
        plan: &mut Plan,
    ) -> bool {
        let Some(webhook) = &row.webhook else { return false };
        let at = settlement.started_at.saturating_add(i64::from(settlement.duration_ms)).min(self.now);
        let change = plan.health.entry(row.webhook_id.clone()).or_default();
        let told = operational::is_told(row);
        let Some(failure) = failure else {
            let failures = run(webhook, change, at).count;
            let was_disabled = webhook.was_disabled && !change.restarted;
            let usable = webhook.active && !plan.disabling.contains_key(&row.webhook_id);
            if told && usable && (failures >= FAILING_AFTER || was_disabled) && change.recovered_from.is_none() {
                change.recovered_from = Some((webhook.failures, webhook.was_disabled));
                plan.notices.push(Notice::recovered(row, webhook, failures, self.now));
            }
            change.delivered = change.delivered.saturating_add(1);
            (change.restarted, change.failures, change.failing_since) = (true, 0, None);
            change.last_success_at = Some(at);
            return false;
        };
        change.failed = change.failed.saturating_add(1);
        change.failures = change.failures.saturating_add(1);
        change.failing_since.get_or_insert(at);
        change.last_failure_at = Some(at);
        change.slowed_until = change.slowed_until.max(retry::slow_until(failure, self.now));
        if !webhook.active || plan.disabling.contains_key(&row.webhook_id) {
            return false;
        }
        let disabled = retry::disables(failure, run(webhook, change, at), self.now, self.config.disable);
        let Some(reason) = disabled else { return false };
        if told {
            plan.notices.push(Notice::disabled(row, webhook, &reason, self.now));
        }
        let disabling = Disabling { revision: webhook.revision, reason, name: webhook.name.clone() };
        plan.disabling.insert(row.webhook_id.clone(), disabling);
        true
    }

    /// The plan as one batch: deliveries, attempts, the events that tell of them, webhooks last.
    fn statements(&mut self, plan: &mut Plan) -> Result<Vec<Statement>> {
        let mut statements = core::mem::take(&mut plan.deliveries);
        statements.append(&mut plan.attempts);
        statements.extend(self.notice_statements(core::mem::take(&mut plan.notices))?);
        for id in plan.disabling.keys() {
            statements.push(self.sql.hold(id));
        }
        let ids: BTreeSet<&String> = plan.health.keys().chain(&plan.answered_pings).collect();
        for id in ids {
            if plan.answered_pings.contains(id) {
                statements.push(self.sql.await_ping(id, false));
            }
            if let Some(change) = plan.health.get(id) {
                statements.push(self.sql.update_health(id, change));
            }
            if let Some(disabling) = plan.disabling.get(id) {
                statements.push(self.sql.disable_webhook(id, disabling.revision, &disabling.reason, self.now));
            }
        }
        Ok(statements)
    }
}

fn judge(outcome: &Outcome, now: i64) -> Option<Verdict> {
    match outcome {
        Outcome::Released => None,
        Outcome::Failure { kind, .. } => Some(retry::judge(Answer::Failure(*kind), now)),
        Outcome::Response(response) => {
            let retry_after = response
                .headers
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))
                .map(|(_, value)| value.as_str());
            Some(retry::judge(Answer::Status { code: response.status, retry_after }, now))
        }
    }
}

fn is_final(state: State) -> bool {
    matches!(state, State::Delivered | State::Exhausted | State::Cancelled)
}

fn lost(delivery_id: &str) -> Error {
    Error::Conflict(format!(
        "delivery {delivery_id}: the claim was lost, most likely because its lease had ended; the outcome is not recorded"
    ))
}

/// The run of failures that ends at `at`, over this batch and what was before it.
fn run(webhook: &SettleWebhook, change: &HealthChange, at: i64) -> RunOfFailures {
    let (count, since_ms) = if change.restarted {
        (change.failures, change.failing_since)
    } else {
        (webhook.failures.saturating_add(change.failures), webhook.failing_since.or(change.failing_since))
    };
    RunOfFailures { count, since_ms: since_ms.unwrap_or(at) }
}
