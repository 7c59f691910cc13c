//! Decides whether a folder holds a package that can become a plugin, and what it is called: cargo is asked.

use std::path::Path;

use serde_json::Value;

use super::REMEDY;
use crate::authoring::program::Program;
use crate::failure::{Failure, Kind};

/// What makes a package a module.
pub(super) const CDYLIB: &str = "put `[lib]` with `crate-type = [\"cdylib\", \"rlib\"]` into its Cargo.toml";

/// A package of cargo.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    /// The path of its Cargo.toml, as cargo writes it.
    pub(super) manifest: String,
}

impl Package {
    /// The package in a folder.
    ///
    /// # Errors
    ///
    /// When cargo is missing or refuses the manifest, or the package is none for WebAssembly.
    pub(super) fn of(folder: &Path) -> Result<Self, Failure> {
        let metadata = Program::new("cargo", REMEDY)
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .within(folder)
            .answer()?;
        let metadata: Value = serde_json::from_str(&metadata)
            .map_err(|error| Failure::new(Kind::Tool, format!("cargo says something else than JSON: {error}")))?;
        Self::find(&metadata, folder)
    }

    fn find(metadata: &Value, folder: &Path) -> Result<Self, Failure> {
        let manifest = folder.join("Cargo.toml");
        let is_here =
            |package: &&Value| package["manifest_path"].as_str().is_some_and(|path| Path::new(path) == manifest);
        let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let Some(package) = packages.iter().find(is_here) else {
            return Err(Failure::new(Kind::Invalid, format!("{} is no package", manifest.display()))
                .hint("name the folder of the plugin's own package"));
        };
        let targets = package["targets"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_module =
            |target: &Value| target["crate_types"].as_array().is_some_and(|types| types.contains(&"cdylib".into()));
        let text = |field: &str| package[field].as_str().unwrap_or_default().to_owned();
        let name = text("name");
        if !targets.iter().any(is_module) {
            return Err(Failure::new(Kind::Invalid, format!("{name} is no library for WebAssembly")).hint(CDYLIB));
        }
        Ok(Self { name, manifest: text("manifest_path") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(crate_types: &[&str], folder: &str) -> Result<Package, Failure> {
        let metadata = json!({ "packages": [
            { "name": "other", "manifest_path": "/w/other/Cargo.toml", "targets": [] },
            { "name": "mine", "manifest_path": "/w/mine/Cargo.toml", "targets": [{ "crate_types": crate_types }] },
        ] });
        Package::find(&metadata, Path::new(folder))
    }

    #[test]
    fn the_package_of_the_folder_is_taken_if_it_is_a_module() {
        assert_eq!(found(&["cdylib", "rlib"], "/w/mine").unwrap().name, "mine");
        let failure = found(&["lib"], "/w/mine").unwrap_err();
        assert_eq!(
            (failure.lines(), failure.advice()),
            (vec!["mine is no library for WebAssembly".to_owned()], Some(CDYLIB))
        );
        assert!(found(&["cdylib"], "/w").unwrap_err().lines()[0].ends_with("Cargo.toml is no package"));
    }
}
