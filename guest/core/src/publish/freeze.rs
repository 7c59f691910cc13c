//! The moment at which an event becomes payloads: what extensions make of its data, and who is left to receive it.
//!
//! Decides in which order filters and vetoes are asked; which bytes each webhook gets is [`crate::address`]'s matter.

use super::{Draft, OutboxEvent, Receipt, Subscribers};
use crate::call::Call;
use crate::dialect::Occurrence;
use crate::error::{Error, Result};
use crate::hooks::wanted;
use crate::ports::{Hook, Interest};
use crate::sql::Subscriber;

impl Call<'_> {
    /// Freezes events; one that cannot be has its error among the results.
    pub(super) fn freeze(
        &mut self,
        drafts: Vec<Draft>,
        subscribers: &Subscribers,
        interests: &[Interest],
        results: &mut [Option<Result<Receipt>>],
    ) -> Vec<(usize, OutboxEvent)> {
        let mut outbox = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let index = draft.index;
            let webhooks = subscribers.get(&(draft.topic.as_str().to_owned(), draft.account.clone()));
            match self.freeze_one(draft, webhooks.map_or(&[], Vec::as_slice), interests) {
                Ok(event) => outbox.push((index, event)),
                Err(error) => results[index] = Some(Err(error)),
            }
        }
        outbox
    }

    fn freeze_one(&self, mut draft: Draft, subscribers: &[Subscriber], interests: &[Interest]) -> Result<OutboxEvent> {
        let data = core::mem::take(&mut draft.data);
        let context = draft.context();
        let account = context.account;
        let data = self.filtered(interests, &draft.topic, context, data)?;
        let occurrence = Occurrence {
            event_id: &draft.id,
            webhook_id: "",
            topic: &draft.topic,
            occurred_at_ms: draft.occurred_at,
            data: &data,
            account,
        };
        let mut subscribers = self.wanting(&occurrence, subscribers.to_vec());
        if wanted(interests, Hook::ShouldDeliver, &draft.topic) {
            let mut wanting = Vec::with_capacity(subscribers.len());
            for subscriber in subscribers {
                let webhook_id = &subscriber.webhook_id;
                if self.extensions.should_deliver(context, webhook_id, &data).map_err(Error::Extension)? {
                    wanting.push(subscriber);
                }
            }
            subscribers = wanting;
        }
        let addressing = self.address(&occurrence, &subscribers)?;
        Ok(OutboxEvent {
            id: draft.id,
            topic: draft.topic.as_str().to_owned(),
            account: draft.account,
            occurred_at: draft.occurred_at,
            fingerprint: draft.fingerprint,
            addressing,
        })
    }
}
