//! JavaScript and TypeScript: esbuild makes one module of the author's files and packages, componentize-qjs a component
//! of it with QuickJS inside.
//!
//! Decides what is read of `package.json`, and which contract the component follows: that of the project's SDK. The
//! steps are those of `guest/plugin-sdk-js/build/build.mjs`, which this program carries.

mod tools;

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use super::Built;
use crate::authoring::program::Program;
use crate::failure::{Failure, Kind};
use crate::output::Output;

const SCRIPT: &str = include_str!("../../../../../../guest/plugin-sdk-js/build/build.mjs");

/// For a project that keeps none beside its SDK.
const CONTRACT: &str = include_str!("../../../../../../wit/plugin/plugin.wit");

/// What the project is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    JavaScript,
    TypeScript,
}

impl Source {
    /// The main file of a project that names none.
    fn usual_main(self) -> &'static str {
        match self {
            Self::JavaScript => "src/plugin.js",
            Self::TypeScript => "src/plugin.ts",
        }
    }
}

/// What `package.json` says.
#[derive(Debug, PartialEq, Eq)]
struct Manifest {
    /// Without a scope.
    name: String,
    /// The file whose default export is the plugin, below the project's folder.
    main: String,
}

/// Builds the project in a folder.
///
/// # Errors
///
/// When a tool is missing and cannot be installed, or the project does not build.
pub(super) fn build(folder: &Path, source: Source, out: &Output) -> Result<Built, Failure> {
    let folder = folder.canonicalize().map_err(|error| failed("read", folder, &error))?;
    let manifest = Manifest::of(&folder, source)?;
    if !folder.join(&manifest.main).is_file() {
        let message = format!("there is no {} in {}", manifest.main, folder.display());
        let hint = "`main` in package.json names the file whose default export is the plugin";
        return Err(Failure::new(Kind::NotFound, message).hint(hint));
    }
    let tools = tools::of(&folder, out)?;
    let work = tempfile::tempdir().map_err(|error| failed("make", Path::new("a temporary folder"), &error))?;
    let (script, wit, component) =
        (work.path().join("build.mjs"), work.path().join("plugin.wit"), work.path().join("plugin.wasm"));
    let contract = fs::read(folder.join("hookwright/wit/plugin.wit")).unwrap_or_else(|_| CONTRACT.into());
    fs::write(&script, SCRIPT).map_err(|error| failed("write", &script, &error))?;
    fs::write(&wit, contract).map_err(|error| failed("write", &wit, &error))?;
    let steps = json!({
        "project": folder,
        "main": manifest.main,
        "tools": { "esbuild": tools.esbuild, "componentize-qjs": tools.componentize },
        "wit": wit,
        "out": component
    });
    Program::new("node", tools::NODE_REMEDY)
        .args(["--no-warnings".as_ref(), script.as_os_str(), steps.to_string().as_ref()])
        .within(&folder)
        .show(out)
        .map_err(|failure| failure.about("the project does not build"))?;
    let bytes = fs::read(&component).map_err(|error| failed("read", &component, &error))?;
    Ok(Built { name: manifest.name, bytes })
}

impl Manifest {
    fn of(folder: &Path, source: Source) -> Result<Self, Failure> {
        let path = folder.join("package.json");
        let text = fs::read_to_string(&path).map_err(|error| failed("read", &path, &error))?;
        let wrong = |what: String| Failure::new(Kind::Invalid, format!("{}: {what}", path.display()));
        let value: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let member = |name| value.get(name).and_then(Value::as_str);
        let name = member("name").and_then(|name| name.rsplit('/').next()).filter(|name| is_file_name(name));
        let Some(name) = name else {
            return Err(wrong("`name` is missing: the name of the plugin, such as \"order-notes\"".to_owned()));
        };
        let main = member("main").unwrap_or_else(|| source.usual_main());
        Ok(Self { name: name.to_owned(), main: main.trim_start_matches("./").to_owned() })
    }
}

/// npm allows no others; what somebody typed may still be one.
fn is_file_name(name: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    name.starts_with(|first: char| first.is_ascii_alphanumeric()) && name.chars().all(is_plain)
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::new(Kind::Io, format!("cannot {what} {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Format;

    fn manifest(text: &str) -> Result<Manifest, Failure> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("package.json"), text).unwrap();
        Manifest::of(folder.path(), Source::TypeScript)
    }

    #[test]
    fn a_manifest_names_plugin_and_main_file() {
        for (text, name, main) in [
            (r#"{"name":"notes"}"#, "notes", "src/plugin.ts"),
            (r#"{"name":"@shop/order-notes","main":"./plugin.js"}"#, "order-notes", "plugin.js"),
        ] {
            assert_eq!(manifest(text).unwrap(), Manifest { name: name.to_owned(), main: main.to_owned() });
        }
    }

    #[test]
    fn a_manifest_without_a_name_that_can_be_a_file_is_refused() {
        for text in ["", "[]", "{}", r#"{"name":""}"#, r#"{"name":".."}"#, r#"{"name":"a b"}"#, r#"{"name":7}"#] {
            assert!(manifest(text).unwrap_err().lines()[0].contains("package.json: "), "{text}");
        }
    }

    #[test]
    fn a_main_file_that_is_not_there_is_named_before_any_tool_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("package.json"), r#"{"name":"notes","main":"lib/notes.js"}"#).unwrap();
        let failure = build(folder.path(), Source::JavaScript, &Output::new(Format::Json)).unwrap_err();
        assert!(failure.lines()[0].starts_with("there is no lib/notes.js in "), "{failure:?}");
    }
}
