//! Takes named fields out of flat data, under whichever of their usual names they come, and says what is wrong with
//! one in words for the person who publishes.

use hookwright_plugin::Error;
use serde_json::{Map, Value};

use crate::moment::{self, Moment};

/// The fields that nobody has taken yet.
#[derive(Debug)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// What is left.
    pub(crate) fn rest(self) -> Map<String, Value> {
        self.0
    }

    /// A text, or a number as text. Empty is none.
    ///
    /// # Errors
    ///
    /// Where the field is a list, an object or a truth value.
    pub(crate) fn text(&mut self, names: &[&str]) -> Result<Option<String>, Error> {
        match self.take(names) {
            None => Ok(None),
            Some((_, Value::String(text))) => Ok(Some(text)),
            Some((_, Value::Number(number))) => Ok(Some(number.to_string())),
            Some((name, other)) => Err(wrong(&name, &other, "a text")),
        }
    }

    /// A text that must be there.
    ///
    /// # Errors
    ///
    /// Where it is missing, says under which names it may come.
    pub(crate) fn required_text(&mut self, names: &[&str]) -> Result<String, Error> {
        self.text(names)?.ok_or_else(|| missing(names))
    }

    /// A whole number from 1.
    ///
    /// # Errors
    ///
    /// Where the field is anything else.
    pub(crate) fn count(&mut self, names: &[&str]) -> Result<Option<u32>, Error> {
        let Some((name, value)) = self.take(names) else { return Ok(None) };
        let count = match &value {
            Value::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let count = count.filter(|&count| count > 0);
        count.map(Some).ok_or_else(|| wrong(&name, &value, "a whole number from 1"))
    }

    /// A decimal number, as text.
    ///
    /// # Errors
    ///
    /// Where the field is anything else, for example a number with a sign of a currency.
    pub(crate) fn decimal(&mut self, names: &[&str]) -> Result<Option<String>, Error> {
        let Some((name, value)) = self.take(names) else { return Ok(None) };
        let text = match &value {
            Value::Number(number) => Some(number.to_string()),
            Value::String(text) => Some(text.trim().to_owned()),
            _ => None,
        };
        let text = text.filter(|text| is_decimal(text));
        text.map(Some).ok_or_else(|| wrong(&name, &value, "a decimal number such as `40.00`"))
    }

    /// A point in time; `offset` is for texts without one.
    ///
    /// # Errors
    ///
    /// Where the field cannot be read as one.
    pub(crate) fn moment(&mut self, names: &[&str], offset: moment::Offset) -> Result<Option<Moment>, Error> {
        let Some((name, value)) = self.take(names) else { return Ok(None) };
        let moment = match &value {
            Value::Number(number) => number.as_i64().and_then(Moment::of_number),
            Value::String(text) => Moment::of_text(text.trim(), offset),
            _ => None,
        };
        let expected = "a time such as `2026-12-04T15:00:00Z`, `2026-12-04 15:00` or Unix seconds";
        moment.map(Some).ok_or_else(|| wrong(&name, &value, expected))
    }

    /// The first of the names that has a value. Null and the empty text are none.
    fn take(&mut self, names: &[&str]) -> Option<(String, Value)> {
        for name in names {
            match self.0.remove(*name) {
                None | Some(Value::Null) => {}
                Some(Value::String(text)) if text.is_empty() => {}
                Some(value) => return Some(((*name).to_owned(), value)),
            }
        }
        None
    }
}

/// That a field is missing, under all its names.
pub(crate) fn missing(names: &[&str]) -> Error {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    Error::invalid_input(format_args!("the field {} is missing", names.join(" or ")))
}

fn wrong(name: &str, value: &Value, expected: &str) -> Error {
    let shown: String = value.to_string().chars().take(60).collect();
    Error::invalid_input(format_args!("the field `{name}` must be {expected}, not {shown}"))
}

fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    match text.split_once('.') {
        None => digits(text),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(value: &Value) -> Fields {
        Fields::new(value.as_object().unwrap().clone())
    }

    #[test]
    fn the_first_name_with_a_value_counts_and_none_of_them_is_left() {
        let mut fields = fields(&json!({ "a": "", "b": null, "c": 7, "d": "x" }));
        assert_eq!(fields.text(&["a", "b", "c"]), Ok(Some("7".to_owned())));
        assert_eq!(fields.rest(), *json!({ "d": "x" }).as_object().unwrap());
    }

    #[test]
    fn a_wrong_value_is_named_with_what_is_right() {
        let mut fields = fields(&json!({ "text": [1], "count": 0, "price": "€ 4", "at": "soon" }));
        assert!(fields.text(&["text"]).unwrap_err().to_string().contains("`text` must be a text, not [1]"));
        assert!(fields.count(&["count"]).unwrap_err().to_string().contains("a whole number from 1, not 0"));
        assert!(fields.decimal(&["price"]).unwrap_err().to_string().contains("such as `40.00`, not \"€ 4\""));
        let offset = moment::Offset::default();
        assert!(fields.moment(&["at"], offset).unwrap_err().to_string().contains("a time such as"));
        assert!(fields.required_text(&["x", "y"]).unwrap_err().to_string().contains("`x` or `y` is missing"));
    }

    #[test]
    fn decimals_are_plain_digits() {
        for text in ["0", "-1.50", "40.00"] {
            assert!(is_decimal(text), "{text}");
        }
        for text in ["", "-", ".5", "5.", "1e3", "1,50", "+1", "1.2.3"] {
            assert!(!is_decimal(text), "{text}");
        }
    }
}
