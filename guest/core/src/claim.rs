//! Which deliveries are sent now: leases them fairly, and turns each into a signed request.
//!
//! Decides how many requests each receiver gets and what they say; knows nothing of how they are sent.

use std::collections::{HashMap, VecDeque};

use crate::call::Call;
use crate::error::{Error, Result};
use crate::id::{Token, WebhookId};
use crate::ports::Level;
use crate::secret::Secret;
use crate::signing::{self, MessageId};
use crate::sql::{ClaimedRow, QueueState, Row, rows};

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
}

/// One claim returns at most this many bytes of payload.
const CLAIM_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Webhooks that one claim looks at.
const WEBHOOKS_MAX: u32 = 256;

impl Call<'_> {
    /// Leases due deliveries, and gives back those whose lease has ended.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] when the lease is too short
    pub fn claim(&mut self, limit: u32, lease_ms: u32, busy: &[InFlight]) -> Result<Claimed> {
        self.check_lease(lease_ms)?;
        let mut state = self.queue_state()?;
        if state.first_lease.is_some_and(|end| end <= self.now) {
            let rescue = self.sql.rescue(self.now).into();
            self.own(rescue)?;
            state = self.queue_state()?;
        }
        let most = CLAIM_BYTES_MAX / self.config.max_payload_bytes.max(1) as usize;
        let limit = limit.min(u32::try_from(most.max(1)).unwrap_or(u32::MAX));
        let mut requests = Vec::new();
        if limit > 0 && state.oldest.is_some() {
            let webhooks = self.due_webhooks(limit, busy)?;
            let shares = share(limit, self.config.max_in_flight_per_webhook, webhooks, busy);
            requests = self.lease(&shares, lease_ms)?;
            state = self.queue_state()?;
        }
        let next = [state.oldest, state.next, state.first_lease].into_iter().flatten().min();
        Ok(Claimed { requests, next_due: next, oldest_due: state.oldest })
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
        let result = self.read(vec![self.sql.queue_state(self.now)])?.into_iter().next().unwrap_or_default();
        Ok(rows(result, QueueState::WIDTH, QueueState::read)?.first().copied().unwrap_or_default())
    }

    fn due_webhooks(&mut self, limit: u32, busy: &[InFlight]) -> Result<Vec<String>> {
        let from = WebhookId::new(self.random()).to_string();
        let busy = u32::try_from(busy.len()).unwrap_or(u32::MAX);
        let most = limit.saturating_add(busy).min(WEBHOOKS_MAX.saturating_add(busy));
        let statement = self.sql.due_webhooks(self.now, &from, most);
        let result = self.read(vec![statement])?.into_iter().next().unwrap_or_default();
        rows(result, 1, Row::text)
    }

    fn lease(&mut self, shares: &[(String, u32)], lease_ms: u32) -> Result<Vec<Request>> {
        if shares.is_empty() {
            return Ok(Vec::new());
        }
        let token = Token::new(self.random()).to_string();
        let lease_until = self.now.saturating_add(i64::from(lease_ms));
        let mut batch: Vec<_> = shares
            .iter()
            .map(|(webhook_id, share)| self.sql.claim(webhook_id, &token, lease_until, self.now, *share))
            .collect();
        batch.push(self.sql.claimed(&token, lease_until));
        let result = self.own(batch)?.pop().unwrap_or_default();
        let claimed = rows(result, ClaimedRow::WIDTH, ClaimedRow::read)?.into_iter();
        // A damaged row must not keep all others from being sent; its own lease ends, and in the end it is given up.
        Ok(claimed.filter_map(|row| self.request(row, &token).inspect_err(|error| self.tell(error)).ok()).collect())
    }

    fn tell(&self, error: &Error) {
        if let Error::Conflict(why) = error {
            self.environment.log(Level::Error, why);
        }
    }

    /// The request of a claimed delivery, signed with the attempt's time.
    pub(crate) fn request(&self, row: ClaimedRow, claim_token: &str) -> Result<Request> {
        let secret = Secret::parse_any_length(&row.secret).map_err(|error| {
            Error::Conflict(format!("webhook {}: its stored secret is damaged: {error}", row.webhook_id))
        })?;
        let timestamp = self.now.div_euclid(1000);
        let signature = MessageId::parse(&row.event_id)
            .map(|id| signing::sign(&secret, id, timestamp, &row.body))
            .map_err(|error| Error::Conflict(format!("event {}: {error}", row.event_id)))?;
        Ok(Request {
            delivery_id: row.id,
            webhook_id: row.webhook_id,
            attempt: row.attempts.saturating_add(1),
            claim_token: claim_token.to_owned(),
            method: "POST".to_owned(),
            url: row.url,
            headers: vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("user-agent".to_owned(), self.config.user_agent.clone()),
                ("webhook-id".to_owned(), row.event_id.clone()),
                ("webhook-timestamp".to_owned(), timestamp.to_string()),
                ("webhook-signature".to_owned(), signature),
            ],
            event_id: row.event_id,
            body: row.body,
            timeout_ms: self.config.request_timeout_ms,
            response_cap_bytes: self.config.response_cap_bytes,
        })
    }
}

/// Deals the free slots out, one to each webhook in turn, until they or the webhooks' own limits are used up.
fn share(limit: u32, most_each: u32, webhooks: Vec<String>, busy: &[InFlight]) -> Vec<(String, u32)> {
    let busy: HashMap<&str, u32> = busy.iter().map(|entry| (entry.webhook_id.as_str(), entry.requests)).collect();
    let mut open: VecDeque<(usize, u32)> = VecDeque::new();
    for (place, id) in webhooks.iter().enumerate() {
        let room = most_each.saturating_sub(busy.get(id.as_str()).copied().unwrap_or(0));
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

    fn check(limit: u32, most_each: u32, webhooks: usize, busy: &[(&str, u32)], expected: &[u32]) {
        let webhooks = (0..webhooks).map(|index| index.to_string()).collect();
        let busy: Vec<InFlight> =
            busy.iter().map(|(id, requests)| InFlight { webhook_id: (*id).to_owned(), requests: *requests }).collect();
        let shares: Vec<u32> = share(limit, most_each, webhooks, &busy).into_iter().map(|(_, share)| share).collect();
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
                    let shares = share(limit, each, (0..count).map(|n| n.to_string()).collect(), &[]);
                    let total: u32 = shares.iter().map(|(_, share)| share).sum();
                    assert_eq!(total, limit.min(each * count as u32));
                    assert!(shares.iter().all(|(_, share)| *share <= each));
                }
            }
        }
    }
}
