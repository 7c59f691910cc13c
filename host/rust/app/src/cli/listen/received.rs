//! A request as it came, and how many of its kind came before.

use std::collections::{HashMap, VecDeque};

use super::answers::Answer;
use super::verdict::Verdict;

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Received {
    /// Unix milliseconds.
    pub(super) at: i64,
    pub(super) method: String,
    /// With the query.
    pub(super) path: String,
    /// Names in lower case, in the order of arrival.
    pub(super) headers: Vec<(String, String)>,
    /// None: it was too large, or did not come to an end.
    pub(super) body: Option<Vec<u8>>,
    pub(super) verdict: Verdict,
    /// From 1; counts requests with the same `webhook-id`.
    pub(super) occurrence: u32,
    pub(super) answer: Answer,
}

impl Received {
    /// The value of a header; the first, if there are several.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The ids that have been seen; of many, the latest.
#[derive(Debug, Default)]
pub(super) struct SeenIds {
    counts: HashMap<String, u32>,
    order: VecDeque<String>,
}

const KEPT: usize = 10_000;

impl SeenIds {
    /// How often this id has been seen, with this time.
    pub(super) fn count(&mut self, id: &str) -> u32 {
        if let Some(count) = self.counts.get_mut(id) {
            *count = count.saturating_add(1);
            return *count;
        }
        if self.order.len() >= KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.counts.remove(&oldest);
        }
        self.order.push_back(id.to_owned());
        self.counts.insert(id.to_owned(), 1);
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_id_is_counted_and_old_ones_are_forgotten() {
        let mut seen = SeenIds::default();
        assert_eq!(["a", "b", "a"].map(|id| seen.count(id)), [1, 1, 2]);
        for number in 0..KEPT {
            seen.count(&number.to_string());
        }
        assert_eq!(seen.count("a"), 1);
        assert!(seen.counts.len() <= KEPT && seen.order.len() <= KEPT);
    }
}
