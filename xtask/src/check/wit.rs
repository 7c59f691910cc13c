//! Decides that the contract is readable: every package under wit/ parses by itself, as each language's tool will
//! read it, and every item says what it is. Knows nothing of what the items mean.

use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use wit_parser::{Docs, Function, PackageId, Resolve, Type, TypeDef, TypeDefKind};

/// Judges the package in each folder of `wit`: a line for every item without documentation.
///
/// # Errors
/// Where a package does not parse, or there is none.
pub(super) fn problems(wit: &Path) -> anyhow::Result<Vec<String>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(wit).with_context(|| format!("cannot read {}", wit.display()))? {
        let path = entry?.path();
        if path.is_dir() && holds_wit(&path)? {
            folders.push(path);
        }
    }
    if folders.is_empty() {
        bail!("{} holds no WIT package", wit.display());
    }
    folders.sort();

    let mut problems = Vec::new();
    for folder in folders {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(&folder).map_err(|error| anyhow!("{}", resolve.render_error(&error)))?;
        problems.extend(undocumented(&resolve, package).into_iter().map(|item| format!("no documentation: {item}")));
    }
    Ok(problems)
}

fn holds_wit(folder: &Path) -> anyhow::Result<bool> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        if entry?.path().extension().is_some_and(|ending| ending == "wit") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The items of a package that have no documentation, each named in full.
fn undocumented(resolve: &Resolve, package: PackageId) -> Vec<String> {
    let mut found = Undocumented { names: Vec::new() };
    let package = &resolve.packages[package];
    for (name, world) in &package.worlds {
        found.look_at(&resolve.worlds[*world].docs, format!("{}, world {name}", package.name));
    }
    for (name, interface) in &package.interfaces {
        let interface = &resolve.interfaces[*interface];
        let path = format!("{}/{name}", package.name);
        found.look_at(&interface.docs, path.clone());
        for (name, id) in &interface.types {
            let definition = &resolve.types[*id];
            if !is_used_from_elsewhere(resolve, definition) {
                found.look_at_type(definition, &format!("{path}, {} {name}", definition.kind.as_str()));
            }
        }
        for function in interface.functions.values() {
            found.look_at_function(function, &path);
        }
    }
    found.names
}

/// A `use` makes a type of its own in the tree; its documentation stands where it was defined.
fn is_used_from_elsewhere(resolve: &Resolve, definition: &TypeDef) -> bool {
    matches!(definition.kind, TypeDefKind::Type(Type::Id(target)) if resolve.types[target].owner != definition.owner)
}

struct Undocumented {
    names: Vec<String>,
}

impl Undocumented {
    fn look_at(&mut self, docs: &Docs, name: String) {
        if docs.contents.as_deref().is_none_or(|text| text.trim().is_empty()) {
            self.names.push(name);
        }
    }

    fn look_at_type(&mut self, definition: &TypeDef, path: &str) {
        self.look_at(&definition.docs, path.to_owned());
        match &definition.kind {
            TypeDefKind::Record(record) => {
                for field in &record.fields {
                    self.look_at(&field.docs, format!("{path}, field {}", field.name));
                }
            }
            TypeDefKind::Variant(variant) => {
                for case in &variant.cases {
                    self.look_at(&case.docs, format!("{path}, case {}", case.name));
                }
            }
            TypeDefKind::Enum(names) => {
                for case in &names.cases {
                    self.look_at(&case.docs, format!("{path}, case {}", case.name));
                }
            }
            TypeDefKind::Flags(flags) => {
                for flag in &flags.flags {
                    self.look_at(&flag.docs, format!("{path}, flag {}", flag.name));
                }
            }
            _ => {}
        }
    }

    fn look_at_function(&mut self, function: &Function, path: &str) {
        self.look_at(&function.docs, format!("{path}, function {}", function.name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undocumented_in(text: &str) -> Vec<String> {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("test.wit", text).unwrap();
        undocumented(&resolve, package)
    }

    #[test]
    fn every_kind_of_item_is_named() {
        let found = undocumented_in(
            "package a:b;
             world w {}
             interface types {
                 type json = string;
                 record point { x: s32 }
                 variant shape { dot(point) }
                 enum colour { red }
                 flags options { quick }
                 draw: func();
             }",
        );
        let expected = [
            "a:b, world w",
            "a:b/types",
            "a:b/types, type json",
            "a:b/types, record point",
            "a:b/types, record point, field x",
            "a:b/types, variant shape",
            "a:b/types, variant shape, case dot",
            "a:b/types, enum colour",
            "a:b/types, enum colour, case red",
            "a:b/types, flags options",
            "a:b/types, flags options, flag quick",
            "a:b/types, function draw",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_documented_package_and_its_uses_pass() {
        let found = undocumented_in(
            "package a:b;
             /// Shapes.
             interface types {
                 /// A point.
                 record point {
                     /// In pixels.
                     x: s32,
                 }
             }
             /// Drawing.
             interface canvas {
                 use types.{point};
                 /// Draws a point.
                 draw: func(at: point);
             }",
        );
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn a_package_that_does_not_parse_is_an_error_and_so_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let error = problems(folder.path()).unwrap_err();
        assert!(error.to_string().contains("holds no WIT package"), "{error}");
        fs::create_dir(folder.path().join("broken")).unwrap();
        fs::write(folder.path().join("broken/world.wit"), "package a:b; interface {").unwrap();
        let error = problems(folder.path()).unwrap_err();
        assert!(format!("{error:#}").contains("world.wit:1:24"), "{error:#}");
    }
}
