//! The generated Rust side of the world `webhooks` (wit/webhooks), and nothing else.
//!
//! Only this crate sees the generated paths; other crates use the hand-picked re-exports of the crate root.
#![expect(missing_docs, reason = "generated: the documentation of each item comes from the WIT where it has one")]

wasmtime::component::bindgen!({
    path: "../../../wit/webhooks",
    world: "webhooks",
    imports: { default: trappable },
    additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
});
