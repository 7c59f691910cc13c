//! Which deliveries are sent now: leases them fairly, and turns each into a signed request.
//!
//! Decides how many requests each receiver gets and what they say; knows nothing of how they are sent.

use std::collections::{HashMap, VecDeque};

use crate::call::Call;
use crate::dialect::{self, Beside, RequestFacts};
use crate::error::{Error, Result};
use crate::id::{Token, WebhookId};
use crate::ports::{DeliveryContext, EventContext, Interest, Level, ResultSet, Statement};
use crate::rate::Rate;
use crate::registry::{former_secrets, headers_seal};
use crate::shape::Shape;
use crate::signing;
use crate::sql::{ClaimedRow, DueWebhook, QueueState, Row, Settled, State, rows};

/// How many requests the host has in flight for a webhook.
#[derive(Clone, Debug)]
pub struct InFlight {
    /// `wh_…`
    pub webhook_id: String,
    /// Their number.
    pub requests: u32,
}

/// A complete, signed HTTP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `dlv_…`
    pub delivery_id: String,
    /// `wh_…`
    pub webhook_id: String,
    /// `evt_…`
    pub event_id: String,
    /// Topic of the event.
    pub topic: String,
    /// Number of this attempt, from 1.
    pub attempt: u32,
    /// Proves the claim.
    pub claim_token: String,
    /// `POST`
    pub method: String,
    /// Where to.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The payload.
    pub body: Vec<u8>,
    /// For the whole exchange, milliseconds.
    pub timeout_ms: u32,
    /// Bytes of the answer to keep.
    pub response_cap_bytes: u32,
}

/// What a claim found. Times are unix milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    /// To send.
    pub requests: Vec<Request>,
    /// When something that was not claimed becomes due or a lease ends.
    pub next_due: Option<i64>,
    /// The oldest delivery that is due and was not claimed.
    pub oldest_due: Option<i64>,
    /// Why the installation is stopped.
    pub stopped: Option<String>,
}

/// One claim returns at most this many bytes of payload.
const CLAIM_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Webhooks that one claim looks at.
const WEBHOOKS_MAX: u32 = 256;
/// Strays are looked for where nothing is due, and for a second of every sixteen: it takes a look at each webhook.
const LOOK_EVERY_MS: i64 = 16_000;
const LOOK_FOR_MS: i64 = 1_000;

