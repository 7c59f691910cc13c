//! Rust: cargo makes the module, this program the component.
//!
//! Decides the target and how it comes onto the machine, and that no path of the machine gets into the component.

mod component;
mod package;
mod target;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Built;
use crate::authoring::program::Program;
use crate::failure::{Failure, Kind};
use crate::output::Output;
use package::Package;

/// Where cargo is missing.
const REMEDY: &str = "install Rust from https://rustup.rs";

/// Builds the project in a folder.
///
/// # Errors
///
/// When cargo is missing, the target cannot be had, or the project does not build or is no plugin.
pub(super) fn build(folder: &Path, out: &Output) -> Result<Built, Failure> {
    let folder = folder
        .canonicalize()
        .map_err(|error| Failure::new(Kind::Io, format!("cannot read {}: {error}", folder.display())))?;
    let package = Package::of(&folder)?;
    target::require(&folder, out)?;
    let messages = Program::new("cargo", REMEDY)
        .args(["build", "--release", "--lib", "--message-format=json-render-diagnostics", "--target", target::NAME])
        .args(["--config".to_owned(), flags(cargo_home().as_deref())])
        .within(&folder)
        .answer_shown(out)?;
    let module = module(&messages, &package).ok_or_else(|| {
        Failure::new(Kind::Tool, format!("cargo built no module of {}", package.name)).hint(package::CDYLIB)
    })?;
    let bytes = fs::read(&module)
        .map_err(|error| Failure::new(Kind::Io, format!("cannot read {}: {error}", module.display())))?;
    Ok(Built { bytes: component::of_module(&bytes)?, name: package.name })
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))
}

/// A setting of cargo that gives the folder of dependencies a neutral name; that of the project, cargo gives the
/// compiler no name of. Settings of the author's stay.
fn flags(cargo_home: Option<&Path>) -> String {
    let flag = cargo_home.map(|path| format!("--remap-path-prefix={}=cargo", path.display()));
    // JSON's quotes are TOML's.
    let quoted = flag.and_then(|flag| serde_json::to_string(&flag).ok()).unwrap_or_default();
    format!("target.{}.rustflags=[{quoted}]", target::NAME)
}

/// The module's file, as cargo tells it: a target folder may be anywhere.
fn module(messages: &str, package: &Package) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact" && message["manifest_path"] == package.manifest)
        .find_map(|message| {
            let files = message["filenames"].as_array()?;
            files.iter().filter_map(Value::as_str).find(|file| file.ends_with(".wasm")).map(PathBuf::from)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_of_the_package_is_found_among_other_messages() {
        let package = Package { name: "a".to_owned(), manifest: "/p/Cargo.toml".to_owned() };
        let messages = [
            r#"{"reason":"build-script-executed","package_id":"x"}"#,
            r#"{"reason":"compiler-artifact","manifest_path":"/q/Cargo.toml","filenames":["/t/other.wasm"]}"#,
            "not JSON",
            r#"{"reason":"compiler-artifact","manifest_path":"/p/Cargo.toml","filenames":["/t/a.rlib","/t/a.wasm"]}"#,
        ];
        assert_eq!(module(&messages.join("\n"), &package), Some(PathBuf::from("/t/a.wasm")));
        assert_eq!(module(messages[1], &package), None);
    }

    #[test]
    fn the_flags_are_one_setting_that_cargo_reads() {
        let target = "target.wasm32-unknown-unknown.rustflags=";
        assert_eq!(flags(Some(Path::new("a \"b\""))), format!(r#"{target}["--remap-path-prefix=a \"b\"=cargo"]"#));
        assert_eq!(flags(None), format!("{target}[]"));
    }
}
