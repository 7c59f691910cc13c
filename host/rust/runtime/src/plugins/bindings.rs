//! The generated Rust side of the world `plugin` (wit/plugin), and nothing else.

wasmtime::component::bindgen!({
    path: "../../../wit/plugin",
    world: "plugin",
    imports: { default: trappable },
    additional_derives: [PartialEq, serde::Serialize],
});
