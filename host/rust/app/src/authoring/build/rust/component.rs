//! Makes a core module a component, by the WIT that its bindings left in it. What a host would refuse it for is not
//! judged here.

use wit_component::ComponentEncoder;

use crate::failure::{Failure, Kind};

/// The component of a module.
///
/// # Errors
///
/// When the module carries no WIT, or imports what is in none.
pub(super) fn of_module(module: &[u8]) -> Result<Vec<u8>, Failure> {
    let encoded = ComponentEncoder::default().module(module).and_then(|encoder| encoder.validate(true).encode());
    encoded.map_err(|error| {
        let why = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
        Failure::new(Kind::Invalid, format!("the module cannot be made a component: {why}"))
            .hint("a crate in it may want a system that plugins do not have; `cargo tree` shows what is in it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_module_is_refused_with_the_reason() {
        let failure = of_module(b"not wasm").unwrap_err();
        assert!(failure.lines()[0].starts_with("the module cannot be made a component: "), "{failure:?}");
    }
}
