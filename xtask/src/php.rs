//! `cargo xtask php`: the PHP classes of the interface, from wit/webhooks into host/php/src.
//!
//! Decides which files there are and when one is out of date; a test fails where they differ from the contract. What a
//! class looks like stands in `php/classes.rs`, how a value crosses to JSON in `php/wire.rs`.

mod classes;
mod names;
mod wire;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use wit_parser::{Interface, Resolve, TypeDefKind, WorldItem, WorldKey};

use crate::replace::replace;
use crate::report;
use crate::workspace::Workspace;

/// Types that people wrote in PHP: they are exceptions there.
const BY_HAND: [&str; 2] = ["error", "storage-error"];

/// What only the host's own code meets, in a form of its own.
const LEFT_OUT: [&str; 2] = ["storage", "environment"];

/// Begins every file, so that a person edits the right one and a stale one is found.
const MARK: &str = "// Made from wit/webhooks by `cargo xtask php`; edit it there.";

/// Writes the classes, and removes those whose type is gone.
///
/// # Errors
/// Where the contract does not parse, or a file cannot be written.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let sources = workspace.root().join("host/php/src");
    let files = generated(&workspace.root().join("wit/webhooks"))?;
    for stale in made_before(&sources)?.into_iter().filter(|path| !files.contains_key(path)) {
        let path = sources.join(&stale);
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    for (path, text) in &files {
        replace(&sources.join(path), text.as_bytes(), None)?;
    }
    report::line(format_args!("host/php/src: {} classes", files.len()));
    Ok(())
}

/// The files below host/php/src, with their texts.
fn generated(wit: &Path) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit).map_err(|error| anyhow!("{}", resolve.render_error(&error)))?;
    let world = resolve.packages[package].worlds.values().next().context("wit/webhooks holds no world")?;
    let world = &resolve.worlds[*world];
    let mut files = BTreeMap::new();
    for (is_export, items) in [(false, &world.imports), (true, &world.exports)] {
        for (key, item) in items {
            let (WorldKey::Interface(_), WorldItem::Interface { id, .. }) = (key, item) else { continue };
            let interface = &resolve.interfaces[*id];
            let Some(name) = interface.name.as_deref().filter(|name| !LEFT_OUT.contains(name)) else { continue };
            types_of(&resolve, interface, name, &mut files)?;
            if is_export {
                let class = names::class(name);
                files.insert(PathBuf::from(format!("{class}.php")), classes::interface(&resolve, interface, name)?);
            }
        }
    }
    Ok(files)
}

fn types_of(
    resolve: &Resolve,
    interface: &Interface,
    name: &str,
    files: &mut BTreeMap<PathBuf, String>,
) -> anyhow::Result<()> {
    for (type_name, id) in &interface.types {
        if matches!(resolve.types[*id].kind, TypeDefKind::Type(_)) || BY_HAND.contains(&type_name.as_str()) {
            continue;
        }
        let path = PathBuf::from(format!("{}/{}.php", names::class(name), names::class(type_name)));
        files.insert(path, classes::definition(resolve, *id, name)?);
    }
    Ok(())
}

/// What a former run has written, below `sources`.
fn made_before(sources: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![sources.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "php")
                && fs::read_to_string(&path)?.contains(MARK)
            {
                found.push(path.strip_prefix(sources)?.to_owned());
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classes_are_those_of_the_contract() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let sources = root.join("host/php/src");
        let files = generated(&root.join("wit/webhooks")).unwrap();
        assert!(files.len() > 60, "{}", files.len());
        for (path, text) in &files {
            let present = fs::read_to_string(sources.join(path)).unwrap_or_default();
            assert!(present == *text, "host/php/src/{} is out of date: cargo xtask php", path.display());
        }
        for stale in made_before(&sources).unwrap() {
            assert!(
                files.contains_key(&stale),
                "host/php/src/{} has no type any more: cargo xtask php",
                stale.display()
            );
        }
    }
}