impl Call<'_> {
    /// Leases due deliveries, and gives back those whose lease has ended.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] when the lease is too short
    pub fn claim(&mut self, limit: u32, lease_ms: u32, busy: &[InFlight]) -> Result<Claimed> {
        self.check_lease(lease_ms)?;
        let mut results = self.read(vec![self.sql.queue_state(self.now), self.sql.switch()])?;
        let stopped = self.stopped(results.pop().unwrap_or_default())?;
        let mut state = queue_state(results)?;
        let mut changed = state.first_lease.is_some_and(|end| end <= self.now);
        if changed {
            self.rescue()?;
        }
        if state.oldest.is_none() || self.now.rem_euclid(LOOK_EVERY_MS) < LOOK_FOR_MS {
            match self.find_strays() {
                Ok(any) => changed |= any,
                // Nothing else waits for what becomes of them.
                Err(error) => self.environment.log(Level::Warn, &format!("strays stay where they are: {error:?}")),
            }
        }
        if changed {
            state = self.queue_state()?;
        }
        if let Some(stopped) = stopped {
            return Ok(Claimed { next_due: state.first_lease, stopped: Some(stopped.reason), ..Claimed::default() });
        }
        let most = CLAIM_BYTES_MAX / self.config.max_payload_bytes.max(1) as usize;
        let limit = limit.min(u32::try_from(most.max(1)).unwrap_or(u32::MAX));
        let mut requests = Vec::new();
        if limit > 0 && state.oldest.is_some() {
            requests = self.lease(limit, busy, lease_ms)?;
            // What is leased is sent, whatever becomes of this; what is left is then asked for again at once.
            match self.queue_state() {
                Ok(after) => state = after,
                Err(error) if requests.is_empty() => return Err(error),
                Err(error) => self.environment.log(Level::Warn, &format!("the queue cannot be read: {error:?}")),
            }
        }
        let next = [state.oldest, state.next, state.first_lease].into_iter().flatten().min();
        Ok(Claimed { requests, next_due: next, oldest_due: state.oldest, stopped: None })
    }

    pub(crate) fn check_lease(&self, lease_ms: u32) -> Result<()> {
        let least = self.config.least_lease_ms();
        if lease_ms < least {
            return Err(Error::field(
                "lease",
                format!("{lease_ms} ms; it must be {least} ms or more, the time-out of a request and a margin"),
            ));
        }
        Ok(())
    }

    fn queue_state(&mut self) -> Result<QueueState> {
        queue_state(self.read(vec![self.sql.queue_state(self.now)])?)
    }

    /// Cancels what waits for a deleted webhook, and frees what is held for an active one: it was stored by a transaction
    /// that did not see the change. True if there was any.
    fn find_strays(&mut self) -> Result<bool> {
        let found = self.read(vec![self.sql.webhooks_gone(), self.sql.webhooks_held()])?;
        let mut found = found.into_iter().map(|ids| rows(ids, 1, Row::text));
        let mut next = || found.next().unwrap_or_else(|| Ok(Vec::new()));
        let [gone, held] = [next()?, next()?];
        let cancels = gone.iter().map(|id| self.sql.cancel_waiting(id, self.now));
        let strays: Vec<_> = cancels.chain(held.iter().map(|id| self.sql.free_strays(id, self.now))).collect();
        let any = !strays.is_empty();
        if any {
            self.own(strays)?;
        }
        Ok(any)
    }

    fn due_webhooks(&mut self, limit: u32, busy: &[InFlight]) -> Result<Vec<DueWebhook>> {
        let from = WebhookId::new(self.random()).to_string();
        let busy = u32::try_from(busy.len()).unwrap_or(u32::MAX);
        let most = limit.saturating_add(busy).min(WEBHOOKS_MAX.saturating_add(busy));
        let statement = self.sql.due_webhooks(self.now, &from, most);
        let result = self.read(vec![statement])?.into_iter().next().unwrap_or_default();
        rows(result, DueWebhook::WIDTH, DueWebhook::read)
    }

    fn lease(&mut self, limit: u32, busy: &[InFlight], lease_ms: u32) -> Result<Vec<Request>> {
        let lease_until = self.now.saturating_add(i64::from(lease_ms));
        let webhooks = self.due_webhooks(limit, busy)?;
        let shares = share(limit, self.config.max_in_flight_per_webhook, webhooks, busy, self.now);
        if shares.is_empty() {
            return Ok(Vec::new());
        }
        let token = Token::new(self.random()).to_string();
        // Rates first: of a webhook that another host has charged meanwhile, nothing is leased.
        let mut batch = self.charges(&shares, &token);
        batch.extend(
            shares.iter().map(|(webhook, share)| self.sql.claim(webhook, &token, lease_until, self.now, *share)),
        );
        batch.push(self.sql.claimed(&token, lease_until));
        let claimed = self.own(batch)?.pop().unwrap_or_default();
        let mut claimed = rows(claimed, ClaimedRow::WIDTH, ClaimedRow::read)?;
        if let Err(error) = self.give_back_surplus(&shares, &claimed, &token) {
            let why = format!("a part of a rate, or of what was leased, stays unused for a moment: {error:?}");
            self.environment.log(Level::Warn, &why);
        }
        claimed.retain(|row| row.wanted);
        // A damaged row must not keep all others from being sent; its own lease ends, and in the end it is given up.
        let interests = if claimed.is_empty() { Vec::new() } else { self.extensions.interests() };
        let requests = claimed.into_iter().map(|row| self.request(row, &token, lease_ms, &interests));
        Ok(requests.filter_map(|request| request.inspect_err(|error| self.tell(error)).ok()).collect())
    }

    /// Charges what is about to be leased to the webhooks that have a rate.
    fn charges(&self, shares: &[(DueWebhook, u32)], token: &str) -> Vec<Statement> {
        let limited = shares.iter().filter(|(webhook, _)| webhook.rate > 0);
        let charge = |(webhook, share): &(DueWebhook, u32)| {
            let used = Rate::of(webhook).charge(self.now, *share);
            self.sql.charge_rate(&webhook.id, &webhook.rate_token, token, used)
        };
        limited.map(charge).collect()
    }

    /// Gives back what is not wanted any more, as after a pause that came between, and what was charged for more than
    /// is sent. The latter is not expected to succeed: another host may have charged since, and then some of the rate
    /// stays unused for a moment.
    fn give_back_surplus(&mut self, shares: &[(DueWebhook, u32)], claimed: &[ClaimedRow], token: &str) -> Result<()> {
        let unwanted = claimed.iter().filter(|row| !row.wanted).map(|row| {
            self.sql.settle_delivery(&Settled {
                id: &row.id,
                claim_token: token,
                state: State::Pending.stored(),
                due_at: Some(self.now),
                attempted: false,
                reason: None,
                finished_at: None,
            })
        });
        let mut statements: Vec<Statement> = unwanted.collect();
        for (webhook, share) in shares.iter().filter(|(webhook, _)| webhook.rate > 0) {
            let sent = claimed.iter().filter(|row| row.wanted && row.webhook_id == webhook.id).count();
            let sent = u32::try_from(sent).unwrap_or(u32::MAX);
            if sent < *share {
                let due = Rate::of(webhook).charge(self.now, sent);
                statements.push(self.sql.charge_rate(&webhook.id, token, token, due));
            }
        }
        if !statements.is_empty() {
            self.own(statements)?;
        }
        Ok(())
    }

    fn tell(&self, error: &Error) {
        if let Error::Conflict(why) = error {
            self.environment.log(Level::Error, why);
        }
    }

    /// The request of a claimed delivery, signed with the attempt's time.
    pub(crate) fn request(
        &self,
        row: ClaimedRow,
        claim_token: &str,
        lease_ms: u32,
        interests: &[Interest],
    ) -> Result<Request> {
        let mut secrets = vec![self.open_secret(&row.webhook_id, &row.secret)?];
        if row.standard_headers
            && let Some(problem) = secrets.first().and_then(|secret| signing::standard_key_problem(secret))
        {
            let id = &row.webhook_id;
            return Err(Error::Conflict(format!("webhook {id}: its stored secret is damaged: {problem}")));
        }
        for (until, stored) in former_secrets(&row.former_secrets) {
            if until > self.now {
                secrets.push(self.open_secret(&row.webhook_id, &stored)?);
            }
        }
        let shape = Shape::read(&row.shape);
        let facts = RequestFacts {
            event_id: &row.event_id,
            delivery_id: &row.id,
            webhook_id: &row.webhook_id,
            integration: &row.integration,
            topic: &row.topic,
            occurred_at_ms: row.occurred_at,
            timestamp_seconds: self.now.div_euclid(1000),
            content_type: shape.format.content_type(),
            body: &row.body,
            site_url: &self.config.site_url,
            user_agent: &self.config.user_agent,
            woocommerce_user_agent: &self.config.woocommerce_user_agent,
        };
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let beside = if row.standard_headers { Beside::Standard } else { Beside::Nothing };
        let mut headers = dialect::headers(shape.dialect, &facts, &secrets, beside);
        if !row.headers.is_empty() {
            let own = self.open_secret(&headers_seal(&row.webhook_id), &row.headers)?;
            headers.extend(serde_json::from_str::<Vec<(String, String)>>(&own).unwrap_or_default());
        }
        let attempt = row.attempts.saturating_add(1);
        let event = EventContext {
            event_id: &row.event_id,
            topic: &row.topic,
            account: Some(row.account.as_str()).filter(|account| !account.is_empty()),
            occurred_at: row.occurred_at,
        };
        let context = DeliveryContext { event, delivery_id: &row.id, webhook_id: &row.webhook_id, attempt };
        self.add_headers(interests, context, &mut headers);
        Ok(Request {
            delivery_id: row.id,
            webhook_id: row.webhook_id,
            attempt,
            claim_token: claim_token.to_owned(),
            method: "POST".to_owned(),
            url: row.url,
            headers,
            event_id: row.event_id,
            topic: row.topic,
            body: row.body,
            timeout_ms: self.timeout_ms(row.timeout_ms, lease_ms),
            response_cap_bytes: self.config.response_cap_bytes,
        })
    }

    /// The webhook's own time-out, else the installation's. Never so long that the lease ends before it.
    fn timeout_ms(&self, own: u32, lease_ms: u32) -> u32 {
        if own == 0 {
            return self.config.request_timeout_ms;
        }
        own.min(lease_ms.saturating_sub(self.config.least_lease_margin_ms))
    }
}

