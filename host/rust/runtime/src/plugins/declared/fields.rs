//! Decides how the fields of a file of topics are taken out of a JSON object: each once, by name, its value's text as
//! it stands there.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::super::description::DescriptionError;
use super::wrong;

/// Names and JSON texts that have not been taken yet.
pub(super) struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    /// # Errors
    ///
    /// serde's, with its place in the text; also of a name that stands there twice.
    pub(super) fn read(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Refuses names that mean nothing, because they are mistyped ones.
    pub(super) fn check_names(&self, whose: &str, known: &[&str]) -> Result<(), DescriptionError> {
        match self.0.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some((name, _)) => {
                let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
                Err(wrong(name, format!("there is no such field; the fields {whose}are {}", known.join(", "))))
            }
        }
    }

    /// The JSON text of a field that may be anything; none where it is absent or null.
    pub(super) fn value(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(other, _)| other == name)?;
        let (_, value) = self.0.swap_remove(at);
        Some(value.get().to_owned()).filter(|text| text != "null")
    }

    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, DescriptionError> {
        let Some(text) = self.value(name) else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|_| wrong(name, format!("write a text, as {name} = \"…\"")))
    }

    pub(super) fn required(&mut self, name: &str) -> Result<String, DescriptionError> {
        self.text(name)?.ok_or_else(|| wrong(name, "it is missing"))
    }

    /// The JSON texts of a list's items.
    pub(super) fn list(&mut self, name: &str) -> Result<Vec<String>, DescriptionError> {
        let text = self.value(name).ok_or_else(|| wrong(name, "it is missing; write a list of topics"))?;
        let items: Vec<Box<RawValue>> =
            serde_json::from_str(&text).map_err(|_| wrong(name, "write a list of topics"))?;
        Ok(items.into_iter().map(|item| item.get().to_owned()).collect())
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields: Vec<(String, Box<RawValue>)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
            if fields.iter().any(|(other, _)| *other == name) {
                return Err(serde::de::Error::custom(format_args!("the field `{name}` stands there twice")));
            }
            fields.push((name, value));
        }
        Ok(Fields(fields))
    }
}
