//! What the site owner may set, and what holds where nothing is set.

use hookwright_plugin::Error;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::mask::Mask;
use crate::pointer::Pointers;

/// Names of members that hold personal data in the built-in topics, at any depth: names of persons, addresses of all
/// kinds but for the town, and what else tells a person. Sorted.
#[rustfmt::skip]
const USUAL_NAMES: &[&str] = &[
    "address_1", "address_2", "billing_address_line_1", "billing_address_line_2", "billing_email",
    "billing_zip_code", "customer_billing_address", "customer_email", "customer_ip_address", "customer_name",
    "customer_user_agent", "customer_user_email", "date_of_birth", "email", "firstName", "first_name", "ip_address",
    "lastName", "last_name", "new_user_email", "new_user_login", "phone", "phoneNumber", "phone_number",
    "player_address_postal_code", "player_address_street", "player_date_of_birth", "player_email_address",
    "player_gender", "player_name", "player_phone_number", "postalCode", "postcode", "street", "telephone",
    "user_email", "user_firstname", "user_lastname", "user_login", "user_name", "username",
];

const USUAL_REPLACEMENT: &str = "***";

/// The settings as the site owner filled them in.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pointers: Option<Vec<String>>,
    more_pointers: Vec<String>,
    replacement: Option<String>,
    mode: Mode,
    hash_key: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    #[default]
    Redact,
    Hash,
    PartialEmail,
}

impl Settings {
    /// The places to mask.
    ///
    /// # Errors
    ///
    /// Where a pointer is none, names it.
    pub(crate) fn pointers(&self) -> Result<Pointers, Error> {
        let mut pointers = Pointers::at_names(if self.pointers.is_none() { USUAL_NAMES } else { &[] });
        self.pointers.iter().flatten().chain(&self.more_pointers).try_for_each(|text| pointers.add(text))?;
        Ok(pointers)
    }

    /// What to put there.
    ///
    /// # Errors
    ///
    /// Where hashes are wanted without a key.
    pub(crate) fn mask(&self) -> Result<Mask, Error> {
        let replacement = self.replacement.as_deref().unwrap_or(USUAL_REPLACEMENT);
        match self.mode {
            Mode::Redact => Ok(Mask::redact(replacement)),
            Mode::PartialEmail => Ok(Mask::partial_email(replacement)),
            Mode::Hash if self.hash_key.is_empty() => Err(Error::other(
                "the settings: mode `hash` needs a `hash_key`, a long random text: without one, anybody can try \
                 e-mail addresses until a hash fits",
            )),
            Mode::Hash => Ok(Mask::hash(&self.hash_key)),
        }
    }
}

/// JSON Schema of the settings.
pub(crate) fn schema() -> Value {
    // Two patterns, because hosts take none with alternatives.
    let pointers = json!({ "type": "string", "anyOf": [{ "const": "" }, { "pattern": "^/" }], "maxLength": 500 });
    json!({
        "type": "object",
        "properties": {
            "pointers": {
                "title": "Places to mask",
                "description": "JSON pointers into the data; the part `*` stands for every member or item, `**` for \
                    any number of levels. Without this setting: the usual names, at any depth.",
                "type": "array", "maxItems": 100, "items": pointers
            },
            "more_pointers": {
                "title": "More places to mask",
                "description": "The same, in addition.",
                "type": "array", "maxItems": 100, "items": pointers
            },
            "replacement": {
                "title": "Replacement",
                "description": "What stands for a masked text.",
                "type": "string", "maxLength": 100, "default": USUAL_REPLACEMENT
            },
            "mode": {
                "title": "Mode",
                "description": "`redact` puts the replacement; `hash` a keyed hash, the same for the same text; \
                    `partial-email` keeps the first letter and the domain of an e-mail address.",
                "type": "string", "enum": ["redact", "hash", "partial-email"], "default": "redact"
            },
            "hash_key": {
                "title": "Key of the hashes",
                "description": "A long random text of your own; for the mode `hash`. A new one changes every hash.",
                "type": "string", "minLength": 16, "maxLength": 200
            }
        },
        "additionalProperties": false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_names_are_sorted_for_their_search() {
        assert!(USUAL_NAMES.is_sorted());
    }
}
