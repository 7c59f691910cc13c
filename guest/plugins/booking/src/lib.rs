//! Topics for reservations of tables, rooms, appointments and seats, with one shape of data for all of them, made
//! from the flat fields that booking systems have.
//!
//! This file is what the host sees; `topics` is the list, `payload` decides what becomes of which field, `moment` reads
//! times.

mod fields;
mod moment;
mod payload;
mod topics;

use hookwright_plugin::{Context, Data, Description, Error, Hook, Interest, Plugin, export_plugin};
use serde_json::json;

use payload::Settings;
use topics::Kind;

/// The plugin.
#[derive(Debug)]
pub struct Booking;

impl Plugin for Booking {
    fn describe() -> Description {
        let plugin = Description::new("booking", env!("CARGO_PKG_VERSION"))
            .summary(
                "Adds topics for reservations: requested, confirmed, rescheduled, cancelled, checked in, and more.",
            )
            .author("The Hookwright authors")
            .interest(Interest::new(Hook::BuildPayload))
            .settings_schema(json!({
                "type": "object",
                "properties": {
                    "utc_offset": {
                        "title": "Offset from UTC",
                        "description": "Of times that are given without one, for example `+02:00`.",
                        "type": "string", "pattern": "^[+-][0-9]{2}:[0-9]{2}$", "default": "+00:00"
                    },
                    "currency": {
                        "title": "Currency",
                        "description": "Of prices that are given without one: three letters, for example `EUR`.",
                        "type": "string", "pattern": "^[A-Z]{3}$"
                    }
                },
                "additionalProperties": false
            }));
        Kind::ALL.iter().fold(plugin, |plugin, kind| plugin.topic(kind.topic()))
    }

    fn build_payload(context: &Context, data: Data) -> Result<Data, Error> {
        let Some(kind) = Kind::of_topic(&context.topic) else {
            return Err(Error::invalid_input(format_args!("`{}` is no topic of this plugin", context.topic)));
        };
        let settings: Settings = hookwright_plugin::settings()?;
        Data::of(&payload::build(kind, data.read()?, &settings)?)
    }
}

export_plugin!(Booking);

#[cfg(test)]
mod tests {
    use super::*;
    use boon::{Compiler, Schemas};
    use hookwright_plugin::testing;
    use serde_json::Value;

    fn built(topic: &str, data: &Value) -> Result<Value, Error> {
        Booking::build_payload(&Context::of(topic), Data::of(data)?)?.read()
    }

    fn assert_valid(schema: &Value, instance: &Value, topic: &str) {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("https://example.com/schema.json", schema.clone()).unwrap();
        let index = compiler.compile("https://example.com/schema.json", &mut schemas).unwrap();
        assert!(schemas.validate(instance, index).is_ok(), "{topic}: {instance} is not as {schema} says");
    }

    #[test]
    fn the_description_is_in_order_and_samples_are_valid() {
        assert_eq!(testing::faults::<Booking>(), [""; 0]);
        let plugin = Booking::describe();
        assert_eq!(plugin.topics().len(), Kind::ALL.len());
        for topic in plugin.topics() {
            let schema: Value = serde_json::from_str(topic.schema_text().unwrap()).unwrap();
            let sample: Value = serde_json::from_str(topic.sample_text().unwrap()).unwrap();
            assert_valid(&schema, &sample, topic.name());
        }
    }

    #[test]
    fn flat_fields_become_the_sample() {
        testing::set_settings(json!({ "utc_offset": "+01:00", "currency": "EUR" }));
        for kind in Kind::ALL {
            let topic = kind.topic();
            let data = built(topic.name(), &kind.flat_example()).unwrap();
            let schema: Value = serde_json::from_str(topic.schema_text().unwrap()).unwrap();
            assert_valid(&schema, &data, topic.name());
            assert_eq!(data, serde_json::from_str::<Value>(topic.sample_text().unwrap()).unwrap(), "{}", topic.name());
        }
    }

    #[test]
    fn a_topic_of_another_plugin_is_refused() {
        assert!(built("reservation.eaten", &json!({})).unwrap_err().to_string().contains("no topic of this plugin"));
    }

    #[test]
    fn a_wrong_setting_is_named() {
        testing::set_settings(json!({ "utc_offset": "CET" }));
        let error = built("reservation.requested", &json!({ "id": 1, "start": "2026-12-04 15:00" })).unwrap_err();
        assert!(error.to_string().contains("`utc_offset`"), "{error}");
    }
}
