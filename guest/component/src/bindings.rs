//! The generated bindings of the world. Only the mapping beside this file names their paths.
#![expect(unsafe_code, reason = "the canonical ABI is written by wit-bindgen")]
#![allow(missing_docs, missing_debug_implementations, unused_qualifications, reason = "generated code")]
#![allow(clippy::all, clippy::allow_attributes_without_reason, reason = "generated code")]

use crate::Component;

wit_bindgen::generate!({
    path: "../../wit/webhooks",
    world: "webhooks",
});

export!(Component);
