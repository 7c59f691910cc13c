//! Standard Webhooks 1.0.0.

use super::{Definition, PLAIN};
use crate::envelope;
use crate::signing::Scheme;

pub(super) const DEFINITION: Definition = Definition {
    word: "standard",
    scheme: Some(Scheme::Standard),
    body: |_, about| envelope::build(about.topic, about.occurred_at_ms, about.data),
    ..PLAIN
};
