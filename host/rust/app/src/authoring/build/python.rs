//! Python: componentize-py makes a component of the author's files, with CPython inside.
//!
//! Decides what is read of a project, and that nothing of this machine's own packages gets into the component. The
//! steps are those of `guest/plugin-sdk-python/build/build.py`, which this program carries.

mod packages;
mod tools;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Built;
use crate::authoring::program::Program;
use crate::authoring::templates::python as carried;
use crate::failure::{Failure, Kind};
use crate::output::Output;

const SCRIPT: &str = include_str!("../../../../../../guest/plugin-sdk-python/build/build.py");

/// The author's file.
const MAIN: &str = "plugin.py";

/// Builds the project in a folder.
///
/// # Errors
///
/// When Python or pip is missing, the tool or a package cannot be installed, or the author's files are no plugin.
pub(super) fn build(folder: &Path, out: &Output) -> Result<Built, Failure> {
    let folder = folder.canonicalize().map_err(|error| failed("read", folder, &error))?;
    let name = name(&folder)?;
    if !folder.join(MAIN).is_file() {
        let message = format!("there is no {MAIN} in {}", folder.display());
        return Err(Failure::new(Kind::NotFound, message).hint("it holds the class that derives from `Plugin`"));
    }
    let tools = tools::of(&folder, out)?;
    let work = tempfile::tempdir().map_err(|error| failed("make", Path::new("a temporary folder"), &error))?;
    let packages = packages::of(&folder, work.path(), out)?;
    let sdk = match folder.join("hookwright_plugin").is_dir() {
        true => folder.clone(),
        false => sdk(&work.path().join("sdk"))?,
    };
    let contract = sdk.join("hookwright_plugin/wit/plugin.wit");
    let (script, component) = (work.path().join("build.py"), work.path().join("plugin.wasm"));
    let path = work.path().join("path");
    fs::create_dir(&path).map_err(|error| failed("make", &path, &error))?;
    fs::write(&script, SCRIPT).map_err(|error| failed("write", &script, &error))?;
    let steps = json!({
        "tools": tools,
        "work": path,
        "project": folder,
        "sdk": sdk,
        "packages": packages,
        "wit": contract,
        "out": component
    });
    Program::new(tools::PYTHON, tools::REMEDY)
        .args(["-B".as_ref(), script.as_os_str(), steps.to_string().as_ref()])
        .within(&folder)
        .answer()
        .map_err(|failure| {
            failure
                .hint("what stands outside of functions runs when a plugin is built; `python3 -m unittest` runs it too")
        })?;
    let bytes = fs::read(&component).map_err(|error| failed("read", &component, &error))?;
    Ok(Built { name, bytes })
}

/// The name in `pyproject.toml`.
fn name(folder: &Path) -> Result<String, Failure> {
    let path = folder.join("pyproject.toml");
    let text = fs::read_to_string(&path).map_err(|error| failed("read", &path, &error))?;
    name_in(&text).map(str::to_owned).ok_or_else(|| {
        Failure::new(Kind::Invalid, format!("{} says no name", path.display()))
            .hint("put `name = \"my-plugin\"` under `[project]`: letters, digits, `-` and `_`")
    })
}

/// The string `name` of the table `project`. Of TOML it knows no more than this line needs.
fn name_in(manifest: &str) -> Option<&str> {
    let table = manifest.lines().map(str::trim).skip_while(|line| *line != "[project]").skip(1);
    let mut members = table.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once('='));
    let (_, value) = members.find(|(name, _)| name.trim() == "name")?;
    let value = value.trim();
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let (name, _) = value.get(1..)?.split_once(quote)?;
    // It becomes a file's name.
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    (!name.is_empty() && name.chars().all(is_word)).then_some(name)
}

/// Writes the SDK that this program carries, and gives the folder that holds it.
fn sdk(folder: &Path) -> Result<PathBuf, Failure> {
    for (path, text) in carried::sdk() {
        let path = folder.join(path);
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, text));
        written.map_err(|error| failed("write", &path, &error))?;
    }
    Ok(folder.to_owned())
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::new(Kind::Io, format!("cannot {what} {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_project_is_found_in_its_table() {
        for (manifest, name) in [
            ("[project]\nname = \"order-notes\" # ours\n", Some("order-notes")),
            ("[tool.x]\nname = 'other'\n[project]\nversion = '1'\n  name='own'\n", Some("own")),
            ("[project]\n[tool.x]\nname = 'other'\n", None),
            ("name = 'outside'\n", None),
            ("[project]\nname = \"../up\"\n", None),
            ("[project]\nname = \"\"\n", None),
            ("[project]\nname = é\n", None),
            ("[project]\nname = \"open\n", None),
        ] {
            assert_eq!(name_in(manifest), name, "{manifest}");
        }
    }

    #[test]
    fn the_carried_sdk_is_a_package_with_the_contract() {
        let folder = tempfile::tempdir().unwrap();
        let sdk = sdk(folder.path()).unwrap();
        for file in ["__init__.py", "_component.py", "wit/plugin.wit"] {
            assert!(sdk.join("hookwright_plugin").join(file).is_file(), "{file}");
        }
    }
}