fn queue_state(results: Vec<ResultSet>) -> Result<QueueState> {
    let result = results.into_iter().next().unwrap_or_default();
    Ok(rows(result, QueueState::WIDTH, QueueState::read)?.first().copied().unwrap_or_default())
}

/// Deals the free slots out, one to each webhook in turn, until they or the webhooks' own limits are used up.
fn share(limit: u32, most_each: u32, webhooks: Vec<DueWebhook>, busy: &[InFlight], now: i64) -> Vec<(DueWebhook, u32)> {
    let busy: HashMap<&str, u32> = busy.iter().map(|entry| (entry.webhook_id.as_str(), entry.requests)).collect();
    let mut open: VecDeque<(usize, u32)> = VecDeque::new();
    for (place, webhook) in webhooks.iter().enumerate() {
        let room = most_each.saturating_sub(busy.get(webhook.id.as_str()).copied().unwrap_or(0));
        let room = room.min(Rate::of(webhook).allowance(now));
        if room > 0 {
            open.push_back((place, room));
        }
    }
    let mut shares = vec![0_u32; webhooks.len()];
    for _ in 0..limit {
        let Some((place, room)) = open.pop_front() else { break };
        shares[place] += 1;
        if room > 1 {
            open.push_back((place, room - 1));
        }
    }
    webhooks.into_iter().zip(shares).filter(|(_, share)| *share > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unlimited(index: usize) -> DueWebhook {
        DueWebhook { id: index.to_string(), rate: 0, rate_used_until: 0, rate_token: String::new() }
    }

    fn check(limit: u32, most_each: u32, webhooks: usize, busy: &[(&str, u32)], expected: &[u32]) {
        let webhooks = (0..webhooks).map(unlimited).collect();
        let busy: Vec<InFlight> =
            busy.iter().map(|(id, requests)| InFlight { webhook_id: (*id).to_owned(), requests: *requests }).collect();
        let shares: Vec<u32> =
            share(limit, most_each, webhooks, &busy, 0).into_iter().map(|(_, share)| share).collect();
        assert_eq!(shares, expected, "limit {limit}, each {most_each}, busy {busy:?}");
    }

    #[test]
    fn slots_are_dealt_fairly() {
        check(10, 4, 2, &[], &[4, 4]);
        check(10, 10, 2, &[], &[5, 5]);
        check(10, 10, 3, &[], &[4, 3, 3]);
        check(2, 10, 3, &[], &[1, 1]);
        check(10, 10, 2, &[("0", 9)], &[1, 9]);
        check(10, 10, 2, &[("0", 10)], &[10]);
        check(0, 10, 2, &[], &[]);
        check(10, 10, 0, &[], &[]);
    }

    #[test]
    fn no_share_passes_its_limits() {
        for limit in 0..40 {
            for each in 1..7 {
                for count in 0..9_usize {
                    let shares = share(limit, each, (0..count).map(unlimited).collect(), &[], 0);
                    let total: u32 = shares.iter().map(|(_, share)| share).sum();
                    assert_eq!(total, limit.min(each * count as u32));
                    assert!(shares.iter().all(|(_, share)| *share <= each));
                }
            }
        }
    }
}
