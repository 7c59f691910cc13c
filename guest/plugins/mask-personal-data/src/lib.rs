//! Masks personal data in the data of all events, where JSON pointers of its settings lead.
//!
//! This file is what the host sees; `pointer` decides which places are meant, `mask` what stands there afterwards,
//! `rewrite` carries it into the text and leaves every other byte as it is.

mod mask;
mod pointer;
mod rewrite;
mod settings;

use hookwright_plugin::{
    Context, Data, Description, Error, FailurePolicy, Hook, Interest, Plugin, export_plugin, settings as read_settings,
};

use settings::Settings;

/// The plugin.
#[derive(Debug)]
pub struct MaskPersonalData;

impl Plugin for MaskPersonalData {
    fn describe() -> Description {
        Description::new("mask-personal-data", env!("CARGO_PKG_VERSION"))
            .summary(
                "Masks names, addresses, telephone numbers and e-mail addresses before an event is stored or sent.",
            )
            .author("The Hookwright authors")
            // Late, so that it sees what other plugins add; and what cannot be masked must not be sent.
            .interest(Interest::new(Hook::FilterPayload).priority(900))
            .on_failure(FailurePolicy::FailClosed)
            .settings_schema(settings::schema())
    }

    fn filter_payload(_: &Context, data: Data) -> Result<Data, Error> {
        let settings: Settings = read_settings()?;
        let masked = rewrite::rewrite(data.text(), &settings.pointers()?, &settings.mask()?)?;
        Ok(masked.map_or(data, Data::from))
    }
}

export_plugin!(MaskPersonalData);

#[cfg(test)]
mod tests {
    use super::*;
    use hookwright_plugin::testing;
    use serde_json::json;

    const ORDER: &str = r#"{ "id": 727, "total": 53.290, "billing": { "first_name": "Ines", "email": "ines@example.com" },
        "line_items": [ { "name": "Lamp", "note_to": { "phone": 4411 } } ], "customer_note": "" }"#;

    fn filtered(data: &str) -> Result<String, Error> {
        MaskPersonalData::filter_payload(&Context::of("order.created"), Data::from(data)).map(Data::into_text)
    }

    #[test]
    fn the_description_is_in_order() {
        assert_eq!(testing::faults::<MaskPersonalData>(), [""; 0]);
    }

    #[test]
    fn without_settings_the_usual_places_are_masked_and_nothing_else_changes() {
        testing::reset();
        let expected =
            ORDER.replace("\"Ines\"", "\"***\"").replace("\"ines@example.com\"", "\"***\"").replace("4411", "0");
        assert_eq!(filtered(ORDER), Ok(expected));
    }

    #[test]
    fn own_pointers_take_the_place_of_the_usual_ones() {
        testing::set_settings(json!({ "pointers": ["/line_items/*/name"], "replacement": "(hidden)" }));
        assert_eq!(filtered(ORDER), Ok(ORDER.replace("\"Lamp\"", "\"(hidden)\"")));
    }

    #[test]
    fn additional_pointers_leave_the_usual_ones_in_force() {
        testing::set_settings(json!({ "more_pointers": ["/note"] }));
        assert_eq!(filtered(r#"{"note":"x","email":"y"}"#), Ok(r#"{"note":"***","email":"***"}"#.to_owned()));
    }

    #[test]
    fn a_partial_address_still_tells_addresses_of_one_company() {
        testing::set_settings(json!({ "mode": "partial-email" }));
        assert_eq!(
            filtered(r#"{"email":"ines@example.com","phone":"441"}"#),
            Ok(r#"{"email":"i***@example.com","phone":"***"}"#.to_owned())
        );
    }

    #[test]
    fn a_hash_is_the_same_for_the_same_person_and_needs_a_key() {
        testing::set_settings(json!({ "mode": "hash" }));
        assert!(filtered(ORDER).unwrap_err().to_string().contains("`hash_key`"));
        testing::set_settings(json!({ "mode": "hash", "hash_key": "a-key-of-this-site" }));
        let one = filtered(r#"{"email":"a@example.com"}"#).unwrap();
        assert_eq!(one, filtered(r#"{"email":"\u0061@example.com"}"#).unwrap());
        assert_ne!(one, filtered(r#"{"email":"b@example.com"}"#).unwrap());
        assert_eq!(one.len(), r#"{"email":"hmac-sha256:"}"#.len() + 32);
    }

    #[test]
    fn a_wrong_setting_is_named() {
        testing::set_settings(json!({ "pointers": ["billing.email"] }));
        assert!(filtered("{}").unwrap_err().to_string().contains("`billing.email`"));
        testing::set_settings(json!({ "mode": "blur" }));
        assert!(filtered("{}").unwrap_err().to_string().contains("`blur`"));
    }
}
