//! How a plugin sees the data of an event: as JSON text, read only where the plugin wants to.

use core::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// The data of an event as JSON text. Passing it on unread costs nothing and changes no byte.
///
/// Reading it into a [`serde_json::Value`] and writing it back sorts the members by name and writes numbers anew
/// (`1.50` becomes `1.5`); a struct with the wanted fields, or [`serde_json::value::RawValue`] for the rest, does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data(String);

impl Data {
    /// The data that a value becomes as JSON.
    ///
    /// # Errors
    ///
    /// [`Error::Other`] where the value has no JSON form, for example a map whose keys are lists.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        match serde_json::to_string(value) {
            Ok(text) => Ok(Self(text)),
            Err(error) => Err(Error::other(format_args!("the data cannot be written as JSON: {error}"))),
        }
    }

    /// The data as a value: a struct of the plugin's, or [`serde_json::Value`].
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] that says what is missing or of another type, and where.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.0).map_err(|error| Error::invalid_input(format_args!("the data: {error}")))
    }

    /// The JSON text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The JSON text, owned.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}

/// Text that is JSON already; the host refuses what is not.
impl From<String> for Data {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// Text that is JSON already; the host refuses what is not.
impl From<&str> for Data {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Data {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_says_what_is_wrong_and_where() {
        #[derive(Debug, serde::Deserialize)]
        struct Order {
            #[expect(dead_code, reason = "only its type is of interest")]
            id: u64,
        }
        let error = Data::from(r#"{"id":"seven"}"#).read::<Order>().unwrap_err();
        assert!(error.to_string().contains("expected u64 at line 1"), "{error}");
        assert!(matches!(error, Error::InvalidInput(_)));
    }

    #[test]
    fn unread_data_keeps_every_byte() {
        let text = "{ \"total\": 1.50 }";
        assert_eq!(Data::from(text).into_text(), text);
    }

    #[test]
    fn what_has_no_json_form_is_an_error() {
        let error = Data::of(&std::collections::BTreeMap::from([(vec![1], 2)])).unwrap_err();
        assert!(matches!(error, Error::Other(_)), "{error}");
    }
}
