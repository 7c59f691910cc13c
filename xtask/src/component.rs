//! Decides what may leave the build as the core component or as a plugin: a valid component that exports what it must,
//! imports nothing but the host's interfaces, and stays under its size. Knows nothing of cargo and of files.

use anyhow::{Context, bail};
use wit_component::{ComponentEncoder, DecodedWasm};
use wit_parser::{Resolve, WorldId, WorldKey};

use crate::report::grouped;

/// What a component must be.
#[derive(Debug)]
pub(crate) struct Rules {
    /// The package of the interfaces below.
    package: &'static str,
    /// The interfaces that a host provides, and the types they share.
    imports: &'static [&'static str],
    /// The only interfaces that it exports; none for any, but one at least.
    exports: Option<&'static [&'static str]>,
    /// The most bytes that it may have.
    size_limit: usize,
    /// Where to look for what makes it too large.
    advice: &'static str,
}

/// The core component.
pub(crate) const CORE: Rules = Rules {
    package: "hookwright:webhooks",
    imports: &["environment", "extensions", "storage", "types"],
    exports: None,
    size_limit: 1_250_000,
    advice: "look for what came in with `cargo tree -p hookwright-component`",
};

/// An example plugin in Rust.
pub(crate) const PLUGIN: Rules = Rules {
    package: "hookwright:plugin",
    imports: &["environment", "settings"],
    exports: Some(&["hooks"]),
    size_limit: 250_000,
    advice: "authors take these plugins as a model; look for what came in with `cargo tree`",
};

/// Wraps a core module and judges the result.
///
/// # Errors
/// Where the module carries no WIT, or the component imports more, exports other things or is larger than allowed.
pub(crate) fn from_module(module: &[u8], rules: &Rules) -> anyhow::Result<Vec<u8>> {
    let component = ComponentEncoder::default()
        .module(module)
        .and_then(|encoder| encoder.validate(true).encode())
        .context("the guest's core module cannot be made a component")?;
    let DecodedWasm::Component(resolve, world) = wit_component::decode(&component)? else {
        bail!("the guest was encoded as a WIT package, not as a component");
    };
    judge(&resolve, world, rules)?;
    if component.len() > rules.size_limit {
        bail!(
            "the component has {} bytes, more than {}: {}",
            grouped(component.len()),
            grouped(rules.size_limit),
            rules.advice
        );
    }
    Ok(component)
}

fn judge(resolve: &Resolve, world: WorldId, rules: &Rules) -> anyhow::Result<()> {
    let world = &resolve.worlds[world];
    let names = |keys: &mut dyn Iterator<Item = &WorldKey>, known: &[&str]| -> Vec<String> {
        keys.map(|key| resolve.name_world_key(key)).filter(|name| !is_one_of(name, rules.package, known)).collect()
    };
    let foreign = names(&mut world.imports.keys(), rules.imports);
    if !foreign.is_empty() {
        bail!(
            "the component imports what no host provides: {}. Allowed are {}/{{{}}}: a dependency of the guest \
             reaches for a clock, random bytes or a system on its own",
            foreign.join(", "),
            rules.package,
            rules.imports.join(",")
        );
    }
    if world.exports.is_empty() {
        bail!(
            "the guest exports nothing: does it generate bindings for the world of {}, and call the export macro on its \
             type?",
            rules.package
        );
    }
    let strange = rules.exports.map(|known| names(&mut world.exports.keys(), known)).unwrap_or_default();
    if !strange.is_empty() {
        bail!("the component exports what no host calls: {}", strange.join(", "));
    }
    Ok(())
}

/// Whether a name, written as in `package:name/interface@version`, is one of these interfaces of the package.
fn is_one_of(name: &str, package: &str, interfaces: &[&str]) -> bool {
    let unversioned = name.split_once('@').map_or(name, |(name, _)| name);
    unversioned
        .strip_prefix(package)
        .and_then(|rest| rest.strip_prefix('/'))
        .is_some_and(|interface| interfaces.contains(&interface))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A core module without anything, as an empty cdylib gives.
    const EMPTY_MODULE: &[u8] = b"\0asm\x01\0\0\0";

    fn judge_world(rules: &Rules, world: &str) -> Result<(), String> {
        let mut resolve = Resolve::default();
        let text = format!(
            "package {}@0.1.0;
             interface storage {{ run: func(); }}
             interface registry {{ count: func(); }}
             interface settings {{ all: func() -> string; }}
             interface hooks {{ describe: func(); }}
             world webhooks {{ {world} }}",
            rules.package
        );
        let package = resolve.push_str("test.wit", &text).unwrap();
        let world = resolve.select_world(&[package], None).unwrap();
        judge(&resolve, world, rules).map_err(|error| error.to_string())
    }

    #[test]
    fn the_host_interfaces_are_allowed() {
        assert_eq!(judge_world(&CORE, "import storage; export registry;"), Ok(()));
    }

    #[test]
    fn a_plugin_may_import_its_settings_and_exports_hooks_only() {
        assert_eq!(judge_world(&PLUGIN, "import settings; export hooks;"), Ok(()));
        let error = judge_world(&PLUGIN, "import storage; export hooks;").unwrap_err();
        assert!(error.contains("provides: hookwright:plugin/storage@0.1.0."), "{error}");
        let error = judge_world(&PLUGIN, "import settings; export hooks; export registry;").unwrap_err();
        assert!(error.contains("no host calls: hookwright:plugin/registry@0.1.0"), "{error}");
    }

    #[test]
    fn any_other_import_is_named_and_refused() {
        let error =
            judge_world(&CORE, "import storage; import registry; import now: func(); export storage;").unwrap_err();
        assert!(error.contains("provides: hookwright:webhooks/registry@0.1.0, now."), "{error}");
    }

    #[test]
    fn interfaces_of_other_packages_are_foreign_whatever_their_name() {
        let is_ours = |name| is_one_of(name, CORE.package, CORE.imports);
        assert!(is_ours("hookwright:webhooks/types@0.2.0"));
        for foreign in
            ["wasi:clocks/wall-clock@0.2.3", "other:webhooks/storage", "hookwright:webhooks/storage-x", "storage"]
        {
            assert!(!is_ours(foreign), "{foreign}");
        }
    }

    #[test]
    fn an_empty_guest_is_told_what_is_missing() {
        let error = from_module(EMPTY_MODULE, &CORE).unwrap_err().to_string();
        assert!(error.contains("exports nothing"), "{error}");
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(from_module(b"not wasm", &CORE).is_err());
    }
}
