//! Decides how answers look in HTTP.
//!
//! 200: the function has answered, also with an error that its interface declares: `{"ok": …}` or `{"err": …}`. Any other
//! status: it gave no answer, and `{"kind": …, "message": …}` says why, with the kinds of hookwright.h and a few more.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use hookwright_runtime::dynamic::DynamicError;
use serde::Serialize;

/// In every answer, and in the requests of clients that must be of the same version.
pub(super) const VERSION_HEADER: &str = "hookwright-version";

/// Of this server.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Why there is no answer.
#[derive(Debug, Serialize)]
pub(super) struct Refusal {
    #[serde(skip)]
    status: StatusCode,
    #[serde(skip)]
    header: Option<(HeaderName, &'static str)>,
    kind: &'static str,
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, header: None, kind, message: message.into() }
    }

    /// The same with what HTTP wants to be said beside it.
    #[must_use]
    pub(super) fn with(self, header: HeaderName, value: &'static str) -> Self {
        Self { header: Some((header, value)), ..self }
    }

    pub(super) fn kind(&self) -> &'static str {
        self.kind
    }

    pub(super) fn into_response(self) -> Response<Body> {
        // Two texts under fixed names always are JSON.
        let mut response = json(self.status, serde_json::to_vec(&self).unwrap_or_default());
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

impl From<DynamicError> for Refusal {
    fn from(error: DynamicError) -> Self {
        let status = match error {
            DynamicError::UnknownFunction { .. } => StatusCode::NOT_FOUND,
            DynamicError::InvalidUtf8 { .. } | DynamicError::InvalidJson { .. } | DynamicError::Argument { .. } => {
                StatusCode::BAD_REQUEST
            }
            DynamicError::Import { .. } | DynamicError::Trap { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            DynamicError::Stopped => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, error.kind(), error.to_string())
    }
}

/// JSON, which nobody may keep: it can hold a secret.
pub(super) fn json(status: StatusCode, text: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VERSION_HEADER, HeaderValue::from_static(VERSION));
    response
}
