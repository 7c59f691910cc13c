//! Decides how an error looks on the other side: `{"kind": "...", "message": "..."}`.

use hookwright_runtime::dynamic::DynamicError;
use serde::Serialize;

/// Why a function of the C interface gave no answer. The header lists the kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal {
    kind: &'static str,
    message: String,
}

impl Refusal {
    pub(crate) fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    #[cfg(test)]
    pub(crate) fn kind(&self) -> &'static str {
        self.kind
    }

    pub(crate) fn to_json(&self) -> String {
        // Two texts under fixed names always are JSON.
        serde_json::to_string(self).unwrap_or_else(|_| "{\"kind\":\"panic\",\"message\":\"\"}".to_owned())
    }
}

impl From<DynamicError> for Refusal {
    fn from(error: DynamicError) -> Self {
        Self::new(error.kind(), error.to_string())
    }
}
