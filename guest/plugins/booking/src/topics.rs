//! Which topics there are, and the schema and the sample of each.
//!
//! The names begin with `reservation.`, because `booking.` is taken by the built-in topics of Wink.

use hookwright_plugin::Topic;
use serde_json::{Value, json};

/// What happened to a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Requested,
    Confirmed,
    Rescheduled,
    Cancelled,
    CheckedIn,
    Completed,
    NoShow,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Requested,
        Self::Confirmed,
        Self::Rescheduled,
        Self::Cancelled,
        Self::CheckedIn,
        Self::Completed,
        Self::NoShow,
    ];

    pub(crate) fn of_topic(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.words().0 == name)
    }

    /// Where the reservation stands afterwards.
    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Confirmed | Self::Rescheduled => "confirmed",
            Self::Cancelled => "cancelled",
            Self::CheckedIn => "checked_in",
            Self::Completed => "completed",
            Self::NoShow => "no_show",
        }
    }

    pub(crate) fn topic(self) -> Topic {
        let (name, title, description) = self.words();
        Topic::new(name, title).description(description).group("Booking").schema(self.schema()).sample(self.sample())
    }

    /// Name, title and when it fires.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Requested => (
                "reservation.requested",
                "Reservation requested",
                "Somebody asked for a reservation that is not confirmed yet.",
            ),
            Self::Confirmed => (
                "reservation.confirmed",
                "Reservation confirmed",
                "A reservation is certain: by a person, or at once where nobody has to agree.",
            ),
            Self::Rescheduled => (
                "reservation.rescheduled",
                "Reservation rescheduled",
                "A reservation was moved to another time. Tells the former one too.",
            ),
            Self::Cancelled => (
                "reservation.cancelled",
                "Reservation cancelled",
                "A reservation was called off, by the customer or by the house.",
            ),
            Self::CheckedIn => ("reservation.checked_in", "Guest checked in", "The customer has arrived."),
            Self::Completed => {
                ("reservation.completed", "Reservation completed", "The stay, the meal or the appointment is over.")
            }
            Self::NoShow => ("reservation.no_show", "Guest did not come", "The time has passed and nobody came."),
        }
    }

    /// JSON Schema of the data; the same for all, but for `status` and what only some of them tell.
    pub(crate) fn schema(self) -> Value {
        let moment = json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$" });
        let text = json!({ "type": "string" });
        let required = if self == Self::Rescheduled { json!(["booking", "previous"]) } else { json!(["booking"]) };
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "required": required,
            "properties": {
                "booking": {
                    "type": "object",
                    "required": ["id", "status", "starts_at"],
                    "properties": {
                        "id": text,
                        "status": { "const": self.status() },
                        "starts_at": moment,
                        "ends_at": moment,
                        "party_size": { "type": "integer", "minimum": 1 },
                        "notes": text
                    }
                },
                "resource": { "type": "object", "properties": { "id": text, "name": text } },
                "customer": {
                    "type": "object",
                    "properties": { "id": text, "name": text, "email": text, "phone": text, "locale": text }
                },
                "price": {
                    "type": "object",
                    "required": ["amount", "currency"],
                    "properties": {
                        "amount": { "type": "string", "pattern": "^-?[0-9]+[.]?[0-9]*$" },
                        "currency": { "type": "string", "pattern": "^[A-Z]{3}$" }
                    }
                },
                "previous": {
                    "type": "object",
                    "required": ["starts_at"],
                    "properties": { "starts_at": moment, "ends_at": moment }
                },
                "reason": text,
                "details": { "type": "object" }
            }
        })
    }

    fn sample(self) -> Value {
        let mut sample = json!({
            "booking": {
                "id": "R-20418",
                "status": self.status(),
                "starts_at": "2026-12-04T18:30:00Z",
                "ends_at": "2026-12-04T20:30:00Z",
                "party_size": 4,
                "notes": "A table by the window, if possible"
            },
            "resource": { "id": "12", "name": "Table 12" },
            "customer": {
                "id": "311",
                "name": "Marta Vilar",
                "email": "marta@example.com",
                "phone": "+351 555 0142",
                "locale": "pt-PT"
            },
            "price": { "amount": "40.00", "currency": "EUR" },
            "details": { "source": "website" }
        });
        match self {
            Self::Rescheduled => {
                sample["previous"] = json!({ "starts_at": "2026-12-03T18:30:00Z", "ends_at": "2026-12-03T20:30:00Z" });
            }
            Self::Cancelled => sample["reason"] = json!("The guest is ill"),
            _ => {}
        }
        sample
    }

    /// What a booking system may publish for the sample to come out, under an offset of +01:00 and the currency EUR.
    #[cfg(test)]
    pub(crate) fn flat_example(self) -> Value {
        let mut flat = json!({
            "booking_id": "R-20418", "start": "2026-12-04 19:30", "duration_minutes": 120, "guests": "4",
            "notes": "A table by the window, if possible", "resource_id": 12, "resource_name": "Table 12",
            "customer_id": 311, "customer_name": "Marta Vilar", "customer_email": "marta@example.com",
            "customer_phone": "+351 555 0142", "customer_locale": "pt-PT", "price": "40.00", "source": "website"
        });
        match self {
            Self::Rescheduled => {
                flat["previous_start"] = json!(1_796_322_600);
                flat["previous_end"] = json!("2026-12-03T20:30:00Z");
            }
            Self::Cancelled => flat["reason"] = json!("The guest is ill"),
            _ => {}
        }
        flat
    }
}
