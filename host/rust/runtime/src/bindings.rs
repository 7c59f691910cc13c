//! The generated Rust side of the world `webhooks` (wit/webhooks), and nothing else.
//!
//! Only this crate sees the generated paths; other crates use the hand-picked re-exports of the crate root.

wasmtime::component::bindgen!({
    path: "../../../wit/webhooks",
    world: "webhooks",
    imports: { default: trappable },
    additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
});
