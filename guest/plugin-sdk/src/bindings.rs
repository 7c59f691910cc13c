//! The generated bindings of the world. Only the mapping in `exports` and `environment` names their paths.
#![allow(missing_docs, missing_debug_implementations, unused_qualifications, reason = "generated code")]
#![allow(clippy::all, clippy::allow_attributes_without_reason, reason = "generated code")]

wit_bindgen::generate!({
    // A copy of wit/plugin, so that the crate is complete in itself; a test compares the two.
    path: "wit",
    world: "plugin",
    pub_export_macro: true,
    default_bindings_module: "hookwright_plugin::bindings",
});
