//! What `hookwright_open` may be told. Decides that an unknown name is an error, so that a misspelt one is noticed.

use std::path::PathBuf;

use serde::Deserialize;

use crate::refusal::Refusal;

/// The options of the header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Options {
    /// The component's file.
    #[serde(default)]
    pub(crate) path: Option<PathBuf>,
    /// The folder for compiled code.
    #[serde(default)]
    pub(crate) cache: Option<PathBuf>,
}

impl Options {
    /// # Errors
    ///
    /// `invalid-utf8` or `options`.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, Refusal> {
        let text = std::str::from_utf8(json).map_err(|error| {
            Refusal::new("invalid-utf8", format!("the options are not UTF-8 at byte {}", error.valid_up_to()))
        })?;
        serde_json::from_str(text).map_err(|error| Refusal::new("options", format!("the options are wrong: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_misspelt_is_named() {
        assert_eq!(Options::parse(b"{}"), Ok(Options::default()));
        let options = Options::parse(br#"{"path": "a.wasm", "cache": null}"#).unwrap();
        assert_eq!(options, Options { path: Some("a.wasm".into()), cache: None });
        let refusal = Options::parse(br#"{"cach": "x"}"#).unwrap_err();
        assert!(refusal.kind() == "options" && refusal.to_json().contains("cach"), "{refusal:?}");
        assert_eq!(Options::parse(b"\xff").unwrap_err().kind(), "invalid-utf8");
    }
}
