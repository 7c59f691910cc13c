//! Wink and TripPay: an envelope around the object, nothing signed that is published.
//!
//! Times are local date-times without a zone, as the TripPay SDK reads them; they are in UTC. An event does not change
//! after it was published, so both are the time when it occurred.

use super::{Definition, PLAIN};
use crate::{envelope, id};

pub(super) const DEFINITION: Definition = Definition {
    word: "wink",
    body: |_, about| {
        let time = envelope::timestamp_text(about.occurred_at_ms)?;
        let seconds = time.get(..19).unwrap_or_default();
        Ok(format!(
            r#"{{"id":"{}","createdDate":"{seconds}","lastUpdate":"{seconds}","type":"{}","object":{}}}"#,
            id::uuid(about.event_id),
            about.topic,
            about.data
        ))
    },
    ..PLAIN
};
