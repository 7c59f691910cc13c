//! Decides what may leave the build as the core component: a valid component that exports something, imports nothing
//! but the host's interfaces, and stays under its size. Knows nothing of cargo and of files.

use anyhow::{Context, bail};
use wit_component::{ComponentEncoder, DecodedWasm};
use wit_parser::{Resolve, WorldId};

use crate::report::grouped;

/// The most bytes that the component may have.
pub(crate) const SIZE_LIMIT: usize = 1_250_000;

/// The interfaces that a host provides, and the types they share.
const IMPORTS: [&str; 4] = ["environment", "extensions", "storage", "types"];

/// The package of these interfaces.
const PACKAGE: &str = "hookwright:webhooks";

/// Wraps a core module and judges the result.
///
/// # Errors
/// Where the module carries no WIT, or the component imports more, exports nothing or is larger than allowed.
pub(crate) fn from_module(module: &[u8]) -> anyhow::Result<Vec<u8>> {
    let component = ComponentEncoder::default()
        .module(module)
        .and_then(|encoder| encoder.validate(true).encode())
        .context("the guest's core module cannot be made a component")?;
    let DecodedWasm::Component(resolve, world) = wit_component::decode(&component)? else {
        bail!("the guest was encoded as a WIT package, not as a component");
    };
    judge(&resolve, world)?;
    if component.len() > SIZE_LIMIT {
        bail!(
            "the component has {} bytes, more than {}: look for what came in with `cargo tree -p hookwright-component`",
            grouped(component.len()),
            grouped(SIZE_LIMIT)
        );
    }
    Ok(component)
}

fn judge(resolve: &Resolve, world: WorldId) -> anyhow::Result<()> {
    let world = &resolve.worlds[world];
    let foreign: Vec<String> =
        world.imports.keys().map(|key| resolve.name_world_key(key)).filter(|name| !is_ours(name)).collect();
    if !foreign.is_empty() {
        bail!(
            "the component imports what no host provides: {}. Allowed are {PACKAGE}/{{{}}}: a dependency of the guest \
             reaches for a clock, random bytes or a system on its own",
            foreign.join(", "),
            IMPORTS.join(",")
        );
    }
    if world.exports.is_empty() {
        bail!(
            "the guest exports nothing: does guest/component generate bindings for the world in wit/webhooks, \
             and call the export macro on its type?"
        );
    }
    Ok(())
}

/// Whether an import, named as in `package:name/interface@version`, is one that hosts provide.
fn is_ours(import: &str) -> bool {
    let unversioned = import.split_once('@').map_or(import, |(name, _)| name);
    unversioned
        .strip_prefix(PACKAGE)
        .and_then(|rest| rest.strip_prefix('/'))
        .is_some_and(|interface| IMPORTS.contains(&interface))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A core module without anything, as an empty cdylib gives.
    const EMPTY_MODULE: &[u8] = b"\0asm\x01\0\0\0";

    fn judge_world(world: &str) -> Result<(), String> {
        let mut resolve = Resolve::default();
        let text = format!(
            "package hookwright:webhooks@0.1.0;
             interface storage {{ run: func(); }}
             interface registry {{ count: func(); }}
             world webhooks {{ {world} }}"
        );
        let package = resolve.push_str("test.wit", &text).unwrap();
        let world = resolve.select_world(&[package], None).unwrap();
        judge(&resolve, world).map_err(|error| error.to_string())
    }

    #[test]
    fn the_host_interfaces_are_allowed() {
        assert_eq!(judge_world("import storage; export registry;"), Ok(()));
    }

    #[test]
    fn any_other_import_is_named_and_refused() {
        let error = judge_world("import storage; import registry; import now: func(); export storage;").unwrap_err();
        assert!(error.contains("provides: hookwright:webhooks/registry@0.1.0, now."), "{error}");
    }

    #[test]
    fn interfaces_of_other_packages_are_foreign_whatever_their_name() {
        assert!(is_ours("hookwright:webhooks/types@0.2.0"));
        for foreign in
            ["wasi:clocks/wall-clock@0.2.3", "other:webhooks/storage", "hookwright:webhooks/storage-x", "storage"]
        {
            assert!(!is_ours(foreign), "{foreign}");
        }
    }

    #[test]
    fn an_empty_guest_is_told_what_is_missing() {
        let error = from_module(EMPTY_MODULE).unwrap_err().to_string();
        assert!(error.contains("exports nothing"), "{error}");
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(from_module(b"not wasm").is_err());
    }
}
