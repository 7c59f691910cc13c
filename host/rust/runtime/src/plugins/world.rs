//! Decides by names alone whether a component is a plugin that this host can run, and what it gets for its imports.
//!
//! A plugin gets `environment` and `settings` of its package, and nothing that reaches beyond itself: no network, no
//! files, and no way to publish an event, so no plugin can enter the core that is on the stack. The language runtimes
//! of QuickJS, StarlingMonkey, CPython and Rust's std drag in parts of WASI that most plugins never call: those are
//! there but trap by name. The other parts, and those of strangers, are asked for only by what cannot do without.
//!
//! Source: wasmtime `component::Linker`, "Names and semver": versions fit within one major, before 1.0 one minor.

use wasmtime::bail;
use wasmtime::component::types::{ComponentInstance, ComponentItem};
use wasmtime::component::{Component, HasSelf, Linker, LinkerInstance, ResourceType};

use super::bindings;
use super::imports::State;
use super::load_error::PluginError;
use crate::engine::Engine;
use crate::interface_name::track;

/// The package's name before the interface.
const PACKAGE: &str = "hookwright:plugin/";

/// The version that wit/plugin has.
const VERSION: &str = "0.1.0";

/// What the host offers.
const IMPORTS: [&str; 2] = ["environment", "settings"];

/// The parts of WASI that runtimes drag in.
const DRAGGED_IN: [&str; 5] = ["wasi:io/", "wasi:cli/", "wasi:clocks/", "wasi:random/", "wasi:filesystem/"];

/// The imports of a component that passed.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    /// Those that are there but trap.
    pub(crate) trapping: Vec<String>,
}

/// Reads the names of a component's imports and exports.
///
/// # Errors
///
/// A [`PluginError`] of another world, another version, or imports that no plugin gets.
pub(crate) fn check(engine: &Engine, code: &Component) -> Result<Imports, PluginError> {
    let world = code.component_type();
    let exports: Vec<&str> = world.exports(engine.wasmtime()).map(|(name, _)| name).collect();
    check_exports(&exports)?;
    let (mut trapping, mut refused) = (Vec::new(), Vec::new());
    for (import, _) in world.imports(engine.wasmtime()) {
        let ours = import.strip_prefix(PACKAGE).and_then(|rest| rest.split_once('@'));
        match ours {
            Some((interface, version)) if IMPORTS.contains(&interface) => {
                if !fits(version) {
                    return Err(PluginError::other_version(version));
                }
            }
            _ if DRAGGED_IN.iter().any(|prefix| import.starts_with(prefix)) => trapping.push(import.to_owned()),
            _ => refused.push(import),
        }
    }
    if refused.is_empty() { Ok(Imports { trapping }) } else { Err(PluginError::Imports { refused: shown(refused) }) }
}

/// What a plugin's imports lead to.
///
/// # Errors
///
/// wasmtime's, when a definition does not fit the component.
pub(crate) fn linker(engine: &Engine, code: &Component, imports: &Imports) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine.wasmtime());
    bindings::Plugin::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut State| state)?;
    let world = code.component_type();
    for (import, external) in world.imports(engine.wasmtime()) {
        if imports.trapping.iter().any(|name| name == import)
            && let ComponentItem::ComponentInstance(instance) = external.ty
        {
            trap_all(engine, &mut linker.instance(import)?, import, &instance)?;
        }
    }
    Ok(linker)
}

fn check_exports(exports: &[&str]) -> Result<(), PluginError> {
    let ours = exports.iter().filter_map(|name| name.strip_prefix(PACKAGE)?.strip_prefix("hooks@"));
    let versions: Vec<&str> = ours.collect();
    match versions.last() {
        // One of several versions is enough.
        Some(_) if versions.iter().any(|version| fits(version)) => Ok(()),
        Some(other) => Err(PluginError::other_version(other)),
        None => Err(PluginError::AnotherWorld { exports: shown(exports.iter().copied()) }),
    }
}

/// A list for a message: a file can have any number of names, of any length.
fn shown<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    names.into_iter().take(20).map(|name| name.chars().take(120).collect()).collect()
}

fn fits(version: &str) -> bool {
    track(version).is_some() && track(version) == track(VERSION)
}

struct NothingBehind;

fn trap_all(
    engine: &Engine,
    linker: &mut LinkerInstance<'_, State>,
    interface: &str,
    instance: &ComponentInstance,
) -> wasmtime::Result<()> {
    for (name, external) in instance.exports(engine.wasmtime()) {
        match external.ty {
            ComponentItem::ComponentFunc(_) => {
                let message = format!("it called {interface}#{name}, which no plugin gets{}", instead(interface));
                linker.func_new(name, move |_, _, _, _| bail!("{message}"))?;
            }
            ComponentItem::Resource(_) => {
                linker.resource(name, ResourceType::host::<NothingBehind>(), |_, _| Ok(()))?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// What serves the same purpose.
fn instead(interface: &str) -> &'static str {
    if interface.starts_with("wasi:clocks/") {
        "; use `now` of hookwright:plugin/environment"
    } else if interface.starts_with("wasi:random/") {
        "; use `random-bytes` of hookwright:plugin/environment"
    } else if interface.starts_with("wasi:cli/") || interface.starts_with("wasi:io/") {
        "; to print, use `log` of hookwright:plugin/environment"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(exports: &[&str]) -> String {
        check_exports(exports).unwrap_err().to_string()
    }

    #[test]
    fn one_fitting_version_is_enough() {
        for exports in [
            &["hookwright:plugin/hooks@0.1.0"][..],
            &["hookwright:plugin/hooks@0.1.9", "init"],
            &["hookwright:plugin/hooks@0.1.0", "hookwright:plugin/hooks@0.2.0", "exports"],
        ] {
            assert!(check_exports(exports).is_ok(), "{exports:?}");
        }
    }

    #[test]
    fn another_version_is_named_with_ours() {
        for (version, advice) in [("0.2.0", "newer"), ("1.0.0", "newer"), ("0.0.9", "again"), ("0.1.0-rc.1", "again")] {
            let text = message(&[&format!("hookwright:plugin/hooks@{version}")]);
            assert!(text.contains(&format!("hookwright:plugin {version}, and this host knows 0.1")), "{text}");
            assert!(text.contains(advice), "{text}");
        }
    }

    #[test]
    fn another_world_is_told_by_its_exports() {
        let text = message(&["wasi:cli/run@0.2.0"]);
        assert!(text.contains("wasi:cli/run@0.2.0") && text.contains("hookwright:plugin/hooks"), "{text}");
        let text = message(&["hookwright:webhooks/events@0.1.0"]);
        assert!(text.contains("core component"), "{text}");
        assert!(message(&[]).contains("exports nothing"));
    }
}
