//! Decides which publishes share one commit: all that wait when the publisher is free, within limits.
//!
//! A commit costs a disk flush, whatever is in it. Knows nothing of what an event means.

use std::sync::mpsc::Receiver;

use crate::api::Api;
use crate::call::Reply;
use crate::call_error::CallError;
use crate::events::{Event, Receipt};
use crate::owner::guarded;
use crate::seat::Seat;
use crate::types::Error;

/// The most events that the core takes in one call.
const EVENTS: usize = 1_000;

/// Bytes of text of a group, so that it leaves the instance's memory small.
const BYTES: usize = 4 << 20;

/// What one caller publishes.
pub(crate) struct Part {
    pub(crate) events: Vec<Event>,
    pub(crate) reply: Reply<Receipts>,
}

/// One result for each event.
pub(crate) type Receipts = Vec<Result<Receipt, Error>>;

/// Works off publishes until nobody can send any more.
pub(crate) fn serve(mut seat: Seat, parts: &Receiver<Part>) {
    let mut next = None;
    while let Some(first) = next.take().or_else(|| parts.recv().ok()) {
        let group;
        (group, next) = gather(first, parts);
        guarded(|| publish(&mut seat, group));
    }
}

/// The first part and those that wait behind it, and the part that no longer fitted.
fn gather(first: Part, parts: &Receiver<Part>) -> (Vec<Part>, Option<Part>) {
    let (mut events, mut bytes) = (first.events.len(), text_bytes(&first.events));
    let mut group = vec![first];
    while let Ok(part) = parts.try_recv() {
        events += part.events.len();
        bytes += text_bytes(&part.events);
        if events > EVENTS || bytes > BYTES {
            return (group, Some(part));
        }
        group.push(part);
    }
    (group, None)
}

fn publish(seat: &mut Seat, group: Vec<Part>) {
    let counts: Vec<usize> = group.iter().map(|part| part.events.len()).collect();
    let (events, replies): (Vec<_>, Vec<_>) = group.into_iter().map(|part| (part.events, part.reply)).unzip();
    let all: Vec<Event> = events.into_iter().flatten().collect();
    match Api::new(seat).publish(&all) {
        Ok(receipts) if receipts.len() == all.len() => {
            let mut receipts = receipts.into_iter();
            for (reply, count) in replies.into_iter().zip(counts) {
                reply.give(Ok(receipts.by_ref().take(count).collect()));
            }
        }
        Ok(receipts) => answer_all(replies, &wrong_count(receipts.len(), all.len(), seat)),
        // The database's state is the same for all; and what has been committed must not be published again.
        Err(error) if replies.len() == 1 || is_common(&error) || seat.committed() => answer_all(replies, &error),
        Err(_) => publish_alone(seat, replies, counts, all),
    }
}

/// Somebody's events made the whole group fail: each part by itself, so that only the culprit's caller hears of it.
fn publish_alone(seat: &mut Seat, replies: Vec<Reply<Receipts>>, counts: Vec<usize>, all: Vec<Event>) {
    let mut all = all.into_iter();
    for (reply, count) in replies.into_iter().zip(counts) {
        let events = all.by_ref().take(count).collect();
        publish(seat, vec![Part { events, reply }]);
    }
}

fn is_common(error: &CallError) -> bool {
    matches!(error, CallError::Api(Error::Storage(_)) | CallError::TooDeep { .. } | CallError::Stopped)
}

fn answer_all(replies: Vec<Reply<Receipts>>, error: &CallError) {
    for reply in replies {
        reply.give(Err(error.clone()));
    }
}

fn wrong_count(receipts: usize, events: usize, seat: &Seat) -> CallError {
    let message = format!("it gave {receipts} receipts for {events} events");
    CallError::Trap { function: "events.publish", message, committed: seat.committed() }
}

fn text_bytes(events: &[Event]) -> usize {
    let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    events
        .iter()
        .map(|event| event.topic.len() + event.data.len() + optional(&event.account) + optional(&event.idempotency_key))
        .sum()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::call::Call;

    fn part(events: usize, data_bytes: usize) -> Part {
        let event = Event {
            topic: "a.b".to_owned(),
            data: "x".repeat(data_bytes),
            account: None,
            idempotency_key: None,
            occurred_at: None,
        };
        Part { events: vec![event; events], reply: Call::pending().0 }
    }

    /// Sizes of the groups that these parts, all waiting, would form.
    fn groups(parts: Vec<Part>) -> Vec<usize> {
        let (queue, waiting) = mpsc::channel();
        parts.into_iter().for_each(|part| queue.send(part).unwrap());
        let (mut sizes, mut next) = (Vec::new(), None);
        while let Some(first) = next.take().or_else(|| waiting.try_recv().ok()) {
            let group;
            (group, next) = gather(first, &waiting);
            sizes.push(group.len());
        }
        sizes
    }

    #[test]
    fn what_waits_is_one_group() {
        assert_eq!(groups((0..1_000).map(|_| part(1, 10)).collect()), [1_000]);
    }

    #[test]
    fn a_group_ends_at_a_thousand_events() {
        assert_eq!(groups(vec![part(600, 0), part(400, 0), part(1, 0), part(999, 0), part(1, 0)]), [2, 2, 1]);
    }

    #[test]
    fn a_group_ends_at_four_mebibytes() {
        assert_eq!(groups(vec![part(3, 1 << 20), part(1, 1 << 19), part(1, 1 << 19)]), [2, 1]);
    }

    #[test]
    fn too_large_a_part_is_left_to_the_core_to_refuse() {
        assert_eq!(groups(vec![part(1, 1), part(1_001, 1), part(1, 1)]), [1, 1, 1]);
    }
}
