//! The core component inside this program, if it was there when the program was built.

/// The component's bytes; none in a program that was built without it.
pub(crate) fn component() -> Option<&'static [u8]> {
    let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/hookwright.wasm"));
    (!bytes.is_empty()).then_some(bytes)
}
