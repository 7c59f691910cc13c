//! Decides what becomes of which field: flat data of a booking system in, the data of the topics out.

use hookwright_plugin::Error;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::fields::{Fields, missing};
use crate::moment::{Moment, Offset};
use crate::topics::Kind;

const ID: &[&str] = &["booking_id", "reservation_id", "id"];
const START: &[&str] = &["start", "starts_at", "start_time", "start_date"];
const END: &[&str] = &["end", "ends_at", "end_time", "end_date"];
const PREVIOUS_START: &[&str] = &["previous_start", "previous_starts_at", "old_start"];
const PREVIOUS_END: &[&str] = &["previous_end", "previous_ends_at", "old_end"];
const CURRENCY: &[&str] = &["currency"];

/// The settings as the site owner filled them in.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    utc_offset: Option<String>,
    currency: Option<String>,
}

/// The data of an event of these topics, as `topics` describes it.
#[derive(Debug, Serialize)]
pub(crate) struct Payload {
    booking: Booking,
    #[serde(skip_serializing_if = "Resource::is_empty")]
    resource: Resource,
    #[serde(skip_serializing_if = "Customer::is_empty")]
    customer: Customer,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Price>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<Period>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What the plugin has no place for, untouched.
    #[serde(skip_serializing_if = "Map::is_empty")]
    details: Map<String, Value>,
}

#[derive(Debug, Serialize)]
struct Booking {
    id: String,
    status: &'static str,
    #[serde(flatten)]
    period: Period,
    #[serde(skip_serializing_if = "Option::is_none")]
    party_size: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<String>,
}

#[derive(Debug, Serialize)]
struct Period {
    starts_at: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<Moment>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Resource {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Customer {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
}

#[derive(Debug, Serialize)]
struct Price {
    amount: String,
    currency: String,
}

impl Resource {
    fn is_empty(&self) -> bool {
        self.id.is_none() && self.name.is_none()
    }
}

impl Customer {
    fn is_empty(&self) -> bool {
        [&self.id, &self.name, &self.email, &self.phone, &self.locale].iter().all(|field| field.is_none())
    }
}

/// The data of an event, from the fields that were published.
///
/// # Errors
///
/// Where a field that must be there is missing, or one cannot be read: names it and says what is right.
pub(crate) fn build(kind: Kind, members: Map<String, Value>, settings: &Settings) -> Result<Payload, Error> {
    let offset = offset(settings)?;
    let mut fields = Fields::new(members);
    let booking = Booking {
        id: fields.required_text(ID)?,
        status: kind.status(),
        period: period(&mut fields, START, END, offset)?.ok_or_else(|| missing(START))?,
        party_size: fields.count(&["party_size", "guests", "persons"])?,
        notes: fields.text(&["notes", "note", "comment"])?,
    };
    let previous = period(&mut fields, PREVIOUS_START, PREVIOUS_END, offset)?;
    if kind == Kind::Rescheduled && previous.is_none() {
        return Err(missing(PREVIOUS_START));
    }
    Ok(Payload {
        booking,
        resource: Resource {
            id: fields.text(&["resource_id", "service_id", "room_id"])?,
            name: fields.text(&["resource_name", "resource", "service_name", "service", "room"])?,
        },
        customer: customer(&mut fields)?,
        price: price(&mut fields, settings)?,
        previous,
        reason: fields.text(&["reason", "cancellation_reason"])?,
        details: fields.rest(),
    })
}

fn offset(settings: &Settings) -> Result<Offset, Error> {
    let Some(text) = &settings.utc_offset else { return Ok(Offset::default()) };
    Offset::of_text(text).ok_or_else(|| {
        Error::other(format_args!("the settings: `utc_offset` must be an offset such as `+02:00`, not `{text}`"))
    })
}

fn period(fields: &mut Fields, start: &[&str], end: &[&str], offset: Offset) -> Result<Option<Period>, Error> {
    let Some(starts_at) = fields.moment(start, offset)? else { return Ok(None) };
    let mut ends_at = fields.moment(end, offset)?;
    // The length is that of the reservation, not of what it was before.
    if start == START {
        let minutes = fields.count(&["duration_minutes", "duration"])?;
        ends_at = ends_at.or_else(|| starts_at.plus_minutes(minutes?));
    }
    if ends_at.is_some_and(|ends_at| ends_at < starts_at) {
        let name = end.first().unwrap_or(&"end");
        return Err(Error::invalid_input(format_args!("the field `{name}` is before the start, {starts_at}")));
    }
    Ok(Some(Period { starts_at, ends_at }))
}

fn customer(fields: &mut Fields) -> Result<Customer, Error> {
    let whole = fields.text(&["customer_name", "guest_name", "name"])?;
    let first = fields.text(&["customer_first_name", "first_name"])?;
    let last = fields.text(&["customer_last_name", "last_name"])?;
    let parts: Vec<String> = first.into_iter().chain(last).collect();
    Ok(Customer {
        id: fields.text(&["customer_id", "user_id"])?,
        name: whole.or_else(|| Some(parts.join(" ")).filter(|name| !name.is_empty())),
        email: fields.text(&["customer_email", "guest_email", "email"])?,
        phone: fields.text(&["customer_phone", "guest_phone", "phone"])?,
        locale: fields.text(&["customer_locale", "locale", "language"])?,
    })
}

fn price(fields: &mut Fields, settings: &Settings) -> Result<Option<Price>, Error> {
    let currency = fields.text(CURRENCY)?.or_else(|| settings.currency.clone());
    let Some(amount) = fields.decimal(&["price", "total", "amount"])? else { return Ok(None) };
    let Some(currency) = currency else {
        return Err(Error::invalid_input(
            "the field `currency` is missing: send it with the price, or set the plugin's setting `currency`",
        ));
    };
    let currency = currency.to_ascii_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Error::invalid_input(format_args!(
            "the field `currency` must be three letters such as `EUR`, not `{currency}`"
        )));
    }
    Ok(Some(Price { amount, currency }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn built(kind: Kind, flat: &Value) -> Result<Value, Error> {
        let payload = build(kind, flat.as_object().unwrap().clone(), &Settings::default())?;
        Ok(serde_json::to_value(payload)?)
    }

    #[test]
    fn the_least_that_is_needed_gives_the_least_that_is_told() {
        let data = built(Kind::NoShow, &json!({ "id": 7, "start": "2026-12-04T15:00:00Z" })).unwrap();
        assert_eq!(data, json!({ "booking": { "id": "7", "status": "no_show", "starts_at": "2026-12-04T15:00:00Z" } }));
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let at = "2026-12-04T15:00:00Z";
        for (kind, flat, expected) in [
            (Kind::Requested, json!({ "start": at }), "`booking_id` or `reservation_id` or `id` is missing"),
            (Kind::Requested, json!({ "id": 7 }), "`start` or `starts_at`"),
            (Kind::Rescheduled, json!({ "id": 7, "start": at }), "`previous_start` or"),
            (Kind::Requested, json!({ "id": 7, "start": at, "end": "2026-12-04" }), "`end` is before the start"),
            (Kind::Requested, json!({ "id": 7, "start": at, "price": 40 }), "`currency` is missing"),
            (Kind::Requested, json!({ "id": 7, "start": at, "price": 40, "currency": "Euro" }), "three letters"),
            (Kind::Requested, json!({ "id": 7, "start": at, "guests": -1 }), "`guests` must be a whole number"),
        ] {
            let error = built(kind, &flat).unwrap_err().to_string();
            assert!(error.contains(expected), "{expected} is not in: {error}");
        }
    }

    #[test]
    fn a_name_in_two_parts_is_joined_and_unknown_fields_are_kept() {
        let flat = json!({
            "id": 7, "start": 1_796_410_800, "first_name": "Marta", "last_name": "Vilar", "table": { "x": 1 }
        });
        let data = built(Kind::Confirmed, &flat).unwrap();
        assert_eq!(data["customer"], json!({ "name": "Marta Vilar" }));
        assert_eq!(data["details"], json!({ "table": { "x": 1 } }));
    }

    proptest! {
        #[test]
        fn no_value_is_too_strange(start: String, number: i64, other in ".{0,8}") {
            for (name, value) in [("start", json!(start)), ("start", json!(number)), ("price", json!(other))] {
                let mut flat = json!({ "id": 1, "start": "2026-12-04", "duration": number, "currency": other });
                flat[name] = value;
                if let Ok(data) = built(Kind::Requested, &flat) {
                    prop_assert_eq!(&data["booking"]["id"], "1");
                }
            }
        }
    }
}
